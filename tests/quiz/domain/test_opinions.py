"""What makes an opinion valid: every refusal, with its sentence."""

from __future__ import annotations

import math
from typing import Any

import pytest

from quiz.domain.opinions import (
    BAND_VALUES,
    BANDS,
    Answer,
    InvalidOpinion,
    Mark,
    Question,
    ReaderOpinion,
    check_opinion,
)

IMAGE = "image-1"


def question(**changes: Any) -> Question:
    values: dict[str, Any] = {
        "kind": "multi-label",
        "findings": ("mass", "pneumonia"),
        "localise": True,
        "max_marks": 2,
        "images": {IMAGE: (100, 50)},
    }
    return Question(**{**values, **changes})


def answers(mass: bool = True, pneumonia: bool = False, certainty: float = 0.75) -> tuple[Answer, ...]:
    return Answer("mass", mass, certainty), Answer("pneumonia", pneumonia, certainty)


def mark(x: float = 10, y: float = 10, *, image: str = IMAGE, finding: str = "mass", **more: Any) -> Mark:
    return Mark(image, finding, x, y, **more)


def box(x: float, y: float, width: float, height: float, shape: str = "box") -> Mark:
    return mark(x, y, shape=shape, width=width, height=height)


@pytest.mark.parametrize(
    "opinion",
    [
        ReaderOpinion(answers()),
        ReaderOpinion(answers()[::-1]),
        ReaderOpinion(answers(mass=False)),
        ReaderOpinion(answers(), (mark(), mark(0, 0))),
        ReaderOpinion(answers(), (mark(100, 50),)),
        ReaderOpinion(answers(), (box(50, 25, 100, 50), box(0.1, 0.1, 0.2, 0.2, "ellipse"))),
        ReaderOpinion(answers(), (box(99.85, 49.95, 0.3, 0.1),)),
        ReaderOpinion(answers(), (mark(certainty=0.5), mark(certainty=0.99))),
        ReaderOpinion((), cannot_tell=True),
    ],
)
def test_valid_opinions_pass(opinion: ReaderOpinion) -> None:
    check_opinion(opinion, question())


@pytest.mark.parametrize(
    ("opinion", "sentence"),
    [
        (ReaderOpinion(answers(), cannot_tell=True), "not both"),
        (ReaderOpinion((), (mark(),), cannot_tell=True), "call absent"),
        (ReaderOpinion(()), "every part"),
        (ReaderOpinion(answers()[:1]), "every part"),
        (ReaderOpinion((*answers(), Answer("mass", False, 0.75))), "every part"),
        (ReaderOpinion((*answers(), Answer("haemorrhage", True, 0.75))), "haemorrhage"),
        (ReaderOpinion(answers(), (mark(finding="pneumonia"),)), "call absent"),
        (ReaderOpinion(answers(), (mark(finding="haemorrhage"),)), "call absent"),
        (ReaderOpinion(answers(), (mark(image="image-2"),)), "doesn't belong"),
        (ReaderOpinion(answers(), (mark(),) * 3), "at most 2"),
        *[
            (ReaderOpinion(answers(), (mark(x, y),)), "outside its image")
            for x, y in [(-0.1, 0), (0, -0.1), (100.1, 0), (0, 50.1), (math.nan, 0), (0, math.inf)]
        ],
        *[
            (ReaderOpinion(answers(), (box(*numbers),)), "outside its image")
            for numbers in [(4, 25, 10, 10), (96, 25, 10, 10), (50, 4, 10, 10), (50, 46, 10, 10)]
        ],
        *[
            (ReaderOpinion(answers(), (box(50, 25, *size, shape),)), "above 0")
            for size in [(0, 5), (5, 0), (-5, 5)]
            for shape in ["box", "ellipse"]
        ],
        (ReaderOpinion(answers(), (box(50, 25, math.inf, 5),)), "outside its image"),
        (ReaderOpinion(answers(), (box(50, 25, 5, 5, "point"),)), "no size"),
        (ReaderOpinion(answers(), (box(50, 25, 5, 5, "star"),)), "a box or an ellipse"),
        (ReaderOpinion(answers(), (mark(certainty=0.7),)), "of a mark from the five bands"),
    ],
)
def test_invalid_opinions_are_refused_in_words(opinion: ReaderOpinion, sentence: str) -> None:
    with pytest.raises(InvalidOpinion, match=sentence):
        check_opinion(opinion, question())


@pytest.mark.parametrize("certainty", [0.0, 0.4, 0.55, 0.7, 0.989, 1.0, -0.5, math.nan, math.inf])
def test_certainty_outside_the_bands_is_refused(certainty: float) -> None:
    with pytest.raises(InvalidOpinion, match="five bands"):
        check_opinion(ReaderOpinion(answers(certainty=certainty)), question())


@pytest.mark.parametrize("certainty", sorted(BAND_VALUES))
def test_every_band_value_is_accepted(certainty: float) -> None:
    check_opinion(ReaderOpinion(answers(certainty=certainty)), question())


def test_marks_are_refused_where_none_are_asked_for() -> None:
    with pytest.raises(InvalidOpinion, match="doesn't ask for marks"):
        check_opinion(ReaderOpinion(answers(), (mark(),)), question(localise=False))


def test_single_choice_takes_one_finding_or_none() -> None:
    single = question(kind="single-choice")
    check_opinion(ReaderOpinion(answers(mass=True)), single)
    check_opinion(ReaderOpinion(answers(mass=False)), single)
    with pytest.raises(InvalidOpinion, match="one answer only"):
        check_opinion(ReaderOpinion(answers(pneumonia=True)), single)
    mixed = (Answer("mass", True, 0.75), Answer("pneumonia", False, 0.9))
    with pytest.raises(InvalidOpinion, match="single certainty"):
        check_opinion(ReaderOpinion(mixed), single)


def test_bands_are_those_of_the_method() -> None:
    assert [(band.value, band.name, band.range_label) for band in BANDS] == [
        (0.50, "guessing", "50–55 %"),
        (0.60, "leaning", "55–67 %"),
        (0.75, "fairly sure", "67–80 %"),
        (0.90, "sure", "80–95 %"),
        (0.99, "certain", "above 95 %"),
    ]


def test_probability_is_that_of_the_finding() -> None:
    assert Answer("mass", True, 0.9).probability == pytest.approx(0.9)
    assert Answer("mass", False, 0.9).probability == pytest.approx(0.1)


def test_called_lists_what_is_present() -> None:
    assert ReaderOpinion(answers(mass=True, pneumonia=False)).called() == {"mass"}
    assert ReaderOpinion((), cannot_tell=True).called() == frozenset()


def test_a_mark_is_as_certain_as_it_says_or_as_its_answer() -> None:
    opinion = ReaderOpinion(answers(certainty=0.6), (mark(), mark(certainty=0.9)))
    assert [opinion.certainty_of(one) for one in opinion.marks] == [0.6, 0.9]
    assert opinion.certainty_of(mark(finding="haemorrhage")) == 0.0
