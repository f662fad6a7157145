"""Days gathered into periods, so that a curve has few enough points to read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

MOST_POINTS = 31
"""A curve with more points shows noise, and doesn't fit a phone."""


class Unit(StrEnum):
    """How long a period is; weeks begin on Monday, months and years are the calendar's."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included."""

    first: date
    last: date


def period_of(day: date, unit: Unit) -> Period:
    """Return the period that a day lies in."""
    if unit is Unit.DAY:
        return Period(day, day)
    if unit is Unit.WEEK:
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6))
    if unit is Unit.MONTH:
        first = day.replace(day=1)
        return Period(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))
    return Period(date(day.year, 1, 1), date(day.year, 12, 31))


def unit_for(days: Collection[date]) -> Unit:
    """Return the shortest unit that makes at most `MOST_POINTS` periods of these days; years where none does."""
    for unit in Unit:
        if len({period_of(day, unit) for day in days}) <= MOST_POINTS:
            return unit
    return Unit.YEAR
