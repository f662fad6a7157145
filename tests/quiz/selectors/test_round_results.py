"""What a sitting's page says of its round, counted from its reads."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from inference import selectors as inference_selectors
from inference.contracts import ModelInfo
from quiz.domain import case_choice
from quiz.models import CaseSet, Sitting, User
from quiz.selectors.round_results import (
    card_rates,
    duel_score,
    prevalence_of,
    round_of,
    screening_result,
    trust_result,
)
from quiz.services import exams
from quiz.services.sittings import start_sitting
from tests.conftest import FAKE_MODEL, NOW
from tests.quiz.mode_sets import a_set, read_through

HOUR = timedelta(hours=1)


def start(learner: User, case_set: CaseSet, mode: str) -> Sitting:
    return start_sitting(learner=learner, case_set=case_set, now=NOW, rng=random.Random(4), mode=mode)


def test_a_duel_is_scored_where_both_answered(learner: User, tmp_path: Path) -> None:
    case_set = a_set(tmp_path, 10, ai_wrong=(0, 1, 2))
    sitting = start(learner, case_set, "duel")
    assert duel_score(sitting).n == 0
    read_through(sitting, right=6)
    score = duel_score(sitting)
    assert (score.n, score.you, score.ai, score.left) == (10, 6, 7, 0)


@pytest.mark.parametrize(("right", "caught", "false"), [(10, 1.0, 0.0), (0, 0.0, 1.0)])
def test_trusting_is_told_from_overriding(
    learner: User, tmp_path: Path, right: int, caught: float, false: float
) -> None:
    case_set = a_set(tmp_path, 16, ai_wrong=(0, 1, 2, 3, 4), pool="ai_first", flow="ai_first")
    sitting = read_through(start(learner, case_set, "ai_first"), right=right)
    trust = trust_result(sitting).trust
    assert trust.n == 10 and 3 <= trust.wrong <= 5
    assert trust.errors_caught is not None and trust.false_overrides is not None
    assert (trust.errors_caught.value, trust.false_overrides.value) == (caught, false)
    assert round_of(sitting, NOW + HOUR)["trust"].trust == trust


def test_a_screening_round_sets_the_reader_beside_the_ai(
    learner: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_choice, "SCREENED", 20)
    case_set = a_set(tmp_path, 20, ai_wrong=tuple(range(4)), pool="screening", flow="unaided")
    sitting = start(learner, case_set, "screening")
    assert prevalence_of(sitting) == (10, 20)
    read_through(sitting)
    exams.show_results(sitting=sitting, now=NOW + 3 * HOUR)
    result = screening_result(sitting)
    assert (result.you.detected, result.you.recalled_healthy, result.you.n) == (10, 0, 20)
    assert (result.ai.detected, result.ai.recalled_healthy, result.ai.n) == (8, 2, 20)
    assert result.programme_percent == "100.0" and not result.simulated
    # 5.1 of 1,000 with a cancer: 80 % of them found, 20 % of the others recalled.
    assert result.ai_programme_percent == f"{100 * 0.0051 * 0.8 / (0.0051 * 0.8 + 0.9949 * 0.2):.1f}"


def test_practice_adds_up_to_nothing_of_its_own(learner: User, case_set: CaseSet) -> None:
    assert round_of(read_through(start(learner, case_set, "practice")), NOW + HOUR) == {}


def test_card_rates_are_the_cards(case_set: CaseSet, monkeypatch: pytest.MonkeyPatch) -> None:
    assert card_rates(case_set, FAKE_MODEL.key) == []
    figures = {"sensitivity": {"value": 0.8}, "specificity": {"value": 0.9}}
    card = {"figures": {"test": figures}}
    info = ModelInfo(**{**FAKE_MODEL.__dict__, "card": card})
    monkeypatch.setattr(inference_selectors, "model_info", lambda key: info)
    [rate] = card_rates(case_set, FAKE_MODEL.key)
    assert (rate.label, rate.missed_percent, rate.false_alarm_percent) == ("Pneumonia", 20, 10)
    several = {"findings": {"pneumonia": figures, "mass": figures}}
    info = ModelInfo(**{**FAKE_MODEL.__dict__, "card": {"figures": {"test": several}}})
    assert [one.label for one in card_rates(case_set, FAKE_MODEL.key)] == ["Pneumonia"]
