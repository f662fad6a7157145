"""Shares: so many of so many, with an interval once there are enough."""

from __future__ import annotations

from dataclasses import dataclass

from radiology.statistics import Interval, wilson

MINIMUM_READS = 8
"""Reads before a share is given with its interval; before: "not enough reads yet"."""


@dataclass(frozen=True)
class Share:
    """`k` of `n`; without an interval before `MINIMUM_READS`."""

    k: int
    n: int

    @property
    def interval(self) -> Interval | None:
        """The share with Wilson's interval, or None where there are not enough reads yet."""
        return wilson(self.k, self.n) if self.n >= MINIMUM_READS else None

    @property
    def percent(self) -> float | None:
        """The share in per cent; None where n is 0."""
        return 100 * self.k / self.n if self.n else None

    def plus(self, other: Share) -> Share:
        """Return both counted together."""
        return Share(self.k + other.k, self.n + other.n)
