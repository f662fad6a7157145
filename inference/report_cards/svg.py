"""A report's charts as SVG, for the page that stands alone; the site draws the same data with ECharts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

SIDE, LEFT, BOTTOM, TOP = 300, 46, 40, 10
_BLUE, _ORANGE, _INK, _LINE = "#2563a8", "#c2571a", "#333", "#ccc"


def draw(chart: Mapping[str, Any]) -> SafeString:
    """The chart as an SVG element of 360 × 350, with axes from 0 to 100 %."""
    marks = {"reliability": _reliability, "scores": _histogram}.get(chart["kind"], _curve)(chart)
    ticks = format_html_join(
        "",
        '<line x1="{0}" x2="{0}" y1="{1}" y2="{2}" stroke="{6}"/>'
        '<line x1="{3}" x2="{4}" y1="{5}" y2="{5}" stroke="{6}"/>',
        [(_x(t), _y(0), _y(1), _x(0), _x(1), _y(t), _LINE) for t in (0, 0.25, 0.5, 0.75, 1)],
    )
    labels = format_html_join(
        "",
        '<text x="{}" y="{}" font-size="11" text-anchor="middle" fill="{}">{} %</text>',
        [(_x(t), _y(0) + 15, _INK, round(100 * t)) for t in (0, 0.5, 1)],
    )
    return format_html(
        '<svg viewBox="0 0 360 350" width="360" height="350" role="img" aria-label="{0}, {1}" '
        'font-family="sans-serif">{2}{3}{4}'
        '<text x="{5}" y="345" font-size="12" text-anchor="middle" fill="{7}">{0}</text>'
        '<text x="14" y="{6}" font-size="12" text-anchor="middle" fill="{7}" '
        'transform="rotate(-90 14 {6})">{1}</text></svg>',
        chart["x"], chart["y"], ticks, labels, marks, _x(0.5), _y(0.5), _INK,
    )  # fmt: skip


def _x(share: float) -> float:
    return round(LEFT + share * SIDE, 1)


def _y(share: float) -> float:
    return round(TOP + (1 - share) * SIDE, 1)


def _curve(chart: Mapping[str, Any]) -> SafeString:
    line = _line(chart["points"], _BLUE)
    return _diagonal() + line if chart["kind"] == "roc" else line


def _diagonal() -> SafeString:
    return format_html(
        '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-dasharray="4 4"/>',
        _x(0), _y(0), _x(1), _y(1), _INK,
    )  # fmt: skip


def _line(points: Sequence[Sequence[float]], colour: str) -> SafeString:
    places = " ".join(f"{_x(x)},{_y(y)}" for x, y in points)
    return format_html('<polyline points="{}" fill="none" stroke="{}" stroke-width="2"/>', places, colour)


def _reliability(chart: Mapping[str, Any]) -> SafeString:
    marks = format_html_join(
        "",
        '<line x1="{0}" x2="{0}" y1="{2}" y2="{3}" stroke="{4}"/><circle cx="{0}" cy="{1}" r="4" fill="{4}"/>',
        [(_x(x), _y(y), _y(low), _y(high), _BLUE) for x, y, low, high in chart["points"]],
    )
    return _diagonal() + marks


def _histogram(chart: Mapping[str, Any]) -> SafeString:
    """Each group's bars as a share of its highest bar."""
    bars = []
    for counts, colour, shift in ((chart["with"], _ORANGE, 0.0), (chart["without"], _BLUE, 0.5)):
        highest = max(*chart["with"], *chart["without"], 1)
        for low, high, count in zip(chart["edges"], chart["edges"][1:], counts, strict=False):
            width = (high - low) / 2
            bars.append(
                (
                    _x(low + shift * (high - low)),
                    _y(count / highest),
                    width * SIDE,
                    SIDE * count / highest,
                    colour,
                )
            )
    return format_html_join("", '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>', bars)
