"""The case of the day, chosen once for everybody, and the name under which somebody takes part."""

from __future__ import annotations

import random
from datetime import datetime

from django.db import IntegrityError, transaction

from quiz.models import DailyCase, User
from quiz.selectors.daily import case_of, cases_for_today, utc_day
from quiz.services.errors import invalid

LONGEST_NAME = 40


def choose_case_of_the_day(*, learner: User, now: datetime, rng: random.Random) -> DailyCase | None:
    """Return today's case, choosing it at random where nobody has begun it yet; None where no case is kept for it."""
    day = utc_day(now)
    chosen = case_of(day)
    if chosen is not None:
        return chosen
    able = cases_for_today(learner)
    if not able:
        return None
    case_set, case = rng.choice(able)
    try:
        with transaction.atomic():
            return DailyCase.objects.create(day=day, case_set=case_set, case=case)
    except IntegrityError:
        # Somebody else began the day at the same moment: theirs is the case.
        return case_of(day)


def choose_board_name(*, learner: User, name: str) -> str:
    """Put the learner on the board of the daily case under a name of their own, or take them off (empty).

    Raises Refused (`invalid`) where the name is too long, or is their account's.
    """
    chosen = " ".join(name.split())
    if len(chosen) > LONGEST_NAME:
        raise invalid("A name on the board has at most 40 characters.")
    if chosen and chosen.casefold() in {learner.username.casefold(), learner.email.casefold()}:
        raise invalid("Choose a name that isn't your account's: the board is for everybody to see.")
    User.objects.filter(pk=learner.pk).update(board_name=chosen)
    return chosen
