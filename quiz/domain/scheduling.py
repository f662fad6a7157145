"""When a concept is due again: FSRS cards, the grade that a read gives, and the days ahead.

FSRS assumes that the same item comes again. Here another case of the concept comes, so it is a heuristic for
when, and no page may turn it into a chance of remembering.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import IntEnum

import fsrs

from quiz.domain.opinions import BANDS

# Without fuzz, so that replaying a card's events gives the card that is stored.
_SCHEDULER = fsrs.Scheduler(enable_fuzzing=False)
_LEANING, _CERTAIN = BANDS[1].value, BANDS[-1].value
_ONE_DAY = timedelta(days=1)


class Grade(IntEnum):
    """How well a concept was recalled; FSRS's four ratings."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


@dataclass(frozen=True)
class Card:
    """Where a concept stands for one learner; `state` is FSRS's 1 learning, 2 review, 3 relearning.

    `stability` is in days, `difficulty` 1 … 10. Times carry UTC.
    """

    state: int
    step: int | None
    stability: float | None
    difficulty: float | None
    due_at: datetime
    last_review_at: datetime
    reviews: int
    lapses: int


@dataclass(frozen=True)
class Due:
    """A day ahead: how many reviews fall on it, and whether the learner keeps it free."""

    day: date
    reviews: int
    off: bool


def grade(*, right: bool, certainty: float) -> Grade:
    """Return the grade of an answer: wrong or guessed Again, leaning Hard, fairly sure or sure Good, certain Easy.

    `certainty` is that of the answer, 0.5 … 1.
    """
    if not right or certainty < _LEANING:
        return Grade.AGAIN
    if certainty >= _CERTAIN:
        return Grade.EASY
    return Grade.HARD if certainty < BANDS[2].low / 100 else Grade.GOOD


def reviewed(card: Card | None, given: Grade, at: datetime) -> Card:
    """Return the card after a review at `at` (UTC); None is a concept met for the first time."""
    before = (
        fsrs.Card(card_id=1, due=at)
        if card is None
        else fsrs.Card(
            card_id=1,
            state=fsrs.State(card.state),
            step=card.step,
            stability=card.stability,
            difficulty=card.difficulty,
            due=card.due_at,
            last_review=card.last_review_at,
        )
    )
    after, _ = _SCHEDULER.review_card(before, fsrs.Rating(int(given)), at)
    forgotten = given is Grade.AGAIN and card is not None and card.state == fsrs.State.Review
    return Card(
        state=int(after.state),
        step=after.step,
        stability=after.stability,
        difficulty=after.difficulty,
        due_at=after.due,
        last_review_at=at,
        reviews=(card.reviews if card else 0) + 1,
        lapses=(card.lapses if card else 0) + forgotten,
    )


def replay(reviews: Iterable[tuple[Grade, datetime]]) -> Card | None:
    """Return the card that reviews give in their order; None without any."""
    card = None
    for given, at in reviews:
        card = reviewed(card, given, at)
    return card


def serve_day(due_at: datetime, *, today: date, zone: tzinfo, days_off: Collection[date]) -> date:
    """Return the learner's own day on which a card is served: its due day or today, moved past days off."""
    day = max(due_at.astimezone(zone).date(), today)
    while day in days_off:
        day += _ONE_DAY
    return day


def workload(
    due: Iterable[datetime], *, today: date, zone: tzinfo, days_off: Collection[date] = (), days: int = 14
) -> tuple[Due, ...]:
    """Return the reviews of each of the next `days` days, today first; what is overdue counts today.

    What falls on a day off counts on the next day that isn't one. Later reviews aren't counted, nor is what
    today's reviews will put on these days.
    """
    off = frozenset(days_off)
    served = [serve_day(at, today=today, zone=zone, days_off=off) for at in due]
    ahead = [today + n * _ONE_DAY for n in range(days)]
    return tuple(Due(day, served.count(day), day in off) for day in ahead)
