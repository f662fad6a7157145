"""How often answers of each certainty were right, against the line where both are the same."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from quiz.domain.calibration import Reliability
from quiz.web.charts.plane import Plane

_LOWEST = 0.5


def reliability(diagram: Reliability, label: str) -> SafeString:
    """Return the diagram; the certainty of an answer lies between 50 and 100 %."""
    plane = Plane(_("How certain you said you were"), _("How often you were right"), start=_LOWEST)
    marks = [plane.line(_LOWEST, _LOWEST, 1, 1, "chart-reference")]
    for one in diagram.bins:
        x, interval = plane.x(one.stated), one.observed
        marks.append(
            plane.line(one.stated, interval.low, one.stated, interval.high, "chart-whisker chart-you")
        )
        marks.append(
            format_html(
                '<circle class="chart-dot chart-you" cx="{}" cy="{}" r="5.5"><title>{}</title></circle>',
                x,
                plane.y(interval.value),
                f"{round(100 * interval.value)} %",
            )  # fmt: skip
        )
    return plane.draw(label, *marks)
