"""Starting a sitting in a mode: which cases the learner gets, reserved in one go; ending a round early."""

from __future__ import annotations

import random
from datetime import datetime

from django.db import IntegrityError, transaction

from quiz import permissions
from quiz.domain import modes
from quiz.domain.modes import Mode
from quiz.models import CaseSet, Read, Sitting, User
from quiz.selectors.candidates import Knowledge
from quiz.selectors.exams import exam_times, extra_minutes, is_over
from quiz.selectors.mode_words import REASONS
from quiz.selectors.modes import choose, modes_listed
from quiz.selectors.next_case import unfinished_reads
from quiz.services.daily import choose_case_of_the_day
from quiz.services.errors import Refused
from quiz.services.exposures import expose
from quiz.services.withdrawal import draw_withdrawal, take_offer


def start_sitting(
    *,
    learner: User,
    case_set: CaseSet,
    now: datetime,
    rng: random.Random,
    mode: str = Mode.PRACTICE,
) -> Sitting:
    """Return the learner's open sitting of this set in this mode, or a new one with reserved reads.

    `quiz.domain.case_choice` says which cases a mode gets. Raises Refused where the learner may not, the set
    doesn't have the mode, or there is no case; the code is then the NoCase reason.
    """
    if not permissions.can_start_sitting(learner, case_set):
        raise Refused("not_found", "This case set isn't open to you.", status=404)
    wanted = _mode(case_set, mode)
    open_sitting = _open_sitting(learner, case_set, wanted, now)
    if open_sitting:
        return open_sitting
    if wanted is Mode.DAILY:
        choose_case_of_the_day(learner=learner, now=now, rng=rng)
    knowledge = Knowledge(case_set, learner, now)
    choice = choose(knowledge, wanted, rng)
    if choice.reason is not None:
        # Another tab may have begun the only attempt between the two looks.
        begun = _open_sitting(learner, case_set, wanted, now)
        if begun:
            return begun
        raise Refused(choice.reason, str(REASONS[choice.reason]))
    try:
        with transaction.atomic():
            sitting = _create(knowledge, wanted, choice.cases)
            if wanted is Mode.WITHDRAWAL:
                take_offer(sitting=sitting)
            else:
                draw_withdrawal(sitting=sitting, now=now, rng=rng)
    except IntegrityError:
        # Two tabs pressed start at once: the other one's sitting is the learner's sitting.
        existing = _open_sitting(learner, case_set, wanted, now)
        if existing is None:
            raise
        return existing
    return sitting


def end_round(*, sitting: Sitting, now: datetime) -> Sitting:
    """End a screening round or a test without the AI before its last case; asked again, it stays ended.

    What is answered counts and may be shown. The cases left count as met: how many of the round's cases have a finding
    is known beforehand (a screening round says it, a test without the AI has the mix of the reads that it is compared
    with), so what was shown tells of them. Raises Refused (`not_endable`) for a sitting of another mode.
    """
    if not modes.may_end_early(sitting.mode):
        raise Refused("not_endable", "Only a screening round or a test without the AI can be ended early.")
    with transaction.atomic():
        # Of two that end it, or of one and the last opinion, one comes second and finds it finished.
        locked = Sitting.objects.select_for_update().get(pk=sitting.pk)
        if locked.state == Sitting.State.OPEN:
            left = unfinished_reads(locked).values_list("case", flat=True)
            expose(learner=locked.learner, cases=left, where="round", now=now)
            Sitting.objects.filter(pk=locked.pk).update(state=Sitting.State.FINISHED, finished_at=now)
    sitting.refresh_from_db(fields=["state", "finished_at"])
    return sitting


def _mode(case_set: CaseSet, mode: str) -> Mode:
    try:
        wanted = Mode(mode)
    except ValueError:
        raise Refused("invalid", "There is no such mode.", status=400) from None
    modality = case_set.cases.values_list("pack__modality", flat=True).first() or ""
    if wanted not in modes_listed(case_set, modality):
        raise Refused("no_such_mode", "This set doesn't offer this mode.")
    return wanted


def _create(knowledge: Knowledge, mode: Mode, cases: tuple[int, ...]) -> Sitting:
    case_set, learner, now = knowledge.case_set, knowledge.learner, knowledge.now
    deadline = None
    if mode is Mode.EXAM:
        deadline = exam_times(case_set).deadline(now, extra_minutes(case_set, learner))
    if mode is Mode.DAILY:
        # A day's case that was left unread doesn't stand in the way of the next.
        Sitting.objects.filter(
            learner=learner, case_set=case_set, mode=mode, state=Sitting.State.OPEN
        ).update(state=Sitting.State.FINISHED, finished_at=now)
    sitting = Sitting.objects.create(
        learner=learner,
        case_set=case_set,
        mode=mode,
        flow=modes.flow_of(mode, case_set.flow),
        model_key=case_set.model_key,
        max_marks=case_set.max_marks,
        mark_radius_px=case_set.mark_radius_px,
        started_at=now,
        deadline_at=deadline,
    )
    Read.objects.bulk_create(
        Read(sitting=sitting, learner=learner, case_id=case, position=place)
        for place, case in enumerate(cases, start=1)
    )
    return sitting


def _open_sitting(learner: User, case_set: CaseSet, mode: Mode, now: datetime) -> Sitting | None:
    """The sitting to go on with. An attempt at an exam whose time is up is over, whatever its row says."""
    mine = permissions.visible_sittings(learner).filter(
        case_set=case_set, mode=mode, state=Sitting.State.OPEN
    )
    if mode is Mode.DAILY:
        mine = mine.filter(started_at__date=now.date())
    found = mine.first()
    return None if found is None or is_over(found, now) else found
