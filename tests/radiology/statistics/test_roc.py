"""ROC areas against scikit-learn, DeLong against placement values by brute force."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

from radiology.statistics import (
    UndefinedStatistic,
    roc_auc,
    roc_auc_delong,
    roc_auc_paired_delong,
    separation,
)


def kernel(positive: float, negative: float) -> float:
    return 1.0 if positive > negative else 0.5 if positive == negative else 0.0


def brute_covariance(first: tuple[np.ndarray, np.ndarray], second: tuple[np.ndarray, np.ndarray]) -> float:
    """DeLong et al. 1988, equations 4 to 6, written out over every pair of a positive and a negative."""
    total = 0.0
    tables = [
        np.array([[kernel(x, y) for y in negative] for x in positive])
        for positive, negative in (first, second)
    ]
    for axis in (1, 0):
        a, b = (table.mean(axis=axis) for table in tables)
        count = len(a)
        total += sum((a[i] - a.mean()) * (b[i] - b.mean()) for i in range(count)) / (count - 1) / count
    return total


def readings(seed: int, ties: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    labels = np.concatenate([[True, True, False, False], generator.random(60) < 0.4])
    scores = generator.normal(labels * 0.9, 1.0)
    others = 0.5 * scores + generator.normal(labels * 0.4, 0.8)
    return (np.round(scores, 1), np.round(others, 1), labels) if ties else (scores, others, labels)


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_area_equals_sklearn(seed: int, ties: bool) -> None:
    scores, _, labels = readings(seed, ties)
    assert roc_auc(scores, labels) == pytest.approx(roc_auc_score(labels, scores), abs=1e-12)


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_delong_equals_brute_force(seed: int, ties: bool) -> None:
    scores, others, labels = readings(seed, ties)
    first = (scores[labels], scores[~labels])
    second = (others[labels], others[~labels])
    z = norm.ppf(0.975)
    single = roc_auc_delong(scores, labels)
    error = math.sqrt(brute_covariance(first, first))
    area = np.mean([[kernel(x, y) for y in first[1]] for x in first[0]])
    assert single.value == pytest.approx(area, abs=1e-9)
    assert single.low == pytest.approx(max(area - z * error, 0), abs=1e-9)
    assert single.high == pytest.approx(min(area + z * error, 1), abs=1e-9)

    pair = roc_auc_paired_delong(scores, others, labels)
    variance = brute_covariance(first, first) + brute_covariance(second, second)
    error = math.sqrt(variance - 2 * brute_covariance(first, second))
    difference = roc_auc_score(labels, scores) - roc_auc_score(labels, others)
    assert (pair.first, pair.second) == (roc_auc(scores, labels), roc_auc(others, labels))
    assert pair.difference.value == pytest.approx(difference, abs=1e-9)
    assert pair.difference.low == pytest.approx(difference - z * error, abs=1e-9)
    assert pair.difference.high == pytest.approx(difference + z * error, abs=1e-9)
    assert pair.p_value == pytest.approx(2 * norm.sf(abs(difference) / error), abs=1e-9)


def test_worked_example_of_placements() -> None:
    """Positives 3, 2 and negatives 1, 2: placements 1, 3/4 and 1, 3/4; variance 2 · (1/32)/2 = 1/32."""
    interval = roc_auc_delong([3, 2, 1, 2], [1, 1, 0, 0])
    assert interval.value == 0.875
    assert interval.low == pytest.approx(0.875 - 1.959963984540054 * math.sqrt(1 / 32), abs=1e-12)
    assert interval.high == 1.0


def test_same_scores_twice_do_not_differ() -> None:
    scores, _, labels = readings(1, ties=False)
    pair = roc_auc_paired_delong(scores, scores * 2 + 1, labels)
    assert pair.difference.value == 0.0
    assert pair.p_value == 1.0


def test_certain_difference_has_p_zero() -> None:
    pair = roc_auc_paired_delong([1, 2, 3, 4], [4, 3, 2, 1], [False, False, True, True])
    assert pair.difference.value == 1.0
    assert pair.p_value == 0.0


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40))
def test_area_of_turned_scores_is_the_rest(cases: list[tuple[int, bool]]) -> None:
    scores, labels = [score for score, _ in cases], [label for _, label in cases]
    assume(any(labels) and not all(labels))
    area = roc_auc(scores, labels)
    assert 0 <= area <= 1
    assert roc_auc([-score for score in scores], labels) == pytest.approx(1 - area)
    assert roc_auc([math.exp(score) for score in scores], labels) == pytest.approx(area)


def test_one_class_has_no_area() -> None:
    for call in (roc_auc, roc_auc_delong):
        with pytest.raises(UndefinedStatistic):
            call([0.1, 0.2], [True, True])
    with pytest.raises(UndefinedStatistic):
        roc_auc_delong([0.1, 0.2, 0.3], [True, False, False])


@pytest.mark.parametrize("scores", [[0.1], [0.1, math.nan], [0.1, math.inf]])
def test_unfit_scores_are_refused(scores: list[float]) -> None:
    with pytest.raises(ValueError, match="values|labels"):
        roc_auc(scores, [True, False])


def test_separation_is_half_when_a_measure_tells_nothing() -> None:
    assert separation([224] * 12, [224] * 15) == 0.5
    assert separation([1, 2, 3], [4, 5, 6]) == 1.0
    assert separation([4, 5, 6], [1, 2, 3]) == 0.0
    with pytest.raises(UndefinedStatistic):
        separation([], [1.0])
