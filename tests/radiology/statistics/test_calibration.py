"""Brier score against scikit-learn, calibration error against a plain loop."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss

from radiology.statistics import (
    UndefinedStatistic,
    brier,
    brier_parts,
    calibration_bins,
    expected_calibration_error,
)


def forecasts(seed: int, n: int = 200) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    p = generator.random(n)
    return p, generator.random(n) < p**1.5


@pytest.mark.parametrize("seed", range(3))
def test_brier_equals_sklearn(seed: int) -> None:
    p, y = forecasts(seed)
    assert brier(p, y) == pytest.approx(brier_score_loss(y, p), abs=1e-12)


@pytest.mark.parametrize("n", [15, 40, 200, 263])
def test_calibration_error_equals_a_plain_loop(n: int) -> None:
    p, y = forecasts(n, n)
    ordered = sorted(zip(p.tolist(), y.tolist(), strict=True))
    small, larger = divmod(n, 15)
    total, at = 0.0, 0
    for index in range(15):
        group = ordered[at : at + small + (index < larger)]
        at += len(group)
        stated = sum(probability for probability, _ in group) / len(group)
        seen = sum(outcome for _, outcome in group) / len(group)
        total += len(group) / n * abs(stated - seen)
    assert at == n
    assert expected_calibration_error(p, y) == pytest.approx(total, abs=1e-12)


def test_calibration_error_of_a_worked_example() -> None:
    """Two bins of two: stated 0.15 and 0.85, seen 0.5 and 1: (0.35 + 0.15) / 2."""
    assert expected_calibration_error([0.1, 0.2, 0.8, 0.9], [0, 1, 1, 1], bins=2) == pytest.approx(0.25)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60), st.integers(1, 20))
def test_bins_share_all_cases_evenly(cases: list[tuple[float, bool]], bins: int) -> None:
    groups = calibration_bins([p for p, _ in cases], [y for _, y in cases], bins)
    sizes = [group.n for group in groups]
    assert sum(sizes) == len(cases)
    assert max(sizes) - min(sizes) <= 1
    assert len(groups) == min(bins, len(cases))
    means = [group.mean_probability for group in groups]
    assert all(a <= b + 1e-12 for a, b in zip(means, means[1:], strict=False))


def test_certain_and_right_is_perfect() -> None:
    assert brier([0.0, 1.0], [0, 1]) == 0.0
    assert expected_calibration_error([0.0, 1.0], [0, 1]) == 0.0
    assert brier([0.0, 1.0], [1, 0]) == 1.0


def test_unfit_forecasts_are_refused() -> None:
    with pytest.raises(UndefinedStatistic):
        brier([], [])
    for p, y in (([0.5], [0, 1]), ([1.5], [1]), ([-0.1], [1]), ([float("nan")], [1]), ([0.5], [2])):
        with pytest.raises(ValueError, match="probabilit|outcome"):
            brier(p, y)
    with pytest.raises(ValueError, match="bin"):
        calibration_bins([0.5], [1], 0)


@given(st.lists(st.tuples(st.sampled_from([0.01, 0.1, 0.25, 0.5, 0.75, 0.99]), st.booleans()), min_size=1))
def test_brier_parts_add_up(cases: list[tuple[float, bool]]) -> None:
    p, y = [one[0] for one in cases], [one[1] for one in cases]
    parts = brier_parts(p, y)
    assert parts.score == pytest.approx(brier(p, y), abs=1e-12)
    assert min(parts.reliability, parts.resolution, parts.uncertainty) >= 0


def test_brier_parts_of_a_worked_example() -> None:
    """0.75 said four times and true three times is calibrated; 0.25 said four times and true twice isn't."""
    p, y = [0.75] * 4 + [0.25] * 4, [True, True, True, False, True, True, False, False]
    parts = brier_parts(p, y)
    assert parts.reliability == pytest.approx(0.5 * 0.25**2)
    assert parts.resolution == pytest.approx((0.75 - 0.625) ** 2)
    assert parts.uncertainty == pytest.approx(0.625 * 0.375)
