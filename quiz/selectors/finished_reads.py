"""Finished reads as the domain counts them."""

from __future__ import annotations

from collections.abc import Iterable

from quiz.domain import figures
from quiz.domain.activity import own_day
from quiz.domain.learner_record import FinishedRead
from quiz.domain.rating import scale
from quiz.models import Opinion, Read, ReadOutcome


def finished_read(read: Read, outcome: ReadOutcome, opinions: Iterable[Opinion]) -> FinishedRead:
    """Return a read with its outcome as the domain's; `opinions` are the read's own.

    Where the read's day isn't stored yet it is that of the learner's time zone now.
    """
    last_at = read.finalised_at or read.committed_at
    assert last_at is not None, "a finished read has an opinion"
    pack = read.case.pack
    zone = read.learner.time_zone if read.learner else "UTC"
    points = outcome.points_final if outcome.points_first is None else outcome.points_first
    return FinishedRead(
        read=read.pk,
        sitting=read.sitting_id,
        mode=read.sitting.mode,
        flow=read.sitting.flow,
        scale=scale(pack.modality, simulated=pack.simulated),
        rated_pack=pack.rated,
        first_exposure=read.first_exposure,
        ai_ready=read.ai_status == Read.AIStatus.READY,
        first_at=read.committed_at,
        last_at=last_at,
        day=read.day or own_day(last_at, zone),
        seconds=round(sum(opinion.seconds for opinion in opinions), 1),
        points=points or 0,
        place=outcome.learner_place,
        concepts=tuple(dict.fromkeys(outcome.answer_key.concepts)),
        figures=figures.from_json(outcome.findings),
    )
