"""How well stated probabilities match what happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radiology.statistics.intervals import UndefinedStatistic

Probabilities = Sequence[float] | npt.NDArray[np.floating]
Outcomes = Sequence[bool] | Sequence[int] | npt.NDArray[np.bool_] | npt.NDArray[np.integer]
_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class CalibrationBin:
    """`n` cases with neighbouring probabilities: their mean, and the share that had the outcome."""

    n: int
    mean_probability: float
    observed: float


def brier(p: Probabilities, y: Outcomes) -> float:
    """The mean of (p − y)² in [0, 1], 0 best (Brier 1950).

    Raises UndefinedStatistic without cases, ValueError for lengths that differ or p outside [0, 1].
    """
    probabilities, outcomes = _checked(p, y)
    return float(np.mean((probabilities - outcomes) ** 2))


@dataclass(frozen=True)
class BrierParts:
    """Murphy's (1973) parts of a Brier score: `score` = reliability − resolution + uncertainty.

    `reliability` (0 best) is how far stated probabilities lie from what happened where they were stated,
    `resolution` how far they set cases apart, `uncertainty` how open the question was.
    """

    reliability: float
    resolution: float
    uncertainty: float

    @property
    def score(self) -> float:
        """The Brier score that the parts add up to."""
        return self.reliability - self.resolution + self.uncertainty


def brier_parts(p: Probabilities, y: Outcomes) -> BrierParts:
    """Cut the Brier score into its parts, grouped by distinct stated probability, so that they add up exactly.

    Meant for probabilities of few values, as a reader's bands are. Raises as `brier` does.
    """
    probabilities, outcomes = _checked(p, y)
    stated, group = np.unique(probabilities, return_inverse=True)
    counts = np.bincount(group)
    observed = np.bincount(group, weights=outcomes) / counts
    overall = float(outcomes.mean())
    return BrierParts(
        reliability=float(np.average((stated - observed) ** 2, weights=counts)),
        resolution=float(np.average((observed - overall) ** 2, weights=counts)),
        uncertainty=overall * (1 - overall),
    )


def calibration_bins(p: Probabilities, y: Outcomes, bins: int = 15) -> list[CalibrationBin]:
    """The cases in order of p, cut into at most `bins` groups of as equal a count as can be.

    The first groups are one larger where the count doesn't divide. Equal probabilities aren't kept together,
    they are spread over a cut by a stable order. Raises as `brier` does.
    """
    if bins < 1:
        raise ValueError("there has to be at least one bin")
    probabilities, outcomes = _checked(p, y)
    order = np.argsort(probabilities, kind="stable")
    groups = np.array_split(order, min(bins, order.size))
    return [
        CalibrationBin(int(group.size), float(probabilities[group].mean()), float(outcomes[group].mean()))
        for group in groups
    ]


def expected_calibration_error(p: Probabilities, y: Outcomes, bins: int = 15) -> float:
    """The mean of |observed − stated| over equal-mass bins, weighted by their cases, in [0, 1].

    Naeini et al. 2015 with the bins of equal count of Nguyen & O'Connor 2015. Raises as `brier` does.
    """
    groups = calibration_bins(p, y, bins)
    total = sum(group.n for group in groups)
    return sum(group.n * abs(group.observed - group.mean_probability) for group in groups) / total


def _checked(p: Probabilities, y: Outcomes) -> tuple[_Floats, _Floats]:
    probabilities = np.asarray(p, dtype=np.float64)
    outcomes = np.asarray(y, dtype=np.float64)
    if probabilities.ndim != 1 or probabilities.shape != outcomes.shape:
        raise ValueError("there have to be as many outcomes as probabilities")
    if not probabilities.size:
        raise UndefinedStatistic("no cases")
    if not ((probabilities >= 0) & (probabilities <= 1)).all():
        raise ValueError("a probability lies between 0 and 1")
    if not np.isin(outcomes, (0.0, 1.0)).all():
        raise ValueError("an outcome is 0 or 1")
    return probabilities, outcomes
