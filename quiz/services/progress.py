"""Recomputing what is stored about reads, from the reads and the immutable rows they point to."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model, Prefetch, QuerySet

from quiz.domain import achievements, rating
from quiz.domain.learner_record import FinishedRead, Record, record
from quiz.domain.rating import LEARNER_START
from quiz.models import (
    Achievement,
    AnswerKey,
    DailyActivity,
    LearnerRating,
    Opinion,
    RatingEvent,
    Read,
    ReadOutcome,
    ReviewCard,
    ReviewEvent,
    Streak,
    Tally,
    User,
)
from quiz.selectors.finished_reads import finished_read
from quiz.services.finished_reads import lock_learner
from quiz.services.outcomes import outcome_values
from quiz.services.ratings import rate_read, replay_ratings, stored_steps


@dataclass(frozen=True)
class Rebuilt:
    """How many reads and learners were gone through, and what differed.

    `different` names reads by their public id and a learner's sums as `table of learner: row`.
    """

    reads: int
    learners: int
    different: tuple[str, ...]


def rebuild_progress(
    *,
    now: datetime,
    write: bool,
    sample: int | None = None,
    rng: random.Random | None = None,
    uncounted: bool = False,
) -> Rebuilt:
    """Recompute outcomes, ratings, review cards, days, streaks, tallies and achievements; `write`: store what differs.

    One learner at a time, each in a transaction that holds the learner's row. With `sample` only that many learners
    that have finished reads, drawn by `rng`; with `uncounted` only those none of whose reads were ever counted, as
    after an update from before sums were kept; otherwise all, and the reads of erased learners too. ValueError for
    a sample without an rng.
    """
    finished = Read.objects.filter(state=Read.State.TRUTH_SHOWN)
    owners = finished.filter(learner__isnull=False).values("learner")
    people = User.objects.filter(pk__in=owners)
    if uncounted:
        people = people.filter(activity=None)
    learners = list(people.order_by("pk").values_list("pk", flat=True))
    if not uncounted:
        stale = User.objects.filter(tallies__isnull=False) | User.objects.filter(activity__isnull=False)
        learners += sorted(set(stale.values_list("pk", flat=True)) - set(learners))
    if sample is not None:
        if rng is None:
            raise ValueError("a sample is drawn by a random.Random")
        learners = rng.sample(learners, min(sample, len(learners)))
    count, different = 0, list[str]()
    for learner in learners:
        with transaction.atomic():
            rebuilder = _Learner(lock_learner(learner), now, write)
            rebuilder.rebuild(finished.filter(learner=learner))
        count += rebuilder.reads
        different += rebuilder.different
    if sample is None and not uncounted:
        for read in _with_parts(finished.filter(learner=None)).iterator(chunk_size=200):
            count += 1
            different += _outcome(read, now, write)[1]
    return Rebuilt(count, len(learners), tuple(different))


class _Learner:
    """One learner's rows against what their reads give."""

    def __init__(self, learner: User, now: datetime, write: bool) -> None:
        self.learner, self.now, self.write = learner, now, write
        self.reads = 0
        self.different: list[str] = []

    def rebuild(self, reads: QuerySet[Read]) -> None:
        finished: list[tuple[Read, FinishedRead]] = []
        for read in _with_parts(reads).iterator(chunk_size=200):
            outcome, differing = _outcome(read, self.now, self.write)
            self.different += differing
            one = finished_read(read, outcome, read.opinions.all())
            if read.day is None:
                self._differs("day", read.public_id)
                if self.write:
                    Read.objects.filter(pk=read.pk).update(day=one.day)
            finished.append((read, one))
        self.reads = len(finished)
        sums = record(one for _, one in finished)
        self._sums(sums)
        self._reviews(sums)
        self._ratings(finished)
        self._achievements(finished)

    def _sums(self, sums: Record) -> None:
        days = {(day,): asdict(total) for day, total in sums.days.items()}
        self._compare(DailyActivity, ("day",), days)
        self._compare(Streak, (), {(): asdict(sums.streak)} if sums.days else {})
        counts = {key: {"counts": table} for key, table in sums.tallies.items()}
        self._compare(Tally, ("scale", "finding"), counts)

    def _reviews(self, sums: Record) -> None:
        events = {(one.read, one.concept): {"grade": int(one.grade), "at": one.at} for one in sums.reviews}
        self._compare(ReviewEvent, ("read_id", "concept"), events)
        cards = {(concept,): asdict(card) for concept, card in sums.cards.items()}
        self._compare(ReviewCard, ("concept",), cards)

    def _ratings(self, finished: Iterable[tuple[Read, FinishedRead]]) -> None:
        """Events stay as played: score against the outcome, missing ones appended, then the replay."""
        events = {
            event.read_id: event
            for event in RatingEvent.objects.filter(learner=self.learner).select_related("read")
        }
        for read, one in sorted(finished, key=lambda pair: (pair[1].last_at, pair[0].pk)):
            event, score = events.pop(read.pk, None), one.score()
            if event is not None and event.voided_at is not None:
                continue
            if event is None and score is not None:
                self._differs("rating event", read.public_id)
                if self.write:
                    rate_read(learner=self.learner, read=read, finished=one, now=self.now)
            elif event is not None and event.score != score:
                self._differs("rating event", read.public_id)
                if self.write and score is None:
                    event.delete()
                elif self.write:
                    RatingEvent.objects.filter(pk=event.pk).update(score=score)
        for event in events.values():
            self._differs("rating event", event.read.public_id)
            if self.write:
                event.delete()
        scales = set(RatingEvent.objects.filter(learner=self.learner).values_list("scale", flat=True))
        standing = {row.scale: row for row in LearnerRating.objects.filter(learner=self.learner)}
        for scale in sorted(scales | standing.keys()):
            if not self._replays(scale, standing.get(scale)):
                self._differs("rating", scale)
                if self.write:
                    replay_ratings(learner=self.learner, scale=scale, now=self.now)

    def _achievements(self, finished: Iterable[tuple[Read, FinishedRead]]) -> None:
        """Each with the read that earned it. Not after a corrected key: what was earned under the old one stays."""
        rows = sorted(finished, key=lambda pair: (pair[0].truth_shown_at or self.now, pair[0].pk))
        if any(read.key_corrected_at for read, _ in rows):
            return
        shown = {read.pk: read.truth_shown_at for read, _ in rows}
        earned = achievements.replay(
            (one, read.answer_key.difficulty if read.answer_key else "") for read, one in rows
        )
        expected = {
            (str(award),): {"read_id": one.read, "earned_at": shown[one.read]}
            for award, one in earned.items()
        }
        self._compare(Achievement, ("slug",), expected)

    def _replays(self, scale: str, row: LearnerRating | None) -> bool:
        games, stored = stored_steps(self.learner, scale)
        if not games:
            return row is None
        steps = rating.replay(LEARNER_START, games)
        if row is None or row.games != len(games):
            return False
        return stored == steps and (row.rating, row.deviation, row.volatility) == (
            steps[-1][1].rating,
            steps[-1][1].deviation,
            steps[-1][1].volatility,
        )

    def _compare(
        self, model: type[Model], names: tuple[str, ...], expected: Mapping[Any, dict[str, Any]]
    ) -> None:
        """Compare a table's rows of this learner, named by the columns `names`, with what they should hold."""
        rows = {
            tuple(getattr(row, name) for name in names): row
            for row in model._default_manager.filter(learner=self.learner)
        }
        for key, values in expected.items():
            row = rows.pop(key, None)
            if row is not None and all(getattr(row, name) == value for name, value in values.items()):
                continue
            self._differs(model._meta.db_table, *key)
            if self.write:
                model._default_manager.update_or_create(
                    learner=self.learner, **dict(zip(names, key, strict=True)), defaults=values
                )
        for key, row in rows.items():
            self._differs(model._meta.db_table, *key)
            if self.write:
                row.delete()

    def _differs(self, what: str, *key: object) -> None:
        self.different.append(f"{what} of {self.learner.username}: {' '.join(map(str, key))}".rstrip(": "))


def _with_parts(reads: QuerySet[Read]) -> QuerySet[Read]:
    opinions = Opinion.objects.prefetch_related("answers", "marks__image")
    keys = AnswerKey.objects.prefetch_related("regions__image")
    return (
        reads.select_related("sitting", "case__pack", "learner", "outcome__answer_key")
        .prefetch_related(
            Prefetch("opinions", opinions),
            Prefetch("answer_key", keys),
            "ai_opinions",
            "case__images",
            "case__pack__findings",
        )
        .order_by("pk")
    )


def _outcome(read: Read, now: datetime, write: bool) -> tuple[ReadOutcome, list[str]]:
    """The outcome as it should be, and the read's public id where the stored one differs."""
    assert read.answer_key is not None, "a finished read has the key it was scored with"
    opinions = {opinion.kind: opinion for opinion in read.opinions.all()}
    values = outcome_values(read, read.answer_key, opinions)
    stored = getattr(read, "outcome", None)
    if stored is not None and all(getattr(stored, name) == value for name, value in values.items()):
        return stored, []
    right = ReadOutcome(read=read, scored_at=now, **values)
    if write:
        ReadOutcome.objects.update_or_create(read=read, defaults={**values, "scored_at": now})
    return right, [str(read.public_id)]
