"""Reading a posted opinion form: from text fields to the domain's opinion."""

from __future__ import annotations

import json
from typing import Any

from django.http import QueryDict

from quiz.domain.opinions import POINT, Answer, InvalidOpinion, Mark, Question, ReaderOpinion


def posted_opinion(data: QueryDict, question: Question) -> ReaderOpinion:
    """Return the opinion in a posted form.

    Raises InvalidOpinion with one sentence where something is missing or malformed.
    """
    if data.get("cannot_tell") == "on":
        return ReaderOpinion(answers=(), cannot_tell=True)
    if question.kind == "single-choice":
        answers = _single_choice(data, question)
    else:
        answers = tuple(
            Answer(finding, _yes(data.get(f"present-{finding}")), _number(data.get(f"certainty-{finding}")))
            for finding in question.findings
        )
    return ReaderOpinion(answers=answers, marks=_marks(data.get("marks", "")))


def posted_seconds(data: QueryDict) -> float | None:
    """Return the posted reading time in seconds, or None where it is missing or nonsense."""
    try:
        return float(data.get("seconds", ""))
    except ValueError:
        return None


def _single_choice(data: QueryDict, question: Question) -> tuple[Answer, ...]:
    choice = data.get("choice", "")
    if choice not in (*question.findings, "none"):
        raise InvalidOpinion("Choose an answer before you commit.")
    certainty = _number(data.get("certainty"))
    return tuple(Answer(finding, finding == choice, certainty) for finding in question.findings)


def _yes(value: str | None) -> bool:
    if value not in {"yes", "no"}:
        raise InvalidOpinion("Answer every part of the question before you commit.")
    return value == "yes"


def _number(value: str | None) -> float:
    try:
        return float(value or "")
    except ValueError:
        raise InvalidOpinion("Choose how certain you are from the five bands.") from None


def _marks(text: str) -> tuple[Mark, ...]:
    if not text:
        return ()
    try:
        rows = json.loads(text)
        return tuple(_mark(row) for row in rows)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        raise InvalidOpinion("The marks couldn't be understood; place them again.") from None


def _mark(row: Any) -> Mark:
    certainty = row.get("certainty")
    return Mark(
        image=str(row["image"]),
        finding=str(row["finding"]),
        x=float(row["x"]),
        y=float(row["y"]),
        shape=str(row.get("shape", POINT)),
        width=float(row.get("width", 0)),
        height=float(row.get("height", 0)),
        certainty=None if certainty is None else float(certainty),
    )
