"""What a round adds up to: trust or override, screening, the test without the AI. Pure counts and intervals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from radiology.statistics import Interval, proportion_difference, wilson

PROGRAMME_CANCERS, PROGRAMME_SCREENED = 5.1, 1000
"""Cancers found per women screened in US practice 2007–2013 (Lehman 2017)."""


@dataclass(frozen=True)
class Trust:
    """How a reader who saw the AI first dealt with it: `(AI right?, overridden?)` of each judged case, counted."""

    wrong: int
    wrong_overridden: int
    right: int
    right_overridden: int

    @classmethod
    def of(cls, judged: Iterable[tuple[bool, bool]]) -> Trust:
        """Count pairs of (the AI was right, the reader overrode it)."""
        rows = list(judged)
        wrong = [overridden for ai_right, overridden in rows if not ai_right]
        right = [overridden for ai_right, overridden in rows if ai_right]
        return cls(len(wrong), sum(wrong), len(right), sum(right))

    @property
    def n(self) -> int:
        """Cases judged."""
        return self.wrong + self.right

    @property
    def error_share(self) -> float | None:
        """Share of the AI's answers that were wrong, 0 to 1; None without cases."""
        return self.wrong / self.n if self.n else None

    @property
    def errors_caught(self) -> Interval | None:
        """Sensitivity to the AI's errors: share of its wrong answers that were overridden."""
        return wilson(self.wrong_overridden, self.wrong) if self.wrong else None

    @property
    def false_overrides(self) -> Interval | None:
        """Share of the AI's right answers that were overridden all the same."""
        return wilson(self.right_overridden, self.right) if self.right else None


@dataclass(frozen=True)
class Screened:
    """One reader's round: whom they recalled, counted against who has a cancer."""

    cancers: int
    detected: int
    healthy: int
    recalled_healthy: int

    @classmethod
    def of(cls, rows: Iterable[tuple[bool, bool]]) -> Screened:
        """Count pairs of (recalled, has a cancer)."""
        pairs = list(rows)
        cancers = [recalled for recalled, cancer in pairs if cancer]
        healthy = [recalled for recalled, cancer in pairs if not cancer]
        return cls(len(cancers), sum(cancers), len(healthy), sum(healthy))

    @property
    def n(self) -> int:
        """Cases read."""
        return self.cancers + self.healthy

    @property
    def recalled(self) -> int:
        """Cases recalled, with a cancer or without."""
        return self.detected + self.recalled_healthy

    @property
    def recall_rate(self) -> Interval | None:
        """Share of all cases that were recalled."""
        return wilson(self.recalled, self.n) if self.n else None

    @property
    def detection_rate(self) -> Interval | None:
        """Share of the cancers that were recalled."""
        return wilson(self.detected, self.cancers) if self.cancers else None

    @property
    def predictive_value(self) -> Interval | None:
        """Share of those recalled who have a cancer, at this round's prevalence."""
        return wilson(self.detected, self.recalled) if self.recalled else None

    def predictive_value_at(self, prevalence: float) -> float | None:
        """Return what the predictive value would be at another prevalence, 0 to 1, with the same recall of each kind.

        Bayes' theorem; None where the round has no cancer, nobody healthy or no recall.
        """
        if not self.cancers or not self.healthy or not self.recalled:
            return None
        found = prevalence * self.detected / self.cancers
        false = (1 - prevalence) * self.recalled_healthy / self.healthy
        return found / (found + false)


@dataclass(frozen=True)
class WithoutAI:
    """First opinions right in a test without the AI, against those in aided reads of the same period."""

    right: int
    n: int
    aided_right: int
    aided_n: int

    @property
    def difference(self) -> Interval | None:
        """Share right without the AI minus share right at first in aided reads; None where either is empty."""
        if not self.n or not self.aided_n:
            return None
        return proportion_difference(self.right, self.n, self.aided_right, self.aided_n)

    @property
    def points(self) -> tuple[int, int, int] | None:
        """The difference and its bounds in whole percentage points."""
        found = self.difference
        if found is None:
            return None
        return round(100 * found.value), round(100 * found.low), round(100 * found.high)

    @property
    def finding(self) -> str:
        """What the interval says: "better", "worse", or "chance" where it holds zero; empty without one."""
        found = self.difference
        if found is None:
            return ""
        return "better" if found.low > 0 else "worse" if found.high < 0 else "chance"
