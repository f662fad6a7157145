"""Kappa and confusion against scikit-learn, McNemar against statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score, confusion_matrix
from statsmodels.stats.contingency_tables import mcnemar

from radiology.statistics import UndefinedStatistic, cohen_kappa, confusion, mcnemar_exact


@pytest.mark.parametrize("seed", range(5))
def test_kappa_equals_sklearn(seed: int) -> None:
    generator = np.random.default_rng(seed)
    a = generator.integers(0, 4, 80)
    b = np.where(generator.random(80) < 0.6, a, generator.integers(0, 4, 80))
    assert cohen_kappa(a.tolist(), b.tolist()) == pytest.approx(cohen_kappa_score(a, b), abs=1e-12)


def test_kappa_of_the_textbook_table() -> None:
    """20 and 15 agreed, 5 and 10 not: observed 0.7, by chance 0.5, so 0.4."""
    a = ["yes"] * 25 + ["no"] * 25
    b = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    assert cohen_kappa(a, b) == pytest.approx(0.4)


def test_kappa_is_undefined_where_chance_explains_all() -> None:
    with pytest.raises(UndefinedStatistic):
        cohen_kappa([True, True], [True, True])
    with pytest.raises(UndefinedStatistic):
        cohen_kappa([], [])
    with pytest.raises(ValueError, match="zip"):
        cohen_kappa([True], [True, False])
    assert cohen_kappa([True, True], [False, False]) == 0.0


@pytest.mark.parametrize("seed", range(3))
def test_confusion_equals_sklearn(seed: int) -> None:
    generator = np.random.default_rng(seed)
    decisions, labels = generator.random((2, 70)) < 0.5
    tn, fp, fn, tp = confusion_matrix(labels, decisions).ravel().tolist()
    table = confusion(decisions.tolist(), labels.tolist())
    assert (table.true_negative, table.false_positive) == (tn, fp)
    assert (table.false_negative, table.true_positive) == (fn, tp)
    assert table.n == 70
    assert table.sensitivity().value == tp / (tp + fn)
    assert table.specificity().value == tn / (tn + fp)
    assert table.accuracy().value == (tp + tn) / 70


def test_sensitivity_needs_the_diseased() -> None:
    with pytest.raises(UndefinedStatistic):
        confusion([True, False], [False, False]).sensitivity()


@pytest.mark.parametrize(("b", "c"), [(0, 0), (1, 0), (3, 9), (10, 10), (25, 7)])
def test_mcnemar_equals_statsmodels(b: int, c: int) -> None:
    expected = mcnemar([[5, b], [c, 5]], exact=True).pvalue if b + c else 1.0
    assert mcnemar_exact(b, c) == pytest.approx(expected, abs=1e-12)
