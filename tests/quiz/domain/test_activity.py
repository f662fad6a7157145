"""Streaks with rest days, and the learner's own days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.activity import (
    DAYS_PER_REST_DAY,
    MOST_REST_DAYS,
    Streak,
    after,
    as_of,
    own_day,
    replay,
    zone,
)

START = date(2026, 3, 1)


def days(*offsets: int) -> list[date]:
    return [START + timedelta(days=offset) for offset in offsets]


def plain(offsets: list[int]) -> tuple[int, int, int]:
    """(current, longest, rest days) on the last day, by walking the calendar day by day."""
    current = longest = rest = 0
    for day in range(min(offsets), max(offsets) + 1):
        if day in offsets:
            current += 1
            rest = min(rest + (current % DAYS_PER_REST_DAY == 0), MOST_REST_DAYS)
            longest = max(longest, current)
        elif rest and current:
            rest -= 1
        else:
            current = rest = 0
    return current, longest, rest


@given(st.lists(st.integers(0, 60), min_size=1, max_size=50))
def test_a_streak_equals_walking_the_calendar(offsets: list[int]) -> None:
    """Rest days are used up only where they bridge the whole gap; either way a broken streak begins at 1."""
    streak = replay(days(*offsets))
    current, longest, rest = plain(offsets)
    assert (streak.current, streak.longest, streak.rest_days) == (current, longest, rest)
    assert streak.last_day == START + timedelta(days=max(offsets))


def test_five_days_earn_a_rest_day_that_bridges_a_gap() -> None:
    assert replay(days(0, 1, 2, 3, 4)).rest_days == 1
    assert replay(days(0, 1, 2, 3, 4, 6)) == Streak(6, 6, START + timedelta(days=6), 0)
    assert replay(days(0, 1, 2, 3, 4, 7)) == Streak(1, 5, START + timedelta(days=7), 0)


def test_at_most_two_rest_days_are_saved() -> None:
    assert replay(days(*range(40))).rest_days == 2


def test_today_is_not_missed_before_it_is_over() -> None:
    streak = replay(days(0, 1))
    assert as_of(streak, START + timedelta(days=2)).current == 2
    assert as_of(streak, START + timedelta(days=3)).current == 0
    assert as_of(streak, START + timedelta(days=3)).longest == 2
    assert as_of(Streak(), START) == Streak()


def test_the_same_day_counts_once_and_order_does_not_matter() -> None:
    assert replay(days(0, 0, 1, 1)) == replay(days(1, 0)) == Streak(2, 2, START + timedelta(days=1), 0)
    with pytest.raises(ValueError, match="order"):
        after(replay(days(1)), START)


def test_days_are_the_learners_own() -> None:
    at = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    assert own_day(at, "UTC") == date(2026, 3, 2)
    assert own_day(at, "Europe/Berlin") == date(2026, 3, 3)
    assert own_day(at, "no/such/zone") == date(2026, 3, 2)
    assert zone("") is UTC


def test_a_day_keeps_its_date_when_the_clock_changes() -> None:
    """Berlin, 29 March 2026: 02:00 becomes 03:00; that day and the next are neighbours still."""
    before, later = (datetime(2026, 3, day, 22, 30, tzinfo=UTC) for day in (28, 29))
    assert own_day(before, "Europe/Berlin") == date(2026, 3, 28)
    assert own_day(later, "Europe/Berlin") == date(2026, 3, 30)
