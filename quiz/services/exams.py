"""An exam's times and results: extra time, release, handing over the answers, flags for a person to decide."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from quiz import permissions
from quiz.domain.modes import Mode
from quiz.models import CaseSet, Read, Sitting, User
from quiz.selectors.exams import (
    exam_times,
    extra_minutes,
    results_are_due,
    results_are_out,
    running_attempts,
)
from quiz.services import errors
from quiz.services.errors import Refused
from quiz.services.reads import reveal_truth


def show_results(*, sitting: Sitting, now: datetime) -> int:
    """Show the truth of every answered read of a sitting that waited for its end; returns how many were waiting.

    Each read in a transaction of its own: asked again after a crash, it goes on where it stopped. Raises Refused
    (`not_released`) before the end of the sitting, or before the exam has closed for everyone.
    """
    if not results_are_due(sitting, now):
        raise errors.not_released(sitting.mode)
    waiting = list(
        sitting.reads.filter(state=Read.State.COMMITTED)
        .select_related("sitting__case_set", "case__pack", "learner")
        .order_by("position")
    )
    for read in waiting:
        reveal_truth(read=read, now=now)
    Sitting.objects.filter(pk=sitting.pk, state=Sitting.State.OPEN).update(
        state=Sitting.State.FINISHED, finished_at=sitting.deadline_at or now
    )
    return len(waiting)


def release_exam(*, case_set: CaseSet, instructor: User, now: datetime) -> CaseSet:
    """Release an exam's results, which also ends it for everyone.

    Raises Refused (`forbidden`, `not_an_exam`, `exam_running` while a candidate has time left).
    """
    if not permissions.can_release(instructor, case_set):
        raise Refused("forbidden", "Only the owner of an exam may release its results.", status=403)
    if case_set.pool != CaseSet.Pool.EXAM:
        raise Refused("not_an_exam", "Only an exam has results to release.")
    running = running_attempts(case_set, now)
    if running:
        raise Refused(
            "exam_running", f"{running} of the candidates have time left; wait until they are done."
        )
    CaseSet.objects.filter(pk=case_set.pk, released_at=None).update(released_at=now)
    case_set.refresh_from_db()
    return case_set


def check_hours_stand_open(*, case_set: CaseSet, now: datetime) -> None:
    """Refuse (`exam_released`) new hours or extra time for an exam whose results are out.

    They would close the results again, or give time to candidates who know the answers. `case_set` carries the
    hours as they are stored, not as somebody wants them.
    """
    if results_are_out(case_set, now):
        raise errors.exam_released()


def apply_extra_time(*, case_set: CaseSet) -> int:
    """Give running attempts the time that their candidates have by now; returns how many deadlines moved."""
    moved = 0
    attempts = Sitting.objects.filter(case_set=case_set, mode=Mode.EXAM, state=Sitting.State.OPEN)
    for attempt in attempts.exclude(learner=None).select_related("learner"):
        assert attempt.learner is not None
        deadline = exam_times(case_set).deadline(attempt.started_at, extra_minutes(case_set, attempt.learner))
        moved += Sitting.objects.filter(~Q(deadline_at=deadline) | Q(deadline_at=None), pk=attempt.pk).update(
            deadline_at=deadline
        )
    return moved


def settle_flags(*, case_set: CaseSet, instructor: User) -> int:
    """Take the flags off an exam's results, once a person has looked at them; returns how many there were."""
    if not permissions.can_release(instructor, case_set):
        raise Refused("forbidden", "Only the owner of an exam may settle its results.", status=403)
    flagged = Sitting.objects.filter(case_set=case_set, flagged_at__isnull=False)
    return flagged.update(flagged_at=None, flag_reason="")
