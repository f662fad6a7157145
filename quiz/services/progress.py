"""Recomputing what is stored about reads, from the immutable rows they point to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from quiz.models import Read
from quiz.services.outcomes import outcome_values, score_read


@dataclass(frozen=True)
class Rebuilt:
    """How many outcomes were recomputed, and the public ids of reads whose stored outcome differed."""

    reads: int
    different: tuple[str, ...]


def rebuild_progress(*, now: datetime, write: bool) -> Rebuilt:
    """Recompute every finished read's outcome; where it differs, store it anew if `write` says so."""
    count, different = 0, []
    reads = Read.objects.filter(state=Read.State.TRUTH_SHOWN).select_related(
        "sitting", "case__pack", "answer_key", "outcome"
    )
    for read in reads.order_by("pk").iterator(chunk_size=500):
        count += 1
        assert read.answer_key is not None
        values = outcome_values(read, read.answer_key)
        stored = getattr(read, "outcome", None)
        if stored is None or any(getattr(stored, name) != value for name, value in values.items()):
            different.append(str(read.public_id))
            if write:
                score_read(read=read, key=read.answer_key, now=now)
    return Rebuilt(count, tuple(different))
