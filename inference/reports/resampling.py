"""Intervals by resampling whole patients, for figures without a formula and for cases that aren't independent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from radiology.statistics import Interval, UndefinedStatistic

Indices = npt.NDArray[np.intp]
RESAMPLES = 2000
SEED = 20_240


def cluster_bootstrap(
    clusters: Sequence[str],
    statistic: Callable[[Indices], float],
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Interval:
    """`statistic` of all cases, with the 95 % percentile interval over resamples of whole clusters.

    `clusters` names each case's cluster (its patient); `statistic` gets indices of cases, repeats included.
    Resamples in which it isn't defined are left out. Raises UndefinedStatistic where it isn't defined for all
    the cases, for fewer than two clusters, or in more than a tenth of the resamples.
    """
    _, which = np.unique(np.asarray(clusters), return_inverse=True)
    members = [np.flatnonzero(which == one) for one in range(which.max() + 1 if len(which) else 0)]
    if len(members) < 2:
        raise UndefinedStatistic("an interval by patient needs at least two patients")
    value = statistic(np.arange(len(which)))
    alone = np.argsort(which) if len(members) == len(which) else None
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(resamples):
        drawn = rng.integers(0, len(members), len(members))
        try:
            chosen = np.concatenate([members[one] for one in drawn]) if alone is None else alone[drawn]
            found.append(statistic(chosen))
        except UndefinedStatistic:
            continue
    if len(found) < 0.9 * resamples:
        raise UndefinedStatistic("too few resamples have cases of both classes")
    low, high = np.quantile(found, [0.025, 0.975])
    return Interval(float(value), float(low), float(high))


def mean_by_patient(clusters: Sequence[str], values: Sequence[float] | npt.NDArray[np.float64]) -> Interval:
    """The mean of values with the interval of `cluster_bootstrap`, and its errors; no values are undefined too."""
    numbers = np.asarray(values, dtype=np.float64)
    if not numbers.size:
        raise UndefinedStatistic("a mean of nothing isn't defined")
    return cluster_bootstrap(clusters, lambda chosen: float(numbers[chosen].mean()))
