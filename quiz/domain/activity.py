"""A learner's own days, and streaks of them with rest days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAYS_PER_REST_DAY = 5
"""So many days of reading earn one rest day."""
MOST_REST_DAYS = 2
"""More can't be saved."""


@dataclass(frozen=True)
class Streak:
    """Days of reading in a row: rest days don't count, and don't break it.

    `rest_days` are saved and not yet used; `last_day` is the last day of reading, None before the first.
    """

    current: int = 0
    longest: int = 0
    last_day: date | None = None
    rest_days: int = 0


def zone(name: str) -> tzinfo:
    """Return a learner's time zone; UTC where the name is unknown."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def own_day(at: datetime, zone_name: str) -> date:
    """Return the day on the learner's own calendar."""
    return at.astimezone(zone(zone_name)).date()


def after(streak: Streak, day: date) -> Streak:
    """Return the streak after reading on `day`; ValueError for a day before the last one (replay then)."""
    if streak.last_day is None:
        return Streak(current=1, longest=max(streak.longest, 1), last_day=day)
    if day < streak.last_day:
        raise ValueError("a streak takes days in their order")
    if day == streak.last_day:
        return streak
    standing = as_of(streak, day)
    current = standing.current + 1
    earned = int(current % DAYS_PER_REST_DAY == 0)
    return Streak(
        current=current,
        longest=max(streak.longest, current),
        last_day=day,
        rest_days=min(standing.rest_days + earned, MOST_REST_DAYS),
    )


def as_of(streak: Streak, today: date) -> Streak:
    """Return the streak as it stands on `today`: rest days used up for the days missed since, 0 where broken.

    Today itself isn't missed before it is over.
    """
    if streak.last_day is None:
        return streak
    missed = max((today - streak.last_day).days - 1, 0)
    if missed > streak.rest_days:
        return replace(streak, current=0, rest_days=0)
    return replace(streak, rest_days=streak.rest_days - missed)


def replay(days: Iterable[date]) -> Streak:
    """Return the streak that days of reading give, in any order."""
    streak = Streak()
    for day in sorted(set(days)):
        streak = after(streak, day)
    return streak
