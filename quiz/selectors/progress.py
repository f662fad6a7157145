"""A learner's figures over time: right at first and final opinion beside the AI, of first exposures only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from quiz import permissions
from quiz.models import ReadOutcome, User
from quiz.selectors.sittings import right
from radiology.statistics import Interval, wilson

MINIMUM_READS = 8


@dataclass(frozen=True)
class Point:
    """One scored read: the learner's local day, set title, and who was right (None: not scored)."""

    day: date
    set_title: str
    first: bool | None
    final: bool | None
    ai: bool | None


@dataclass(frozen=True)
class Share:
    """k right of n, with a Wilson interval from `MINIMUM_READS` on (None before)."""

    k: int
    n: int
    interval: Interval | None

    @property
    def percent(self) -> float | None:
        """Share right in per cent; None where n is 0."""
        return 100 * self.k / self.n if self.n else None


@dataclass(frozen=True)
class Row:
    """The three shares of a group of reads."""

    name: str
    reads: int
    first: Share
    final: Share
    ai: Share


@dataclass(frozen=True)
class Agreement:
    """Who was right where both first opinion and AI are scored; `n` is their sum."""

    both_right: int
    you_only: int
    ai_only: int
    both_wrong: int

    @property
    def n(self) -> int:
        """Number of reads in the table."""
        return self.both_right + self.you_only + self.ai_only + self.both_wrong


@dataclass(frozen=True)
class Progress:
    """All that the progress page shows."""

    overall: Row
    by_day: list[Row]
    by_set: list[Row]
    agreement: Agreement
    repeats: int


def progress_of(user: User) -> Progress:
    """Return the learner's figures in two queries."""
    mine = ReadOutcome.objects.filter(read__in=permissions.reads_showing_truth(user))
    zone = _zone(user)
    values = mine.filter(read__first_exposure=True).values_list(
        "read__truth_shown_at", "read__sitting__case_set__title", "learner_first", "learner_final", "ai"
    )
    points = [
        Point(at.astimezone(zone).date(), title, right(first), right(final), right(ai))
        for at, title, first, final, ai in values.order_by("read__truth_shown_at", "pk")
        if at is not None
    ]
    return Progress(
        overall=_row("all", points),
        by_day=_groups(points, lambda point: point.day.isoformat()),
        by_set=_groups(points, lambda point: point.set_title),
        agreement=_agreement(points),
        repeats=mine.filter(read__first_exposure=False).count(),
    )


def _zone(user: User) -> tzinfo:
    try:
        return ZoneInfo(user.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _groups(points: list[Point], name: Callable[[Point], str]) -> list[Row]:
    groups: dict[str, list[Point]] = defaultdict(list)
    for point in points:
        groups[name(point)].append(point)
    return [_row(key, group) for key, group in sorted(groups.items())]


def _row(name: str, points: list[Point]) -> Row:
    return Row(
        name=name,
        reads=len(points),
        first=_share([point.first for point in points]),
        final=_share([point.final for point in points]),
        ai=_share([point.ai for point in points]),
    )


def _share(values: list[bool | None]) -> Share:
    scored = [value for value in values if value is not None]
    k, n = sum(scored), len(scored)
    return Share(k, n, wilson(k, n) if n >= MINIMUM_READS else None)


def _agreement(points: list[Point]) -> Agreement:
    pairs = [(point.first, point.ai) for point in points if point.first is not None and point.ai is not None]
    return Agreement(
        both_right=pairs.count((True, True)),
        you_only=pairs.count((True, False)),
        ai_only=pairs.count((False, True)),
        both_wrong=pairs.count((False, False)),
    )
