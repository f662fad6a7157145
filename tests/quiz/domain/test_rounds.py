"""What a round adds up to, against counts by hand and Bayes' theorem by enumeration."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.rounds import PROGRAMME_CANCERS, PROGRAMME_SCREENED, Screened, Trust, WithoutAI
from radiology.statistics import wilson

pairs = st.lists(st.tuples(st.booleans(), st.booleans()), max_size=80)


def test_trust_tells_caught_errors_from_false_overrides() -> None:
    judged = [(False, True)] * 3 + [(False, False)] + [(True, True)] * 2 + [(True, False)] * 4
    trust = Trust.of(judged)
    assert (trust.wrong, trust.wrong_overridden, trust.right, trust.right_overridden) == (4, 3, 6, 2)
    assert trust.error_share == 0.4
    assert trust.errors_caught == wilson(3, 4) and trust.false_overrides == wilson(2, 6)


@pytest.mark.parametrize(("overrides", "caught", "false"), [(True, 1.0, 1.0), (False, 0.0, 0.0)])
def test_doing_always_the_same_gains_on_one_side_what_it_loses_on_the_other(
    overrides: bool, caught: float, false: float
) -> None:
    trust = Trust.of([(n % 3 == 0, overrides) for n in range(30)])
    assert trust.errors_caught is not None and trust.false_overrides is not None
    assert (trust.errors_caught.value, trust.false_overrides.value) == (caught, false)


def test_nothing_judged_has_no_shares() -> None:
    trust = Trust.of([])
    assert (trust.n, trust.error_share, trust.errors_caught, trust.false_overrides) == (0, None, None, None)


def test_screening_counts_by_hand() -> None:
    # 100 women, 5 cancers: 4 found, 8 healthy recalled.
    rows = [(True, True)] * 4 + [(False, True)] + [(True, False)] * 8 + [(False, False)] * 87
    round_ = Screened.of(rows)
    assert round_.recall_rate == wilson(12, 100)
    assert round_.detection_rate == wilson(4, 5)
    assert round_.predictive_value == wilson(4, 12)


@given(pairs)
def test_predictive_value_at_the_rounds_own_prevalence_is_the_rounds(rows: list[tuple[bool, bool]]) -> None:
    round_ = Screened.of(rows)
    if not round_.cancers or not round_.healthy or not round_.recalled:
        assert round_.predictive_value_at(0.3) is None
        return
    assert round_.predictive_value is not None
    same = round_.predictive_value_at(round_.cancers / round_.n)
    assert same == pytest.approx(round_.predictive_value.value)


def test_predictive_value_at_a_programmes_prevalence() -> None:
    prevalence = PROGRAMME_CANCERS / PROGRAMME_SCREENED
    round_ = Screened(cancers=10, detected=9, healthy=90, recalled_healthy=9)
    # Of a million women 5,100 have a cancer, nine tenths found; a tenth of the others is recalled.
    found, false = 5_100 * 0.9, 994_900 * 0.1
    assert round_.predictive_value_at(prevalence) == pytest.approx(found / (found + false))


def test_without_the_ai_says_what_its_interval_says() -> None:
    assert WithoutAI(18, 20, 20, 40).finding == "better"
    assert WithoutAI(6, 20, 36, 40).finding == "worse"
    assert WithoutAI(14, 20, 29, 40).finding == "chance"
    empty = WithoutAI(0, 0, 29, 40)
    assert (empty.difference, empty.points, empty.finding) == (None, None, "")
    points = WithoutAI(14, 20, 30, 40).points
    assert points is not None and points[0] == -5 and points[1] < -5 < points[2]
