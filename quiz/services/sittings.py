"""Starting a sitting: which cases of a set the learner gets, reserved in one go."""

from __future__ import annotations

import random
from datetime import datetime

from django.db import IntegrityError, transaction

from quiz import permissions
from quiz.models import CaseSet, Read, Sitting, User
from quiz.selectors.next_case import NoCase, served_cases, unseen_cases
from quiz.services.errors import Refused


def start_sitting(*, learner: User, case_set: CaseSet, now: datetime, rng: random.Random) -> Sitting:
    """Return the learner's open sitting of the set, or a new one with reserved reads.

    Unseen cases come first, in random order; a learner who has seen all of them repeats cases, which no
    statistic counts. Raises Refused where the learner may not, or the set has nothing to serve.
    """
    if not permissions.can_start_sitting(learner, case_set):
        raise Refused("not_found", "This case set isn't open to you.", status=404)
    open_sitting = _open_sitting(learner, case_set)
    if open_sitting:
        return open_sitting
    chosen = list(unseen_cases(case_set, learner)) or list(served_cases(case_set))
    if not chosen:
        raise Refused(NoCase.EMPTY_SET, "This set has no cases to read yet.")
    rng.shuffle(chosen)
    try:
        with transaction.atomic():
            sitting = Sitting.objects.create(
                learner=learner,
                case_set=case_set,
                flow=case_set.flow,
                model_key=case_set.model_key,
                max_marks=case_set.max_marks,
                mark_radius_px=case_set.mark_radius_px,
                started_at=now,
            )
            Read.objects.bulk_create(
                Read(sitting=sitting, learner=learner, case=case, position=place)
                for place, case in enumerate(chosen[: case_set.sitting_size], start=1)
            )
    except IntegrityError:
        # Two tabs pressed start at once: the other one's sitting is the learner's sitting.
        existing = _open_sitting(learner, case_set)
        if existing is None:
            raise
        return existing
    return sitting


def _open_sitting(learner: User, case_set: CaseSet) -> Sitting | None:
    mine = permissions.visible_sittings(learner).filter(case_set=case_set, state=Sitting.State.OPEN)
    return mine.first()
