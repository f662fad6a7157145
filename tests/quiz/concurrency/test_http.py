"""The same races over HTTP: tabs, double clicks and retries that arrive together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from quiz.models import CaseSet, Exposure, Opinion, Read, ReadOutcome, Sitting, User
from tests.quiz.api.calls import Api, opinion
from tests.quiz.builders import advance, opened_read
from tests.threads import together

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 20
FORM = {"present-pneumonia": "yes", "certainty-pneumonia": "0.75", "marks": "[]", "seconds": "3"}


def step(learner: User, read: Read, name: str, body: object = None, *, key: str = "") -> Callable[[], int]:
    api = Api(learner)
    return lambda: api.step(read, name, body, key=key).status_code


def page(learner: User, address: str, **fields: str) -> Callable[[], HttpResponse]:
    client = Client()
    client.force_login(learner, backend="quiz.web.backends.AccountBackend")
    return lambda: client.post(address, fields)


def test_api_commits_give_one_opinion(learner: User, case_set: CaseSet) -> None:
    read = opened_read(learner, case_set)
    codes = together([step(learner, read, "commit", opinion(), key=f"key {n}") for n in range(MANY)])
    assert Counter(codes) == {200: 1, 409: MANY - 1}
    assert Opinion.objects.filter(read=read).count() == 1


def test_api_retries_all_succeed(learner: User, case_set: CaseSet) -> None:
    read = opened_read(learner, case_set)
    codes = together([step(learner, read, "commit", opinion(), key="one key") for _ in range(MANY)])
    assert Counter(codes) == {200: MANY}
    assert Opinion.objects.filter(read=read).count() == 1


def test_double_clicks_on_the_page_lead_to_the_one_read(learner: User, case_set: CaseSet) -> None:
    read = opened_read(learner, case_set)
    address = reverse("read_commit", args=[read.public_id])
    calls = [page(learner, address, **FORM, idempotency_key=f"key {n % 3}") for n in range(MANY)]
    for answer in together(calls):
        assert isinstance(answer, HttpResponse)
        assert (answer.status_code, answer["Location"]) == (302, reverse("read", args=[read.public_id]))
    assert Opinion.objects.filter(read=read).count() == 1
    read.refresh_from_db()
    assert read.state == "ai_shown"


def test_parallel_truths_score_once(learner: User, case_set: CaseSet) -> None:
    read = advance(opened_read(learner, case_set), "finalised")
    codes = together([step(learner, read, "truth") for _ in range(MANY)])
    assert Counter(codes) == {200: MANY}
    assert ReadOutcome.objects.filter(read=read).count() == 1
    assert Exposure.objects.filter(learner=learner, case=read.case).count() == 1


def test_parallel_starts_share_one_sitting(learner: User, case_set: CaseSet) -> None:
    address = reverse("sitting_start", args=[case_set.slug])
    answers = together([page(learner, address) for _ in range(MANY)])
    sitting = Sitting.objects.get(learner=learner)
    targets = {answer["Location"] for answer in answers if isinstance(answer, HttpResponse)}
    assert targets == {reverse("sitting_next", args=[sitting.public_id])}
