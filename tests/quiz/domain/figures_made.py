"""Random reads for the tests of figures, tallies and records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from quiz.domain.figures import AISay, FindingFigures, ReadFigures, Say
from quiz.domain.learner_record import FinishedRead
from quiz.domain.localisation import Located
from quiz.domain.opinions import BANDS

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
FINDINGS = ("mass", "pneumonia")
bands = st.sampled_from([band.value for band in BANDS])
says = st.builds(Say, st.booleans(), bands)
probabilities = st.integers(0, 1000).map(lambda n: n / 1000)


def _located(present: bool) -> st.SearchStrategy[Located | None]:
    lesions = st.lists(st.none() | bands, min_size=1, max_size=3) if present else st.just([])
    misplaced = st.lists(bands, max_size=2)
    return st.none() | st.builds(lambda a, b: Located(tuple(a), tuple(b)), lesions, misplaced)


@st.composite
def findings(draw: st.DrawFn, aided: bool, answered: bool) -> FindingFigures:
    present = draw(st.booleans())
    return FindingFigures(
        present=present,
        first=draw(says) if answered else None,
        final=draw(says) if aided else None,
        ai=draw(st.none() | st.builds(lambda p: AISay(p >= 0.4, p), probabilities)),
        located=draw(_located(present)) if answered else None,
    )


@st.composite
def read_figures(draw: st.DrawFn, kind: str = "multi-label") -> ReadFigures:
    aided, answered = draw(st.booleans()), draw(st.booleans())
    made = {name: draw(findings(aided=aided, answered=answered)) for name in FINDINGS}
    advised = all(one.ai is not None for one in made.values())
    first = all(one.first.called == one.present for one in made.values() if one.first) if answered else None
    final = all(one.final.called == one.present for one in made.values() if one.final) if aided else None
    ai = all(one.ai.called == one.present for one in made.values() if one.ai) if advised else None
    same = all(one.final.called == one.ai.called for one in made.values() if one.final and one.ai)
    return ReadFigures(
        kind=kind,
        images=draw(st.integers(1, 4)),
        first=first,
        final=final,
        ai=ai,
        followed=same if advised and aided else None,
        findings=made,
    )


@st.composite
def finished_reads(draw: st.DrawFn, kind: str = "multi-label") -> list[FinishedRead]:
    rows = draw(st.lists(read_figures(kind), min_size=1, max_size=25))
    return [finished(draw, number, figures) for number, figures in enumerate(rows)]


def finished(draw: st.DrawFn, number: int, figures: ReadFigures) -> FinishedRead:
    at = START + timedelta(hours=draw(st.integers(0, 24 * 30)))
    return FinishedRead(
        read=number,
        sitting=number // 5,
        mode=draw(st.sampled_from(["practice", "rated", "review", "ai_first"])),
        flow=draw(st.sampled_from(["read_first", "unaided", "ai_first"])),
        scale=draw(st.sampled_from(["DX", "DX-simulated"])),
        rated_pack=draw(st.booleans()),
        first_exposure=draw(st.booleans()),
        ai_ready=draw(st.booleans()),
        first_at=at,
        last_at=at + timedelta(minutes=1),
        day=at.date(),
        seconds=draw(st.integers(0, 9000)) / 10,
        points=draw(st.integers(-12, 6)),
        place="not_applicable",
        concepts=tuple(draw(st.sets(st.sampled_from([*FINDINGS, "vessel", "normal"]), min_size=1))),
        figures=figures,
    )
