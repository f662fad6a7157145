"""Reliance as a point in the square of RAIR and RSR, with the line on which following by rule lies."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from quiz.domain.reliance import Reliance
from quiz.web.charts.plane import Plane


def square(pair: Reliance, label: str) -> SafeString:
    """Return the square; without the point where there are not enough reads yet."""
    plane = Plane(_("Took the AI's answer when it was right"), _("Kept yours when the AI was wrong"))
    marks = [plane.line(0, 1, 1, 0, "chart-reference")]
    corners = [
        (0.12, 0.94, "start", _("keeps always")),
        (0.97, 0.94, "end", _("tells them apart")),
        (0.88, 0.03, "end", _("follows always")),
    ]
    marks += [
        format_html(
            '<text class="chart-text" x="{}" y="{}" text-anchor="{}">{}</text>',
            plane.x(x),
            plane.y(y),
            anchor,
            text,
        )
        for x, y, anchor, text in corners
    ]
    rair, rsr = pair.rair.interval, pair.rsr.interval
    if rair is not None and rsr is not None:
        marks.append(plane.line(rair.low, rsr.value, rair.high, rsr.value, "chart-whisker chart-you"))
        marks.append(plane.line(rair.value, rsr.low, rair.value, rsr.high, "chart-whisker chart-you"))
        marks.append(
            format_html(
                '<circle class="chart-dot chart-you" cx="{}" cy="{}" r="7"/>',
                plane.x(rair.value),
                plane.y(rsr.value),
            )
        )
    return plane.draw(label, *marks)
