"""Scoring a read: the one place where an outcome is computed and stored, first time or again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from quiz.domain import figures, outcomes, scoring
from quiz.domain.figures import AISay
from quiz.domain.opinions import Question, ReaderOpinion
from quiz.domain.outcomes import Key
from quiz.models import AnswerKey, Opinion, Read, ReadOutcome
from quiz.selectors.ai_opinions import CaseAI, shown_ai
from quiz.selectors.answer_keys import domain_key
from quiz.selectors.files import file_store
from quiz.selectors.questions import opinions_of, question_of, stored_opinion


def outcome_values(
    read: Read, key: AnswerKey, opinions: Mapping[str, Opinion] | None = None
) -> dict[str, Any]:
    """Return the column values of a read's outcome, from its opinions, the AI opinions it was shown and `key`.

    `opinions` are the read's own by kind, where they are at hand already.
    """
    rows = opinions_of(read) if opinions is None else opinions
    values = compared(
        question=question_of(read),
        images={image.pk: str(image.public_id) for image in read.case.current_images},
        first=stored_opinion(rows.get("first")),
        final=stored_opinion(rows.get("final")),
        ai=shown_ai(read),
        truth=domain_key(key, file_store()),
        radius=read.sitting.mark_radius_px,
    )
    return {"answer_key": key, **values}


def compared(
    *,
    question: Question,
    images: Mapping[int, str],
    first: ReaderOpinion | None,
    final: ReaderOpinion | None,
    ai: CaseAI,
    truth: Key,
    radius: float,
) -> dict[str, Any]:
    """Return what an outcome holds beside its key; `images` maps primary keys to public ids, `radius` is in pixels."""
    result = outcomes.compare(
        first=first,
        final=final,
        ai=ai.call(question.findings, images),
        key=truth,
        localise=question.localise,
        radius=radius,
    )
    said = {
        finding: AISay(one.present, one.probability)
        for finding, (_, one) in ai.deciding(question.findings).items()
    }
    counted = figures.read_figures(
        kind=question.kind,
        asked=question.findings,
        images=len(images),
        first=first,
        final=final,
        ai=said if ai.status == Read.AIStatus.READY else None,
        key=truth,
        localise=question.localise,
        radius=radius,
    )
    return {
        "headline": str(result.headline),
        "learner_first": str(result.learner_first or ""),
        "learner_final": str(result.learner_final or ""),
        "ai": str(result.ai),
        "learner_place": str(result.learner_place),
        "ai_place": str(result.ai_place),
        "badges": list(result.badges),
        "findings": figures.to_json(counted),
        "points_first": _points(first, truth.findings, question.kind),
        "points_final": _points(final, truth.findings, question.kind),
    }


def score_read(
    *, read: Read, key: AnswerKey, now: datetime, opinions: Mapping[str, Opinion] | None = None
) -> ReadOutcome:
    """Store a read's outcome against `key`, replacing an earlier one (after a corrected key)."""
    values = outcome_values(read, key, opinions)
    outcome, _ = ReadOutcome.objects.update_or_create(read=read, defaults={**values, "scored_at": now})
    return outcome


def _points(opinion: ReaderOpinion | None, present: frozenset[str], kind: str) -> int | None:
    if opinion is None:
        return None
    return scoring.case_points(opinion.answers, present, kind=kind)
