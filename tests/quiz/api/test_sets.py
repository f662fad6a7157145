"""Sets over the API: which are listed, with what, and the way to the next read."""

from __future__ import annotations

import uuid

import pytest

from quiz.models import CaseSet, Read, Sitting, User
from tests.quiz.api.calls import Api, assert_error
from tests.quiz.builders import advance, opened_read


def test_list_shows_the_callers_own_progress(api: Api, learner: User, other: User, case_set: CaseSet) -> None:
    advance(opened_read(learner, case_set), "truth_shown")
    [row] = api.get("/sets/").json()
    sitting = Sitting.objects.get(learner=learner)
    assert row == {
        "slug": "lungs",
        "title": "Lungs",
        "description": "",
        "flow": "read_first",
        "pool": "open",
        "modality": "Radiograph",
        "simulated": False,
        "sitting_size": 10,
        "case_count": 4,
        "done": 1,
        "open_sitting": str(sitting.public_id),
    }
    [row] = Api(other).get("/sets/").json()
    assert (row["done"], row["open_sitting"]) == (0, None)


def test_one_set_is_as_in_the_list(api: Api, case_set: CaseSet) -> None:
    assert api.get("/sets/lungs/").json() == api.get("/sets/").json()[0]


@pytest.mark.parametrize("status", ["draft", "closed"])
def test_unpublished_sets_are_not_there(api: Api, case_set: CaseSet, status: str) -> None:
    CaseSet.objects.update(status=status)
    assert api.get("/sets/").json() == []
    assert_error(api.get("/sets/lungs/"), 404, "not_found")
    assert_error(api.post("/sets/lungs/next"), 404, "not_found")
    assert not Sitting.objects.exists()


def test_unknown_sets_are_not_there(api: Api) -> None:
    assert_error(api.get("/sets/nothing/"), 404, "not_found")
    assert_error(api.post("/sets/nothing/next"), 404, "not_found")


def test_next_reserves_a_read_and_goes_on_with_it(api: Api, learner: User, case_set: CaseSet) -> None:
    first = api.post("/sets/lungs/next").json()
    assert uuid.UUID(first["sitting"]) and uuid.UUID(first["read"])
    assert (first["position"], first["total"]) == (1, 4)
    assert api.post("/sets/lungs/next").json() == first
    read = Read.objects.get(public_id=first["read"])
    assert (read.learner, read.state) == (learner, "reserved")


def test_next_moves_on_past_a_finished_read(api: Api, learner: User, case_set: CaseSet) -> None:
    first = api.post("/sets/lungs/next").json()
    advance(opened_read(learner, case_set), "truth_shown")
    second = api.post("/sets/lungs/next").json()
    assert second["position"] == 2 and second["read"] != first["read"]
    assert second["sitting"] == first["sitting"]


def test_a_set_without_cases_says_so(api: Api, case_set: CaseSet) -> None:
    case_set.cases.update(status="held")
    assert_error(api.post("/sets/lungs/next"), 409, "empty_set")
