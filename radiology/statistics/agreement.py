"""Agreement of two raters, and of one with the truth: confusion table, Cohen's kappa, McNemar's test."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from radiology.statistics.intervals import Interval, UndefinedStatistic, wilson


@dataclass(frozen=True)
class Confusion:
    """Counts of decisions against the truth."""

    true_positive: int
    false_positive: int
    true_negative: int
    false_negative: int

    @property
    def n(self) -> int:
        return self.true_positive + self.false_positive + self.true_negative + self.false_negative

    def sensitivity(self, level: float = 0.95) -> Interval:
        """Share of the diseased called so, Wilson's interval. UndefinedStatistic where none is diseased."""
        return wilson(self.true_positive, self.true_positive + self.false_negative, level)

    def specificity(self, level: float = 0.95) -> Interval:
        """Share of the healthy called so, Wilson's interval. UndefinedStatistic where none is healthy."""
        return wilson(self.true_negative, self.true_negative + self.false_positive, level)

    def accuracy(self, level: float = 0.95) -> Interval:
        """Share of right decisions, with Wilson's interval. UndefinedStatistic without cases."""
        return wilson(self.true_positive + self.true_negative, self.n, level)


def confusion(decisions: Sequence[bool], labels: Sequence[bool]) -> Confusion:
    """Counts of decisions (true: called present) against labels. ValueError for lengths that differ."""
    counts = Counter((bool(d), bool(y)) for d, y in zip(decisions, labels, strict=True))
    return Confusion(
        true_positive=counts[True, True],
        false_positive=counts[True, False],
        true_negative=counts[False, False],
        false_negative=counts[False, True],
    )


def cohen_kappa(a: Sequence[Hashable], b: Sequence[Hashable]) -> float:
    """Agreement of two raters of the same cases beyond chance, in [−1, 1] (Cohen 1960).

    Raises UndefinedStatistic without cases and where both always gave one same answer, so that chance alone
    explains everything; ValueError for lengths that differ.
    """
    n = len(a)
    agreed = sum(x == y for x, y in zip(a, b, strict=True))
    if n == 0:
        raise UndefinedStatistic("no cases")
    counts_a, counts_b = Counter(a), Counter(b)
    # Whole numbers until the last step, so that "always the same answer" is met exactly.
    by_chance = sum(count * counts_b[answer] for answer, count in counts_a.items())
    if by_chance == n * n:
        raise UndefinedStatistic("both raters always gave the same answer")
    return (agreed * n - by_chance) / (n * n - by_chance)


def mcnemar_exact(only_a_right: int, only_b_right: int) -> float:
    """Exact two-sided p of McNemar's test: discordant cases against a fair coin; 1 where there are none."""
    n = only_a_right + only_b_right
    tail = sum(math.comb(n, k) for k in range(min(only_a_right, only_b_right) + 1))
    return min(float(2 * tail / 2**n), 1.0)
