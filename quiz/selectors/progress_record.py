"""What a learner's days, rating and achievements say on the progress page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Sum

from quiz.domain import activity
from quiz.domain.achievements import Award
from quiz.domain.activity import Streak
from quiz.models import Achievement, DailyActivity, LearnerRating, RatedPlayer, User
from quiz.models import Streak as StoredStreak

WEEKS = 26
"""Weeks that the calendar shows, the last one being this week."""
_TWO_DEVIATIONS = 2


@dataclass(frozen=True)
class CalendarDay:
    """One of the learner's own days; `reads` is None for days to come."""

    day: date
    reads: int | None
    minutes: int
    points: int


@dataclass(frozen=True)
class Calendar:
    """Whole weeks, Monday first, and the sums over all time."""

    weeks: list[list[CalendarDay]]
    reads: int
    days: int
    streak: Streak
    most: int


@dataclass(frozen=True)
class Rating:
    """A learner on one scale, `low`–`high` two deviations to either side; `ai` are CNNs on the same scale."""

    scale: str
    rating: float
    deviation: float
    games: int
    ai: list[tuple[str, float, float]]

    @property
    def low(self) -> float:
        """Lower end of the range."""
        return self.rating - _TWO_DEVIATIONS * self.deviation

    @property
    def high(self) -> float:
        """Upper end of the range."""
        return self.rating + _TWO_DEVIATIONS * self.deviation


@dataclass(frozen=True)
class Earned:
    """An achievement, with the read that earned it."""

    award: Award
    read: str
    at: datetime


def calendar_of(user: User, now: datetime) -> Calendar:
    """Return the learner's half year of days in three queries."""
    today = activity.own_day(now, user.time_zone)
    monday = today - timedelta(days=today.weekday() + 7 * (WEEKS - 1))
    mine = DailyActivity.objects.filter(learner=user, reads__gt=0)
    rows = {row.day: row for row in mine.filter(day__gte=monday)}
    totals = mine.aggregate(reads=Sum("reads"))

    def one(day: date) -> CalendarDay:
        row = rows.get(day)
        if row is None:
            return CalendarDay(day, 0 if day <= today else None, 0, 0)
        return CalendarDay(day, row.reads, round(row.seconds / 60), row.points)

    weeks = [
        [one(monday + timedelta(days=7 * week + weekday)) for weekday in range(7)] for week in range(WEEKS)
    ]
    stored = StoredStreak.objects.filter(learner=user).first()
    streak = Streak(stored.current, stored.longest, stored.last_day, stored.rest_days) if stored else Streak()
    return Calendar(
        weeks=weeks,
        reads=totals["reads"] or 0,
        days=len(rows),
        streak=activity.as_of(streak, today),
        most=max((row.reads for row in rows.values()), default=0),
    )


def ratings_of(user: User) -> list[Rating]:
    """Return where the learner and the CNNs stand on each scale the learner is rated on; two queries."""
    rows = list(LearnerRating.objects.filter(learner=user).order_by("scale"))
    ai: dict[str, list[tuple[str, float, float]]] = {}
    players = RatedPlayer.objects.filter(
        scale__in=[row.scale for row in rows], kind=RatedPlayer.Kind.MODEL, games__gt=0
    )
    for player in players.order_by("model_key", "pk"):
        ai.setdefault(player.scale, []).append((player.model_key, player.rating, player.deviation))
    return [Rating(row.scale, row.rating, row.deviation, row.games, ai.get(row.scale, [])) for row in rows]


def earned_by(user: User) -> list[Earned]:
    """Return the learner's achievements in the order in which they were earned; one query."""
    rows = Achievement.objects.filter(learner=user, slug__in=list(Award)).select_related("read")
    return [
        Earned(Award(row.slug), str(row.read.public_id) if row.read else "", row.earned_at) for row in rows
    ]
