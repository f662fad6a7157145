"""A share with its interval on a line from 0 to 100 %, for the cell of a table."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString

from quiz.domain.shares import Share


def whisker(share: Share, voice: str) -> SafeString:
    """Return the line; `voice` is first, final or ai. Decoration: the cell says the numbers."""
    interval = share.interval
    if share.percent is None:
        return SafeString("")
    kind = "chart-ai" if voice == "ai" else f"chart-you chart-{voice}"
    line = (
        format_html(
            '<line class="chart-whisker {}" x1="{}%" x2="{}%" y1="8" y2="8"/>',
            kind,
            round(100 * interval.low, 1),
            round(100 * interval.high, 1),
        )  # fmt: skip
        if interval
        else SafeString("")
    )
    shape = '<path d="M0-5.5 5.5 0 0 5.5-5.5 0z"/>' if voice == "ai" else '<circle r="4"/>'
    return format_html(
        '<svg class="chart-cell" height="16" aria-hidden="true">'
        '<line class="chart-grid" x1="0" x2="100%" y1="8" y2="8"/>{}'
        '<svg class="chart-dot {}" x="{}%" y="8" overflow="visible">{}</svg></svg>',
        line, kind, round(share.percent, 1), SafeString(shape),
    )  # fmt: skip
