"""The modes that a set offers a learner: which cases a sitting would get, or the named reason why there are none."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from quiz import permissions
from quiz.domain import case_choice, modes, rating
from quiz.domain.case_choice import Choice, NoCase
from quiz.domain.modes import Mode
from quiz.models import CaseSet, Sitting, User
from quiz.permissions import Visitor, is_learner, signed_in
from quiz.selectors.candidates import Knowledge
from quiz.selectors.daily import daily_choice
from quiz.selectors.exams import exam_released, exam_times, is_over
from quiz.selectors.mode_words import NAMES, REASONS, SHORT

SCREENED_MODALITY = "MG"
_BY_TRUTH = frozenset({Mode.RATED, Mode.REVIEW, Mode.AI_FIRST})
"""Modes in which what is known of cases decides how many a sitting has."""
_LACKING = frozenset({NoCase.EMPTY_SET, NoCase.TOO_FEW_UNSEEN, NoCase.ALL_READ})
"""Reasons that may pass when another sitting, which has some of the cases, is finished."""


@dataclass(frozen=True)
class Offer:
    """One mode of a set for one visitor: startable, or with a reason; with the sitting that is open or was the last.

    `cases` is the number of cases that a new sitting would have; where the truth of cases decides it (`at_most`),
    the most that it may have: the number itself would tell of a case as it leaves the count.
    """

    mode: Mode
    cases: int = 0
    reason: NoCase | None = None
    open_sitting: UUID | None = None
    last_sitting: UUID | None = None

    @property
    def name(self) -> str:
        """The mode's name."""
        return str(NAMES[self.mode])

    @property
    def short(self) -> str:
        """What the mode is for, in a sentence or two."""
        return str(SHORT[self.mode])

    @property
    def sentence(self) -> str:
        """Why it can't be started; empty where it can."""
        return str(REASONS[self.reason]) if self.reason else ""

    @property
    def available(self) -> bool:
        """Whether it can be started or gone on with."""
        return self.open_sitting is not None or self.reason is None

    @property
    def at_most(self) -> bool:
        """Whether a new sitting may have fewer cases than `cases`."""
        return self.mode in _BY_TRUTH

    @property
    def rates(self) -> bool:
        """Whether it moves the rating."""
        return modes.rules(self.mode).rates


def choose(knowledge: Knowledge, mode: Mode, rng: random.Random) -> Choice:
    """Return the cases that a new sitting of this mode gets, or why there are none."""
    if mode not in modes.modes_of(knowledge.case_set.pool):
        return Choice(reason=NoCase.EMPTY_SET)
    choice = _CHOICES[mode](knowledge, rng)
    if choice.reason in _LACKING and knowledge.in_hand:
        return Choice(reason=NoCase.OPEN_ELSEWHERE)
    return choice


def offers(user: Visitor, case_set: CaseSet, now: datetime) -> list[Offer]:
    """Return what a set offers this visitor, mode by mode, in a fixed number of queries.

    A visitor who isn't signed in is told of the modes alone.
    """
    listed = modes_listed(case_set, _modality(case_set))
    if not is_learner(user):
        return [Offer(mode) for mode in listed]
    knowledge = Knowledge(case_set, signed_in(user), now)
    sittings = list(permissions.visible_sittings(user).filter(case_set=case_set).order_by("started_at"))
    return [_offer(knowledge, mode, [one for one in sittings if one.mode == mode]) for mode in listed]


def offer(user: Visitor, case_set: CaseSet, mode: Mode, now: datetime) -> Offer | None:
    """Return one mode's offer; None where the set doesn't have the mode."""
    if mode not in modes_listed(case_set, _modality(case_set)):
        return None
    if not is_learner(user):
        return Offer(mode)
    sittings = permissions.visible_sittings(user).filter(case_set=case_set, mode=mode).order_by("started_at")
    return _offer(Knowledge(case_set, signed_in(user), now), mode, list(sittings))


def modes_listed(case_set: CaseSet, modality: str) -> list[Mode]:
    """Return the modes to show for a set: those of its pool that make sense for what it holds."""
    return [
        mode
        for mode in modes.modes_of(case_set.pool)
        if (case_set.model_key or mode not in {Mode.DUEL, Mode.AI_FIRST, Mode.WITHDRAWAL})
        and (
            mode is not Mode.SCREENING or modality == SCREENED_MODALITY or case_set.pool != CaseSet.Pool.OPEN
        )
    ]


def _modality(case_set: CaseSet) -> str:
    known = getattr(case_set, "modality", None)
    if known is not None:
        return str(known)
    return case_set.cases.values_list("pack__modality", flat=True).first() or ""


def _offer(knowledge: Knowledge, mode: Mode, sittings: list[Sitting]) -> Offer:
    running = [one for one in sittings if not is_over(one, knowledge.now)]
    last = next((one.public_id for one in reversed(sittings) if one not in running), None)
    if mode is Mode.DAILY:
        # Yesterday's case, left unread, is no reason to miss today's.
        running = [one for one in running if one.started_at.date() == knowledge.now.date()]
    if running:
        return Offer(mode, open_sitting=running[-1].public_id, last_sitting=last)
    choice = choose(knowledge, mode, random.SystemRandom())
    cases = len(choice.cases)
    if cases and mode in _BY_TRUTH:
        cases = _size(knowledge, mode)
    return Offer(mode, cases=cases, reason=choice.reason, last_sitting=last)


def _size(knowledge: Knowledge, mode: Mode) -> int:
    size = modes.rules(mode).size
    return knowledge.case_set.sitting_size if size is None else size


def _practice(know: Knowledge, rng: random.Random) -> Choice:
    return case_choice.practice(know.candidates, size=_size(know, Mode.PRACTICE), rng=rng)


def _rated(know: Knowledge, rng: random.Random) -> Choice:
    window = (rating.EXPECTED_LOW, rating.EXPECTED_HIGH)
    return case_choice.rated(know.candidates, size=_size(know, Mode.RATED), window=window, rng=rng)


def _review(know: Knowledge, rng: random.Random) -> Choice:
    due = know.due_concepts
    if not due:
        return Choice(reason=NoCase.NOTHING_DUE)
    return case_choice.review(know.candidates, due=due, size=_size(know, Mode.REVIEW), rng=rng)


def _misses(know: Knowledge, rng: random.Random) -> Choice:
    return case_choice.misses(know.candidates, size=_size(know, Mode.MISSES), rng=rng)


def _bookmarks(know: Knowledge, rng: random.Random) -> Choice:
    size = _size(know, Mode.BOOKMARKS)
    return case_choice.bookmarks(know.candidates, marked=know.bookmarked, size=size, rng=rng)


def _exam(know: Knowledge, rng: random.Random) -> Choice:
    if know.exam_attempt is not None:
        return Choice(reason=NoCase.ATTEMPT_USED)
    times = exam_times(know.case_set)
    if not times.open_at(know.now):
        return Choice(reason=NoCase.NOT_OPEN_YET)
    if times.closed_at(know.now) or exam_released(know.case_set, know.now):
        return Choice(reason=NoCase.CLOSED)
    return case_choice.exam(know.candidates, rng=rng)


def _withdrawal(know: Knowledge, rng: random.Random) -> Choice:
    offered = know.withdrawal_offer is not None
    return case_choice.withdrawal(know.candidates, aided=know.aided, offered=offered, rng=rng)


def _duel(know: Knowledge, rng: random.Random) -> Choice:
    if not know.case_set.model_key:
        return Choice(reason=NoCase.NO_AI)
    return case_choice.duel(know.candidates, rng=rng)


def _ai_first(know: Knowledge, rng: random.Random) -> Choice:
    if not know.case_set.model_key:
        return Choice(reason=NoCase.NO_AI)
    reserved = know.case_set.pool == CaseSet.Pool.AI_FIRST
    size = _size(know, Mode.AI_FIRST)
    return case_choice.ai_first(know.candidates, size=size, reserved=reserved, rng=rng)


def _screening(know: Knowledge, rng: random.Random) -> Choice:
    if know.in_hand:
        # The round states its prevalence, and with it would tell how many of those cases are abnormal.
        return Choice(reason=NoCase.OPEN_ELSEWHERE)
    return case_choice.screening(know.candidates, rng=rng)


def _daily(know: Knowledge, rng: random.Random) -> Choice:
    return daily_choice(know.learner, know.case_set, know.now)


_CHOICES: dict[Mode, Callable[[Knowledge, random.Random], Choice]] = {
    Mode.PRACTICE: _practice,
    Mode.RATED: _rated,
    Mode.REVIEW: _review,
    Mode.MISSES: _misses,
    Mode.BOOKMARKS: _bookmarks,
    Mode.EXAM: _exam,
    Mode.WITHDRAWAL: _withdrawal,
    Mode.DUEL: _duel,
    Mode.AI_FIRST: _ai_first,
    Mode.SCREENING: _screening,
    Mode.DAILY: _daily,
}


def withdrawal_is_possible(learner: User, case_set: CaseSet, now: datetime) -> bool:
    """Whether a test without the AI could be offered: everything is there but the throw of the dice."""
    if Mode.WITHDRAWAL not in modes_listed(case_set, _modality(case_set)):
        return False
    choice = _withdrawal(Knowledge(case_set, learner, now), random.SystemRandom())
    return choice.reason is NoCase.NOT_OFFERED_YET
