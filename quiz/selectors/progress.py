"""A learner's figures over time: right at first and final opinion beside the AI, of first exposures only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Count, Q

from quiz import permissions
from quiz.domain.outcomes import Verdict
from quiz.domain.periods import Period, Unit, period_of, unit_for
from quiz.domain.read_flow import Flow
from quiz.domain.shares import Share
from quiz.models import User

Key = TypeVar("Key")


_NONE = Share(0, 0)


@dataclass(frozen=True)
class Row:
    """The three shares of a group of reads; `key` is the set's slug or the period's first day."""

    name: str
    reads: int
    first: Share
    final: Share
    ai: Share
    key: str = ""
    period: Period | None = None


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
    """Counts of right answers: of all reads, by day, by period (for a curve) and by set. `repeats` are left out."""

    overall: Row
    by_day: list[Row]
    curve: list[Row]
    unit: Unit
    by_set: list[Row]
    agreement: Agreement
    repeats: int


@dataclass(frozen=True)
class _Group:
    """The reads of one day and set."""

    day: date | None
    title: str
    slug: str
    reads: int
    first: Share
    final: Share
    ai: Share
    agreement: tuple[int, int, int, int]


def progress_of(user: User) -> Progress:
    """Return the learner's figures in two queries, whatever the number of reads."""
    groups = _groups_of(user)
    days = {group.day for group in groups if group.day is not None}
    unit = unit_for(days)
    return Progress(
        overall=_row("all", groups),
        by_day=_rows(groups, lambda group: _period(group, Unit.DAY)),
        curve=_rows(groups, lambda group: _period(group, unit)),
        unit=unit,
        by_set=[
            _row(title, some, key=slug)
            for (title, slug), some in sorted(_gather(groups, lambda one: (one.title, one.slug)).items())
        ],
        agreement=Agreement(*map(sum, zip(*(group.agreement for group in groups), strict=True)))
        if groups
        else Agreement(0, 0, 0, 0),
        repeats=_counted(user).filter(first_exposure=False).count(),
    )


def _counted(user: User):  # type: ignore[no-untyped-def]  # annotated querysets have no static type
    """Finished reads in which the learner read before the AI did."""
    return permissions.reads_showing_truth(user).exclude(sitting__flow=Flow.AI_FIRST)


def _groups_of(user: User) -> list[_Group]:
    right, wrong = Verdict.RIGHT.value, Verdict.WRONG.value

    def count(**verdicts: str) -> Count:
        return Count("pk", filter=Q(**{f"outcome__{name}": verdict for name, verdict in verdicts.items()}))

    counts = [
        Count("pk"),
        count(learner_first=right),
        count(learner_first=wrong),
        count(learner_final=right),
        count(learner_final=wrong),
        count(ai=right),
        count(ai=wrong),
        count(learner_first=right, ai=right),
        count(learner_first=right, ai=wrong),
        count(learner_first=wrong, ai=right),
        count(learner_first=wrong, ai=wrong),
    ]
    rows = (
        _counted(user)
        .filter(first_exposure=True)
        .order_by()
        .values_list("day", "sitting__case_set__title", "sitting__case_set__slug")
        .annotate(**{f"count_{number}": one for number, one in enumerate(counts)})
    )
    return [
        _Group(
            day=day,
            title=title,
            slug=slug,
            reads=n,
            first=Share(one[0], one[0] + one[1]),
            final=Share(one[2], one[2] + one[3]),
            ai=Share(one[4], one[4] + one[5]),
            agreement=(one[6], one[7], one[8], one[9]),
        )
        for day, title, slug, n, *one in rows
    ]


def _period(group: _Group, unit: Unit) -> Period | None:
    return period_of(group.day, unit) if group.day is not None else None


def _gather(groups: Iterable[_Group], key: Callable[[_Group], Key]) -> dict[Key, list[_Group]]:
    gathered: dict[Key, list[_Group]] = defaultdict(list)
    for group in groups:
        gathered[key(group)].append(group)
    return gathered


def _rows(groups: list[_Group], period: Callable[[_Group], Period | None]) -> list[Row]:
    gathered = {key: some for key, some in _gather(groups, period).items() if key is not None}
    return [
        _row(key.first.isoformat(), some, key=key.first.isoformat(), period=key)
        for key, some in sorted(gathered.items(), key=lambda pair: pair[0].first)
    ]


def _row(name: str, groups: list[_Group], *, key: str = "", period: Period | None = None) -> Row:
    first = final = ai = _NONE
    for group in groups:
        first, final, ai = first.plus(group.first), final.plus(group.final), ai.plus(group.ai)
    reads = sum(group.reads for group in groups)
    return Row(name, reads, first, final, ai, key=key, period=period)
