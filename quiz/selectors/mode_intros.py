"""What the page before a round states: hours of an exam, prevalence of a screening round, the AI's known errors."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from quiz import permissions
from quiz.domain import case_choice
from quiz.domain.modes import Mode
from quiz.models import AnswerKey, CaseSet, User
from quiz.selectors.candidates import Knowledge
from quiz.selectors.modes import Offer
from quiz.selectors.round_results import CardRate, card_rates


@dataclass(frozen=True)
class Intro:
    """Facts to state before a round; empty where the mode has none.

    `abnormal` of `cases` is the true prevalence of a screening round, about to begin or begun. `card` is what the
    model's card says of its errors. `aided` counts the reads that a test without the AI is compared with.
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
    if offer.mode is Mode.SCREENING and offer.available:
        if offer.open_sitting is not None:
            return Intro(*_prevalence_of(learner, offer.open_sitting))
        fresh = case_choice.unseen(knowledge.candidates)
        return Intro(abnormal=sum(case.abnormal for case in fresh), cases=len(fresh))
    if offer.mode is Mode.WITHDRAWAL:
        return Intro(aided=len(knowledge.aided))
    return Intro()


def _prevalence_of(learner: User, sitting: UUID) -> tuple[int, int]:
    """How many cases of a round have a finding, and how many there are: the same from its start to its end."""
    cases = permissions.visible_reads(learner).filter(sitting__public_id=sitting).values("case")
    keys = AnswerKey.objects.filter(is_current=True, case__in=cases)
    return keys.exclude(findings=[]).count(), keys.count()
