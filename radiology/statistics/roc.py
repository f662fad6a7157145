"""Area under the ROC curve (Mann–Whitney) with DeLong's variance, alone and paired."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from radiology.statistics.intervals import Interval, UndefinedStatistic, normal_quantile

Values = Sequence[float] | npt.NDArray[np.floating] | npt.NDArray[np.integer]
Labels = Sequence[bool] | Sequence[int] | npt.NDArray[np.bool_] | npt.NDArray[np.integer]
_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PairedAreas:
    """Two areas over the same cases; `difference` is first − second, `p_value` two-sided."""

    first: float
    second: float
    difference: Interval
    p_value: float


def roc_auc(scores: Values, labels: Labels) -> float:
    """The chance [0, 1] that a positive scores above a negative, ties counting half (Mann–Whitney).

    `labels` are true or 1 for positives. Raises UndefinedStatistic unless there are both classes, ValueError
    for lengths that differ or scores that aren't finite.
    """
    positive, negative = _classes(scores, labels)
    return _mean_placement(positive, negative)


def separation(values_a: Values, values_b: Values) -> float:
    """The ROC area [0, 1] with which a measure tells group b (high) from group a (low); 0.5 tells nothing.

    Raises UndefinedStatistic for an empty group, ValueError for values that aren't finite.
    """
    return _mean_placement(_floats(values_b), _floats(values_a))


def roc_auc_delong(scores: Values, labels: Labels, level: float = 0.95) -> Interval:
    """`roc_auc` with the interval from DeLong's variance, cut to [0, 1] (DeLong et al. 1988).

    Raises as `roc_auc` does, and UndefinedStatistic unless each class has at least two cases.
    """
    positive, negative = _classes(scores, labels)
    placements = _placements(positive, negative)
    area = float(placements[0].mean())
    half = normal_quantile(level) * math.sqrt(_covariance(placements, placements))
    return Interval(area, max(area - half, 0.0), min(area + half, 1.0))


def roc_auc_paired_delong(
    scores_a: Values, scores_b: Values, labels: Labels, level: float = 0.95
) -> PairedAreas:
    """Two ROC areas over the same cases, compared by DeLong's test with their covariance.

    Where the difference has no variance p is 1 if there is no difference, else 0. Raises as
    `roc_auc_delong` does.
    """
    first = _placements(*_classes(scores_a, labels))
    second = _placements(*_classes(scores_b, labels))
    area_a, area_b = float(first[0].mean()), float(second[0].mean())
    difference = area_a - area_b
    variance = _covariance(first, first) + _covariance(second, second) - 2 * _covariance(first, second)
    error = math.sqrt(max(variance, 0.0))
    # Rounding leaves a trace of variance where two readers order all cases alike.
    if error < 1e-12:
        p_value = 1.0 if abs(difference) < 1e-12 else 0.0
    else:
        p_value = 2 * NormalDist().cdf(-abs(difference) / error)
    half = normal_quantile(level) * error
    interval = Interval(difference, max(difference - half, -1.0), min(difference + half, 1.0))
    return PairedAreas(area_a, area_b, interval, p_value)


def _floats(values: Values) -> _Floats:
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim != 1 or not np.isfinite(numbers).all():
        raise ValueError("values have to be a list of finite numbers")
    return numbers


def _classes(scores: Values, labels: Labels) -> tuple[_Floats, _Floats]:
    numbers, positive = _floats(scores), np.asarray(labels).astype(bool)
    if positive.shape != numbers.shape:
        raise ValueError("there have to be as many labels as scores")
    return numbers[positive], numbers[~positive]


def _mean_placement(positive: _Floats, negative: _Floats) -> float:
    if not positive.size or not negative.size:
        raise UndefinedStatistic("a ROC area needs cases of both classes")
    return float(_share_below(positive, negative).mean())


def _placements(positive: _Floats, negative: _Floats) -> tuple[_Floats, _Floats]:
    """Placement values: of each positive among the negatives, and of each negative among the positives."""
    if positive.size < 2 or negative.size < 2:
        raise UndefinedStatistic("DeLong's variance needs at least two cases of each class")
    return _share_below(positive, negative), 1.0 - _share_below(negative, positive)


def _share_below(values: _Floats, others: _Floats) -> _Floats:
    """For each value the share of others below it, ties counting half; O(n log n)."""
    ordered = np.sort(others)
    below = np.searchsorted(ordered, values, side="left")
    not_above = np.searchsorted(ordered, values, side="right")
    return (below + not_above) / (2.0 * others.size)


def _covariance(first: tuple[_Floats, _Floats], second: tuple[_Floats, _Floats]) -> float:
    total = 0.0
    for a, b in zip(first, second, strict=True):
        total += float(np.dot(a - a.mean(), b - b.mean())) / (a.size - 1) / a.size
    return total
