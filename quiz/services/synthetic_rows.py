"""The rows of planned reads, in bulk: what the services write read by read, with the same domain functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import Model

from quiz.domain import achievements, figures, learner_record, rating
from quiz.domain.activity import own_day
from quiz.domain.learner_record import FinishedRead
from quiz.domain.modes import flow_of
from quiz.domain.opinions import ReaderOpinion
from quiz.domain.rating import CASE_START, LEARNER_START, Game, Player
from quiz.models import (
    Achievement,
    CaseSet,
    DailyActivity,
    Exposure,
    LearnerRating,
    Opinion,
    OpinionAnswer,
    OpinionMark,
    RatedPlayer,
    RatingEvent,
    Read,
    ReadAI,
    ReadOutcome,
    ReviewCard,
    ReviewEvent,
    Sitting,
    Streak,
    Tally,
    User,
)
from quiz.selectors.synthetic_cases import ReadableCase
from quiz.services.outcomes import compared
from quiz.services.reads import body_digest

_BATCH = 2000
_SUMS: tuple[type[Model], ...] = (
    DailyActivity,
    Streak,
    Tally,
    ReviewEvent,
    ReviewCard,
    RatingEvent,
    LearnerRating,
    Achievement,
)


@dataclass(frozen=True)
class PlannedRead:
    """A read as it will have gone; `finalised_at` is the time of the last opinion, `ai_shown_at` None if unaided."""

    case: ReadableCase
    first_exposure: bool
    first: ReaderOpinion
    final: ReaderOpinion | None
    opened_at: datetime
    committed_at: datetime
    ai_shown_at: datetime | None
    finalised_at: datetime

    @property
    def truth_shown_at(self) -> datetime:
        """The truth comes with the last opinion."""
        return self.finalised_at


@dataclass(frozen=True)
class PlannedSitting:
    """A sitting as it will have gone."""

    case_set: CaseSet
    mode: str
    started_at: datetime
    reads: list[PlannedRead]


@dataclass(frozen=True)
class Learned:
    """A learner and all their sittings."""

    user: User
    sittings: list[PlannedSitting]


@dataclass(frozen=True)
class _Done:
    """A stored read, its plan, its outcome's values, and how the domain counts it."""

    row: Read
    plan: PlannedRead
    values: dict[str, Any]
    counted: FinishedRead


def write_rows(learned: Sequence[Learned]) -> None:
    """Write accounts, sittings, reads and everything that follows from them. Call inside a transaction."""
    User.objects.bulk_create([one.user for one in learned])
    sittings = [(one.user, plan, _sitting(one.user, plan)) for one in learned for plan in one.sittings]
    Sitting.objects.bulk_create([row for _, _, row in sittings], _BATCH)
    reads = [
        (plan, read, _read(user, row, plan, read, place))
        for user, plan, row in sittings
        for place, read in enumerate(plan.reads, start=1)
    ]
    Read.objects.bulk_create([row for _, _, row in reads], _BATCH)
    done: dict[int, list[_Done]] = {one.user.pk: [] for one in learned}
    for sitting, plan, row in reads:
        assert row.learner_id is not None
        done[row.learner_id].append(_done(sitting, plan, row))
    everything = [one for some in done.values() for one in some]
    _write_reads(everything)
    opponents = _case_ratings()
    by_model: dict[type[Model], list[Any]] = {model: [] for model in _SUMS}
    for one in learned:
        for row in _sums(one.user, done[one.user.pk], opponents):
            by_model[type(row)].append(row)
    for model, rows in by_model.items():
        model._default_manager.bulk_create(rows, _BATCH)


def _sitting(user: User, plan: PlannedSitting) -> Sitting:
    return Sitting(
        learner=user,
        case_set=plan.case_set,
        mode=plan.mode,
        flow=flow_of(plan.mode, plan.case_set.flow),
        model_key=plan.case_set.model_key,
        max_marks=plan.case_set.max_marks,
        mark_radius_px=plan.case_set.mark_radius_px,
        state=Sitting.State.FINISHED,
        started_at=plan.started_at,
        finished_at=plan.reads[-1].truth_shown_at,
    )


def _read(user: User, sitting: Sitting, plan: PlannedSitting, one: PlannedRead, place: int) -> Read:
    return Read(
        sitting=sitting,
        learner=user,
        case_id=one.case.pk,
        position=place,
        state=Read.State.TRUTH_SHOWN,
        first_exposure=one.first_exposure,
        ai_status=one.case.ai.status,
        answer_key=one.case.key,
        opened_at=one.opened_at,
        committed_at=one.committed_at,
        ai_shown_at=one.ai_shown_at,
        finalised_at=one.finalised_at if one.final is not None else None,
        truth_shown_at=one.truth_shown_at,
        day=own_day(one.finalised_at, user.time_zone),
    )


def _done(sitting: PlannedSitting, plan: PlannedRead, row: Read) -> _Done:
    case = plan.case
    values, counted = _compared(case, plan.first, plan.final, row.sitting.mark_radius_px)
    points = values["points_final"] if values["points_first"] is None else values["points_first"]
    assert row.day is not None
    finished = FinishedRead(
        read=row.pk,
        sitting=row.sitting_id,
        mode=sitting.mode,
        flow=row.sitting.flow,
        scale=case.scale,
        rated_pack=case.rated,
        first_exposure=plan.first_exposure,
        ai_ready=row.ai_status == Read.AIStatus.READY,
        first_at=plan.committed_at,
        last_at=plan.finalised_at,
        day=row.day,
        seconds=round(sum(seconds for _, _, seconds in _opinions(plan)), 1),
        points=points or 0,
        place=values["learner_place"],
        concepts=tuple(dict.fromkeys(case.key.concepts)),
        figures=counted,
    )
    return _Done(row, plan, values, finished)


_Pair = tuple[tuple[str, ...], int, ReaderOpinion, ReaderOpinion | None, float]
_memory: dict[_Pair, tuple[dict[str, Any], figures.ReadFigures]] = {}


def _compared(
    case: ReadableCase, first: ReaderOpinion, final: ReaderOpinion | None, radius: float
) -> tuple[dict[str, Any], figures.ReadFigures]:
    """The outcome of a pair of opinions on a case: there are few pairs and many reads."""
    # Public ids are drawn anew for each image: a process that sees several databases mixes nothing up.
    key = (tuple(case.images.values()), case.key.pk, first, final, radius)
    if key not in _memory:
        values = compared(
            question=case.question,
            images=case.images,
            first=first,
            final=final,
            ai=case.ai,
            truth=case.truth,
            radius=radius,
        )
        _memory[key] = values, figures.from_json(values["findings"])
    return _memory[key]


def _opinions(plan: PlannedRead) -> Iterator[tuple[str, ReaderOpinion, float]]:
    yield "first", plan.first, round((plan.committed_at - plan.opened_at).total_seconds(), 1)
    if plan.final is not None and plan.ai_shown_at is not None:
        yield "final", plan.final, round((plan.finalised_at - plan.ai_shown_at).total_seconds(), 1)


_digest = lru_cache(maxsize=200_000)(body_digest)


def _write_reads(done: Sequence[_Done]) -> None:
    opinions = [
        (one, said, _opinion(one, kind, said, seconds))
        for one in done
        for kind, said, seconds in _opinions(one.plan)
    ]
    Opinion.objects.bulk_create([row for _, _, row in opinions], _BATCH)
    OpinionAnswer.objects.bulk_create(
        [
            OpinionAnswer(opinion=row, finding=a.finding, present=a.present, certainty=a.certainty)
            for _, said, row in opinions
            for a in said.answers
        ],
        _BATCH,
    )
    OpinionMark.objects.bulk_create(
        [
            OpinionMark(
                opinion=row,
                image_id=_image(one.plan.case, mark.image),
                finding=mark.finding,
                x=mark.x,
                y=mark.y,
            )
            for one, said, row in opinions
            for mark in said.marks
        ],
        _BATCH,
    )
    ReadAI.objects.bulk_create(
        [
            ReadAI(read=one.row, image_id=image, ai_opinion_id=opinion.id)
            for one in done
            for image, opinion in one.plan.case.ai.opinions.items()
        ],
        _BATCH,
    )
    ReadOutcome.objects.bulk_create(
        [
            ReadOutcome(
                read=one.row, answer_key=one.plan.case.key, scored_at=one.plan.truth_shown_at, **one.values
            )
            for one in done
        ],
        _BATCH,
    )
    Exposure.objects.bulk_create(
        [
            Exposure(
                learner=one.row.learner,
                case_id=one.plan.case.pk,
                where="ai" if one.plan.case.ai.opinions else "truth",
                at=one.plan.ai_shown_at or one.plan.truth_shown_at,
            )
            for one in done
            if one.plan.first_exposure
        ],
        _BATCH,
    )


def _opinion(one: _Done, kind: str, said: ReaderOpinion, seconds: float) -> Opinion:
    first = kind == Opinion.Kind.FIRST
    return Opinion(
        read=one.row,
        kind=kind,
        seconds=seconds,
        body_digest=_digest(said),
        created_at=one.plan.committed_at if first else one.plan.finalised_at,
    )


def _image(case: ReadableCase, public_id: str) -> int:
    return next(pk for pk, each in case.images.items() if each == public_id)


def _sums(user: User, done: Sequence[_Done], opponents: dict[tuple[str, int], Player]) -> Iterable[Any]:
    """Days, streak, tallies, reviews, rating and achievements of one learner, as a rebuild would work them out."""
    record = learner_record.record(one.counted for one in done)
    rows: list[Any] = [
        DailyActivity(learner=user, day=day, reads=one.reads, seconds=one.seconds, points=one.points)
        for day, one in record.days.items()
    ]
    rows.append(Streak(learner=user, **asdict(record.streak)))
    rows += [
        Tally(learner=user, scale=scale, finding=finding, counts=counts)
        for (scale, finding), counts in record.tallies.items()
    ]
    rows += [
        ReviewEvent(learner=user, read_id=one.read, concept=one.concept, grade=int(one.grade), at=one.at)
        for one in record.reviews
    ]
    rows += [
        ReviewCard(learner=user, concept=concept, **asdict(card)) for concept, card in record.cards.items()
    ]
    rows += _rating_rows(user, done, opponents)
    in_order = sorted(done, key=lambda one: (one.plan.truth_shown_at, one.row.pk))
    earned = achievements.replay((one.counted, one.plan.case.key.difficulty) for one in in_order)
    times = {one.row.pk: one.plan.truth_shown_at for one in done}
    rows += [
        Achievement(learner=user, slug=str(award), read_id=read.read, earned_at=times[read.read])
        for award, read in earned.items()
    ]
    return rows


def _rating_rows(
    user: User, done: Sequence[_Done], opponents: dict[tuple[str, int], Player]
) -> Iterator[RatingEvent | LearnerRating]:
    played: dict[str, list[tuple[_Done, float]]] = {}
    for one in sorted(done, key=lambda one: (one.counted.last_at, one.row.pk)):
        score = one.counted.score()
        if score is not None:
            played.setdefault(one.counted.scale, []).append((one, score))
    for scale, games in played.items():
        against = [opponents.get((scale, one.row.case_id), CASE_START) for one, _ in games]
        steps = rating.replay(
            LEARNER_START,
            [
                (one.row.sitting_id, Game(other.rating, other.deviation, score))
                for (one, score), other in zip(games, against, strict=True)
            ],
        )
        for (one, score), other, (before, after) in zip(games, against, steps, strict=True):
            yield RatingEvent(
                read=one.row,
                learner=user,
                sitting_id=one.row.sitting_id,
                scale=scale,
                score=score,
                expected=rating.expected(before.rating, other.rating, other.deviation),
                opponents=[{"kind": "case", "rating": other.rating, "deviation": other.deviation}],
                finalised_at=one.counted.last_at,
                **{f"{name}_before": value for name, value in asdict(before).items()},
                **{f"{name}_after": value for name, value in asdict(after).items()},
            )
        yield LearnerRating(
            learner=user,
            scale=scale,
            games=len(games),
            updated_at=games[-1][0].plan.truth_shown_at,
            **asdict(steps[-1][1]),
        )


def _case_ratings() -> dict[tuple[str, int], Player]:
    rows = RatedPlayer.objects.filter(kind=RatedPlayer.Kind.CASE, case__isnull=False)
    return {
        (row.scale, row.case_id): Player(row.rating, row.deviation, row.volatility)
        for row in rows
        if row.case_id is not None
    }
