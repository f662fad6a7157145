"""Scoring a read: the one place where an outcome is computed and stored, first time or again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from quiz.domain import outcomes, scoring
from quiz.domain.opinions import ReaderOpinion
from quiz.models import AnswerKey, Read, ReadOutcome
from quiz.selectors.ai_opinions import shown_ai
from quiz.selectors.answer_keys import domain_key
from quiz.selectors.files import file_store
from quiz.selectors.questions import opinions_of, question_of, stored_opinion


def outcome_values(read: Read, key: AnswerKey) -> dict[str, Any]:
    """Return the column values of a read's outcome, from its opinions, the AI opinions it was shown and `key`."""
    question = question_of(read)
    rows = opinions_of(read)
    first, final = stored_opinion(rows.get("first")), stored_opinion(rows.get("final"))
    images = {image.pk: str(image.public_id) for image in read.case.images.all()}
    truth = domain_key(key, file_store())
    result = outcomes.compare(
        first=first,
        final=final,
        ai=shown_ai(read).call(question.findings, images),
        key=truth,
        localise=question.localise,
        radius=read.sitting.mark_radius_px,
    )
    return {
        "answer_key": key,
        "headline": str(result.headline),
        "learner_first": str(result.learner_first or ""),
        "learner_final": str(result.learner_final or ""),
        "ai": str(result.ai),
        "learner_place": str(result.learner_place),
        "ai_place": str(result.ai_place),
        "badges": list(result.badges),
        "points_first": _points(first, truth.findings, question.kind),
        "points_final": _points(final, truth.findings, question.kind),
    }


def score_read(*, read: Read, key: AnswerKey, now: datetime) -> ReadOutcome:
    """Store a read's outcome against `key`, replacing an earlier one (after a corrected key)."""
    values = outcome_values(read, key)
    outcome, _ = ReadOutcome.objects.update_or_create(read=read, defaults={**values, "scored_at": now})
    return outcome


def _points(opinion: ReaderOpinion | None, present: frozenset[str], kind: str) -> int | None:
    if opinion is None:
        return None
    return scoring.case_points(opinion.answers, present, kind=kind)
