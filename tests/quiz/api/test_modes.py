"""Modes over the API: what a set offers, sittings in a mode, results that wait, what is due."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from quiz.domain import case_choice
from quiz.domain.modes import Mode
from quiz.models import CaseSet, ReviewCard, Sitting, User
from tests.quiz.api.calls import Api, assert_error, opinion
from tests.quiz.mode_sets import a_set, read_through


def test_a_set_says_what_it_offers(api: Api, tmp_path: Path) -> None:
    a_set(tmp_path, 30)
    offers = {row["mode"]: row for row in api.get("/sets/lungs/modes").json()}
    assert [name for name, row in offers.items() if row["rates"]] == ["rated"]
    assert {name for name, row in offers.items() if row["available"]} == {"practice", "rated", "duel"}
    assert offers["review"]["reason"] == "nothing_due" and "due for review" in offers["review"]["sentence"]
    assert offers["duel"]["cases"] == 10 and offers["duel"]["open_sitting"] is None
    read = api.post("/sets/lungs/next", {"mode": "duel"}).json()
    offers = {row["mode"]: row for row in api.get("/sets/lungs/modes").json()}
    assert offers["duel"]["open_sitting"] == read["sitting"]
    assert_error(api.get("/sets/nothing/modes"), 404, "not_found")


def test_a_start_without_a_body_is_practice(api: Api, case_set: CaseSet) -> None:
    assert api.post("/sets/lungs/next").status_code == 200
    assert Sitting.objects.get().mode == "practice"


def test_a_read_names_its_mode(api: Api, tmp_path: Path) -> None:
    a_set(tmp_path, 30)
    read = api.get(f"/reads/{api.post('/sets/lungs/next', {'mode': 'rated'}).json()['read']}").json()
    assert (read["mode"], read["mode_label"]) == ("rated", "Rated")
    assert "deadline" not in read


@pytest.mark.parametrize(
    ("mode", "status", "code"),
    [
        ("misses", 409, "no_misses"),
        ("rated", 409, "too_few_unseen"),
        ("exam", 409, "no_such_mode"),
        ("race", 400, "invalid"),
    ],
)
def test_no_case_has_a_named_reason(api: Api, tmp_path: Path, mode: str, status: int, code: str) -> None:
    a_set(tmp_path, 3)
    assert_error(api.post("/sets/lungs/next", {"mode": mode}), status, code)
    assert not Sitting.objects.exists()


def test_an_exam_over_the_api(api: Api, learner: User, tmp_path: Path) -> None:
    a_set(tmp_path, 3, pool="exam", flow="exam", time_limit_minutes=30)
    started = api.post("/sets/lungs/next", {"mode": "exam"}).json()
    address, sitting = f"/reads/{started['read']}", f"/sittings/{started['sitting']}"
    assert "deadline" in api.post(f"{address}/open").json()
    committed = api.post(f"{address}/commit", opinion()).json()
    assert committed["state"] == "committed" and not {"ai", "truth", "deadline"} & set(committed)
    assert_error(api.get(f"{address}/truth"), 409, "not_released")
    assert_error(api.get(f"{address}/ai"), 409, "wrong_step")
    assert_error(api.post(f"{sitting}/results"), 409, "not_released")
    summary = api.get(f"{sitting}/summary").json()
    assert (summary["mode"], summary["waiting"], summary["rows"]) == ("exam", 1, [])
    Sitting.objects.update(deadline_at=timezone.now() - timedelta(minutes=2))
    second = api.post("/sets/lungs/next", {"mode": "exam"})
    assert_error(second, 409, "attempt_used")
    other = str(Sitting.objects.get().reads.get(position=2).public_id)
    assert_error(api.post(f"/reads/{other}/open"), 409, "time_is_up")
    CaseSet.objects.update(released_at=timezone.now())
    assert len(api.post(f"{sitting}/results").json()["rows"]) == 1
    assert api.get(address).json()["state"] == "truth_shown"


def test_a_late_answer_is_refused_with_a_sentence(api: Api, tmp_path: Path) -> None:
    a_set(tmp_path, 3, pool="exam", flow="exam", time_limit_minutes=30)
    read = api.post("/sets/lungs/next", {"mode": "exam"}).json()["read"]
    api.post(f"/reads/{read}/open")
    Sitting.objects.update(deadline_at=timezone.now() - timedelta(seconds=31))
    response = api.post(f"/reads/{read}/commit", opinion())
    assert_error(response, 409, "time_is_up")
    assert "The time of this exam is up" in response.json()["error"]["message"]


def test_what_is_due_is_counted_and_never_named(api: Api, learner: User, tmp_path: Path) -> None:
    a_set(tmp_path, 8)
    ReviewCard.objects.create(learner=learner, concept="lobar", state=2, due_at=timezone.now())
    found = api.get("/review")
    assert "lobar" not in found.content.decode()
    data = found.json()
    assert (data["today"], data["cards"], len(data["days"])) == (1, 1, 14)
    assert data["sets"] == [{"slug": "lungs", "title": "Set lungs", "due": 1}]
    started = api.post("/sets/lungs/next", {"mode": Mode.REVIEW}).json()
    assert 4 <= started["total"] <= 8


def test_results_of_a_round_come_at_its_end(
    api: Api, learner: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_choice, "SCREENED", 20)
    a_set(tmp_path, 20, pool="screening", flow="unaided")
    started = api.post("/sets/lungs/next", {"mode": "screening"}).json()
    sitting = Sitting.objects.get()
    assert_error(api.post(f"/sittings/{started['sitting']}/results"), 409, "not_released")
    read_through(sitting)
    assert api.get(f"/sittings/{started['sitting']}/summary").json()["waiting"] == 20
    assert len(api.post(f"/sittings/{started['sitting']}/results").json()["rows"]) == 20


def test_a_round_may_be_ended_and_no_other_sitting(
    api: Api, learner: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_choice, "SCREENED", 20)
    a_set(tmp_path, 20, pool="screening", flow="unaided")
    a_set(tmp_path, 4, key="open")
    practice = api.post("/sets/open/next").json()["sitting"]
    assert_error(api.post(f"/sittings/{practice}/end"), 409, "not_endable")
    started = api.post("/sets/lungs/next", {"mode": "screening"}).json()
    read_through(Sitting.objects.get(mode="screening"), only=5)
    summary = api.post(f"/sittings/{started['sitting']}/end").json()
    assert (summary["finished"], summary["unread"], summary["waiting"], len(summary["rows"])) == (
        True,
        15,
        0,
        5,
    )
