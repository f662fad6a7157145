"""Times of an exam: when a candidate's time is up, and when it has closed for everyone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

GRACE = timedelta(seconds=30)
"""An answer sent in time may arrive this much later: the network's delay isn't the candidate's."""


@dataclass(frozen=True)
class ExamTimes:
    """An exam's hours as its instructor set them; None where there is none."""

    opens_at: datetime | None
    closes_at: datetime | None
    limit_minutes: int | None

    def open_at(self, now: datetime) -> bool:
        """Whether it has opened; an exam without an opening time is open from its publication on."""
        return self.opens_at is None or now >= self.opens_at

    def closed_at(self, now: datetime) -> bool:
        """Whether nobody may start any more, extra time or not."""
        return self.closes_at is not None and now >= self.closes_at

    def deadline(self, started_at: datetime, extra_minutes: int = 0) -> datetime | None:
        """Return when a candidate's time is up.

        The time limit runs from the start and ends with the exam at the latest; extra time comes on top of both.
        """
        limit = started_at + timedelta(minutes=self.limit_minutes) if self.limit_minutes else None
        ends = [end for end in (limit, self.closes_at) if end is not None]
        return min(ends) + timedelta(minutes=extra_minutes) if ends else None

    def over_for_everyone(self, now: datetime, longest_extra_minutes: int) -> bool:
        """Whether the exam has closed and the longest extra time, with the grace, has passed."""
        if self.closes_at is None:
            return False
        return now >= self.closes_at + timedelta(minutes=longest_extra_minutes) + GRACE


def time_is_up(deadline: datetime | None, now: datetime) -> bool:
    """Whether an answer that arrives now comes too late, the grace included."""
    return deadline is not None and now > deadline + GRACE


def passed(right: int, asked: int, pass_mark_percent: int | None) -> bool | None:
    """Return whether the first opinions right reach the pass mark; None where the exam has none.

    Cases left unanswered count as asked. Raises ValueError where nothing was asked.
    """
    if asked < 1:
        raise ValueError("An exam without a case has no result.")
    if pass_mark_percent is None:
        return None
    return right >= ceil(asked * pass_mark_percent / 100)
