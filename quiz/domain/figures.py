"""What one finished read adds to its learner's figures: kept with the outcome, by finding and for the whole case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quiz.domain.localisation import Located, match
from quiz.domain.opinions import ReaderOpinion
from quiz.domain.outcomes import Key
from radiology.regions import within

SINGLE_CHOICE = "single-choice"
_WHOLE = ""
_DIGITS = 6


@dataclass(frozen=True)
class Say:
    """A reader's answer on one finding: called present or not, and how certain of that answer, 0.5 … 1.

    In a single choice the certainty is that of the choice, and no probability of this finding.
    """

    called: bool
    certainty: float

    @property
    def probability(self) -> float:
        """The probability 0 … 1 that the finding is present."""
        return self.certainty if self.called else 1 - self.certainty


@dataclass(frozen=True)
class AISay:
    """The AI's answer on one finding: its decision, and its calibrated probability 0 … 1."""

    called: bool
    probability: float


@dataclass(frozen=True)
class FindingFigures:
    """One finding of a read. None: no such opinion (or can't tell, or declined).

    `located` is of the first opinion, or of the final one where there is no first; None where place isn't judged:
    the set asks for no marks, or the key has no region of a finding that is present.
    """

    present: bool
    first: Say | None
    final: Say | None
    ai: AISay | None
    located: Located | None


@dataclass(frozen=True)
class ReadFigures:
    """A whole read: who got every finding right (None: not scored), and each finding.

    `followed`: the final answer is the AI's own; None where one of them is missing. `images` counts the case's.
    """

    kind: str
    images: int
    first: bool | None
    final: bool | None
    ai: bool | None
    followed: bool | None
    findings: Mapping[str, FindingFigures]


def read_figures(
    *,
    kind: str,
    asked: Sequence[str],
    images: int,
    first: ReaderOpinion | None,
    final: ReaderOpinion | None,
    ai: Mapping[str, AISay] | None,
    key: Key,
    localise: bool,
    radius: float,
) -> ReadFigures:
    """Return the figures of a read. `ai` is None where it gave no answer; `radius` is in pixels."""
    firsts, finals = _says(first), _says(final)
    ai_called = None if ai is None else frozenset(finding for finding, say in ai.items() if say.called)
    final_called = final.called() if final is not None and not final.cannot_tell else None
    opinion = first or final
    return ReadFigures(
        kind=kind,
        images=images,
        first=_right(first, key),
        final=_right(final, key),
        ai=None if ai_called is None else ai_called == key.findings,
        followed=None if ai_called is None or final_called is None else ai_called == final_called,
        findings={
            finding: FindingFigures(
                present=finding in key.findings,
                first=firsts.get(finding),
                final=finals.get(finding),
                ai=(ai or {}).get(finding),
                located=_located(opinion, finding, key, radius) if localise else None,
            )
            for finding in asked
        },
    )


def to_json(figures: ReadFigures) -> dict[str, Any]:
    """Return the figures as plain values: a finding's under its key, the case's under the empty key."""
    whole = {"kind": figures.kind, "images": figures.images}
    whole |= _given(first=figures.first, final=figures.final, ai=figures.ai, followed=figures.followed)
    return {_WHOLE: whole} | {name: _plain(one) for name, one in figures.findings.items()}


def from_json(values: Mapping[str, Any]) -> ReadFigures:
    """Return what `to_json` wrote. KeyError for anything else."""
    whole = values[_WHOLE]
    return ReadFigures(
        kind=whole["kind"],
        images=whole["images"],
        first=whole.get("first"),
        final=whole.get("final"),
        ai=whole.get("ai"),
        followed=whole.get("followed"),
        findings={name: _read(one) for name, one in values.items() if name != _WHOLE},
    )


def _right(opinion: ReaderOpinion | None, key: Key) -> bool | None:
    if opinion is None or opinion.cannot_tell:
        return None
    return opinion.called() == key.findings


def _says(opinion: ReaderOpinion | None) -> dict[str, Say]:
    answers = opinion.answers if opinion is not None else ()
    return {answer.finding: Say(answer.present, answer.certainty) for answer in answers}


def _located(opinion: ReaderOpinion | None, finding: str, key: Key, radius: float) -> Located | None:
    if opinion is None or opinion.cannot_tell:
        return None
    regions = [(image, region) for image, what, region in key.regions if what == finding]
    if finding in key.findings and not regions:
        return None
    marks = [mark for mark in opinion.marks if mark.finding == finding]
    hits = [
        [mark.image == image and within(region, mark.x, mark.y, radius) for image, region in regions]
        for mark in marks
    ]
    return match([opinion.certainty_of(mark) for mark in marks], hits, len(regions))


def _given(**values: object) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _plain(one: FindingFigures) -> dict[str, Any]:
    return _given(
        present=one.present,
        first=[one.first.called, one.first.certainty] if one.first else None,
        final=[one.final.called, one.final.certainty] if one.final else None,
        ai=[one.ai.called, round(one.ai.probability, _DIGITS)] if one.ai else None,
        lesions=list(one.located.lesions) if one.located else None,
        misplaced=list(one.located.misplaced) if one.located else None,
    )


def _read(values: Mapping[str, Any]) -> FindingFigures:
    located = "lesions" in values
    return FindingFigures(
        present=values["present"],
        first=Say(*values["first"]) if "first" in values else None,
        final=Say(*values["final"]) if "final" in values else None,
        ai=AISay(*values["ai"]) if "ai" in values else None,
        located=Located(tuple(values["lesions"]), tuple(values["misplaced"])) if located else None,
    )
