"""A read over the API: which parts it has at which step, and the way through all of them."""

from __future__ import annotations

import random
import uuid

import pytest

from quiz.models import CaseSet, KeyRegion, Opinion, Read, User
from quiz.services.sittings import start_sitting
from tests.conftest import NOW
from tests.quiz.api.calls import Api, assert_error, opinion
from tests.quiz.builders import advance, opened_read

FRAME = {
    "id", "state", "flow", "mode", "mode_label", "set", "hanging", "sitting", "position", "total", "images",
}  # fmt: skip
POINT = {"shape": "point", "width": 0.0, "height": 0.0, "certainty": None}
OWN = {"question", "history", "windows", "reports", "next"}
PARTS = {
    "reserved": set(),
    "opened": OWN,
    "committed": OWN | {"first"},
    "ai_shown": OWN | {"first", "ai"},
    "finalised": OWN | {"first", "ai", "final"},
    "truth_shown": OWN | {"first", "ai", "final", "truth"},
}


@pytest.fixture
def reserved(learner: User, case_set: CaseSet) -> Read:
    sitting = start_sitting(learner=learner, case_set=case_set, now=NOW, rng=random.Random(1))
    read = sitting.reads.order_by("position").first()
    assert read is not None
    return read


def test_the_whole_way(api: Api, reserved: Read) -> None:
    seen = [api.read(reserved).json()]
    seen.append(api.step(reserved, "open").json())
    mark = {"image": seen[0]["images"][0]["id"], "finding": "pneumonia", "x": 20.0, "y": 21.5}
    seen.append(api.step(reserved, "commit", opinion(marks=[mark]), key="a").json())
    seen.append(api.step(reserved, "ai").json())
    seen.append(api.step(reserved, "final", opinion(certainty=0.99), key="b").json())
    seen.append(api.step(reserved, "truth").json())
    assert [page["state"] for page in seen] == list(PARTS)
    for page in seen:
        assert set(page) == FRAME | PARTS[page["state"]]
    end = seen[-1]
    answer = {"finding": "pneumonia", "present": True, "certainty": 0.75}
    assert end["first"]["findings"] == [answer] and end["first"]["marks"] == [{**POINT, **mark}]
    assert end["final"]["findings"] == [{**answer, "certainty": 0.99}]
    assert end["ai"]["findings"][0]["probability"] == 0.8
    assert end["truth"]["outcome"]["label"] in {"both_right", "both_false_alarm"}
    assert end == api.read(reserved).json()


def test_unaided_shows_ai_and_truth_together(api: Api, learner: User, case_set: CaseSet) -> None:
    CaseSet.objects.update(flow="unaided")
    case_set.refresh_from_db()
    read = opened_read(learner, case_set)
    committed = api.step(read, "commit", opinion()).json()
    assert set(committed) == FRAME | PARTS["committed"]
    assert_error(api.step(read, "ai"), 409, "wrong_step")
    assert_error(api.step(read, "final", opinion()), 409, "wrong_step")
    assert set(api.step(read, "truth").json()) == FRAME | PARTS["truth_shown"] - {"final"}


@pytest.mark.parametrize("state", PARTS)
def test_parts_are_absent_before_their_step(
    api: Api, learner: User, case_set: CaseSet, reserved: Read, state: str
) -> None:
    read = reserved if state == "reserved" else advance(opened_read(learner, case_set), state)
    assert set(api.read(read).json()) == FRAME | PARTS[state]


def test_looking_at_a_reserved_read_does_not_open_it(api: Api, reserved: Read) -> None:
    api.read(reserved)
    reserved.refresh_from_db()
    assert (reserved.state, reserved.opened_at) == ("reserved", None)


def test_opening_again_changes_nothing(api: Api, reserved: Read) -> None:
    first = api.step(reserved, "open").json()
    reserved.refresh_from_db()
    began = reserved.opened_at
    assert api.step(reserved, "open").json() == first
    reserved.refresh_from_db()
    assert reserved.opened_at == began


def test_reveals_may_be_asked_for_again(api: Api, opened: Read) -> None:
    advance(opened, "ai_shown")
    assert api.step(opened, "ai").json() == api.read(opened, "ai").json()
    advance(opened, "truth_shown")
    assert api.step(opened, "truth").json() == api.read(opened, "truth").json()


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        ("reserved", ["commit", "ai", "final", "truth"]),
        ("opened", ["ai", "final", "truth"]),
        ("committed", ["final", "truth"]),
        ("ai_shown", ["truth"]),
    ],
)
def test_wrong_steps_are_refused(
    api: Api, learner: User, case_set: CaseSet, reserved: Read, state: str, steps: list[str]
) -> None:
    read = reserved if state == "reserved" else advance(opened_read(learner, case_set), state)
    for step in steps:
        body = opinion() if step in {"commit", "final"} else None
        assert_error(api.step(read, step, body, key="new"), 409, "wrong_step")
        if body is None:
            assert_error(api.read(read, step), 409, "wrong_step")
    read.refresh_from_db()
    assert read.state == state


@pytest.mark.parametrize("method", ["get", "step"])
def test_unknown_and_foreign_reads_are_not_there(
    api: Api, other: User, case_set: CaseSet, method: str
) -> None:
    foreign = opened_read(other, case_set).public_id
    for public_id in (foreign, uuid.uuid4()):
        for step in ("", "/ai", "/truth") if method == "get" else ("/open", "/ai", "/truth"):
            path = f"/reads/{public_id}{step}"
            assert_error(api.get(path) if method == "get" else api.post(path), 404, "not_found")
        if method == "step":
            for step in ("commit", "final"):
                assert_error(api.post(f"/reads/{public_id}/{step}", opinion()), 404, "not_found")
    assert not Opinion.objects.exists()


def test_the_quiz_goes_on_without_the_ai(api: Api, learner: User, case_set: CaseSet) -> None:
    CaseSet.objects.update(model_key="no-such-model")
    case_set.refresh_from_db()
    read = advance(opened_read(learner, case_set), "committed")
    ai = api.step(read, "ai").json()["ai"]
    assert (ai["status"], ai["model"], ai["findings"], ai["images"]) == ("unavailable", None, [], [])
    assert ai["message"]
    assert api.step(read, "final", opinion()).status_code == 200
    assert api.step(read, "truth").json()["truth"]["outcome"]["label"] == "ai_unavailable"


def test_regions_come_with_the_truth(api: Api, learner: User, case_set: CaseSet) -> None:
    regions = []
    for _ in range(4):
        page = api.read(advance(opened_read(learner, case_set), "truth_shown")).json()
        assert bool(page["truth"]["regions"]) == (page["truth"]["findings"] == ["pneumonia"])
        regions += page["truth"]["regions"]
        assert all(region["image"] == page["images"][0]["id"] for region in page["truth"]["regions"])
    assert [(r["shape"], r["geometry"], r["mask_url"]) for r in regions] == [
        ("circle", [20.0, 20.0, 6.0], None)
    ] * KeyRegion.objects.count()


def test_marks_of_every_shape_come_back_as_they_were_sent(api: Api, opened: Read) -> None:
    image = str(opened.case.images.get().public_id)
    # An image of 48 × 48 pixels; where there is a finding, its region is a circle of radius 6 about (20, 20).
    base = {"image": image, "finding": "pneumonia"}
    marks = [
        {**base, **POINT, "x": 20.0, "y": 21.5, "certainty": 0.9},
        {**base, "shape": "box", "x": 20.0, "y": 20.0, "width": 12.0, "height": 12.0, "certainty": None},
        {**base, "shape": "ellipse", "x": 40.05, "y": 8.0, "width": 9.9, "height": 4.0, "certainty": 0.5},
    ]
    page = api.step(opened, "commit", opinion(marks=marks)).json()
    assert page["first"]["marks"] == marks
    api.step(opened, "ai")
    api.step(opened, "final", opinion())
    api.step(opened, "truth")
    shown = api.read(opened).json()["truth"]
    grades = shown["marks"]
    assert [(grade["number"], grade["decides"]) for grade in grades] == [(1, True), (2, False), (3, False)]
    if shown["findings"]:
        assert [grade["hit"] for grade in grades] == [True, True, False]
        assert shown["outcome"]["learner_place"] == "hit"
        assert "overlap" not in grades[0] and grades[2]["overlap"] == 0
        assert grades[1]["overlap"] == pytest.approx(3.1416 / 4, abs=0.02)
    else:
        assert {grade["hit"] for grade in grades} == {None}
        assert {grade["sentence"] for grade in grades} == {"It marks something that isn't there."}


@pytest.mark.parametrize(
    "change",
    [
        {"shape": "star"},
        {"shape": "box"},
        {"shape": "box", "width": -3, "height": 3},
        {"shape": "box", "width": 60, "height": 3},
        {"width": 4},
        {"certainty": 0.7},
        {"certainty": "sure"},
    ],
)
def test_marks_that_cannot_be_are_refused(api: Api, opened: Read, change: dict[str, object]) -> None:
    image = str(opened.case.images.get().public_id)
    mark = {"image": image, "finding": "pneumonia", "x": 20, "y": 20, **change}
    assert_error(api.step(opened, "commit", opinion(marks=[mark])), 400, "invalid")
    assert not Opinion.objects.exists()


def test_a_page_says_at_what_prevalence_the_ai_was_calibrated(api: Api, opened: Read) -> None:
    advance(opened, "ai_shown")
    (call,) = api.read(opened).json()["ai"]["findings"]
    assert call["prevalence"] is None, "the card of this model says nothing of it"
