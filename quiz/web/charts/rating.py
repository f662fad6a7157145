"""A learner's rating with its range on a line, and the CNNs on the same scale."""

from __future__ import annotations

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from quiz.selectors.progress_record import Rating

_LOWEST, _HIGHEST = 800, 2200


def rating_line(shown: Rating, label: str) -> SafeString:
    """Return the line from 800 to 2200; what lies beyond is drawn at its end."""
    ticks = format_html_join(
        "",
        '<line class="chart-grid" x1="{0}%" x2="{0}%" y1="18" y2="30"/>'
        '<text class="chart-text chart-text-small" x="{0}%" y="44" text-anchor="middle">{1}</text>',
        [(_x(at), at) for at in (1000, 1250, 1500, 1750, 2000)],
    )
    ai = format_html_join(
        "",
        '<svg class="chart-dot chart-ai" x="{}%" y="24" overflow="visible"><title>{}: {}</title>'
        '<path d="M0-6 6 0 0 6-6 0z"/></svg>',
        [(_x(rating), key, round(rating)) for key, rating, _ in shown.ai],
    )
    return format_html(
        '<svg class="chart-wide chart-flush" height="50" role="img" aria-label="{}">'
        '<line class="chart-grid" x1="0" x2="100%" y1="24" y2="24"/>{}'
        '<line class="chart-whisker chart-you" x1="{}%" x2="{}%" y1="24" y2="24"/>{}'
        '<svg class="chart-dot chart-you" x="{}%" y="24" overflow="visible"><circle r="7"/></svg></svg>',
        label, ticks, _x(shown.low), _x(shown.high), ai, _x(shown.rating),
    )  # fmt: skip


def _x(rating: float) -> float:
    inside = min(max(rating, _LOWEST), _HIGHEST)
    return round(100 * (inside - _LOWEST) / (_HIGHEST - _LOWEST), 2)
