"""A half year of days, a column a week, darker where more was read."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from quiz.selectors.progress_record import Calendar

_STEP, _CELL, _TOP = 13, 11, 14
STRENGTHS = 4


def calendar(shown: Calendar, label: str) -> SafeString:
    """Return the calendar; the months' names stand above their first whole week."""
    cells = format_html_join(
        "",
        '<rect class="chart-day chart-day-{}" x="{}" y="{}" width="{}" height="{}" rx="2"><title>{}: {}</title></rect>',
        [
            (
                strength(day.reads, shown.most),
                _STEP * column,
                _TOP + _STEP * row,
                _CELL,
                _CELL,
                day.day.isoformat(),
                day.reads,
            )
            for column, week in enumerate(shown.weeks)
            for row, day in enumerate(week)
            if day.reads is not None
        ],
    )
    months = format_html_join(
        "",
        '<text class="chart-text chart-text-small" x="{}" y="9">{}</text>',
        [
            (_STEP * column, date_format(week[0].day, "M"))
            for column, week in enumerate(shown.weeks)
            if week[0].day.day <= 7 and column < len(shown.weeks) - 1
        ],
    )
    return format_html(
        '<svg class="chart-calendar" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>',
        _STEP * len(shown.weeks), _TOP + _STEP * 7, label, months, cells,
    )  # fmt: skip


def strength(reads: int | None, most: int) -> int:
    """Return how dark a day is, 0 … `STRENGTHS`: in equal steps up to the busiest day."""
    if not reads:
        return 0
    return max(1, -(-STRENGTHS * reads // most))
