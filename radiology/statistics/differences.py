"""The difference of two independent proportions."""

from __future__ import annotations

import math

from radiology.statistics.intervals import Interval, wilson


def proportion_difference(k1: int, n1: int, k2: int, n2: int, level: float = 0.95) -> Interval:
    """The difference k1/n1 − k2/n2 in [−1, 1] with Newcombe's hybrid score interval.

    Source: Newcombe 1998, "Interval estimation for the difference between independent proportions", method 10.
    Raises UndefinedStatistic where n1 or n2 is 0 and ValueError unless 0 ≤ k ≤ n.
    """
    one, two = wilson(k1, n1, level), wilson(k2, n2, level)
    value = one.value - two.value
    return Interval(
        value,
        value - math.hypot(one.value - one.low, two.high - two.value),
        value + math.hypot(one.high - one.value, two.value - two.low),
    )
