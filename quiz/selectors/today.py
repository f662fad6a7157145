"""What waits for a learner on the home page: reviews due, the case of the day, a test that chance has offered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from quiz import permissions
from quiz.models import CaseSet, Read, WithdrawalDraw
from quiz.permissions import Visitor, is_learner, signed_in
from quiz.selectors.daily import daily_read, daily_sets, utc_day
from quiz.selectors.reviews import due_count


@dataclass(frozen=True)
class Today:
    """`daily` is "none", "open" or "done"; `tests` are the sets whose test without the AI is offered."""

    due: int
    reviewing: bool
    daily: str
    tests: list[CaseSet]


def today_of(user: Visitor, now: datetime) -> Today | None:
    """Return what waits for a learner; None for a visitor."""
    if not is_learner(user):
        return None
    learner = signed_in(user)
    due, cards = due_count(learner, now)
    daily = "none"
    if daily_sets(user):
        read = daily_read(user, utc_day(now))
        daily = "done" if read is not None and read.state == Read.State.TRUTH_SHOWN else "open"
    offered = WithdrawalDraw.objects.filter(learner=learner, offered=True, sitting=None)
    tests = permissions.visible_case_sets(user).filter(pk__in=offered.values("case_set"))
    return Today(due, cards > 0, daily, list(tests))
