"""Twenty requests at the same moment for one read: one opinion, and a clear answer to each of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from quiz.models import CaseSet, Opinion, OpinionAnswer, Read, User
from quiz.services import reads
from quiz.services.errors import Refused
from tests.conftest import NOW
from tests.quiz.builders import advance, opened_read, says
from tests.threads import refusals, together

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 20
STEPS = {"first": ("opened", reads.commit_opinion), "final": ("ai_shown", reads.finalise_read)}


@pytest.fixture(params=list(STEPS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def read(kind: str, learner: User, case_set: CaseSet) -> Read:
    """A read at the state in which an opinion of `kind` is due."""
    return advance(opened_read(learner, case_set), STEPS[kind][0])


def call(read: Read, kind: str, *, key: str, present: bool = True) -> Callable[[], Opinion]:
    """One request: a copy of the row of its own, as every request has."""
    own = Read.objects.select_related("sitting", "case__pack", "learner").get(pk=read.pk)
    service = STEPS[kind][1]
    return lambda: service(read=own, opinion=says(present), seconds=3.0, idempotency_key=key, now=NOW)


def assert_one(read: Read, kind: str) -> Opinion:
    opinion = Opinion.objects.get(read=read, kind=kind)
    assert OpinionAnswer.objects.filter(opinion=opinion).count() == 1
    read.refresh_from_db()
    assert read.state == {"first": "committed", "final": "finalised"}[kind]
    return opinion


def test_different_keys_give_one_opinion(read: Read, kind: str) -> None:
    results = together([call(read, kind, key=f"key {n}", present=n % 2 == 0) for n in range(MANY)])
    stored = assert_one(read, kind)
    assert [one.pk for one in results if isinstance(one, Opinion)] == [stored.pk]
    assert refusals(results) == ["already_committed"] * (MANY - 1)


def test_no_key_gives_one_opinion(read: Read, kind: str) -> None:
    results = together([call(read, kind, key="") for _ in range(MANY)])
    assert_one(read, kind)
    assert refusals(results) == ["already_committed"] * (MANY - 1)


def test_same_key_and_body_all_get_the_stored_opinion(read: Read, kind: str) -> None:
    results = together([call(read, kind, key="one key") for _ in range(MANY)])
    stored = assert_one(read, kind)
    assert not refusals(results)
    assert {one.pk for one in results if isinstance(one, Opinion)} == {stored.pk}


def test_same_key_other_body_conflicts(read: Read, kind: str) -> None:
    results = together([call(read, kind, key="one key", present=n % 2 == 0) for n in range(MANY)])
    present = assert_one(read, kind).answers.get().present
    for n, result in enumerate(results):
        if (n % 2 == 0) is present:
            assert isinstance(result, Opinion)
        else:
            assert isinstance(result, Refused) and result.code == "idempotency_conflict"


def test_final_and_first_never_mix(learner: User, case_set: CaseSet) -> None:
    """A final opinion sent beside the first one waits for its step: it is refused, or nothing is lost."""
    read = opened_read(learner, case_set)
    results = together([call(read, ("first", "final")[n % 2], key=f"key {n}") for n in range(MANY)])
    assert_one(read, "first")
    assert not Opinion.objects.filter(read=read, kind="final").exists()
    assert sorted(refusals(results)) == ["already_committed"] * (MANY // 2 - 1) + ["wrong_step"] * (MANY // 2)
