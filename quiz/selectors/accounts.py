"""Everything the site holds about one account, for its owner to take away."""

from __future__ import annotations

from typing import Any

from quiz import permissions
from quiz.models import User
from quiz.selectors.bookmarks import bookmark_rows
from quiz.selectors.read_page import read_page


def account_export(user: User) -> dict[str, Any]:
    """Return the account and its reads as JSON-ready data; a read holds what its owner has been shown, no more."""
    reads = (
        permissions.visible_reads(user)
        .exclude(state="reserved")
        .select_related("sitting__case_set", "case__pack", "answer_key", "outcome")
        .prefetch_related("case__pack__findings", "case__images", "ai_opinions")
        .order_by("pk")
    )
    return {
        "schema": "secondread-account-export-1",
        "account": {
            "id": str(user.public_id),
            "username": user.username,
            "email": user.email,
            "guest": user.is_guest,
            "time_zone": user.time_zone,
            "theme": user.theme,
            "show_rating": user.show_rating,
            "board_name": user.board_name,
            "tour_seen_at": user.tour_seen_at.isoformat() if user.tour_seen_at else None,
            "joined": user.date_joined.isoformat(),
        },
        "reads": [
            {**read_page(read), "opened_at": read.opened_at.isoformat() if read.opened_at else None}
            for read in reads
        ],
        "bookmarks": [
            {
                "read": str(row.read.public_id),
                "note": row.note,
                "created_at": row.created_at.isoformat(),
                "updated_at": row.updated_at.isoformat(),
            }
            for row in bookmark_rows(user)
        ],
    }


def corrected_reads(user: User) -> int:
    """Return how many finished reads got a corrected key that the learner hasn't been told of."""
    return (
        permissions.visible_reads(user)
        .filter(key_corrected_at__isnull=False, correction_seen_at__isnull=True)
        .count()
    )
