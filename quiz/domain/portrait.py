"""What a learner's figures say about their way of reading: skill against chance, and habits that no one should keep.

Numbers only; `quiz.selectors.portrait_words` puts them into sentences.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from quiz.domain import calibration, reliance, shares
from quiz.domain.opinions import BANDS
from quiz.domain.tallies import CaseTally, Counts, FindingTally, merged
from radiology.statistics import Confusion, Interval, proportion_difference, wilson

TallyKey = tuple[str, str]
"""Scale, and finding (empty: the case as a whole)."""

MINIMUM_ANSWERS = 20
"""Before that many, a habit can't be told from chance."""
MINIMUM_EACH = 8
"""Answers with the finding present, and absent, before skill can be judged."""
NEARLY_ALWAYS = 0.9
"""A habit is what is done in this share of the cases."""
ONE_ANSWER = 0.95
"""Saying the same is what is done in this share of all answers."""
MINIMUM_AGAINST = 3
"""So often must a habit have cost the right answer before it is called one."""


class Habit(StrEnum):
    """A way of answering that doesn't look at the film, at one's own doubt, or at who is right."""

    ALWAYS_NORMAL = "always_normal"
    ALWAYS_ABNORMAL = "always_abnormal"
    GUESSING = "guessing"
    ALWAYS_CERTAIN = "always_certain"
    FOLLOWS_AI = "follows_ai"
    IGNORES_AI = "ignores_ai"


@dataclass(frozen=True)
class Trait:
    """A habit: done `k` times of `n`, and `right` of `of` that show what it costs.

    The pair `right`, `of`: for the same answer always, found of those present (or cleared of those absent); for
    guessing, called present of those absent (and `k` of `n`: of those present); for certainty, right of the certain
    answers; for the AI, how often the other one was right.
    """

    habit: Habit
    k: int
    n: int
    right: int
    of: int


@dataclass(frozen=True)
class Portrait:
    """A learner in a few numbers. `skill` is sensitivity + specificity − 1, 0 by chance, with its interval, or None
    before there are `MINIMUM_EACH` answers of each kind."""

    answers: int
    skill: Interval | None
    traits: tuple[Trait, ...]


def portrait(tables: Mapping[TallyKey, Counts]) -> Portrait:
    """Return what a learner's tallies say about their first opinions and their use of the AI."""
    whole = CaseTally(merged(counts for (_, finding), counts in tables.items() if not finding))
    findings = [FindingTally(counts) for (_, finding), counts in tables.items() if finding]
    table = _summed(one.confusion("first") for one in findings)
    stated = whole.certainties("first")
    for one in findings:
        stated += one.certainties("first")
    found = (_same_answer(table), _guessing(table), _always_certain(stated), _use_of_ai(whole.reliance()))
    return Portrait(table.n, skill(table), tuple(trait for trait in found if trait is not None))


def skill(table: Confusion) -> Interval | None:
    """Return sensitivity + specificity − 1 in [−1, 1] with Newcombe's interval, or None where too few."""
    present = table.true_positive + table.false_negative
    absent = table.true_negative + table.false_positive
    if min(present, absent) < MINIMUM_EACH:
        return None
    return proportion_difference(table.true_positive, present, table.false_positive, absent)


def _summed(tables: Iterable[Confusion]) -> Confusion:
    rows = list(tables)
    return Confusion(
        sum(one.true_positive for one in rows),
        sum(one.false_positive for one in rows),
        sum(one.true_negative for one in rows),
        sum(one.false_negative for one in rows),
    )


def _same_answer(table: Confusion) -> Trait | None:
    called = table.true_positive + table.false_positive
    present, absent = (
        table.true_positive + table.false_negative,
        table.true_negative + table.false_positive,
    )
    if table.n < MINIMUM_ANSWERS or min(present, absent) < MINIMUM_EACH:
        return None
    if called <= (1 - ONE_ANSWER) * table.n:
        return Trait(Habit.ALWAYS_NORMAL, table.n - called, table.n, table.true_positive, present)
    if called >= ONE_ANSWER * table.n:
        return Trait(Habit.ALWAYS_ABNORMAL, called, table.n, table.true_negative, absent)
    return None


def _guessing(table: Confusion) -> Trait | None:
    against_chance = skill(table)
    if table.n < MINIMUM_ANSWERS or against_chance is None or against_chance.low > 0:
        return None
    if _same_answer(table) is not None:
        return None
    present = table.true_positive + table.false_negative
    absent = table.true_negative + table.false_positive
    return Trait(Habit.GUESSING, table.true_positive, present, table.false_positive, absent)


def _always_certain(stated: Counter[tuple[float, bool]]) -> Trait | None:
    top = BANDS[-1].value
    n, certain = stated.total(), stated[top, True] + stated[top, False]
    if n < max(MINIMUM_ANSWERS, calibration.MINIMUM_READS) or certain < NEARLY_ALWAYS * n:
        return None
    if wilson(stated[top, True], certain).high >= BANDS[-1].low / 100:
        return None
    return Trait(Habit.ALWAYS_CERTAIN, certain, n, stated[top, True], certain)


def _use_of_ai(pair: reliance.Reliance) -> Trait | None:
    n = pair.rair.n + pair.rsr.n
    followed = pair.rair.k + pair.rsr.n - pair.rsr.k
    if n < shares.MINIMUM_READS:
        return None
    if followed >= NEARLY_ALWAYS * n and pair.rsr.n >= MINIMUM_AGAINST:
        return Trait(Habit.FOLLOWS_AI, followed, n, pair.rsr.n, n)
    if n - followed >= NEARLY_ALWAYS * n and pair.rair.n >= MINIMUM_AGAINST:
        return Trait(Habit.IGNORES_AI, n - followed, n, pair.rair.n, n)
    return None
