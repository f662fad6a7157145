"""A sitting's summary over the API: finished reads only, each with learner, AI and truth."""

from __future__ import annotations

import uuid

from quiz.models import CaseSet, Sitting, User
from tests.quiz.api.calls import Api, assert_error
from tests.quiz.builders import advance, opened_read


def summary(api: Api) -> dict[str, object]:
    sitting = Sitting.objects.get()
    response = api.get(f"/sittings/{sitting.public_id}/summary")
    assert response.status_code == 200
    body: dict[str, object] = response.json()
    return body


def test_unfinished_reads_are_left_out(api: Api, learner: User, case_set: CaseSet) -> None:
    advance(opened_read(learner, case_set), "finalised")
    body = summary(api)
    assert (body["set"], body["finished"], body["rows"]) == ("lungs", False, [])
    assert set(body["scores"].values()) == {0}


def test_rows_hold_learner_ai_and_truth(api: Api, learner: User, case_set: CaseSet) -> None:
    for first, final in [(True, True), (False, True), (True, False), (False, False)]:
        advance(opened_read(learner, case_set), "truth_shown", first=first, final=final)
    body = summary(api)
    assert body["finished"] is True
    rows, scores = body["rows"], body["scores"]
    assert [row["position"] for row in rows] == [1, 2, 3, 4]
    for row in rows:
        assert row["first_right"] == (row["first"] == row["truth"])
        assert row["final_right"] == (row["final"] == row["truth"])
        assert (row["ai"], row["ai_right"]) == ("Pneumonia", row["truth"] == "Pneumonia")
        assert row["points_first"] == (2 if row["first_right"] else -2)
        assert row["headline"].endswith(".")
    assert [row["first"] for row in rows] == ["Pneumonia", "Normal", "Pneumonia", "Normal"]
    assert [row["final"] for row in rows] == ["Pneumonia", "Pneumonia", "Normal", "Normal"]
    assert scores["n"] == scores["n_first"] == scores["n_final"] == scores["n_ai"] == 4
    assert scores["ai"] == 2
    assert scores["points_first"] == sum(row["points_first"] for row in rows)


def test_foreign_and_unknown_sittings_are_not_there(api: Api, other: User, case_set: CaseSet) -> None:
    advance(opened_read(other, case_set), "truth_shown")
    for public_id in (Sitting.objects.get().public_id, uuid.uuid4()):
        assert_error(api.get(f"/sittings/{public_id}/summary"), 404, "not_found")
