"""What one read adds, and that sums don't depend on the order in which reads come."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.domain.figures import FindingFigures, ReadFigures, Say
from quiz.domain.learner_record import Day, FinishedRead, record
from quiz.domain.scheduling import Grade
from tests.quiz.domain.figures_made import START, finished_reads

few = settings(max_examples=40)


def read(first: bool | None = True, certainty: float = 0.75, **changes: object) -> FinishedRead:
    """A read of a case with a mass, whose look-alike is a vessel."""
    say = None if first is None else Say(first, certainty)
    figures = ReadFigures(
        kind="detection",
        images=1,
        first=first,
        final=None,
        ai=None,
        followed=None,
        findings={"mass": FindingFigures(True, say, None, None, None)},
    )
    values: dict[str, object] = {
        "read": 1,
        "sitting": 1,
        "mode": "rated",
        "flow": "unaided",
        "scale": "DX",
        "rated_pack": True,
        "first_exposure": True,
        "ai_ready": False,
        "first_at": START,
        "last_at": START,
        "day": START.date(),
        "seconds": 12.3,
        "points": 2,
        "place": "not_applicable",
        "concepts": ("vessel",),
        "figures": figures,
    }
    return FinishedRead(**{**values, **changes})  # type: ignore[arg-type]


@few
@given(finished_reads(), st.randoms(use_true_random=False))
def test_sums_do_not_depend_on_order(reads: list[FinishedRead], rng: random.Random) -> None:
    shuffled = list(reads)
    rng.shuffle(shuffled)
    one, other = record(reads), record(shuffled)
    assert one.tallies == other.tallies
    assert (one.days, one.streak, one.cards) == (other.days, other.streak, other.cards)


@few
@given(finished_reads())
def test_days_hold_every_read(reads: list[FinishedRead]) -> None:
    sums = record(reads)
    assert sum(day.reads for day in sums.days.values()) == len(reads)
    assert sum(day.points for day in sums.days.values()) == sum(one.points for one in reads)
    assert sum(day.seconds for day in sums.days.values()) == pytest.approx(sum(one.seconds for one in reads))
    assert sums.streak.last_day == max(one.day for one in reads)


@pytest.mark.parametrize(
    ("changes", "score"),
    [
        ({}, 1.0),
        ({"place": "miss"}, 0.5),
        ({"first": False}, 0.0),
        ({"first": None}, None),
        ({"mode": "practice"}, None),
        ({"rated_pack": False}, None),
        ({"first_exposure": False}, None),
    ],
)
def test_what_rates(changes: dict[str, object], score: float | None) -> None:
    assert read(**changes).score() == score  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "grades"),
    [
        ({}, {"vessel": Grade.GOOD}),
        ({"first": False}, {"vessel": Grade.AGAIN}),
        ({"certainty": 0.5}, {"vessel": Grade.AGAIN}),
        ({"certainty": 0.99}, {"vessel": Grade.EASY}),
        ({"first": None}, {}),
        ({"flow": "ai_first"}, {}),
        ({"first_exposure": False}, {}),
        ({"first_exposure": False, "mode": "review"}, {"vessel": Grade.GOOD}),
        ({"concepts": ("mass", "vessel")}, {"mass": Grade.GOOD, "vessel": Grade.GOOD}),
    ],
)
def test_what_is_reviewed(changes: dict[str, object], grades: dict[str, Grade]) -> None:
    assert read(**changes).grades() == grades  # type: ignore[arg-type]


def test_a_concept_that_names_a_finding_goes_by_it() -> None:
    """The mass is found; the false alarm of a cyst counts against the look-alike, not against the mass."""
    one = read(concepts=("mass", "vessel"))
    findings = {**one.figures.findings, "cyst": FindingFigures(False, Say(True, 0.9), None, None, None)}
    wrong = replace(one, figures=replace(one.figures, first=False, findings=findings))
    assert wrong.grades() == {"mass": Grade.GOOD, "vessel": Grade.AGAIN}


def test_repeats_and_judging_the_ai_stay_out_of_the_tallies() -> None:
    assert read(first_exposure=False).tally_counts() == {}
    assert read(flow="ai_first").tally_counts() == {}
    assert set(read().tally_counts()) == {("DX", ""), ("DX", "mass")}


def test_a_day_adds_up_in_tenths() -> None:
    day = Day()
    for _ in range(1000):
        day = day.plus(reads=1, seconds=0.1, points=-1)
    assert day == Day(1000, 100.0, -1000)
    assert record([]).days == {}
    assert record([read(day=date(2026, 3, 2))]).days == {date(2026, 3, 2): Day(1, 12.3, 2)}
