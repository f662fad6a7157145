"""Which cases may be served at all, and which read of a sitting comes next."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from quiz.domain import modes
from quiz.domain.read_flow import Flow
from quiz.models import Case, CaseSet, CaseSetEntry, Exposure, Read, Sitting, User


def servable(pool: str = CaseSet.Pool.OPEN) -> QuerySet[Case]:
    """Return the cases that sets of a pool may serve.

    A case that some set keeps for a pool is served by sets of that pool alone, whatever sets it is also in.
    """
    kept_elsewhere = CaseSetEntry.objects.filter(case=OuterRef("pk")).exclude(
        case_set__pool__in=[CaseSet.Pool.OPEN, pool]
    )
    return Case.objects.filter(~Exists(kept_elsewhere), status=Case.Status.PUBLISHED)


def served_cases(case_set: CaseSet) -> QuerySet[Case]:
    """Return the cases of a set that may be served, in the set's order."""
    return servable(case_set.pool).filter(entries__case_set=case_set).order_by("entries__position")


def unseen_cases(case_set: CaseSet, learner: User) -> QuerySet[Case]:
    """Return the served cases whose key and AI opinion this learner has never seen."""
    seen = Exposure.objects.filter(case=OuterRef("pk"), learner=learner)
    return served_cases(case_set).filter(~Exists(seen))


def next_read(sitting: Sitting) -> Read | None:
    """Return the first read of the sitting that the learner hasn't finished, or None."""
    return unfinished_reads(sitting).order_by("position").first()


def unfinished_reads(sitting: Sitting) -> QuerySet[Read]:
    """Return the reads of this sitting that its learner hasn't finished."""
    return sitting.reads.exclude(state__in=finished_states(sitting))


def finished_states(sitting: Sitting) -> list[str]:
    """Return the states in which a read of this sitting needs nothing more from its learner for now."""
    return [Read.State.TRUTH_SHOWN, Read.State.COMMITTED] if waits(sitting) else [Read.State.TRUTH_SHOWN]


def is_ended(sitting: Sitting) -> bool:
    """Whether a round that its learner may end early is over, read to its last case or not."""
    return modes.may_end_early(sitting.mode) and sitting.state == Sitting.State.FINISHED


def waits(sitting: Sitting) -> bool:
    """Whether a committed read of this sitting waits for its end, or for the release of an exam."""
    return sitting.flow == Flow.EXAM or modes.waits_for_truth(sitting.mode)
