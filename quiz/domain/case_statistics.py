"""How learners do at each case: for its author, who should hear of a case that the best readers get wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from radiology.statistics import Interval, UndefinedStatistic, point_biserial, rasch, wilson

MINIMUM_READS = 8
"""Reads of a case before it has a share with an interval, a discrimination or a difficulty."""
MINIMUM_OTHERS = 10
"""Other cases that a learner must have read before they say who reads well."""
BEST_READERS = 1 / 3
"""The best readers are this share of them, by their share right on other cases."""
MINIMUM_BEST = 5
"""So many of the best must have read a case before it is flagged."""


@dataclass(frozen=True)
class Attempt:
    """A learner's first opinion of a case that they had not met before; `answer` is what they said, in words."""

    learner: int
    case: int
    right: bool
    answer: str


@dataclass(frozen=True)
class CaseFigures:
    """A case's figures.

    `discrimination` is the point-biserial correlation −1 … 1 of right here with the share right elsewhere,
    `difficulty` is Rasch's in logits about a mean case of 0; both None where there is too little to say.
    `answers` is the distractor table: how often each answer was given.
    """

    reads: int
    right: int
    discrimination: float | None
    difficulty: float | None
    answers: Mapping[str, int]
    flagged: bool

    @property
    def share(self) -> Interval | None:
        """The share right with Wilson's interval; None before `MINIMUM_READS`."""
        return wilson(self.right, self.reads) if self.reads >= MINIMUM_READS else None


def case_statistics(attempts: Sequence[Attempt]) -> dict[int, CaseFigures]:
    """Return the figures of each case that somebody attempted, each learner and case at most once."""
    by_case: dict[int, list[Attempt]] = defaultdict(list)
    rights: Counter[int] = Counter()
    reads: Counter[int] = Counter()
    for one in attempts:
        by_case[one.case].append(one)
        reads[one.learner] += 1
        rights[one.learner] += one.right
    fit = rasch([(one.learner, one.case, one.right) for one in attempts])
    return {
        case: _figures(case, group, rights, reads, fit.difficulty.get(case))
        for case, group in by_case.items()
    }


def _figures(
    case: int,
    group: Sequence[Attempt],
    rights: Mapping[int, int],
    reads: Mapping[int, int],
    difficulty: float | None,
) -> CaseFigures:
    # Right elsewhere, so that a case isn't held against itself.
    elsewhere = {
        one.learner: (rights[one.learner] - one.right) / (reads[one.learner] - 1)
        for one in group
        if reads[one.learner] > MINIMUM_OTHERS
    }
    judged = [one for one in group if one.learner in elsewhere]
    enough = len(group) >= MINIMUM_READS
    return CaseFigures(
        reads=len(group),
        right=sum(one.right for one in group),
        discrimination=_discrimination(judged, elsewhere) if enough else None,
        difficulty=difficulty if enough else None,
        answers=dict(sorted(Counter(one.answer for one in group).items())),
        flagged=_best_get_it_wrong(judged, elsewhere),
    )


def _discrimination(judged: Sequence[Attempt], elsewhere: Mapping[int, float]) -> float | None:
    try:
        return point_biserial([one.right for one in judged], [elsewhere[one.learner] for one in judged])
    except UndefinedStatistic:
        return None


def _best_get_it_wrong(judged: Sequence[Attempt], elsewhere: Mapping[int, float]) -> bool:
    in_order = sorted(judged, key=lambda one: -elsewhere[one.learner])
    best = in_order[: round(len(in_order) * BEST_READERS)]
    return len(best) >= MINIMUM_BEST and 2 * sum(one.right for one in best) < len(best)
