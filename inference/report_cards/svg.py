"""A report's charts as SVG, coloured by the classes of the page around: the site's style sheet, or the lone page's own.

The classes are those of `frontend/src/styles/charts.css`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

SIDE, LEFT, BOTTOM, TOP = 300, 46, 40, 10


def draw(chart: Mapping[str, Any]) -> SafeString:
    """The chart as an SVG element of 360 × 350, with axes from 0 to 100 %."""
    marks = {"reliability": _reliability, "scores": _histogram}.get(chart["kind"], _curve)(chart)
    ticks = format_html_join(
        "",
        '<line class="chart-grid" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>'
        '<line class="chart-grid" x1="{3}" x2="{4}" y1="{5}" y2="{5}"/>',
        [(_x(t), _y(0), _y(1), _x(0), _x(1), _y(t)) for t in (0, 0.25, 0.5, 0.75, 1)],
    )
    labels = format_html_join(
        "",
        '<text class="chart-text" x="{}" y="{}" text-anchor="middle">{} %</text>',
        [(_x(t), _y(0) + 15, round(100 * t)) for t in (0, 0.5, 1)],
    )
    return format_html(
        '<svg class="chart-plane" viewBox="0 0 368 350" role="img" aria-label="{0}, {1}">{2}{3}{4}'
        '<text class="chart-title" x="{5}" y="345" text-anchor="middle">{0}</text>'
        '<text class="chart-title" x="14" y="{6}" text-anchor="middle" transform="rotate(-90 14 {6})">{1}</text></svg>',
        chart["x"], chart["y"], ticks, labels, marks, _x(0.5), _y(0.5),
    )  # fmt: skip


def _x(share: float) -> float:
    return round(LEFT + share * SIDE, 1)


def _y(share: float) -> float:
    return round(TOP + (1 - share) * SIDE, 1)


def _curve(chart: Mapping[str, Any]) -> SafeString:
    line = _line(chart["points"])
    return _diagonal() + line if chart["kind"] == "roc" else line


def _diagonal() -> SafeString:
    return format_html(
        '<line class="chart-reference" x1="{}" y1="{}" x2="{}" y2="{}"/>', _x(0), _y(0), _x(1), _y(1)
    )


def _line(points: Sequence[Sequence[float]]) -> SafeString:
    places = " ".join(f"{_x(x)},{_y(y)}" for x, y in points)
    return format_html('<polyline class="chart-curve chart-ai" points="{}"/>', places)


def _reliability(chart: Mapping[str, Any]) -> SafeString:
    marks = format_html_join(
        "",
        '<line class="chart-whisker chart-ai" x1="{0}" x2="{0}" y1="{2}" y2="{3}"/>'
        '<circle class="chart-dot chart-ai" cx="{0}" cy="{1}" r="4.5"/>',
        [(_x(x), _y(y), _y(low), _y(high)) for x, y, low, high in chart["points"]],
    )
    return _diagonal() + marks


def _histogram(chart: Mapping[str, Any]) -> SafeString:
    """Each group's bars as a share of its highest bar: those with the finding filled, those without hollow."""
    bars = []
    highest = max(*chart["with"], *chart["without"], 1)
    for counts, kind, shift in (
        (chart["with"], "chart-bar chart-ai", 0.0),
        (chart["without"], "chart-hollow chart-you", 0.5),
    ):
        for low, high, count in zip(chart["edges"], chart["edges"][1:], counts, strict=False):
            width = (high - low) / 2
            bars.append(
                (
                    kind,
                    _x(low + shift * (high - low)),
                    _y(count / highest),
                    round(width * SIDE, 1),
                    round(SIDE * count / highest, 1),
                )
            )
    drawn = format_html_join("", '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>', bars)
    key = format_html_join(
        "",
        '<rect class="{}" x="{}" y="{}" width="10" height="10"/><text class="chart-text" x="{}" y="{}">{}</text>',
        [
            (kind, _x(0.3), TOP + 4 + 18 * row, _x(0.3) + 16, TOP + 14 + 18 * row, name)
            for row, (kind, name) in enumerate(
                zip(("chart-bar chart-ai", "chart-hollow chart-you"), chart["names"], strict=True)
            )
        ],
    )
    return SafeString(drawn + key)
