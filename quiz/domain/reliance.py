"""How a reader uses the AI: whether they take its advice where it is right and keep their own where it is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from quiz.domain.read_flow import Flow
from quiz.domain.shares import Share

CLOSEST_ADVICE = 0.05
"""Where the AI says nearly the same, how much a reader moved towards it isn't defined."""


@dataclass(frozen=True)
class Trio:
    """One read with advice: were first opinion, AI and final opinion right; is the final answer the AI's own?"""

    first: bool
    ai: bool
    final: bool
    followed: bool


@dataclass(frozen=True)
class Reliance:
    """Appropriateness of reliance (Schemmer et al. 2023), always shown as a pair.

    `rair` = P(final right | first wrong, AI right), its complement under-reliance; `rsr` = P(final right | first
    right, AI wrong), its complement over-reliance. `elsewhere` counts reads with a right first opinion against a
    wrong AI that ended at a third answer, neither their own nor the AI's: not following it, so not in `rsr`.
    """

    rair: Share
    rsr: Share
    elsewhere: int


def eligible(*, flow: str, first_exposure: bool, ai_ready: bool) -> bool:
    """Return whether a read says anything of reliance: `read_first`, first exposure, an AI that gave an answer."""
    return flow == Flow.READ_FIRST and first_exposure and ai_ready


def reliance(reads: Mapping[Trio, int]) -> Reliance:
    """Return the pair from counts of eligible reads; reads in which first opinion and AI agree don't matter."""
    helped = {trio: n for trio, n in reads.items() if not trio.first and trio.ai}
    misled = {trio: n for trio, n in reads.items() if trio.first and not trio.ai}
    kept = sum(n for trio, n in misled.items() if trio.final)
    followed = sum(n for trio, n in misled.items() if not trio.final and trio.followed)
    return Reliance(
        rair=Share(sum(n for trio, n in helped.items() if trio.final), sum(helped.values())),
        rsr=Share(kept, kept + followed),
        elsewhere=sum(misled.values()) - kept - followed,
    )


def weight_of_advice(before: float, advice: float, after: float) -> float | None:
    """Return (after − before)/(advice − before): 0 unmoved, 1 all the way to the AI; may lie outside.

    Probabilities 0 … 1. None where advice and first opinion lie closer than `CLOSEST_ADVICE`.
    """
    if abs(advice - before) < CLOSEST_ADVICE:
        return None
    return (after - before) / (advice - before)
