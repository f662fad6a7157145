"""A square plane of shares, 0 to 1 both ways unless said otherwise, on a drawing of 348 × 330 units."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

SIDE, LEFT, TOP = 270, 54, 8
WIDTH, HEIGHT = LEFT + SIDE + 24, TOP + SIDE + 52


@dataclass(frozen=True)
class Plane:
    """Axes with their titles; `start` is the lowest share on the x axis."""

    x_title: str
    y_title: str
    start: float = 0.0

    def x(self, share: float) -> float:
        """Where a share lies across, in units."""
        return round(LEFT + SIDE * (share - self.start) / (1 - self.start), 1)

    def y(self, share: float) -> float:
        """Where a share lies down, in units."""
        return round(TOP + SIDE * (1 - share), 1)

    def draw(self, label: str, *marks: SafeString) -> SafeString:
        """Return the plane with what lies on it, named `label` for those who don't see it."""
        return format_html(
            '<svg class="chart-plane" viewBox="0 0 {0} {1}" role="img" aria-label="{2}">{3}{4}'
            '<text class="chart-title" x="{5}" y="{6}" text-anchor="middle">{7}</text>'
            '<text class="chart-title" x="14" y="{8}" text-anchor="middle" transform="rotate(-90 14 {8})">{9}</text>'
            "</svg>",
            WIDTH, HEIGHT, label, self._grid(), SafeString("".join(marks)),
            LEFT + SIDE / 2, HEIGHT - 8, self.x_title, TOP + SIDE / 2, self.y_title,
        )  # fmt: skip

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> SafeString:
        """Return a line between two points, given as shares."""
        return format_html(
            '<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>',
            kind, self.x(x1), self.y(y1), self.x(x2), self.y(y2),
        )  # fmt: skip

    def _grid(self) -> SafeString:
        across = [self.start + (1 - self.start) * step / 4 for step in range(5)]
        down = [step / 4 for step in range(5)]
        lines = format_html_join(
            "",
            '<line class="chart-grid" x1="{}" y1="{}" x2="{}" y2="{}"/>',
            [(self.x(at), TOP, self.x(at), TOP + SIDE) for at in across]
            + [(LEFT, self.y(at), LEFT + SIDE, self.y(at)) for at in down],
        )
        texts = format_html_join(
            "",
            '<text class="chart-text" x="{}" y="{}" text-anchor="{}">{} %</text>',
            [(self.x(at), TOP + SIDE + 18, "middle", round(100 * at)) for at in across[::2]]
            + [(LEFT - 7, self.y(at) + 4, "end", round(100 * at)) for at in down[::2]],
        )
        return SafeString(lines + texts)
