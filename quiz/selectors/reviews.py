"""What is due for review: the next fourteen days, and in which sets it can be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from quiz import permissions
from quiz.domain import activity, scheduling
from quiz.domain.scheduling import Due
from quiz.models import AnswerKey, CaseSet, DayOff, ReviewCard, User
from quiz.selectors.next_case import servable

DAYS = 14


@dataclass(frozen=True)
class DueSet:
    """A set in which something due can be read; `due` counts, and never names, concepts."""

    case_set: CaseSet
    due: int


@dataclass(frozen=True)
class Workload:
    """The next days with what falls on each, and today's share by set; `cards` counts all concepts under review."""

    days: tuple[Due, ...]
    today: int
    sets: list[DueSet]
    cards: int


def workload_of(user: User, now: datetime) -> Workload:
    """Return what a learner has to review, in a fixed number of queries."""
    cards = _Cards.of(user, now)
    due = set(cards.due())
    return Workload(cards.ahead(), len(due), _sets_with(user, due) if due else [], len(cards.rows))


def days_ahead(user: User, now: datetime) -> tuple[Due, ...]:
    """Return how many reviews fall on each of the next days; two queries."""
    return _Cards.of(user, now).ahead()


def due_count(user: User, now: datetime) -> tuple[int, int]:
    """Return how many concepts are due today, and how many are under review at all; two queries."""
    cards = _Cards.of(user, now)
    return len(cards.due()), len(cards.rows)


def due_concepts(user: User, now: datetime) -> list[str]:
    """Return the concepts due on the learner's own day, most overdue first; none on a day off."""
    return _Cards.of(user, now).due()


@dataclass(frozen=True)
class _Cards:
    """A learner's review cards as (concept, due), by due time, with what their day depends on."""

    rows: list[tuple[str, datetime]]
    zone: tzinfo
    today: date
    off: set[date]

    @classmethod
    def of(cls, user: User, now: datetime) -> _Cards:
        cards = ReviewCard.objects.filter(learner=user).order_by("due_at", "pk")
        return cls(
            list(cards.values_list("concept", "due_at")),
            activity.zone(user.time_zone),
            activity.own_day(now, user.time_zone),
            set(DayOff.objects.filter(learner=user).values_list("day", flat=True)),
        )

    def ahead(self) -> tuple[Due, ...]:
        return scheduling.workload(
            [due_at for _, due_at in self.rows],
            today=self.today,
            zone=self.zone,
            days_off=self.off,
            days=DAYS,
        )

    def due(self) -> list[str]:
        return [
            concept
            for concept, due_at in self.rows
            if scheduling.serve_day(due_at, today=self.today, zone=self.zone, days_off=self.off) == self.today
        ]


def _sets_with(user: User, due: set[str]) -> list[DueSet]:
    sets = permissions.visible_case_sets(user).filter(pool=CaseSet.Pool.OPEN)
    found: dict[int, set[str]] = {}
    keys = AnswerKey.objects.filter(
        is_current=True, case__in=servable(), case__entries__case_set__in=sets
    ).values_list("case__entries__case_set", "concepts")
    for case_set, concepts in keys:
        found.setdefault(case_set, set()).update(due & set(concepts))
    rows = [DueSet(one, len(found.get(one.pk, ()))) for one in sets]
    return sorted((row for row in rows if row.due), key=lambda row: -row.due)
