"""Days become periods that hold them, few enough for a curve."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.periods import MOST_POINTS, Period, Unit, period_of, unit_for

DAYS = st.dates(date(2000, 1, 1), date(2029, 12, 31))


@given(DAYS, st.sampled_from(Unit))
def test_a_period_holds_its_day_and_meets_the_next(day: date, unit: Unit) -> None:
    period = period_of(day, unit)
    assert period.first <= day <= period.last
    assert period_of(period.first, unit) == period_of(period.last, unit) == period
    assert period_of(period.last + timedelta(days=1), unit).first == period.last + timedelta(days=1)


@given(st.sets(DAYS, max_size=200))
def test_a_curve_has_few_points(days: set[date]) -> None:
    unit = unit_for(days)
    assert len({period_of(day, unit) for day in days}) <= MOST_POINTS


def test_units_grow_with_the_span() -> None:
    start = date(2026, 1, 5)
    spans = {
        days: unit_for([start + timedelta(days=n) for n in range(days)]) for days in (1, 31, 32, 300, 900)
    }
    assert spans == {1: Unit.DAY, 31: Unit.DAY, 32: Unit.WEEK, 300: Unit.MONTH, 900: Unit.MONTH}
    assert period_of(date(2026, 2, 14), Unit.MONTH) == Period(date(2026, 2, 1), date(2026, 2, 28))
