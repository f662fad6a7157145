"""Synthetic readers answer every question once, in bands, and skill, trust and threshold do what they say."""

from __future__ import annotations

import random

import pytest

from quiz.domain import synthetic
from quiz.domain.opinions import BAND_VALUES, Answer
from quiz.domain.synthetic import Reader, final_answers, first_answers

N = 600


def calls(reader: Reader, *, present: bool, difficulty: str = "") -> float:
    rng = random.Random(4)
    said = [
        first_answers(
            reader,
            asked=["mass"],
            present={"mass"} if present else set(),
            difficulty=difficulty,
            read_before=0,
            single_choice=False,
            rng=rng,
        )[0].present
        for _ in range(N)
    ]
    return sum(said) / N


def test_skill_tells_cases_apart_and_guessing_does_not() -> None:
    skilled = Reader(skill=2.5)
    assert calls(skilled, present=True) > 0.8 > 0.2 > calls(skilled, present=False)
    assert calls(synthetic.GUESSES, present=True) == pytest.approx(0.5, abs=0.07)
    assert calls(synthetic.GUESSES, present=True, difficulty="obvious: CNR 40") == pytest.approx(
        0.5, abs=0.07
    )
    assert calls(synthetic.ALWAYS_NORMAL, present=True) == 0


def test_hidden_findings_are_missed_more_often() -> None:
    reader = Reader(skill=1.5)
    assert calls(reader, present=True, difficulty="hidden: CNR 2") < calls(
        reader, present=True, difficulty="obvious: CNR 40"
    )


@pytest.mark.parametrize("seed", range(20))
def test_every_opinion_is_one_a_learner_could_give(seed: int) -> None:
    rng = random.Random(seed)
    answers = first_answers(
        synthetic.plausible(rng),
        asked=["a", "b", "c"],
        present={"b"},
        difficulty="clear",
        read_before=seed,
        single_choice=True,
        rng=rng,
    )
    assert [answer.finding for answer in answers] == ["a", "b", "c"]
    assert sum(answer.present for answer in answers) <= 1
    assert {answer.certainty for answer in answers} <= BAND_VALUES
    assert len({answer.certainty for answer in answers}) == 1


@pytest.mark.parametrize(("trust", "follows"), [(1.0, True), (0.0, False)])
def test_trust_decides_whose_answer_is_final(trust: float, follows: bool) -> None:
    first = (Answer("mass", False, 0.9),)
    final = final_answers(Reader(skill=1, trust=trust), first, {"mass": True}, random.Random(1))
    assert final[0].present is follows


def test_agreement_makes_surer_and_silence_changes_nothing() -> None:
    first = (Answer("mass", True, 0.75),)
    reader = Reader(skill=1)
    assert final_answers(reader, first, {"mass": True}, random.Random(1))[0].certainty == 0.9
    assert final_answers(reader, first, {}, random.Random(1)) == first
