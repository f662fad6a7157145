"""FSRS by concept: golden intervals, the grade of an answer, and the days ahead."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.opinions import BANDS
from quiz.domain.scheduling import Card, Due, Grade, grade, replay, reviewed, serve_day, workload
from tests.golden import golden

FSRS = golden("fsrs")
START = datetime.fromisoformat(FSRS["start"])
TODAY = date(2026, 3, 2)
grades = st.lists(st.tuples(st.sampled_from(Grade), st.floats(0.0, 400.0)), min_size=1, max_size=12)


def test_golden_intervals() -> None:
    card, at, days = None, START, []
    for given_grade in FSRS["grades"]:
        card = reviewed(card, Grade(given_grade), at)
        days.append((card.due_at - at).days)
        at = card.due_at
    assert days == FSRS["interval_days"]


@pytest.mark.parametrize(
    ("right", "certainty", "expected"),
    [
        (True, 0.50, Grade.AGAIN),
        (True, 0.60, Grade.HARD),
        (True, 0.75, Grade.GOOD),
        (True, 0.90, Grade.GOOD),
        (True, 0.99, Grade.EASY),
        *[(False, band.value, Grade.AGAIN) for band in BANDS],
    ],
)
def test_grades(right: bool, certainty: float, expected: Grade) -> None:
    assert grade(right=right, certainty=certainty) is expected


@given(grades)
def test_replaying_gives_the_same_card(events: list[tuple[Grade, float]]) -> None:
    card: Card | None = None
    at, reviews = START, []
    for given_grade, later in events:
        at += timedelta(days=later)
        card = reviewed(card, given_grade, at)
        reviews.append((given_grade, at))
    assert card is not None
    assert replay(reviews) == card
    assert card.reviews == len(events)
    assert card.due_at > at
    assert card.lapses <= sum(given_grade is Grade.AGAIN for given_grade, _ in events)


def test_no_reviews_make_no_card() -> None:
    assert replay([]) is None


def test_a_lapse_is_forgetting_what_was_learned() -> None:
    card = replay([(Grade.AGAIN, START)])
    assert card is not None
    assert card.lapses == 0
    learned = replay([(Grade.EASY, START)])
    assert learned is not None
    forgotten = reviewed(learned, Grade.AGAIN, learned.due_at)
    assert forgotten.lapses == 1


def test_better_recall_comes_back_later() -> None:
    base = replay([(Grade.GOOD, START), (Grade.GOOD, START + timedelta(minutes=20))])
    assert base is not None
    dues = [reviewed(base, one, base.due_at).due_at for one in Grade]
    assert dues == sorted(dues)
    assert len(set(dues)) == 4


def test_workload_counts_overdue_today_and_moves_days_off() -> None:
    def due(day: date, hour: int = 12) -> datetime:
        return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)

    days = [TODAY + timedelta(days=n) for n in range(4)]
    cards = [
        due(TODAY - timedelta(days=30)),
        due(days[0]),
        due(days[1]),
        due(days[1]),
        due(days[2]),
        due(days[3]),
    ]
    ahead = workload(cards, today=TODAY, zone=UTC, days_off={days[1], days[2]}, days=4)
    assert ahead == (
        Due(days[0], 2, False),
        Due(days[1], 0, True),
        Due(days[2], 0, True),
        Due(days[3], 4, False),
    )


def test_what_is_due_today_moves_when_today_is_off() -> None:
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert serve_day(at, today=TODAY, zone=UTC, days_off={TODAY}) == TODAY + timedelta(days=1)


def test_days_are_the_learners_own() -> None:
    """22:30 UTC on the 2nd is the 3rd in Tokyo already, and still the 2nd in New York."""
    at = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)
    assert serve_day(at, today=TODAY, zone=ZoneInfo("Asia/Tokyo"), days_off=()) == date(2026, 3, 3)
    assert serve_day(at, today=TODAY, zone=ZoneInfo("America/New_York"), days_off=()) == TODAY


@given(st.lists(st.integers(-20, 40), max_size=30), st.sets(st.integers(0, 20), max_size=10))
def test_no_review_is_lost(offsets: list[int], off: set[int]) -> None:
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    days_off = {TODAY + timedelta(days=n) for n in off}
    ahead = workload(
        [noon + timedelta(days=n) for n in offsets], today=TODAY, zone=UTC, days_off=days_off, days=80
    )
    assert sum(day.reviews for day in ahead) == len(offsets)
    assert not any(day.reviews for day in ahead if day.off)
