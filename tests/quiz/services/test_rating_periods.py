"""Closing a period: cases and CNNs move by what was played, once, and only then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from inference.models import AIOpinion
from quiz.domain.rating import CASE_START, LEARNER_START, MODEL_START, Game, Player, after_period
from quiz.models import CaseSet, ModelGame, PeriodChange, RatedPlayer, RatingEvent, RatingPeriod, User
from quiz.selectors.ratings import case_ratings
from quiz.services.answer_keys import KeyContent, correct_key
from quiz.services.errors import Refused
from quiz.services.rating_periods import Closed, close_rating_period
from tests.conftest import FAKE_MODEL, NOW
from tests.quiz import builders
from tests.quiz.random_reads import world
from tests.quiz.services.test_finished_reads import finish, rated

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


def player(row: RatedPlayer) -> Player:
    return Player(row.rating, row.deviation, row.volatility)


def test_cases_and_the_cnn_move_together(learner: User, case_set: CaseSet) -> None:
    """The AI calls all four present with its peak inside: two wins, two losses; the learner misses one case."""
    read = finish(rated(learner, case_set, cases=1)[0], right=False)
    case = read.case
    assert case_ratings("DX", [case.pk])[case.pk] == CASE_START
    assert close_rating_period(now=LATER) == [Closed("DX", number=1, games=5, cases=4, models=1)]
    model = RatedPlayer.objects.get(kind="model")
    assert (model.model_key, model.model_sha256, model.games) == (FAKE_MODEL.key, FAKE_MODEL.sha256, 4)
    scores = sorted(ModelGame.objects.values_list("score", flat=True))
    assert scores == [0.0, 0.0, 1.0, 1.0]
    against = [Game(CASE_START.rating, CASE_START.deviation, score) for score in (1.0, 1.0, 0.0, 0.0)]
    expected = after_period(MODEL_START, against)
    assert (model.rating, model.deviation) == pytest.approx((expected.rating, expected.deviation))
    met = RatedPlayer.objects.get(case=case)
    game = ModelGame.objects.get(case=case)
    expected = after_period(
        CASE_START,
        [
            Game(LEARNER_START.rating, LEARNER_START.deviation, 1.0),
            Game(MODEL_START.rating, MODEL_START.deviation, 1 - game.score),
        ],
    )
    assert player(met) == expected
    assert case_ratings("DX", [case.pk])[case.pk] == expected
    change = PeriodChange.objects.get(player=met)
    assert (change.rating_before, change.rating_after, change.games) == (1250.0, met.rating, 2)


def test_nothing_new_closes_nothing(learner: User, case_set: CaseSet) -> None:
    finish(rated(learner, case_set, cases=1)[0])
    close_rating_period(now=LATER)
    before = list(RatedPlayer.objects.order_by("pk").values())
    assert close_rating_period(now=LATER) == []
    assert list(RatedPlayer.objects.order_by("pk").values()) == before
    assert RatingPeriod.objects.count() == 1


def test_the_cnn_plays_a_case_once_a_version(
    learner: User, case_set: CaseSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    close_rating_period(now=LATER)
    finish(rated(learner, case_set, cases=1)[0])
    (closed,) = close_rating_period(now=LATER)
    assert (closed.games, closed.models) == (1, 0)
    newer = replace(FAKE_MODEL, sha256="9" * 64)
    monkeypatch.setattr("inference.selectors.model_info", lambda key: newer)
    assert close_rating_period(now=LATER) == [], "the new version hasn't read a film yet"
    AIOpinion.objects.update(model_sha256=newer.sha256)
    (closed,) = close_rating_period(now=LATER)
    assert (closed.number, closed.games, closed.cases, closed.models) == (3, 4, 4, 1)
    versions = sorted(RatedPlayer.objects.filter(kind="model").values_list("model_sha256", flat=True))
    assert versions == ["9" * 64, FAKE_MODEL.sha256]


def test_learners_meet_the_ratings_of_the_last_closed_period(
    learner: User, other: User, case_set: CaseSet
) -> None:
    one = finish(rated(learner, case_set, cases=1)[0])
    finish(rated(other, case_set, cases=1)[0])
    events = RatingEvent.objects.order_by("pk")
    assert events[0].opponents == events[1].opponents
    close_rating_period(now=LATER)
    third = finish(rated(builders.user("third"), case_set, cases=1)[0])
    moved = RatedPlayer.objects.get(case=one.case)
    assert RatingEvent.objects.get(read=third).opponents == [
        {"kind": "case", "rating": moved.rating, "deviation": moved.deviation}
    ]
    assert RatingEvent.objects.filter(period=None).count() == 1


def test_voided_games_move_no_case(learner: User, instructor: User, case_set: CaseSet) -> None:
    read = finish(rated(learner, case_set, cases=1)[0])
    findings = () if read.answer_key.findings else ("pneumonia",)
    content = KeyContent(findings=findings, truth_basis="again")
    correct_key(case=read.case, content=content, author=instructor, note="x", now=LATER)
    (closed,) = close_rating_period(now=LATER)
    assert closed.games == 4
    assert RatingEvent.objects.get().period is None


def test_simulated_and_real_cases_share_no_scale(tmp_path: Path) -> None:
    played = world(tmp_path, seed=6)
    played.play(60)
    closed = close_rating_period(now=played.now)
    assert [one.scale for one in closed] == ["DX", "DX-simulated"]
    for scale, simulated in (("DX", False), ("DX-simulated", True)):
        cases = RatedPlayer.objects.filter(scale=scale, kind="case")
        assert set(cases.values_list("case__pack__simulated", flat=True)) == {simulated}
        events = RatingEvent.objects.filter(scale=scale)
        assert set(events.values_list("read__case__pack__simulated", flat=True)) == {simulated}
    # The same model version stands on both, as two players.
    assert RatedPlayer.objects.filter(kind="model").count() == 2


def test_one_scale_alone_can_be_closed(tmp_path: Path) -> None:
    played = world(tmp_path, seed=7)
    played.play(30)
    assert [one.scale for one in close_rating_period(now=played.now, scale="DX")] == ["DX"]
    assert set(RatingPeriod.objects.values_list("scale", flat=True)) == {"DX"}
    with pytest.raises(Refused) as refused:
        close_rating_period(now=played.now, scale="MR")
    assert refused.value.code == "unknown_scale"
