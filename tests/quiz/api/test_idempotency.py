"""Sending an opinion twice: what is stored comes back, and nothing is ever changed."""

from __future__ import annotations

import pytest

from quiz.models import Opinion, Read
from tests.quiz.api.calls import Api, assert_error, opinion
from tests.quiz.builders import advance

STEPS = [("commit", "opened", "first"), ("final", "ai_shown", "final")]


@pytest.fixture(params=STEPS, ids=[step for step, _, _ in STEPS])
def due(request: pytest.FixtureRequest, opened: Read) -> tuple[Read, str, str]:
    """A read at the state in which `step` is due, with the step and the opinion's kind."""
    step, state, kind = request.param
    return advance(opened, state), step, kind


def stored(read: Read, kind: str) -> tuple[int, bool, float]:
    row = Opinion.objects.get(read=read, kind=kind)
    answer = row.answers.get()
    return row.pk, answer.present, answer.certainty


def test_same_key_and_body_returns_what_is_stored(api: Api, due: tuple[Read, str, str]) -> None:
    read, step, kind = due
    first = api.step(read, step, opinion(), key="abc")
    before = stored(read, kind)
    again = api.step(read, step, opinion(), key="abc")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert stored(read, kind) == before


def test_reading_time_is_no_part_of_the_body(api: Api, due: tuple[Read, str, str]) -> None:
    read, step, _ = due
    api.step(read, step, opinion(seconds=1), key="abc")
    assert api.step(read, step, opinion(seconds=2), key="abc").status_code == 200


@pytest.mark.parametrize("change", [{"present": False}, {"certainty": 0.9}])
def test_same_key_other_body_conflicts(
    api: Api, due: tuple[Read, str, str], change: dict[str, object]
) -> None:
    read, step, kind = due
    api.step(read, step, opinion(), key="abc")
    before = stored(read, kind)
    assert_error(api.step(read, step, opinion(**change), key="abc"), 409, "idempotency_conflict")
    assert stored(read, kind) == before


@pytest.mark.parametrize("key", ["other", "", None])
def test_other_key_is_already_committed(api: Api, due: tuple[Read, str, str], key: str | None) -> None:
    read, step, kind = due
    api.step(read, step, opinion(), key="abc")
    before = stored(read, kind)
    for body in (opinion(), opinion(False)):
        assert_error(api.step(read, step, body, key=key), 409, "already_committed")
    assert stored(read, kind) == before


def test_without_a_key_nothing_can_be_repeated(api: Api, due: tuple[Read, str, str]) -> None:
    read, step, _ = due
    assert api.step(read, step, opinion()).status_code == 200
    assert_error(api.step(read, step, opinion()), 409, "already_committed")


def test_a_late_retry_still_gets_its_answer(api: Api, opened: Read) -> None:
    api.step(opened, "commit", opinion(), key="abc")
    api.step(opened, "ai")
    api.step(opened, "final", opinion(), key="def")
    api.step(opened, "truth")
    late = api.step(opened, "commit", opinion(), key="abc")
    assert late.status_code == 200 and late.json()["state"] == "truth_shown"
    assert_error(api.step(opened, "commit", opinion(), key="new"), 409, "already_committed")


def test_one_key_may_serve_both_opinions(api: Api, opened: Read) -> None:
    api.step(opened, "commit", opinion(), key="abc")
    api.step(opened, "ai")
    assert api.step(opened, "final", opinion(False), key="abc").status_code == 200
    assert Opinion.objects.filter(read=opened).count() == 2


def test_a_refused_body_uses_up_no_key(api: Api, opened: Read) -> None:
    assert_error(api.step(opened, "commit", opinion(certainty=0.7), key="abc"), 400, "invalid")
    assert api.step(opened, "commit", opinion(), key="abc").status_code == 200


def test_long_keys_are_told_apart_up_to_their_limit(api: Api, opened: Read) -> None:
    assert api.step(opened, "commit", opinion(), key="k" * 5000).status_code == 200
    assert api.step(opened, "commit", opinion(), key="k" * 5000).status_code == 200


def test_a_key_that_no_database_could_hold_is_no_error(api: Api, opened: Read) -> None:
    for _ in range(2):
        assert api.step(opened, "commit", opinion(), key="a\x00b" * 100).status_code == 200
