"""Which case comes next: the unseen cases of a set, and why there may be none."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import Exists, OuterRef, QuerySet

from quiz.models import Case, CaseSet, Exposure, Read, Sitting, User


class NoCase(StrEnum):
    """Why a sitting can't be started."""

    EMPTY_SET = "empty_set"


def served_cases(case_set: CaseSet) -> QuerySet[Case]:
    """Return the cases of a set that may be served, in the set's order."""
    return Case.objects.filter(entries__case_set=case_set, status=Case.Status.PUBLISHED).order_by(
        "entries__position"
    )


def unseen_cases(case_set: CaseSet, learner: User) -> QuerySet[Case]:
    """Return the served cases whose key and AI opinion this learner has never seen."""
    seen = Exposure.objects.filter(case=OuterRef("pk"), learner=learner)
    return served_cases(case_set).filter(~Exists(seen))


def next_read(sitting: Sitting) -> Read | None:
    """Return the first read of the sitting that the learner hasn't finished, or None."""
    from_here = sitting.reads.exclude(state__in=finished_states(sitting.flow))
    return from_here.order_by("position").first()


def finished_states(flow: str) -> list[str]:
    """Return the states in which a read of this flow needs nothing more from its learner."""
    waiting_for_close = flow == CaseSet.Flow.EXAM
    return [Read.State.TRUTH_SHOWN, Read.State.COMMITTED] if waiting_for_close else [Read.State.TRUTH_SHOWN]
