"""A learner's finished reads as plain rows, one a read and finding, to take away as CSV or JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from quiz import permissions
from quiz.domain import figures
from quiz.domain.figures import Say
from quiz.domain.rating import scale
from quiz.models import Read, User

COLUMNS = (
    "read", "day", "opened_at", "committed_at", "finalised_at", "truth_shown_at", "case_set", "mode", "flow", "scale",
    "first_exposure", "finding", "truth", "first", "first_certainty", "final", "final_certainty", "ai",
    "ai_probability", "case_first", "case_final", "case_ai", "place", "points_first", "points_final",
    "seconds_first", "seconds_final",
)  # fmt: skip
_CHUNK = 500


def export_rows(user: User) -> Iterator[dict[str, Any]]:
    """Yield one row a finished read and finding, in the order in which the truth was shown, chunk by chunk.

    Truth, answers and calls are true for present; certainties are those of the answer, 0.5 … 1; times are in UTC.
    """
    reads = (
        permissions.reads_showing_truth(user)
        .select_related("sitting__case_set", "case__pack", "outcome")
        .prefetch_related("opinions")
        .order_by("truth_shown_at", "pk")
    )
    for read in reads.iterator(chunk_size=_CHUNK):
        yield from _rows(read)


def _rows(read: Read) -> Iterator[dict[str, Any]]:
    pack, outcome = read.case.pack, read.outcome
    seconds = {opinion.kind: opinion.seconds for opinion in read.opinions.all()}
    for finding, one in figures.from_json(outcome.findings).findings.items():
        values = (
            str(read.public_id), read.day, read.opened_at, read.committed_at, read.finalised_at, read.truth_shown_at,
            read.sitting.case_set.slug, read.sitting.mode, read.sitting.flow,
            scale(pack.modality, simulated=pack.simulated), read.first_exposure, finding, one.present,
            *_said(one.first), *_said(one.final), one.ai.called if one.ai else None,
            one.ai.probability if one.ai else None, outcome.learner_first, outcome.learner_final, outcome.ai,
            outcome.learner_place, outcome.points_first, outcome.points_final, seconds.get("first"),
            seconds.get("final"),
        )  # fmt: skip
        yield dict(zip(COLUMNS, map(_plain, values), strict=True))


def _said(say: Say | None) -> tuple[bool | None, float | None]:
    return (say.called, say.certainty) if say else (None, None)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
