"""A learner's own bookmarks: of one case, and all of them. They tell nothing about the case itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from quiz import permissions
from quiz.models import Bookmark, Case, Read
from quiz.permissions import Visitor


@dataclass(frozen=True)
class BookmarkRow:
    """One bookmark with the learner's last read of its case, through which they reach it."""

    read: Read
    note: str
    created_at: datetime
    updated_at: datetime


def bookmark_of(read: Read) -> Bookmark | None:
    """Return the learner's bookmark of a read's case, or None."""
    if read.learner is None:
        return None
    return permissions.visible_bookmarks(read.learner).filter(case=read.case_id).first()


def bookmarked_cases(user: Visitor) -> QuerySet[Case]:
    """Return the cases that a learner has bookmarked, the last bookmarked first."""
    return Case.objects.filter(bookmarks__in=permissions.visible_bookmarks(user)).order_by(
        "-bookmarks__created_at", "pk"
    )


def bookmark_rows(user: Visitor) -> list[BookmarkRow]:
    """Return a learner's bookmarks, the newest first; one whose reads have all gone is left out."""
    last = permissions.visible_reads(user).filter(case=OuterRef("case")).order_by("-pk").values("pk")
    bookmarks = list(permissions.visible_bookmarks(user).annotate(read_pk=Subquery(last[:1])))
    found = (
        permissions.visible_reads(user)
        .select_related("sitting__case_set")
        .in_bulk([bookmark.read_pk for bookmark in bookmarks if bookmark.read_pk is not None])
    )
    return [
        BookmarkRow(found[bookmark.read_pk], bookmark.note, bookmark.created_at, bookmark.updated_at)
        for bookmark in bookmarks
        if bookmark.read_pk in found
    ]
