"""Reviews due on each of the next days, as bars."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from quiz.domain.scheduling import Due

HEIGHT = 110


def due(days: Sequence[Due], label: str) -> SafeString:
    """Return the bars with their numbers on top; a day off stands hatched."""
    most = max((day.reviews for day in days), default=0) or 1
    width = 100 / len(days)
    bars = format_html_join(
        "",
        '<rect class="{}" x="{}%" y="{}" width="{}%" height="{}"/>'
        '<text class="chart-text" x="{}%" y="{}" text-anchor="middle">{}</text>'
        '<text class="chart-text chart-text-small" x="{}%" y="{}" text-anchor="middle">{}</text>',
        [
            (
                "chart-bar chart-off" if day.off else "chart-bar chart-you",
                round(width * (place + 0.15), 2),
                HEIGHT - _height(day, most),
                round(width * 0.7, 2),
                _height(day, most),
                round(width * (place + 0.5), 2),
                HEIGHT - _height(day, most) - 5,
                day.reviews or "",
                round(width * (place + 0.5), 2),
                HEIGHT + 16,
                date_format(day.day, "j"),
            )
            for place, day in enumerate(days)
        ],
    )
    return format_html(
        '<svg class="chart-wide chart-flush" height="{}" role="img" aria-label="{}">'
        '<line class="chart-grid" x1="0" x2="100%" y1="{}" y2="{}"/>{}</svg>',
        HEIGHT + 22, label, HEIGHT, HEIGHT, bars,
    )  # fmt: skip


def _height(day: Due, most: int) -> float:
    if day.off:
        return 6
    return round((HEIGHT - 24) * day.reviews / most, 1)
