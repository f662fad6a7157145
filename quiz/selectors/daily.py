"""The case of the day: which it is, how everybody answered it, and who takes part."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Max

from quiz import permissions
from quiz.domain.case_choice import Choice, NoCase
from quiz.domain.opinions import BANDS
from quiz.models import Case, CaseSet, DailyCase, Opinion, Read, Sitting, User
from quiz.permissions import Visitor
from quiz.selectors.next_case import served_cases

BOARD_DAYS = 30


@dataclass(frozen=True)
class AnswerCount:
    """How many readers of a day's case gave one answer; `certainties` counts them by band, guessing first."""

    label: str
    readers: int
    percent: float
    yours: bool
    certainties: tuple[int, ...]


@dataclass(frozen=True)
class Spread:
    """How everybody answered a finding of a day's case at first."""

    label: str
    readers: int
    answers: tuple[AnswerCount, ...]


@dataclass(frozen=True)
class BoardRow:
    """Somebody who takes part under a name of their choice, and on how many of the last days."""

    name: str
    days: int
    you: bool


def utc_day(now: datetime) -> date:
    """Return the day of the daily case: UTC's, for everybody alike. `now` carries UTC."""
    return now.date()


def daily_sets(user: Visitor) -> list[CaseSet]:
    """Return the open sets whose cases are kept for the daily case, oldest first."""
    sets = permissions.visible_case_sets(user).filter(pool=CaseSet.Pool.DAILY)
    return list(sets.order_by("published_at", "pk"))


def case_of(day: date) -> DailyCase | None:
    """Return the case of a day, if it has been chosen."""
    return DailyCase.objects.select_related("case_set", "case__pack").filter(day=day).first()


def cases_for_today(user: Visitor) -> list[tuple[CaseSet, Case]]:
    """Return what today's case may be: cases of daily sets that were never a day's case, or the least recent ones."""
    able = [(one, case) for one in daily_sets(user) for case in served_cases(one)]
    used: dict[int, date] = dict(
        DailyCase.objects.values("case").annotate(last=Max("day")).values_list("case", "last")
    )
    fresh = [(one, case) for one, case in able if case.pk not in used]
    if fresh or not able:
        return fresh
    oldest = min(used[case.pk] for _, case in able)
    return [(one, case) for one, case in able if used[case.pk] == oldest]


def daily_read(user: Visitor, day: date) -> Read | None:
    """Return the visitor's own read of a day's case, if they began it."""
    return (
        permissions.visible_reads(user)
        .select_related("sitting")
        .filter(sitting__mode=Sitting.Mode.DAILY, sitting__started_at__date=day)
        .first()
    )


def daily_choice(learner: User, case_set: CaseSet, now: datetime) -> Choice:
    """Return today's case where it belongs to this set and this learner hasn't read it."""
    today = case_of(utc_day(now))
    if daily_read(learner, utc_day(now)) is not None:
        return Choice(reason=NoCase.DONE_TODAY)
    if today is None:
        # Nobody has begun it yet: it is chosen when somebody does.
        able = [case.pk for one, case in cases_for_today(learner) if one == case_set]
        return Choice(tuple(able[:1])) if able else Choice(reason=NoCase.NO_DAILY_CASE)
    if today.case_set_id != case_set.pk or not served_cases(case_set).filter(pk=today.case_id).exists():
        return Choice(reason=NoCase.NO_DAILY_CASE)
    return Choice((today.case_id,))


def spread_of(read: Read) -> list[Spread]:
    """Return how everybody answered this day's case at first; the caller has seen its truth."""
    firsts = Opinion.objects.filter(
        kind=Opinion.Kind.FIRST,
        read__case=read.case_id,
        read__sitting__mode=Sitting.Mode.DAILY,
        read__sitting__started_at__date=read.sitting.started_at.date(),
    )
    total = firsts.count()
    counted: Counter[tuple[str, bool, float]] = Counter()
    rows = firsts.filter(cannot_tell=False).values_list(
        "answers__finding", "answers__present", "answers__certainty"
    )
    counted.update(row for row in rows)
    own = {
        answer.finding: answer.present
        for opinion in read.opinions.filter(kind=Opinion.Kind.FIRST)
        for answer in opinion.answers.all()
    }
    return [
        Spread(finding.label, total, tuple(_answers(counted, finding.key, own.get(finding.key), total)))
        for finding in read.case.pack.findings.all()
    ]


def _answers(
    counted: Counter[tuple[str, bool, float]], finding: str, own: bool | None, total: int
) -> list[AnswerCount]:
    rows = []
    for present in (True, False):
        by_band = tuple(counted[finding, present, band.value] for band in BANDS)
        share = 100 * sum(by_band) / total if total else 0.0
        rows.append(
            AnswerCount("present" if present else "absent", sum(by_band), share, own is present, by_band)
        )
    return rows


def board(user: Visitor, now: datetime) -> list[BoardRow]:
    """Return who takes part under a chosen name, most days first: participation, never results."""
    since = now - timedelta(days=BOARD_DAYS)
    rows = (
        User.objects.exclude(board_name="")
        .filter(
            is_active=True,
            sittings__mode=Sitting.Mode.DAILY,
            sittings__state=Sitting.State.FINISHED,
            sittings__started_at__gt=since,
        )
        .annotate(days=Count("sittings", distinct=True), name=F("board_name"))
        .order_by("-days", "board_name", "pk")
    )
    return [BoardRow(row.board_name, row.days, row.pk == user.pk) for row in rows[:100]]


def daily_page(user: User, now: datetime) -> dict[str, Any]:
    """Return what the page of the daily case shows; the spread of answers only after the reader's own truth."""
    today = utc_day(now)
    read = daily_read(user, today)
    finished = read is not None and read.state == Read.State.TRUTH_SHOWN
    chosen = case_of(today)
    sets = daily_sets(user)
    able = [] if chosen is not None else cases_for_today(user)
    in_set = chosen.case_set if chosen is not None else able[0][0] if able else None
    return {
        "today": today,
        "case_set": in_set if in_set in sets else None,
        "read": read,
        "finished": finished,
        "spread": spread_of(read) if read is not None and finished else [],
        "board": board(user, now),
        "board_days": BOARD_DAYS,
        "board_name": user.board_name,
    }
