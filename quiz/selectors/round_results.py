"""What a sitting's page says of its round: exam result, duel, trust or override, screening, test without the AI."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inference import selectors as inference_selectors
from quiz.domain import exams, rounds
from quiz.domain.modes import Mode
from quiz.domain.rounds import Screened, Trust, WithoutAI
from quiz.models import CaseSet, Opinion, Read, Sitting
from quiz.selectors.ai_opinions import CaseAI, shown_ai_of_reads
from quiz.selectors.candidates import aided_reads
from quiz.selectors.exams import exam_released, is_over
from quiz.selectors.sittings import right
from radiology.statistics import Interval, wilson


@dataclass(frozen=True)
class CardRate:
    """How often the model's card says it is wrong on one finding, measured on its test patients."""

    label: str
    missed: float
    false_alarms: float

    @property
    def missed_percent(self) -> int:
        """Share of the patients with the finding that it misses, in per cent."""
        return round(100 * self.missed)

    @property
    def false_alarm_percent(self) -> int:
        """Share of the patients without the finding in which it calls it, in per cent."""
        return round(100 * self.false_alarms)


@dataclass(frozen=True)
class ExamResult:
    """An exam's result on first opinions; cases unanswered, or answered with “can't tell”, aren't right.

    `accuracy` is None before the release; `passed` also where the exam has no pass mark.
    """

    asked: int
    answered: int
    released: bool
    right: int | None
    accuracy: Interval | None
    passed: bool | None
    to_look_at: bool


@dataclass(frozen=True)
class DuelScore:
    """Cases on which both are scored, and how many each got right."""

    n: int
    you: int
    ai: int
    left: int


@dataclass(frozen=True)
class TrustResult:
    """A round of judging the AI, with what its card says."""

    trust: Trust
    card: list[CardRate]


@dataclass(frozen=True)
class ScreeningResult:
    """A screening round of the reader and of the AI; the AI's leaves out cases on which it gave no opinion."""

    you: Screened
    ai: Screened
    at_programme: float | None
    ai_at_programme: float | None
    simulated: bool

    @property
    def programme_percent(self) -> str:
        """Your predictive value at a programme's prevalence, in per cent with one decimal; empty where undefined."""
        return "" if self.at_programme is None else f"{100 * self.at_programme:.1f}"

    @property
    def ai_programme_percent(self) -> str:
        """The AI's, likewise."""
        return "" if self.ai_at_programme is None else f"{100 * self.ai_at_programme:.1f}"


def exam_result(sitting: Sitting, now: datetime) -> ExamResult:
    """Return the result of an exam attempt as far as it may be known."""
    states = list(sitting.reads.values_list("state", "outcome__learner_first"))
    answered = sum(state in {Read.State.COMMITTED, Read.State.TRUTH_SHOWN} for state, _ in states)
    released = is_over(sitting, now) and exam_released(sitting.case_set, now)
    waiting = any(state == Read.State.COMMITTED for state, _ in states)
    right_first = accuracy = passed = None
    if released and not waiting and states:
        right_first = sum(right(first or "") is True for _, first in states)
        accuracy = wilson(right_first, len(states))
        passed = exams.passed(right_first, len(states), sitting.case_set.pass_mark_percent)
    return ExamResult(
        len(states), answered, released, right_first, accuracy, passed, sitting.flagged_at is not None
    )


def duel_score(sitting: Sitting) -> DuelScore:
    """Return the score after the cases whose truth has been shown; one without an AI opinion counts for neither."""
    rows = sitting.reads.values_list("state", "outcome__learner_first", "outcome__ai")
    shown = [
        (right(you or ""), right(ai or "")) for state, you, ai in rows if state == Read.State.TRUTH_SHOWN
    ]
    both = [(you, ai) for you, ai in shown if you is not None and ai is not None]
    return DuelScore(
        len(both), sum(you for you, _ in both), sum(ai for _, ai in both), len(rows) - len(shown)
    )


def trust_result(sitting: Sitting) -> TrustResult:
    """Return how the reader dealt with an AI that answered first."""
    judged = []
    reads = _shown(sitting)
    opinions = shown_ai_of_reads(reads)
    for read in reads:
        ai_right = right(read.outcome.ai)
        final = next((row for row in read.opinions.all() if row.kind == Opinion.Kind.FINAL), None)
        if ai_right is None or final is None or final.cannot_tell:
            continue
        said = {answer.finding for answer in final.answers.all() if answer.present}
        judged.append((ai_right, said != _called_by_ai(read, opinions)))
    return TrustResult(Trust.of(judged), card_rates(sitting.case_set, sitting.model_key))


def screening_result(sitting: Sitting) -> ScreeningResult:
    """Return a screening round: a case is recalled where any finding is called; only cases not met before count."""
    you, ai, simulated = [], [], False
    reads = [read for read in _shown(sitting) if read.first_exposure]
    opinions = shown_ai_of_reads(reads)
    for read in reads:
        assert read.answer_key is not None
        cancer = bool(read.answer_key.findings)
        simulated = simulated or read.case.pack.simulated
        first = next((row for row in read.opinions.all() if row.kind == Opinion.Kind.FIRST), None)
        if first is not None and not first.cannot_tell:
            you.append((any(answer.present for answer in first.answers.all()), cancer))
        if read.ai_status == Read.AIStatus.READY:
            ai.append((bool(_called_by_ai(read, opinions)), cancer))
    yours, the_ais = Screened.of(you), Screened.of(ai)
    prevalence = rounds.PROGRAMME_CANCERS / rounds.PROGRAMME_SCREENED
    return ScreeningResult(
        yours,
        the_ais,
        yours.predictive_value_at(prevalence),
        the_ais.predictive_value_at(prevalence),
        simulated,
    )


def without_ai_result(sitting: Sitting) -> WithoutAI:
    """Return a test without the AI beside the first opinions of aided reads up to its start."""
    unseen = sitting.reads.filter(first_exposure=True)
    scored = [right(first) for first in unseen.values_list("outcome__learner_first", flat=True) if first]
    alone = [one for one in scored if one is not None]
    aided: list[str] = []
    if sitting.learner is not None:
        packs = set(sitting.reads.values_list("case__pack", flat=True))
        before = aided_reads(sitting.learner, packs, until=sitting.started_at)
        aided = list(before.values_list("outcome__learner_first", flat=True))
    return WithoutAI(sum(alone), len(alone), sum(right(one) is True for one in aided), len(aided))


def card_rates(case_set: CaseSet, model_key: str) -> list[CardRate]:
    """Return what the model's card says of its errors, finding by finding; empty where it says nothing."""
    info = inference_selectors.model_info(model_key) if model_key else None
    if info is None:
        return []
    test: Mapping[str, Any] = info.card.get("figures", {}).get("test", {})
    by_finding: Mapping[str, Any] = test.get("findings") or dict.fromkeys(info.labels[:1], test)
    labels = dict(
        case_set.cases.order_by().values_list("pack__findings__key", "pack__findings__label").distinct()
    )
    return [
        CardRate(labels[key], 1 - figures["sensitivity"]["value"], 1 - figures["specificity"]["value"])
        for key, figures in by_finding.items()
        if key in labels and figures.get("sensitivity") and figures.get("specificity")
    ]


def prevalence_of(sitting: Sitting) -> tuple[int, int]:
    """Return (cases with a finding, cases) of a round that says its prevalence before it begins."""
    keys = sitting.reads.filter(case__answer_keys__is_current=True)
    findings = list(keys.values_list("case__answer_keys__findings", flat=True))
    return sum(bool(one) for one in findings), len(findings)


def _shown(sitting: Sitting) -> list[Read]:
    return list(
        sitting.reads.filter(state=Read.State.TRUTH_SHOWN)
        .select_related("case__pack", "answer_key", "outcome")
        .prefetch_related("case__pack__findings", "opinions__answers", "ai_opinions")
        .order_by("position")
    )


def _called_by_ai(read: Read, opinions: Mapping[int, CaseAI]) -> set[str]:
    asked = [finding.key for finding in read.case.pack.findings.all()]
    deciding = opinions.get(read.pk, CaseAI({})).deciding(asked)
    return {one.finding for _image, one in deciding.values() if one.present}


def round_of(sitting: Sitting, now: datetime) -> dict[str, Any]:
    """Return what the page of a sitting shows besides its cases, by the name of the mode; empty for the others."""
    if sitting.mode == Mode.EXAM:
        return {"exam": exam_result(sitting, now)}
    if sitting.mode == Mode.DUEL:
        return {"duel": duel_score(sitting)}
    if not is_over(sitting, now):
        return {}
    if sitting.mode == Mode.AI_FIRST:
        return {"trust": trust_result(sitting)}
    if sitting.mode == Mode.SCREENING:
        return {"screening": screening_result(sitting)}
    if sitting.mode == Mode.WITHDRAWAL:
        return {"without_ai": without_ai_result(sitting)}
    return {}
