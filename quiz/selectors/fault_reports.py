"""A learner's reports of faults at a case, with what was answered."""

from __future__ import annotations

from typing import Any

from quiz import permissions
from quiz.domain import read_flow
from quiz.domain.read_flow import State
from quiz.models import FaultReport, Read


def report_parts(read: Read) -> list[dict[str, Any]]:
    """Return the learner's own reports of a read's case, the newest first, as JSON-ready parts.

    An answer may tell what the case is, so it comes with the truth.
    """
    if read.learner is None:
        return []
    rows = permissions.visible_fault_reports(read.learner).filter(case=read.case_id)
    return [report_part(row, answered=read_flow.shows_truth(State(read.state))) for row in rows]


def report_part(row: FaultReport, *, answered: bool) -> dict[str, Any]:
    """Return one report; with `answered` what was done about it too."""
    part: dict[str, Any] = {
        "id": str(row.public_id),
        "kind": row.kind,
        "label": row.get_kind_display(),
        "text": row.text,
        "created_at": row.created_at.isoformat(),
        "handled": row.handled_at is not None,
    }
    if answered:
        part["answer"] = row.answer
    return part
