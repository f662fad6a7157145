"""Share right over time: first opinion, final opinion and the AI, told apart by line, symbol and colour."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from quiz.domain.shares import Share
from quiz.selectors.progress import Row

HEIGHT = 200
_LABELS = 5
_ONE_YEAR = 365
_FIRST, _FINAL, _AI = "chart-you chart-first", "chart-you chart-final", "chart-ai"


def curve(rows: Sequence[Row], label: str) -> SafeString:
    """Return the curve over periods, which lie evenly; one without scored reads is left out of its line.

    Across it is drawn in per cent, so that it is as wide as its place and its letters keep their size.
    """
    lines = [
        _series([row.ai for row in rows], _AI),
        _series([row.first for row in rows], _FIRST),
        _series([row.final for row in rows], _FINAL),
    ]
    grid = format_html_join(
        "",
        '<line class="chart-grid" x1="0" x2="100%" y1="{0}" y2="{0}"/>'
        '<text class="chart-text" x="-8" y="{1}" text-anchor="end">{2} %</text>',
        [(_y(percent), _y(percent) + 4, percent) for percent in (0, 25, 50, 75, 100)],
    )
    return format_html(
        '<svg class="chart-wide" height="{}" role="img" aria-label="{}">{}{}{}</svg>',
        HEIGHT + 28, label, grid, _names(rows), SafeString("".join(lines)),
    )  # fmt: skip


def _series(shares: Sequence[Share], kind: str) -> SafeString:
    points = [
        (_x(place, len(shares)), _y(share.percent), share)
        for place, share in enumerate(shares)
        if share.percent is not None
    ]
    segments = format_html_join(
        "",
        '<line class="chart-line {}" x1="{}%" y1="{}" x2="{}%" y2="{}"/>',
        [(kind, a[0], a[1], b[0], b[1]) for a, b in zip(points, points[1:], strict=False)],
    )
    # A place of its own, since a path can't be laid out in per cent.
    shape = '<path d="M0-6 6 0 0 6-6 0z"/>' if kind == _AI else '<circle r="4.5"/>'
    dots = format_html_join(
        "",
        '<svg class="chart-dot {}" x="{}%" y="{}" overflow="visible"><title>{} % ({}/{})</title>{}</svg>',
        [
            (kind, x, y, round(share.percent or 0), share.k, share.n, SafeString(shape))
            for x, y, share in points
        ],
    )
    return SafeString(segments + dots)


def _names(rows: Sequence[Row]) -> SafeString:
    days = [row.period.first for row in rows if row.period]
    style = "j M" if days and (days[-1] - days[0]).days < _ONE_YEAR else "M Y"
    step = max(1, -(-len(rows) // _LABELS))
    return format_html_join(
        "",
        '<text class="chart-text" x="{}%" y="{}" text-anchor="middle">{}</text>',
        [
            (_x(place, len(rows)), HEIGHT + 22, date_format(row.period.first, style))
            for place, row in enumerate(rows)
            if place % step == 0 and row.period
        ],
    )


def _x(place: int, of: int) -> float:
    return round(100 * (place + 0.5) / of, 2)


def _y(percent: float) -> float:
    return round(8 + (HEIGHT - 12) * (1 - percent / 100), 1)
