"""Refitting the figures of cases for their authors, from first opinions of first exposures."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from quiz.domain.case_statistics import Attempt, case_statistics
from quiz.domain.figures import from_json
from quiz.domain.outcomes import Verdict
from quiz.models import CaseStatistic, ReadOutcome

_BATCH = 500


def refit_case_statistics(*, now: datetime) -> int:
    """Work out and store the figures of every case that somebody read; returns how many.

    One pass over all reads, meant for the night. Difficulties of all cases are fitted together.
    """
    first = ReadOutcome.objects.filter(
        read__first_exposure=True,
        read__learner__isnull=False,
        learner_first__in=[Verdict.RIGHT, Verdict.WRONG],
    ).order_by("-read_id")
    rows = first.values_list("read__learner_id", "read__case_id", "learner_first", "findings")
    # One attempt a learner and case, the earlier one, should two reads of it have been begun unseen.
    attempts = {
        (learner, case): Attempt(learner, case, verdict == Verdict.RIGHT, _answer(findings))
        for learner, case, verdict, findings in rows.iterator(chunk_size=2000)
    }
    figures = case_statistics(list(attempts.values()))
    with transaction.atomic():
        CaseStatistic.objects.all().delete()
        CaseStatistic.objects.bulk_create(
            [
                CaseStatistic(
                    case_id=case,
                    reads=one.reads,
                    right=one.right,
                    discrimination=one.discrimination,
                    difficulty=one.difficulty,
                    answers=dict(one.answers),
                    flagged=one.flagged,
                    computed_at=now,
                )
                for case, one in sorted(figures.items())
            ],
            batch_size=_BATCH,
        )
    return len(figures)


def _answer(findings: dict[str, Any]) -> str:
    """The findings called present at the first opinion, apart by `+`; empty for none."""
    says = from_json(findings).findings
    return "+".join(sorted(name for name, one in says.items() if one.first is not None and one.first.called))
