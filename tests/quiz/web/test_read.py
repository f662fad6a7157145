"""The read page without JavaScript: every step as a plain form, every interruption ending in the right place."""

from __future__ import annotations

import json
import re
from itertools import product
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from quiz.models import CaseSet, Opinion, Read, Sitting, User
from tests.quiz.browsers import signed_in
from tests.quiz.builders import advance, opened_read


def form(present: str = "yes", certainty: str = "0.75", **changes: str) -> dict[str, str]:
    values = {"present-pneumonia": present, "certainty-pneumonia": certainty, "idempotency_key": "one"}
    return {**values, "seconds": "4.5", **changes}


def post(browser: Client, read: Read, step: str, data: dict[str, str] | None = None) -> HttpResponse:
    return browser.post(f"/reads/{read.public_id}/{step}", data or {})


def page(browser: Client, read: Read) -> dict[str, Any]:
    """The payload that the page carries."""
    response = browser.get(f"/reads/{read.public_id}/")
    assert response.status_code == 200
    found = re.search(r'<script id="read-data"[^>]*>(.*?)</script>', response.content.decode(), re.S)
    assert found
    payload: dict[str, Any] = json.loads(found.group(1))
    return payload


def test_the_whole_way_by_forms(browser: Client, learner: User, case_set: CaseSet) -> None:
    started = browser.post("/sets/lungs/start")
    sitting = Sitting.objects.get(learner=learner)
    assert started["Location"] == f"/sittings/{sitting.public_id}/next"
    address = browser.get(started["Location"])["Location"]
    read = Read.objects.get(public_id=address.split("/")[2])
    assert page(browser, read)["state"] == "opened"
    assert post(browser, read, "commit", form())["Location"] == address
    shown = page(browser, read)
    assert shown["state"] == "ai_shown" and shown["first"]["seconds"] <= 4.5
    assert post(browser, read, "final", form("no", idempotency_key="two"))["Location"] == address
    assert page(browser, read)["state"] == "truth_shown"
    following = browser.get(f"/sittings/{sitting.public_id}/next")["Location"]
    assert following.startswith("/reads/") and following != address


def test_the_page_and_the_api_carry_the_same(browser: Client, learner: User, case_set: CaseSet) -> None:
    for state in ("opened", "committed", "ai_shown", "finalised", "truth_shown"):
        read = advance(opened_read(learner, case_set), state)
        assert page(browser, read) == browser.get(f"/api/v1/reads/{read.public_id}").json()


def test_unaided_goes_straight_to_the_truth(browser: Client, learner: User, case_set: CaseSet) -> None:
    CaseSet.objects.update(flow="unaided")
    case_set.refresh_from_db()
    read = opened_read(learner, case_set)
    post(browser, read, "commit", form())
    assert set(page(browser, read)) >= {"ai", "truth"}


def test_a_double_click_stores_once(browser: Client, opened: Read) -> None:
    answers = [post(browser, opened, "commit", form()) for _ in range(3)]
    assert {response["Location"] for response in answers} == {f"/reads/{opened.public_id}/"}
    assert Opinion.objects.filter(read=opened).count() == 1


def test_another_tab_changes_nothing(browser: Client, opened: Read) -> None:
    post(browser, opened, "commit", form())
    late = post(browser, opened, "commit", form("no", idempotency_key="other tab"))
    assert (late.status_code, late["Location"]) == (302, f"/reads/{opened.public_id}/")
    assert Opinion.objects.get(read=opened).answers.get().present is True


BAD_FORMS: list[tuple[dict[str, str], str]] = [
    ({"present-pneumonia": ""}, "every part"),
    ({"present-pneumonia": "perhaps"}, "every part"),
    ({"certainty-pneumonia": ""}, "five bands"),
    ({"certainty-pneumonia": "0.7"}, "five bands"),
    ({"certainty-pneumonia": "nan"}, "five bands"),
    ({"marks": "{"}, "marks"),
    ({"marks": "[1]"}, "marks"),
    ({"marks": "5"}, "marks"),
    ({"marks": '[{"image": "x", "finding": "pneumonia", "x": 1, "y": 1}]'}, "belong"),
    ({"marks": "[" * 20_000}, "marks"),
    ({"marks": '[{"image": "x", "finding": "y", "x": 1' + "0" * 400 + ', "y": 1}]'}, "marks"),
]


def test_a_bad_form_comes_back_in_words(browser: Client, opened: Read) -> None:
    for change, words in BAD_FORMS:
        response = post(browser, opened, "commit", form(**change))
        assert response.status_code == 422, change
        assert words in response.content.decode(), change
    assert not Opinion.objects.exists()


def test_a_bad_form_keeps_what_was_entered(browser: Client, opened: Read) -> None:
    body = post(browser, opened, "commit", form(**{"certainty-pneumonia": ""})).content.decode()
    chosen = re.findall(r"<input[^>]*present-pneumonia[^>]*>", body)
    assert [("yes" in field, "checked" in field) for field in chosen] == [(True, True), (False, False)]
    assert 'value="one"' in body


def test_nothing_is_filled_in_beforehand(browser: Client, opened: Read) -> None:
    for state in ("opened", "ai_shown"):
        advance(opened, state)
        body = browser.get(f"/reads/{opened.public_id}/").content.decode()
        assert re.findall(r"<input[^>]*(?:present|certainty)-pneumonia[^>]*>", body)
        assert not re.findall(r"<input[^>]*-pneumonia[^>]*\bchecked\b[^>]*>", body)


@pytest.mark.parametrize("state", ["reserved", "committed", "finalised", "truth_shown"])
def test_a_step_that_is_not_due_leads_back(browser: Client, opened: Read, state: str) -> None:
    if state == "reserved":
        Read.objects.filter(pk=opened.pk).update(state="reserved")
    else:
        advance(opened, state)
    for step, data in product(("commit", "final"), ({}, form())):
        response = post(browser, opened, step, data)
        assert (response.status_code, response.get("Location")) == (302, f"/reads/{opened.public_id}/")
    opened.refresh_from_db()
    assert opened.state == state


def test_cannot_tell_needs_no_answer(browser: Client, opened: Read) -> None:
    post(browser, opened, "commit", {"cannot_tell": "on"})
    assert page(browser, opened)["first"]["cannot_tell"] is True


def test_looking_is_opening_and_the_clock_runs_once(
    browser: Client, learner: User, case_set: CaseSet
) -> None:
    browser.post("/sets/lungs/start")
    read = Read.objects.get(position=1)
    page(browser, read)
    read.refresh_from_db()
    began = read.opened_at
    page(browser, read)
    read.refresh_from_db()
    assert (read.state, read.opened_at) == ("opened", began)


def test_forms_need_their_token(learner: User, opened: Read) -> None:
    careful = signed_in(learner, enforce_csrf_checks=True)
    response = careful.post(f"/reads/{opened.public_id}/commit", form())
    assert response.status_code == 403 and not Opinion.objects.exists()


def test_pages_of_a_read_are_kept_nowhere(browser: Client, opened: Read) -> None:
    response = browser.get(f"/reads/{opened.public_id}/")
    assert response["Cache-Control"] == "private, no-store"
    policy = response["Content-Security-Policy"]
    assert "script-src 'self' 'wasm-unsafe-eval'" in policy and "frame-ancestors 'none'" in policy
    assert not re.search(r"<script(?![^>]*(src=|application/json))", response.content.decode())
    assert not re.search(r"\son\w+=", response.content.decode())


def test_every_page_with_an_ai_opinion_says_for_education(
    browser: Client, learner: User, case_set: CaseSet
) -> None:
    for state in ("ai_shown", "truth_shown"):
        read = advance(opened_read(learner, case_set), state)
        body = browser.get(f"/reads/{read.public_id}/").content.decode().lower()
        assert "not for diagnosis" in body or "never for diagnosis" in body, state


def test_the_summary_has_every_finished_case(browser: Client, learner: User, case_set: CaseSet) -> None:
    for _ in range(4):
        read = advance(opened_read(learner, case_set), "truth_shown")
    sitting = Sitting.objects.get()
    assert browser.get(f"/sittings/{sitting.public_id}/next")["Location"] == f"/sittings/{sitting.public_id}/"
    response = browser.get(f"/sittings/{sitting.public_id}/")
    assert response.status_code == 200 and len(response.context["rows"]) == 4
    assert f"/reads/{read.public_id}/" in response.content.decode()
