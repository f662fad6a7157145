"""Certainty-based points and the Brier score, against the published scheme and by property."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.opinions import BANDS, Answer
from quiz.domain.scoring import brier, case_points, level, points

# The bands' edges; 2/3 is what a learner reads as 67 %.
EDGES = (0.5, 0.55, 2 / 3, 0.8, 0.95, 1.0)


def expected(p: float, certainty: float) -> float:
    """Mean points of an answer given with `certainty` that is right with probability p."""
    return p * points(certainty, right=True) + (1 - p) * points(certainty, right=False)


@pytest.mark.parametrize(
    ("certainty", "right", "wrong"),
    [(0.50, 1, 0), (0.60, 1, 0), (0.75, 2, -2), (0.90, 3, -6), (0.99, 3, -6)],
)
def test_points_are_gardner_medwins(certainty: float, right: int, wrong: int) -> None:
    assert points(certainty, right=True) == right
    assert points(certainty, right=False) == wrong


def test_edges_are_the_bands_as_labelled() -> None:
    for band, low, high in zip(BANDS, EDGES, EDGES[1:], strict=False):
        assert (round(100 * low), round(100 * high)) == (round(band.low), round(band.high))
        assert low <= band.value <= high


@given(st.floats(0.5, 1.0))
def test_the_band_that_holds_p_pays_best(p: float) -> None:
    holding = [b for b, low, high in zip(BANDS, EDGES, EDGES[1:], strict=False) if low <= p <= high]
    assert holding
    for band in holding:
        for other in BANDS:
            assert expected(p, band.value) >= expected(p, other.value) - 1e-12


@pytest.mark.parametrize(("p", "lower", "higher"), [(2 / 3, 0.60, 0.75), (4 / 5, 0.75, 0.90)])
def test_break_even_certainties(p: float, lower: float, higher: float) -> None:
    assert expected(p, lower) == pytest.approx(expected(p, higher), abs=1e-12)
    assert expected(p - 0.001, lower) > expected(p - 0.001, higher)
    assert expected(p + 0.001, lower) < expected(p + 0.001, higher)


@pytest.mark.parametrize(
    ("certainty", "expected_level"),
    [(0.5, 1), (0.6666, 1), (2 / 3, 2), (0.79, 2), (0.8, 3), (1.0, 3)],
)
def test_levels_change_at_the_break_evens(certainty: float, expected_level: int) -> None:
    assert level(certainty) == expected_level


@pytest.mark.parametrize("certainty", [0.49, 1.01, -1.0, float("nan")])
def test_impossible_certainties_are_refused(certainty: float) -> None:
    with pytest.raises(ValueError, match="certainty"):
        level(certainty)


def test_case_points_sum_over_findings() -> None:
    answers = [Answer("mass", True, 0.9), Answer("pneumonia", False, 0.75)]
    assert case_points(answers, frozenset({"mass"}), kind="multi-label") == 3 + 2
    assert case_points(answers, frozenset({"pneumonia"}), kind="multi-label") == -6 - 2
    assert case_points(answers, frozenset(), kind="multi-label") == -6 + 2


def test_a_single_choice_is_scored_once() -> None:
    answers = [Answer("mass", True, 0.9), Answer("pneumonia", False, 0.9)]
    assert case_points(answers, frozenset({"mass"}), kind="single-choice") == 3
    assert case_points(answers, frozenset({"pneumonia"}), kind="single-choice") == -6
    assert case_points(answers, frozenset(), kind="single-choice") == -6


def test_not_telling_costs_nothing() -> None:
    assert case_points([], frozenset({"mass"}), kind="detection") == 0


@given(st.floats(0, 1), st.booleans())
def test_brier_is_a_squared_distance(probability: float, present: bool) -> None:
    assert brier(probability, present=present) == pytest.approx((probability - present) ** 2)
    assert 0 <= brier(probability, present=present) <= 1
