"""How well a reader knows what they know: reliability diagram, Brier score and its parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from radiology.statistics import BrierParts, Interval, brier_parts, wilson

MINIMUM_READS = 20
"""Before that many, a diagram shows chance more than the reader."""

Stated = Mapping[tuple[float, bool], int]
"""How often each (stated probability, did it happen) occurred."""


@dataclass(frozen=True)
class Bin:
    """`n` answers stated with the probability `stated`; `observed` is the share that came true, with its interval."""

    n: int
    stated: float
    observed: Interval


@dataclass(frozen=True)
class Reliability:
    """A reliability diagram: one bin a stated value, in their order; and the Brier score's parts."""

    bins: tuple[Bin, ...]
    parts: BrierParts

    @property
    def n(self) -> int:
        """How many answers it rests on."""
        return sum(one.n for one in self.bins)

    @property
    def overconfidence(self) -> float:
        """Mean stated minus share come true, −1 … 1: above 0 where more was stated than held."""
        return sum(one.n * (one.stated - one.observed.value) for one in self.bins) / self.n


def reliability(stated: Stated) -> Reliability | None:
    """Return the diagram of a reader's answers with Wilson's intervals; None before `MINIMUM_READS` of them."""
    counts = Counter({pair: n for pair, n in stated.items() if n})
    if counts.total() < MINIMUM_READS:
        return None
    values = sorted({value for value, _ in counts})
    bins = tuple(
        Bin(n, value, wilson(counts[value, True], n))
        for value in values
        for n in [counts[value, True] + counts[value, False]]
    )
    pairs = list(counts.elements())
    return Reliability(bins, brier_parts([p for p, _ in pairs], [y for _, y in pairs]))
