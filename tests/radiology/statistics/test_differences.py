"""The difference of two proportions: Newcombe's printed examples, an independent implementation, its symmetry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from radiology.statistics import UndefinedStatistic, proportion_difference

# Newcombe 1998, table II, method 10.
PRINTED = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (10, 10, 0, 10, 0.6075, 1.0),
]


@pytest.mark.parametrize(("k1", "n1", "k2", "n2", "low", "high"), PRINTED)
def test_printed_examples(k1: int, n1: int, k2: int, n2: int, low: float, high: float) -> None:
    found = proportion_difference(k1, n1, k2, n2)
    assert found.value == pytest.approx(k1 / n1 - k2 / n2)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


counts = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, counts)
def test_agrees_with_statsmodels(one: tuple[int, int], two: tuple[int, int]) -> None:
    found = proportion_difference(*one, *two)
    low, high = confint_proportions_2indep(*one, *two, method="newcomb", compare="diff")
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-6)


@given(counts, counts)
def test_turned_round_it_changes_sign(one: tuple[int, int], two: tuple[int, int]) -> None:
    there, back = proportion_difference(*one, *two), proportion_difference(*two, *one)
    assert (there.low, there.value, there.high) == pytest.approx((-back.high, -back.value, -back.low))
    assert -1 - 1e-9 <= there.low <= there.value <= there.high <= 1 + 1e-9


def test_nothing_has_no_difference() -> None:
    with pytest.raises(UndefinedStatistic):
        proportion_difference(0, 0, 1, 2)
