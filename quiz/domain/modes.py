"""The modes of a sitting: what each is for, which cases it may take, when it shows the truth, whether it rates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from quiz.domain.read_flow import Flow


class Mode(StrEnum):
    """What a sitting is for."""

    PRACTICE = "practice"
    RATED = "rated"
    REVIEW = "review"
    MISSES = "misses"
    BOOKMARKS = "bookmarks"
    EXAM = "exam"
    WITHDRAWAL = "withdrawal"
    DUEL = "duel"
    AI_FIRST = "ai_first"
    SCREENING = "screening"
    DAILY = "daily"


class Pool(StrEnum):
    """What the cases of a set are kept for."""

    OPEN = "open"
    EXAM = "exam"
    WITHDRAWAL = "withdrawal"
    AI_FIRST = "ai_first"
    SCREENING = "screening"
    DAILY = "daily"


class Feedback(StrEnum):
    """When a learner may see the AI's opinion of unaided reads, and the truth."""

    AFTER_EACH = "after_each"
    AT_END = "at_end"
    AT_RELEASE = "at_release"


@dataclass(frozen=True)
class Rules:
    """What a mode does; `flow` is None where the set's own flow goes.

    `pools` are the pools a set may be of to offer the mode. `unseen` leaves out every case whose key or AI
    opinion the learner has met. `size` is the number of cases of a sitting, None where the set says it,
    0 where it is all there are.
    """

    pools: frozenset[Pool]
    flow: Flow | None = None
    rates: bool = False
    feedback: Feedback = Feedback.AFTER_EACH
    unseen: bool = False
    size: int | None = None


_OPEN = frozenset({Pool.OPEN})
RULES: Mapping[Mode, Rules] = {
    Mode.PRACTICE: Rules(_OPEN),
    Mode.RATED: Rules(_OPEN, rates=True, unseen=True),
    Mode.REVIEW: Rules(_OPEN),
    Mode.MISSES: Rules(_OPEN),
    Mode.BOOKMARKS: Rules(_OPEN),
    Mode.EXAM: Rules(
        frozenset({Pool.EXAM}), flow=Flow.EXAM, feedback=Feedback.AT_RELEASE, unseen=True, size=0
    ),
    Mode.WITHDRAWAL: Rules(
        frozenset({Pool.OPEN, Pool.WITHDRAWAL}),
        flow=Flow.UNAIDED,
        feedback=Feedback.AT_END,
        unseen=True,
        size=20,
    ),
    Mode.DUEL: Rules(_OPEN, flow=Flow.UNAIDED, unseen=True, size=10),
    Mode.AI_FIRST: Rules(frozenset({Pool.OPEN, Pool.AI_FIRST}), flow=Flow.AI_FIRST, size=10),
    Mode.SCREENING: Rules(
        frozenset({Pool.OPEN, Pool.SCREENING}),
        flow=Flow.UNAIDED,
        feedback=Feedback.AT_END,
        unseen=True,
        size=0,
    ),
    Mode.DAILY: Rules(frozenset({Pool.DAILY}), size=1),
}


def rules(mode: str) -> Rules:
    """Return a mode's rules; raises ValueError for a name that is no mode."""
    return RULES[Mode(mode)]


def modes_of(pool: str) -> tuple[Mode, ...]:
    """Return the modes that a set of this pool may offer, in the order of a page."""
    return tuple(mode for mode, rule in RULES.items() if Pool(pool) in rule.pools)


def flow_of(mode: str, set_flow: str) -> Flow:
    """Return the order of opinion, AI and truth of a sitting of this mode in a set with that flow."""
    return rules(mode).flow or Flow(set_flow)


def may_end_early(mode: str) -> bool:
    """Whether a learner may end a sitting of this mode before its last case; an exam ends by its time."""
    return rules(mode).feedback is Feedback.AT_END


def waits_for_truth(mode: str) -> bool:
    """Whether a committed read waits for the end of its sitting, or for the exam's release."""
    return rules(mode).feedback is not Feedback.AFTER_EACH
