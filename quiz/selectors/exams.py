"""An exam's hours for one candidate, and whether its results are out."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max

from quiz.domain.exams import ExamTimes, time_is_up
from quiz.models import CaseSet, ExamAllowance, Sitting, User


def exam_times(case_set: CaseSet) -> ExamTimes:
    """Return a set's hours as an exam."""
    return ExamTimes(case_set.opens_at, case_set.closes_at, case_set.time_limit_minutes)


def extra_minutes(case_set: CaseSet, learner: User) -> int:
    """Return the extra time that this candidate was granted."""
    row = ExamAllowance.objects.filter(case_set=case_set, learner=learner).first()
    return row.extra_minutes if row else 0


def exam_released(case_set: CaseSet, now: datetime) -> bool:
    """Whether results are out: an instructor released them, or the exam has closed for everyone."""
    if case_set.released_at is not None:
        return True
    longest = case_set.allowances.aggregate(longest=Max("extra_minutes"))["longest"] or 0
    return exam_times(case_set).over_for_everyone(now, longest)


def results_are_out(case_set: CaseSet, now: datetime) -> bool:
    """Whether anybody may have seen results: they are released, by hand or by the clock after an attempt.

    An exam that closed before anybody sat it has none; its hours may have been a slip.
    """
    if case_set.released_at is not None:
        return True
    attempts = Sitting.objects.filter(case_set=case_set, mode=Sitting.Mode.EXAM)
    return exam_released(case_set, now) and attempts.exists()


def running_attempts(case_set: CaseSet, now: datetime) -> int:
    """Return how many candidates are still at it: attempts not handed in, with time left."""
    attempts = Sitting.objects.filter(
        case_set=case_set, mode=Sitting.Mode.EXAM, state=Sitting.State.OPEN
    ).only("deadline_at")
    return sum(not time_is_up(attempt.deadline_at, now) for attempt in attempts)


def flagged_results(case_set: CaseSet) -> int:
    """Return how many of an exam's results wait for a person, because a key was corrected after it."""
    return Sitting.objects.filter(case_set=case_set, flagged_at__isnull=False).count()


def is_over(sitting: Sitting, now: datetime) -> bool:
    """Whether nothing can be added to a sitting: every case is answered, or its time is up."""
    return sitting.state == Sitting.State.FINISHED or time_is_up(sitting.deadline_at, now)


def results_are_due(sitting: Sitting, now: datetime) -> bool:
    """Whether the truth of a sitting that waits with it may be shown: it is over and, if an exam, released."""
    if not is_over(sitting, now):
        return False
    return sitting.mode != Sitting.Mode.EXAM or exam_released(sitting.case_set, now)
