"""Synthetic learners and their finished reads, written in bulk: the rows that the same reads would leave one by one."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from quiz.domain import synthetic
from quiz.domain.modes import Mode
from quiz.domain.opinions import Answer, Mark, ReaderOpinion
from quiz.domain.read_flow import Flow
from quiz.domain.synthetic import Reader
from quiz.models import User
from quiz.selectors.synthetic_cases import ReadableCase, ReadableSet, readable_sets
from quiz.services.errors import Refused
from quiz.services.synthetic_rows import Learned, PlannedRead, PlannedSitting, write_rows

_ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo")
_READS_A_CHUNK = 4000
_SPREAD = 0.8
"""How unevenly reads fall on learners: the deviation of their number's logarithm."""
_RATED_SHARE = 0.6
_PLACED_SHARE = 0.8
"""So many of the findings found are marked where they are."""
_LONGEST_DAYS, _SHORTEST_DAYS, _READS_A_DAY = 730, 30, 6


@dataclass(frozen=True)
class Seeded:
    """How much was written."""

    learners: int
    reads: int
    sittings: int
    seed: int


def seed_activity(
    *,
    learners: int,
    reads: int,
    seed: int,
    now: datetime,
    readers: Sequence[Reader] = (),
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Seeded:
    """Make `learners` accounts with `reads` finished reads in all; `readers` are their ways of reading, in turn.

    Without `readers` everybody reads plausibly in a way of their own. `progress` is told how many learners are
    done, of how many. Raises Refused where there is nothing to read, and for a seed that was used before.
    """
    if learners < 1 or reads < learners:
        raise Refused(
            "invalid", "Ask for at least one learner, and for at least one read a learner.", status=400
        )
    sets = readable_sets()
    if not sets:
        raise Refused("no_cases", "There are no published cases to read. Import a pack first.")
    if User.objects.filter(username__startswith=f"synthetic-{seed}-").exists():
        raise Refused("seed_used", f"Learners of seed {seed} are there already. Choose another seed.")
    sittings = done = 0
    for chunk in _chunks(_shares(learners, reads, random.Random(seed))):  # noqa: S311 - nothing secret
        learned = [_learner(number, n, seed, sets, readers, now) for number, n in chunk]
        with transaction.atomic():
            write_rows(learned)
        sittings += sum(len(one.sittings) for one in learned)
        done += len(learned)
        progress(done, learners)
    return Seeded(learners, reads, sittings, seed)


def _shares(learners: int, reads: int, rng: random.Random) -> list[int]:
    """How many reads each learner gets: at least one, and the sum as asked."""
    weights = [rng.lognormvariate(0, _SPREAD) for _ in range(learners)]
    spare, total = reads - learners, sum(weights)
    shares = [1 + int(spare * weight / total) for weight in weights]
    for place in range(reads - sum(shares)):
        shares[place % learners] += 1
    return shares


def _chunks(shares: Sequence[int]) -> Iterator[list[tuple[int, int]]]:
    chunk: list[tuple[int, int]] = []
    for number, n in enumerate(shares, start=1):
        chunk.append((number, n))
        if sum(n for _, n in chunk) >= _READS_A_CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _learner(
    number: int,
    reads: int,
    seed: int,
    sets: Sequence[ReadableSet],
    readers: Sequence[Reader],
    now: datetime,
) -> Learned:
    rng = random.Random(f"{seed}-{number}")  # noqa: S311 - nothing secret
    reader = readers[(number - 1) % len(readers)] if readers else synthetic.plausible(rng)
    user = User(
        username=f"synthetic-{seed}-{number:06d}",
        is_synthetic=True,
        time_zone=rng.choice(_ZONES),
        date_joined=now,
    )
    user.set_unusable_password()
    return Learned(user, list(_sittings(reader, reads, sets, now, rng)))


def _sittings(
    reader: Reader, reads: int, sets: Sequence[ReadableSet], now: datetime, rng: random.Random
) -> Iterator[PlannedSitting]:
    seen: set[int] = set()
    span = timedelta(days=min(_LONGEST_DAYS, max(_SHORTEST_DAYS, reads / _READS_A_DAY)))
    left, at = reads, now - span
    step = span / max(1, -(-reads // min(one.row.sitting_size for one in sets)))
    while left:
        chosen = rng.choice(sets)
        cases = _cases(chosen, seen, min(left, chosen.row.sitting_size), rng)
        unseen = not any(case.pk in seen for case in cases)
        rated = unseen and all(case.rated for case in cases) and rng.random() < _RATED_SHARE
        sitting = PlannedSitting(chosen.row, Mode.RATED if rated else Mode.PRACTICE, at, [])
        moment = at
        for case in cases:
            read = _read(reader, chosen, case, case.pk not in seen, len(seen), moment, rng)
            seen.add(case.pk)
            sitting.reads.append(read)
            moment = read.truth_shown_at + timedelta(seconds=rng.uniform(2, 20))
        yield sitting
        left -= len(cases)
        at = max(moment, at + step * rng.uniform(0.6, 1.0))


def _cases(one: ReadableSet, seen: set[int], n: int, rng: random.Random) -> list[ReadableCase]:
    """Cases not seen before, where there are any; otherwise cases again."""
    unseen = [case for case in one.cases if case.pk not in seen]
    pool = unseen or one.cases
    return rng.sample(pool, min(n, len(pool)))


def _read(
    reader: Reader,
    one: ReadableSet,
    case: ReadableCase,
    first_exposure: bool,
    read_before: int,
    at: datetime,
    rng: random.Random,
) -> PlannedRead:
    first = synthetic.first_answers(
        reader,
        asked=case.question.findings,
        present=case.truth.findings,
        difficulty=case.key.difficulty,
        read_before=read_before,
        single_choice=case.question.kind == "single-choice",
        rng=rng,
    )
    before = ReaderOpinion(first, _marks(case, first, (), rng))
    committed = at + timedelta(seconds=round(rng.lognormvariate(3.4, 0.5), 1))
    if one.row.flow == Flow.UNAIDED:
        return PlannedRead(case, first_exposure, before, None, at, committed, None, committed)
    final = synthetic.final_answers(reader, first, case.ai_calls, rng)
    after = ReaderOpinion(final, _marks(case, final, before.marks, rng))
    shown = committed + timedelta(seconds=0.5)
    finalised = shown + timedelta(seconds=round(rng.lognormvariate(2.2, 0.5), 1))
    return PlannedRead(case, first_exposure, before, after, at, committed, shown, finalised)


def _marks(
    case: ReadableCase, answers: Sequence[Answer], kept: Sequence[Mark], rng: random.Random
) -> tuple[Mark, ...]:
    """One mark a finding called, kept from the opinion before where there is one."""
    marks = {mark.finding: mark for mark in kept}
    chosen = []
    for answer in answers if case.question.localise else ():
        if answer.present:
            places = case.hits if rng.random() < _PLACED_SHARE else case.misses
            place = marks.get(answer.finding) or places.get(answer.finding) or case.misses.get(answer.finding)
            chosen += [place] if place else []
    return tuple(chosen[: case.question.max_marks])
