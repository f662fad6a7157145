"""Days that a learner keeps free of reviews."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from quiz.domain import activity
from quiz.models import DayOff, User
from quiz.selectors.reviews import DAYS
from quiz.services.errors import invalid


def keep_free(*, learner: User, day: date, free: bool, now: datetime) -> None:
    """Keep a day free of reviews, or take it back; asked again, nothing changes.

    Raises Refused (`invalid`) for a day that isn't among the next fourteen of the learner's own.
    """
    today = activity.own_day(now, learner.time_zone)
    if not today <= day < today + timedelta(days=DAYS):
        raise invalid("Choose one of the next fourteen days.")
    if free:
        DayOff.objects.get_or_create(learner=learner, day=day)
    else:
        DayOff.objects.filter(learner=learner, day=day).delete()
