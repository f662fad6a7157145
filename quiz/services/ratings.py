"""Rating events of learners: appended as rated reads end, voided where a key is corrected, and replayed.

A learner plays the case alone. The CNN plays the same cases (`close_rating_period`), which puts it on the same scale;
a game of learner against CNN would score ½ wherever both are right, and so pull the two together.
Callers hold the learner's row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from django.db.models import QuerySet

from quiz.domain import rating
from quiz.domain.learner_record import FinishedRead
from quiz.domain.rating import LEARNER_START, Game, Player
from quiz.models import LearnerRating, RatingEvent, Read, User
from quiz.selectors.ratings import case_ratings


def rate_read(*, learner: User, read: Read, finished: FinishedRead, now: datetime) -> RatingEvent | None:
    """Append the rating event of a rated read and move the learner; None where the read doesn't rate."""
    score = finished.score()
    if score is None:
        return None
    opponent = case_ratings(finished.scale, [read.case_id])[read.case_id]
    events = counted_events(learner, finished.scale)
    last = events.last()
    before = _after(last) if last else LEARNER_START
    event = RatingEvent(
        read=read,
        learner=learner,
        sitting=read.sitting,
        scale=finished.scale,
        score=score,
        expected=rating.expected(before.rating, opponent.rating, opponent.deviation),
        opponents=[{"kind": "case", "rating": opponent.rating, "deviation": opponent.deviation}],
        finalised_at=finished.last_at,
    )
    if last is not None and (event.finalised_at, read.pk) < (last.finalised_at, last.read_id):
        # Opinions given before others, whose truth was asked for after theirs.
        _set(event, before, before)
        event.save()
        replay_ratings(learner=learner, scale=finished.scale, now=now)
        event.refresh_from_db()
        return event
    run = _run(events, read.sitting_id)
    _, after = _steps([*run, event], _before(run[0]) if run else before)[-1]
    _set(event, before, after)
    event.save()
    _store(learner, finished.scale, after, events.count(), now)
    return event


def void_events(*, reads: Iterable[Read], reason: str, now: datetime) -> int:
    """Take the events of reads out of the rating and replay what came after; returns how many there were."""
    events = RatingEvent.objects.filter(read__in=list(reads), voided_at=None)
    touched = {(event.learner, event.scale) for event in events.select_related("learner")}
    count = events.update(voided_at=now, void_reason=reason)
    for learner, scale in sorted(touched, key=lambda one: (one[0].pk, one[1])):
        replay_ratings(learner=learner, scale=scale, now=now)
    return count


def replay_ratings(*, learner: User, scale: str, now: datetime) -> None:
    """Work out a learner's rating on a scale from all its events that count."""
    events = list(counted_events(learner, scale))
    changed = []
    steps = _steps(events, LEARNER_START)
    for event, (before, after) in zip(events, steps, strict=True):
        stored = (_before(event), _after(event), event.expected)
        _set(event, before, after)
        game = _game(event)
        event.expected = rating.expected(before.rating, game.rating, game.deviation)
        if stored != (before, after, event.expected):
            changed.append(event)
    RatingEvent.objects.bulk_update(changed, [*_BEFORE, *_AFTER, "expected"], batch_size=200)
    if events:
        _store(learner, scale, steps[-1][1], len(events), now)
    else:
        LearnerRating.objects.filter(learner=learner, scale=scale).delete()


def counted_events(learner: User, scale: str) -> QuerySet[RatingEvent]:
    """Return a learner's events that count, in the order in which they are replayed."""
    events = RatingEvent.objects.filter(learner=learner, scale=scale, voided_at=None)
    return events.order_by("finalised_at", "read_id")


def stored_steps(learner: User, scale: str) -> tuple[list[tuple[int, Game]], list[tuple[Player, Player]]]:
    """Return the games that count as `quiz.domain.rating.replay` takes them, and the steps stored with them."""
    events = list(counted_events(learner, scale))
    games = [(event.sitting_id, _game(event)) for event in events]
    return games, [(_before(event), _after(event)) for event in events]


_BEFORE = ("rating_before", "deviation_before", "volatility_before")
_AFTER = ("rating_after", "deviation_after", "volatility_after")


def _run(events: QuerySet[RatingEvent], sitting: int) -> list[RatingEvent]:
    """The events at the end that belong to one sitting: the period that is still going on."""
    run = []
    for event in events.reverse().iterator(chunk_size=50):
        if event.sitting_id != sitting:
            break
        run.append(event)
    return run[::-1]


def _steps(events: Sequence[RatingEvent], start: Player) -> list[tuple[Player, Player]]:
    return rating.replay(start, [(event.sitting_id, _game(event)) for event in events])


def _game(event: RatingEvent) -> Game:
    opponent = event.opponents[0]
    return Game(opponent["rating"], opponent["deviation"], event.score)


def _before(event: RatingEvent) -> Player:
    return Player(event.rating_before, event.deviation_before, event.volatility_before)


def _after(event: RatingEvent) -> Player:
    return Player(event.rating_after, event.deviation_after, event.volatility_after)


def _set(event: RatingEvent, before: Player, after: Player) -> None:
    for names, player in ((_BEFORE, before), (_AFTER, after)):
        for name, value in zip(names, (player.rating, player.deviation, player.volatility), strict=True):
            setattr(event, name, value)


def _store(learner: User, scale: str, player: Player, games: int, now: datetime) -> None:
    LearnerRating.objects.update_or_create(
        learner=learner, scale=scale, defaults={**asdict(player), "games": games, "updated_at": now}
    )
