"""Where learners and cases stand on a rating scale; nobody rated yet stands where everybody starts."""

from __future__ import annotations

from collections.abc import Sequence

from quiz.domain.rating import CASE_START, LEARNER_START, Player
from quiz.models import LearnerRating, RatedPlayer, User


def learner_rating(learner: User, scale: str) -> Player:
    """Return where a learner stands on a scale."""
    row = LearnerRating.objects.filter(learner=learner, scale=scale).first()
    return Player(row.rating, row.deviation, row.volatility) if row else LEARNER_START


def case_ratings(scale: str, case_ids: Sequence[int]) -> dict[int, Player]:
    """Return each case's rating of the last closed period, by primary key."""
    rows = RatedPlayer.objects.filter(scale=scale, kind=RatedPlayer.Kind.CASE, case__in=case_ids)
    rated = {row.case_id: Player(row.rating, row.deviation, row.volatility) for row in rows}
    return {case: rated.get(case, CASE_START) for case in case_ids}
