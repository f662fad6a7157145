"""Wilson intervals against statsmodels and Wilson's properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from radiology.statistics import UndefinedStatistic, wilson


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
@pytest.mark.parametrize(
    ("k", "n"), [(0, 1), (1, 1), (0, 20), (3, 8), (17, 20), (81, 263), (15, 148), (8, 8)]
)
def test_wilson_equals_statsmodels(k: int, n: int, level: float) -> None:
    low, high = proportion_confint(k, n, alpha=1 - level, method="wilson")
    interval = wilson(k, n, level)
    assert interval.value == k / n
    assert interval.low == pytest.approx(low, abs=1e-12)
    assert interval.high == pytest.approx(high, abs=1e-12)


def test_wilson_equals_newcombes_printed_values() -> None:
    """Newcombe 1998, table I, method 3: 81/263, 15/148, 0/20 and 1/29."""
    printed = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (k, n), (low, high) in printed.items():
        interval = wilson(k, n)
        assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_its_value_and_mirrors(counts: tuple[int, int]) -> None:
    k, n = counts
    interval, mirrored = wilson(k, n), wilson(n - k, n)
    assert 0 <= interval.low <= interval.value <= interval.high <= 1
    assert interval.low == pytest.approx(1 - mirrored.high)


def test_wilson_refuses_what_is_no_proportion() -> None:
    with pytest.raises(UndefinedStatistic):
        wilson(0, 0)
    for k, n in ((-1, 5), (6, 5)):
        with pytest.raises(ValueError, match="0 ≤ k ≤ n"):
            wilson(k, n)
    for level in (0.0, 1.0, 95.0):
        with pytest.raises(ValueError, match="level"):
            wilson(1, 2, level)
