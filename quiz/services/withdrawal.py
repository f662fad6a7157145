"""The test without the AI comes at no predictable turn: a throw of the dice, kept, at the start of other sittings."""

from __future__ import annotations

import random
from datetime import datetime

from quiz import permissions
from quiz.models import CaseSet, Sitting, WithdrawalDraw
from quiz.selectors.modes import withdrawal_is_possible

CHANCE = 1 / 3
"""How likely a sitting's start brings the offer, once the test is possible."""


def draw_withdrawal(*, sitting: Sitting, now: datetime, rng: random.Random) -> list[WithdrawalDraw]:
    """Throw the dice at the start of a sitting, where the test is possible and not offered already; keep the throws.

    One throw for the sitting's own set, and one for each set that keeps cases of the same packs for the test.
    """
    learner = sitting.learner
    if learner is None or sitting.case_set.pool != CaseSet.Pool.OPEN:
        return []
    packs = sitting.case_set.cases.values("pack")
    kept = permissions.visible_case_sets(learner).filter(pool=CaseSet.Pool.WITHDRAWAL, cases__pack__in=packs)
    able = [
        case_set
        for case_set in (sitting.case_set, *kept.distinct())
        if withdrawal_is_possible(learner, case_set, now)
    ]
    return [
        WithdrawalDraw.objects.create(
            learner=learner, case_set=case_set, drawn_at=now, offered=rng.random() < CHANCE
        )
        for case_set in able
    ]


def take_offer(*, sitting: Sitting) -> None:
    """Mark the standing offers as taken by this test."""
    standing = WithdrawalDraw.objects.filter(
        learner=sitting.learner, case_set=sitting.case_set, offered=True, sitting=None
    ).last()
    if standing is not None:
        WithdrawalDraw.objects.filter(pk=standing.pk).update(sitting=sitting)
