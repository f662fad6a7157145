"""What the page before a round states: hours of an exam, prevalence of a screening round, the AI's known errors."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from quiz.domain.modes import Mode
from quiz.models import CaseSet, User
from quiz.selectors.candidates import Knowledge
from quiz.selectors.modes import Offer
from quiz.selectors.round_results import CardRate, card_rates


@dataclass(frozen=True)
class Intro:
    """Facts to state before a round; empty where the mode has none.

    `abnormal` of `cases` is the true prevalence of a screening round about to begin. `card` is what the model's
    card says of its errors. `aided` counts the reads that a test without the AI is compared with.
    """

    abnormal: int = 0
    cases: int = 0
    card: list[CardRate] = field(default_factory=list)
    aided: int = 0


def intro_of(case_set: CaseSet, learner: User, offer: Offer, now: datetime) -> Intro:
    """Return what the page before a round states."""
    if offer.mode in {Mode.AI_FIRST, Mode.DUEL}:
        return Intro(card=card_rates(case_set, case_set.model_key))
    knowledge = Knowledge(case_set, learner, now)
    if offer.mode is Mode.SCREENING and offer.reason is None and offer.open_sitting is None:
        fresh = [case for case in knowledge.candidates if not case.seen]
        return Intro(abnormal=sum(case.abnormal for case in fresh), cases=len(fresh))
    if offer.mode is Mode.WITHDRAWAL:
        return Intro(aided=len(knowledge.aided))
    return Intro()
