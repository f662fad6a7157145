"""Achievements: given once, in the transaction that ends the read that earned them, and kept.

Callers hold the learner's row. A key corrected later takes nothing away.
"""

from __future__ import annotations

from datetime import datetime

from quiz.domain import achievements
from quiz.domain.achievements import Award
from quiz.domain.learner_record import FinishedRead
from quiz.models import Achievement, Tally, User


def award(*, learner: User, read: FinishedRead, difficulty: str, now: datetime) -> list[Award]:
    """Give what a read that has just been counted earns, and return it; `difficulty` is that of its key."""
    held = set(Achievement.objects.filter(learner=learner).values_list("slug", flat=True))
    if held.issuperset(Award):
        return []
    rows = Tally.objects.filter(learner=learner).values_list("scale", "finding", "counts")
    tables = {(scale, finding): counts for scale, finding, counts in rows}
    new = sorted(achievements.awards(tables, read, difficulty, held))
    Achievement.objects.bulk_create(
        Achievement(learner=learner, slug=str(one), read_id=read.read, earned_at=now) for one in new
    )
    return new
