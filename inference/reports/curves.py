"""ROC and precision–recall curves, reliability and score distributions, thinned to what a picture can show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from inference.engine.evaluation import interval_or_none
from radiology.statistics import calibration_bins, wilson

MOST_POINTS = 80
BINS = 10
HISTOGRAM_BINS = 20
Floats = npt.NDArray[np.float64]


def roc_points(scores: Sequence[float], truth: Sequence[bool]) -> list[list[float]] | None:
    """[1 − specificity, sensitivity] at falling thresholds, from [0, 0] to [1, 1]; None with one class only."""
    found, missed = _counts(scores, truth)
    if not found[-1] or not missed[-1]:
        return None
    return _thinned(missed / missed[-1], found / found[-1])


def precision_recall_points(scores: Sequence[float], truth: Sequence[bool]) -> list[list[float]] | None:
    """[recall, precision] at falling thresholds; None unless there are both classes."""
    found, missed = _counts(scores, truth)
    if not found[-1] or not missed[-1]:
        return None
    found, missed = found[1:], missed[1:]
    return _thinned(found / found[-1], found / (found + missed))


def average_precision(scores: Sequence[float], truth: Sequence[bool]) -> float | None:
    """The mean precision over recall, in steps without interpolation; None unless there are both classes."""
    found, missed = _counts(scores, truth)
    if not found[-1] or not missed[-1]:
        return None
    precision = found[1:] / (found[1:] + missed[1:])
    return float((np.diff(found / found[-1]) * precision).sum())


def reliability(scores: Sequence[float], truth: Sequence[bool]) -> list[dict[str, Any]]:
    """Groups of cases of equal count: the mean probability stated, and the share that had it with its interval."""
    return [
        {
            "n": one.n,
            "stated": one.mean_probability,
            "observed": interval_or_none(lambda one=one: wilson(round(one.observed * one.n), one.n)),  # type: ignore[misc]
        }
        for one in calibration_bins(scores, truth, BINS)
    ]


def histogram(scores: Sequence[float], truth: Sequence[bool]) -> dict[str, list[float] | list[int]]:
    """How many cases with and without the finding have probabilities between the edges."""
    values, present = np.asarray(scores, dtype=np.float64), np.asarray(truth, dtype=np.bool_)
    edges = np.linspace(0, 1, HISTOGRAM_BINS + 1)
    return {
        "edges": edges.tolist(),
        "with": np.histogram(values[present], edges)[0].tolist(),
        "without": np.histogram(values[~present], edges)[0].tolist(),
    }


def _counts(scores: Sequence[float], truth: Sequence[bool]) -> tuple[Floats, Floats]:
    """True and false positives at each distinct threshold, falling, from none called to all called."""
    values, present = np.asarray(scores, dtype=np.float64), np.asarray(truth, dtype=np.float64)
    order = np.argsort(-values, kind="stable")
    values, present = values[order], present[order]
    last = np.flatnonzero(np.append(np.diff(values) != 0, True))
    found, missed = np.cumsum(present)[last], np.cumsum(1 - present)[last]
    return np.concatenate([[0.0], found]), np.concatenate([[0.0], missed])


def _thinned(x: Floats, y: Floats) -> list[list[float]]:
    """At most MOST_POINTS points, evenly along the curve's length, both ends kept."""
    points = np.stack([x, y], axis=1)
    if len(points) > MOST_POINTS:
        along = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(points, axis=0)).sum(axis=1))])
        wanted = np.searchsorted(along, np.linspace(0, along[-1], MOST_POINTS))
        points = points[np.unique(np.clip(wanted, 0, len(points) - 1))]
    return [[float(a), float(b)] for a, b in points]
