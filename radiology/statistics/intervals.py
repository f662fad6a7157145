"""Intervals, and how a statistic says that it isn't defined."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist


class UndefinedStatistic(ValueError):
    """The data don't define this statistic (no cases, one class only); the message says why."""


@dataclass(frozen=True)
class Interval:
    """A value with the bounds of its confidence interval."""

    value: float
    low: float
    high: float


def normal_quantile(level: float) -> float:
    """The standard normal's quantile for a two-sided `level`: 1.96 for 0.95. ValueError outside (0, 1)."""
    if not 0 < level < 1:
        raise ValueError("a confidence level lies between 0 and 1")
    return NormalDist().inv_cdf(0.5 + level / 2)


def wilson(k: int, n: int, level: float = 0.95) -> Interval:
    """The proportion k/n with Wilson's score interval (Wilson 1927), in [0, 1].

    Raises UndefinedStatistic for n = 0 and ValueError unless 0 ≤ k ≤ n.
    """
    if n == 0:
        raise UndefinedStatistic("a proportion of nothing isn't defined")
    if not 0 <= k <= n:
        raise ValueError("a proportion needs 0 ≤ k ≤ n")
    z = normal_quantile(level)
    share = k / n
    scale = 1 + z * z / n
    centre = (share + z * z / (2 * n)) / scale
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / scale
    # At the ends the bound is exactly 0 or 1; rounding would leave a trace.
    low = 0.0 if k == 0 else max(centre - half, 0.0)
    high = 1.0 if k == n else min(centre + half, 1.0)
    return Interval(share, low, high)
