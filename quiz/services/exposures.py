"""What a learner has met: cases whose key or AI opinion they have seen, or know something of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from quiz.models import Exposure, User


def expose(*, learner: User | None, cases: Iterable[int], where: str, now: datetime) -> None:
    """Count cases (primary keys) as met by a learner; one that is met already stays as it was noted first."""
    Exposure.objects.bulk_create(
        [Exposure(learner=learner, case_id=case, where=where, at=now) for case in cases],
        ignore_conflicts=True,
    )
