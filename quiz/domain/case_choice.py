"""Which cases a sitting gets: one pure function a mode, over what is known of a set's cases and one learner.

Each returns case ids in the order they are served, or why there are none. `rng` decides what is left to chance.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

SMALLEST_RATED = 4
SMALLEST_REVIEW, UNASKED = 4, 2
"""Cases of a review sitting at the least, and the places kept for cases that nothing asks for; where there are any."""
DUEL = 10
WITHDRAWAL = 20
JUDGED_ERRORS, JUDGED_ERRORS_OFTEN = (3, 5), (5, 7)
"""Errors in a round of judging the AI; the second where it is wrong on `OFTEN_WRONG` of the cases or more."""
OFTEN_WRONG = 0.3
JUDGED_RIGHT = 5
SCREENED, CANCERS = 100, 5


class NoCase(StrEnum):
    """Why a sitting can't be started."""

    EMPTY_SET = "empty_set"
    OPEN_ELSEWHERE = "open_elsewhere"
    NOT_RATED = "not_rated"
    TOO_FEW_UNSEEN = "too_few_unseen"
    NOTHING_DUE = "nothing_due"
    TOO_FEW_NORMALS = "too_few_normals"
    NO_MISSES = "no_misses"
    NO_BOOKMARKS = "no_bookmarks"
    NO_AI = "no_ai"
    AI_NOT_READY = "ai_not_ready"
    TOO_FEW_FINISHED = "too_few_finished"
    TOO_FEW_AI_ERRORS = "too_few_ai_errors"
    TOO_FEW_AIDED = "too_few_aided"
    NOT_OFFERED_YET = "not_offered_yet"
    NO_MATCH = "no_match"
    ROUND_TOO_SMALL = "round_too_small"
    ALL_READ = "all_read"
    NOT_OPEN_YET = "not_open_yet"
    CLOSED = "closed"
    ATTEMPT_USED = "attempt_used"
    NO_DAILY_CASE = "no_daily_case"
    DONE_TODAY = "done_today"


@dataclass(frozen=True)
class Candidate:
    """One servable case as the choice sees it; `ai_right` is None where the AI has given no opinion.

    `finished`: this learner has read it to the end. `last_right`: the first opinion of their latest read of it
    (the final one where there was no first), None where unread or not scored.
    """

    case: int
    abnormal: bool
    concepts: frozenset[str] = frozenset()
    difficulty: str = ""
    seen: bool = False
    finished: bool = False
    last_right: bool | None = None
    rated: bool = True
    expected: float = 0.5
    ai_answered: bool = False
    ai_right: bool | None = None

    @property
    def stratum(self) -> tuple[bool, str]:
        """What is matched where difficulty has to be alike: normal or not, and the grade."""
        return self.abnormal, self.difficulty


@dataclass(frozen=True)
class Choice:
    """The cases chosen, in serving order; empty with a reason."""

    cases: tuple[int, ...] = ()
    reason: NoCase | None = None


def practice(cases: Sequence[Candidate], *, size: int, rng: random.Random) -> Choice:
    """Unseen cases in random order; a learner who has seen all of them repeats cases."""
    return _some(unseen(cases) or list(cases), size, rng, NoCase.EMPTY_SET)


def rated(
    cases: Sequence[Candidate], *, size: int, window: tuple[float, float], rng: random.Random
) -> Choice:
    """Unseen cases at an expected score inside `window`, or next to it where there are too few; half of them normal.

    Half, or one case more or less: whoever counts the normals so far doesn't know what the last case is.
    """
    if cases and not any(case.rated for case in cases):
        return Choice(reason=NoCase.NOT_RATED)
    low, high = window
    fresh = [case for case in unseen(cases) if case.rated]
    rng.shuffle(fresh)
    fresh.sort(key=lambda case: max(low - case.expected, case.expected - high, 0.0))
    normal = [case for case in fresh if not case.abnormal]
    abnormal = [case for case in fresh if case.abnormal]
    half = min(size // 2, len(normal), len(abnormal))
    if 2 * half < SMALLEST_RATED:
        return Choice(reason=NoCase.TOO_FEW_UNSEEN)
    possible = [n for n in (half - 1, half, half + 1) if n <= len(normal) and 2 * half - n <= len(abnormal)]
    normals = rng.choice(possible)
    chosen = [*normal[:normals], *abnormal[: 2 * half - normals]]
    return _shuffled(chosen, rng)


def review(cases: Sequence[Candidate], *, due: Sequence[str], size: int, rng: random.Random) -> Choice:
    """A case for each due concept (`due`, most overdue first), unseen where there is one; normals at least as many.

    What a sitting has no room for stays due. A concept without a normal to set beside it waits. Some cases more,
    normals or pairs of both kinds, are added by chance: neither how many there are nor what came before tells
    what a case is.
    """
    pool = list(cases)
    rng.shuffle(pool)
    pool.sort(key=lambda case: case.seen)
    chosen: list[Candidate] = []
    asked = max(size - UNASKED, 2)
    for concept in due:
        if len(chosen) >= asked or any(concept in case.concepts for case in chosen):
            continue
        room = sum(case.abnormal for case in chosen) < asked // 2
        found = next((c for c in pool if concept in c.concepts and (room or not c.abnormal)), None)
        if found:
            chosen.append(found)
            pool.remove(found)
    if not chosen:
        return Choice(reason=NoCase.NOTHING_DUE)
    spare = [case for case in pool if not case.abnormal]
    lacking = 2 * sum(case.abnormal for case in chosen) - len(chosen)
    while lacking > len(spare):
        # Too few normals: the least overdue abnormal waits.
        last = max(n for n, case in enumerate(chosen) if case.abnormal)
        chosen.pop(last)
        lacking -= 1
    if not chosen:
        return Choice(reason=NoCase.TOO_FEW_NORMALS)
    chosen += spare[: max(0, lacking)]
    chosen += _unasked(chosen, pool, size, rng)
    return _shuffled(chosen, rng)


def _unasked(
    chosen: Sequence[Candidate], pool: Sequence[Candidate], size: int, rng: random.Random
) -> list[Candidate]:
    """Cases that nothing asks for, beside those `chosen` for a review: at least two, more where few are due."""
    left = [case for case in pool if case not in chosen]
    normal = [case for case in left if not case.abnormal]
    abnormal = [case for case in left if case.abnormal]
    wanted = min(max(SMALLEST_REVIEW - len(chosen), UNASKED) + rng.randint(0, 2), size - len(chosen))
    added: list[Candidate] = []
    while normal and len(added) < wanted:
        added.append(normal.pop(0))
        if abnormal and len(added) < wanted and rng.random() < 0.5:
            added.append(abnormal.pop(0))
    return added


def misses(cases: Sequence[Candidate], *, size: int, rng: random.Random) -> Choice:
    """Cases whose latest read went wrong."""
    return _some([case for case in cases if case.last_right is False], size, rng, NoCase.NO_MISSES)


def bookmarks(
    cases: Sequence[Candidate], *, marked: Collection[int], size: int, rng: random.Random
) -> Choice:
    """Cases that the learner has bookmarked."""
    return _some([case for case in cases if case.case in marked], size, rng, NoCase.NO_BOOKMARKS)


def exam(cases: Sequence[Candidate], *, rng: random.Random) -> Choice:
    """Every case that this candidate has never met, in random order."""
    if not cases:
        return Choice(reason=NoCase.EMPTY_SET)
    return _some(unseen(cases), len(cases), rng, NoCase.ALL_READ)


def duel(cases: Sequence[Candidate], *, rng: random.Random) -> Choice:
    """Ten unseen cases on which the AI has given its opinion."""
    fresh = unseen(cases)
    if len(fresh) < DUEL:
        return Choice(reason=NoCase.TOO_FEW_UNSEEN)
    answered = [case for case in fresh if case.ai_answered]
    if len(answered) < DUEL:
        return Choice(reason=NoCase.AI_NOT_READY)
    return _some(answered, DUEL, rng, NoCase.EMPTY_SET)


def ai_first(cases: Sequence[Candidate], *, size: int, reserved: bool, rng: random.Random) -> Choice:
    """Cases on which the AI is wrong more often than it usually is, how often being left to chance.

    Of a set kept for it (`reserved`) unseen cases, elsewhere those that this learner has read to the end.
    """
    able = unseen(cases) if reserved else [case for case in cases if case.finished]
    judged = [case for case in able if case.ai_right is not None]
    right = [case for case in judged if case.ai_right]
    wrong = [case for case in judged if not case.ai_right]
    if len(right) < JUDGED_RIGHT:
        return Choice(reason=NoCase.TOO_FEW_UNSEEN if reserved else NoCase.TOO_FEW_FINISHED)
    if len(wrong) < JUDGED_ERRORS[0]:
        return Choice(reason=NoCase.TOO_FEW_AI_ERRORS)
    often = len(wrong) / len(judged) >= OFTEN_WRONG
    low, high = JUDGED_ERRORS_OFTEN if often else JUDGED_ERRORS
    errors = min(rng.randint(low, high), len(wrong))
    # So few right answers that errors are over-represented, as the page says, whatever the AI's own rate.
    rights = min(size - errors, ceil(errors * len(right) / len(wrong)) - 1)
    return _shuffled([*rng.sample(wrong, errors), *rng.sample(right, rights)], rng)


def screening(cases: Sequence[Candidate], *, rng: random.Random) -> Choice:
    """Every unseen case, at least a hundred with at least five cancers among them; prevalence as it is."""
    fresh = unseen(cases)
    if len(fresh) < SCREENED or sum(case.abnormal for case in fresh) < CANCERS:
        return Choice(reason=NoCase.ROUND_TOO_SMALL)
    return _shuffled(fresh, rng)


def withdrawal(
    cases: Sequence[Candidate], *, aided: Sequence[tuple[bool, str]], offered: bool, rng: random.Random
) -> Choice:
    """Twenty unseen cases whose mix of strata is that of the `aided` reads they are compared with.

    `offered` says whether chance has offered the test: it comes at no predictable turn.
    """
    if len(aided) < WITHDRAWAL:
        return Choice(reason=NoCase.TOO_FEW_AIDED)
    fresh = unseen(cases)
    if len(fresh) < WITHDRAWAL:
        return Choice(reason=NoCase.TOO_FEW_UNSEEN)
    matched = matched_cases(fresh, aided, size=WITHDRAWAL, rng=rng)
    if matched is None:
        return Choice(reason=NoCase.NO_MATCH)
    if not offered:
        return Choice(reason=NoCase.NOT_OFFERED_YET)
    return _shuffled(matched, rng)


def matched_cases(
    cases: Sequence[Candidate], strata: Sequence[tuple[bool, str]], *, size: int, rng: random.Random
) -> list[Candidate] | None:
    """Return `size` cases with the same mix as `strata`; None where it can't be had.

    Places are shared out by largest remainder. A stratum that runs out is filled from others of the same kind
    (normal or not), so the share of normals always matches; more than a quarter so filled is no match.
    """
    shares = _shared_out(Counter(strata), size)
    by_stratum: dict[tuple[bool, str], list[Candidate]] = defaultdict(list)
    for case in rng.sample(list(cases), len(cases)):
        by_stratum[case.stratum].append(case)
    chosen: list[Candidate] = []
    lacking: Counter[bool] = Counter()
    for stratum, wanted in sorted(shares.items()):
        found = by_stratum[stratum][:wanted]
        by_stratum[stratum] = by_stratum[stratum][wanted:]
        chosen += found
        lacking[stratum[0]] += wanted - len(found)
    if lacking.total() > size // 4:
        return None
    for kind, number in sorted(lacking.items()):
        rest = [case for stratum, left in sorted(by_stratum.items()) if stratum[0] == kind for case in left]
        if len(rest) < number:
            return None
        chosen += rng.sample(rest, number)
    return chosen


def unseen(cases: Iterable[Candidate]) -> list[Candidate]:
    """Return the cases whose key and AI opinion this learner has never met."""
    return [case for case in cases if not case.seen]


def _shared_out(counts: Mapping[tuple[bool, str], int], size: int) -> dict[tuple[bool, str], int]:
    total = sum(counts.values())
    exact = {stratum: size * n / total for stratum, n in counts.items()}
    shares = {stratum: int(value) for stratum, value in exact.items()}
    by_rest: Callable[[tuple[bool, str]], tuple[float, tuple[bool, str]]] = lambda stratum: (  # noqa: E731
        shares[stratum] - exact[stratum],
        stratum,
    )
    for stratum in sorted(shares, key=by_rest)[: size - sum(shares.values())]:
        shares[stratum] += 1
    return shares


def _some(cases: Sequence[Candidate], size: int, rng: random.Random, otherwise: NoCase) -> Choice:
    if not cases:
        return Choice(reason=otherwise)
    return Choice(tuple(case.case for case in rng.sample(list(cases), min(size, len(cases)))))


def _shuffled(cases: Sequence[Candidate], rng: random.Random) -> Choice:
    return Choice(tuple(case.case for case in rng.sample(list(cases), len(cases))))
