"""One error shape everywhere: strangers, wrong methods, bad addresses, bad bodies; nothing ends in a 500."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from quiz.models import Opinion, Read
from tests.quiz.api.calls import ROOT, Api, assert_error, opinion
from tests.quiz.browsers import signed_in

ANY = uuid.UUID(int=7)
ENDPOINTS = [
    ("get", "/sets/"),
    ("get", "/sets/lungs/"),
    ("post", "/sets/lungs/next"),
    ("get", f"/reads/{ANY}"),
    ("post", f"/reads/{ANY}/open"),
    ("post", f"/reads/{ANY}/commit"),
    ("get", f"/reads/{ANY}/ai"),
    ("post", f"/reads/{ANY}/ai"),
    ("post", f"/reads/{ANY}/final"),
    ("get", f"/reads/{ANY}/truth"),
    ("post", f"/reads/{ANY}/truth"),
    ("get", f"/sittings/{ANY}/summary"),
    ("get", "/progress"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", "not-a-token", "\x00", "é"])
def test_strangers_get_401(token: str) -> None:
    api = Api(None, **({"X-Session-Token": token} if token else {}))
    for method, path in ENDPOINTS:
        response = api.get(path) if method == "get" else api.post(path, opinion())
        assert_error(response, 401, "not_authenticated")
        assert "X-Session-Token" in response["WWW-Authenticate"]


def test_wrong_methods_get_405(api: Api) -> None:
    for _, path in ENDPOINTS:
        for wrong in ("put", "patch", "delete"):
            response = getattr(api.client, wrong)(ROOT + path, {}, content_type="application/json")
            assert_error(response, 405, "method_not_allowed")


def test_unknown_addresses_get_the_same_shape(api: Api) -> None:
    unknown = ["/nothing", "/", "/reads/", "/reads/17", "/reads/17/ai", f"/reads/{ANY}/key", "/sets"]
    for path in unknown:
        assert_error(api.get(path), 404, "not_found")
        assert_error(api.post(path), 404, "not_found")


RAW_BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"17",
    b"\xff\xfe\x00",
    b'{"findings": 1}',
    b'{"findings": {}}',
    b'{"findings": [null]}',
    b'{"findings": [[]]}',
    b'{"findings": [{"finding": {}, "present": [], "certainty": "x"}]}',
    b'{"findings": [{"finding": "pneumonia", "present": true, "certainty": NaN}]}',
    b'{"findings": [{"finding": "pneumonia", "present": true, "certainty": 1e999}]}',
    b'{"findings": [{"finding": "pneumonia", "present": true, "certainty": 1' + b"0" * 400 + b"}]}",
    b'{"findings": [{"finding": "pneumonia", "present": true, "certainty": 1' + b"0" * 5000 + b"}]}",
    b'{"findings": [{"finding": "\\u0000", "present": true, "certainty": 0.5}]}',
    b'{"findings": [{"finding": "\\ud800", "present": true, "certainty": 0.5}]}',
    b'{"cannot_tell": true, "marks": [{"image": -1, "finding": "x", "x": 0, "y": 0}]}',
    b'{"cannot_tell": true, "marks": [{"image": "zz", "finding": "x", "x": 0, "y": 0}]}',
    b'{"cannot_tell": true, "seconds": -1}',
    b"[" * 100_000,
    b'{"findings": ' + b"[" * 100_000,
]


@pytest.mark.parametrize("step", ["commit", "final"])
def test_bad_bodies_get_400(api: Api, opened: Read, step: str) -> None:
    path = f"{ROOT}/reads/{opened.public_id}/{step}"
    for body in RAW_BODIES:
        response = api.client.generic("POST", path, body, content_type="application/json")
        # An empty body is an opinion without answers: well formed, so that its step is looked at first.
        expected = {400, 409} if step == "final" else {400}
        assert response.status_code in expected, (body[:80], response.content)
        assert set(response.json()) == {"error"}
    assert not Opinion.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"findings": "x"}, "findings"),
        (opinion(certainty=0.2), "findings"),
        (opinion(seconds="soon"), "seconds"),
        (opinion(marks=[{"image": "x"}]), "marks"),
        (opinion(cannot_tell="perhaps"), "cannot_tell"),
    ],
)
def test_fields_are_named(api: Api, opened: Read, body: dict[str, Any], field: str) -> None:
    error = assert_error(api.step(opened, "commit", body), 400, "invalid")
    assert set(error["details"]) == {field}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "every part"),
        (opinion(certainty=0.7), "five bands"),
        (opinion(cannot_tell=True), "not both"),
        ({**opinion(), "findings": opinion()["findings"] * 2}, "every part"),
        (opinion(marks=[{"image": str(ANY), "finding": "pneumonia", "x": 1, "y": 1}]), "doesn't belong"),
    ],
)
def test_opinions_that_do_not_answer_are_refused_in_words(
    api: Api, opened: Read, body: dict[str, Any], words: str
) -> None:
    error = assert_error(api.step(opened, "commit", body), 400, "invalid")
    assert words in error["message"]


def test_marks_on_another_cases_image_are_refused(api: Api, opened: Read) -> None:
    foreign = opened.sitting.case_set.cases.exclude(pk=opened.case_id).first().images.get()
    marks = [{"image": str(foreign.public_id), "finding": "pneumonia", "x": 1, "y": 1}]
    assert_error(api.step(opened, "commit", opinion(marks=marks)), 400, "invalid")


def test_only_json_is_taken(api: Api, opened: Read) -> None:
    path = f"{ROOT}/reads/{opened.public_id}/commit"
    assert_error(api.client.post(path, {"a": "b"}), 415, "unsupported_media_type")
    xml = api.client.post(path, "<a/>", content_type="application/xml")
    assert_error(xml, 415, "unsupported_media_type")


def test_only_json_is_given(api: Api) -> None:
    response = api.client.get(f"{ROOT}/progress", headers={"Accept": "text/html"})
    assert response.status_code in {200, 406}
    assert response["Content-Type"] == "application/json"


def test_a_huge_body_is_refused_unread(api: Api, opened: Read) -> None:
    body = b'{"cannot_tell": true, "x": "' + b"a" * (3 * 2**20) + b'"}'
    path = f"{ROOT}/reads/{opened.public_id}/commit"
    response = api.client.generic("POST", path, body, content_type="application/json")
    assert_error(response, 413, "too_large")
    assert not Opinion.objects.exists()


def test_cookies_alone_do_not_write(api: Api, opened: Read) -> None:
    careful = signed_in(opened.learner, enforce_csrf_checks=True)
    path = f"{ROOT}/reads/{opened.public_id}/commit"
    response = careful.post(path, opinion(), content_type="application/json")
    assert_error(response, 403, "permission_denied")
    assert not Opinion.objects.exists()


def test_too_many_calls_are_throttled(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    from rest_framework.throttling import UserRateThrottle

    monkeypatch.setattr(UserRateThrottle, "get_rate", lambda self: "2/min")
    assert [api.get("/progress").status_code for _ in range(3)] == [200, 200, 429]
    assert_error(api.get("/progress"), 429, "throttled")
