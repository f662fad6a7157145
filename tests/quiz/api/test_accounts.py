"""A mobile app's way in: sign up or in through allauth's headless API, then read with the session token."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from quiz.models import CaseSet, User
from tests.quiz.api.calls import ROOT, assert_error, opinion

AUTH = "/_allauth/app/v1/auth"
PASSWORD = "quite a long password 17"


class App:
    """An app that keeps no cookies, only its token."""

    def __init__(self) -> None:
        self.token = ""

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        if self.token:
            headers["X-Session-Token"] = self.token
        # A fresh client each time, with CSRF checks on: nothing may depend on cookies.
        client = Client(enforce_csrf_checks=True)
        data = json.dumps(body) if body is not None else b""
        return client.generic(method, path, data, content_type="application/json", headers=headers)

    def enter(self, how: str, **body: str) -> HttpResponse:
        response = self.call("POST", f"{AUTH}/{how}", body)
        if response.status_code == 200:
            self.token = response.json()["meta"]["session_token"]
        return response


@pytest.mark.django_db
def test_sign_up_gives_a_token_that_works() -> None:
    app = App()
    response = app.enter("signup", username="newcomer", password=PASSWORD)
    assert response.status_code == 200, response.content
    assert app.call("GET", f"{ROOT}/sets/").json() == []
    assert User.objects.get(username="newcomer").is_staff is False


@pytest.mark.parametrize("body", [{"username": "learner", "password": "wrong"}, {"username": "nobody"}, {}])
def test_wrong_passwords_give_none(learner: User, body: dict[str, str]) -> None:
    app = App()
    assert app.enter("login", **body).status_code == 400
    assert_error(app.call("GET", f"{ROOT}/sets/"), 401, "not_authenticated")


def test_a_whole_read_with_a_token_alone(learner: User, case_set: CaseSet) -> None:
    app = App()
    assert app.enter("login", username="learner", password="a long password").status_code == 200
    found = app.call("POST", f"{ROOT}/sets/lungs/next").json()
    read = f"{ROOT}/reads/{found['read']}"
    assert app.call("POST", f"{read}/open").json()["state"] == "opened"
    image = app.call("GET", read).json()["images"][0]["url"]
    key = {"Idempotency-Key": "1"}
    assert app.call("POST", f"{read}/commit", opinion(), **key).json()["state"] == "committed"
    shown = app.call("POST", f"{read}/ai").json()
    heatmap = shown["ai"]["images"][0]["heatmaps"][0]["url"]
    assert app.call("POST", f"{read}/final", opinion(False), **key).json()["state"] == "finalised"
    assert app.call("POST", f"{read}/truth").json()["state"] == "truth_shown"
    assert app.call("GET", f"{ROOT}/sittings/{found['sitting']}/summary").json()["scores"]["n"] == 1
    assert app.call("GET", f"{ROOT}/progress").json()["overall"]["reads"] == 1
    # An app without cookies must be able to fetch what the payload points to.
    for url in (image, heatmap):
        assert app.call("GET", url)["Content-Type"] == "image/png"


def test_signing_out_ends_the_token(learner: User) -> None:
    app = App()
    app.enter("login", username="learner", password="a long password")
    assert app.call("GET", f"{ROOT}/sets/").status_code == 200
    app.call("DELETE", f"{AUTH}/session")
    assert_error(app.call("GET", f"{ROOT}/sets/"), 401, "not_authenticated")


@pytest.mark.parametrize("how", ["deactivated", "erased"])
def test_a_gone_account_ends_the_token(learner: User, how: str) -> None:
    app = App()
    app.enter("login", username="learner", password="a long password")
    if how == "erased":
        learner.delete()
    else:
        User.objects.update(is_active=False)
    assert_error(app.call("GET", f"{ROOT}/sets/"), 401, "not_authenticated")
