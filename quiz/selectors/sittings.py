"""A sitting and its summary: each case, learner against AI against truth."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from quiz import permissions
from quiz.domain.outcomes import Verdict
from quiz.models import Read, Sitting
from quiz.permissions import Visitor
from quiz.selectors.ai_opinions import CaseAI, shown_ai_of_reads
from quiz.selectors.mode_words import headline_sentence


@dataclass(frozen=True)
class SummaryRow:
    """One finished read in words; `*_right` is None where it isn't scored."""

    read: Read
    first: str
    final: str
    ai: str
    truth: str
    first_right: bool | None
    final_right: bool | None
    ai_right: bool | None
    headline: str
    points_first: int | None
    points_final: int | None


@dataclass(frozen=True)
class Scores:
    """Counts of right answers over the finished reads, points, and changes after meeting the AI."""

    n: int
    learner_first: int
    n_first: int
    learner_final: int
    n_final: int
    ai: int
    n_ai: int
    points_first: int
    points_final: int
    to_right: int
    to_wrong: int


def visible_sitting(user: Visitor, public_id: UUID) -> Sitting:
    """Return one of the visitor's own sittings; raises Sitting.DoesNotExist otherwise."""
    return permissions.visible_sittings(user).select_related("case_set").get(public_id=public_id)


def summary_rows(sitting: Sitting) -> list[SummaryRow]:
    """Return the sitting's finished reads, in order; a fixed number of queries."""
    return read_rows(sitting.reads.filter(state=Read.State.TRUTH_SHOWN).order_by("position"))


def read_rows(finished: QuerySet[Read]) -> list[SummaryRow]:
    """Return finished reads in words, in their order; a fixed number of queries."""
    reads = list(
        finished.select_related("sitting__case_set", "case__pack", "answer_key", "outcome").prefetch_related(
            "case__pack__findings", "opinions__answers", "ai_opinions"
        )
    )
    ai = shown_ai_of_reads(reads)
    return [_summary_row(read, ai.get(read.pk, CaseAI({}))) for read in reads]


def scores(rows: list[SummaryRow]) -> Scores:
    """Return the sitting's counts; unscored answers are left out of their denominator."""
    first = [row.first_right for row in rows if row.first_right is not None]
    final = [row.final_right for row in rows if row.final_right is not None]
    ai = [row.ai_right for row in rows if row.ai_right is not None]
    return Scores(
        n=len(rows),
        learner_first=sum(first),
        n_first=len(first),
        learner_final=sum(final),
        n_final=len(final),
        ai=sum(ai),
        n_ai=len(ai),
        points_first=sum(row.points_first or 0 for row in rows),
        points_final=sum(row.points_final or 0 for row in rows),
        to_right=sum(row.first_right is False and row.final_right is True for row in rows),
        to_wrong=sum(row.first_right is True and row.final_right is False for row in rows),
    )


def right(verdict: str) -> bool | None:
    """Return whether a stored verdict is right; None where it isn't scored."""
    return {Verdict.RIGHT: True, Verdict.WRONG: False}.get(Verdict(verdict)) if verdict else None


def _summary_row(read: Read, ai: CaseAI) -> SummaryRow:
    labels = {finding.key: finding.label for finding in read.case.pack.findings.all()}

    def words(keys: list[str]) -> str:
        return ", ".join(labels.get(key, key) for key in keys) or _("Normal")

    said = {
        opinion.kind: _("Can't tell")
        if opinion.cannot_tell
        else words([answer.finding for answer in opinion.answers.all() if answer.present])
        for opinion in read.opinions.all()
    }
    if read.ai_status == Read.AIStatus.READY:
        ai_words = words([one.finding for _image, one in ai.deciding(list(labels)).values() if one.present])
    else:
        ai_words = _("Declined") if read.ai_status == Read.AIStatus.DECLINED else _("No opinion")
    assert read.answer_key is not None
    outcome = read.outcome
    return SummaryRow(
        read=read,
        first=said.get("first", "–"),
        final=said.get("final", "–"),
        ai=ai_words,
        truth=words(list(read.answer_key.findings)),
        first_right=right(outcome.learner_first),
        final_right=right(outcome.learner_final),
        ai_right=right(outcome.ai),
        headline=headline_sentence(outcome.headline, read.sitting.flow),
        points_first=outcome.points_first,
        points_final=outcome.points_final,
    )
