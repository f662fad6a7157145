"""Home, accounts, health and error pages."""

from __future__ import annotations

import json

import pytest
from django.test import Client, override_settings

from quiz.models import CaseSet, Opinion, Read, Sitting, User
from tests.quiz.builders import advance, opened_read

pytestmark = pytest.mark.django_db


def test_two_clicks_from_home_to_a_case(client: Client, case_set: CaseSet) -> None:
    assert b'action="/guest/"' in client.get("/").content
    response = client.post("/guest/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/reads/")
    guest = Read.objects.get(state="opened").learner
    assert guest is not None and guest.is_guest and not guest.has_usable_password()


def test_a_guest_stays_one_guest(client: Client, case_set: CaseSet) -> None:
    for _ in range(2):
        client.post("/guest/")
    assert User.objects.filter(is_guest=True).count() == 1
    assert Sitting.objects.count() == 1


@override_settings(SECONDREAD_DEMO=False)
def test_no_guests_where_the_site_offers_none(client: Client, case_set: CaseSet) -> None:
    assert b"/guest/" not in client.get("/").content
    assert client.post("/guest/").status_code == 404
    assert not User.objects.filter(is_guest=True).exists()


def test_guests_come_by_post_alone(client: Client) -> None:
    assert client.get("/guest/").status_code == 405


def test_export_holds_what_its_owner_was_shown(
    browser: Client, learner: User, other: User, case_set: CaseSet
) -> None:
    advance(opened_read(learner, case_set), "truth_shown")
    advance(opened_read(learner, case_set), "committed")
    advance(opened_read(other, case_set), "truth_shown")
    response = browser.get("/account/export")
    assert "attachment" in response["Content-Disposition"]
    data = json.loads(response.content)
    assert data["account"]["username"] == "learner"
    assert [("truth" in read, "ai" in read) for read in data["reads"]] == [(True, True), (False, False)]


@pytest.mark.parametrize(("reads", "left"), [("delete", 0), ("anonymise", 1)])
def test_erasing_does_as_asked(
    browser: Client, learner: User, case_set: CaseSet, reads: str, left: int
) -> None:
    advance(opened_read(learner, case_set), "committed")
    refused = browser.post("/account/erase", {"username": "learner", "reads": "neither"})
    assert refused["Location"] == "/account/" and User.objects.filter(pk=learner.pk).exists()
    refused = browser.post("/account/erase", {"username": "somebody", "reads": reads})
    assert refused["Location"] == "/account/" and User.objects.filter(pk=learner.pk).exists()
    assert browser.post("/account/erase", {"username": "learner", "reads": reads})["Location"] == "/"
    assert not User.objects.filter(pk=learner.pk).exists()
    assert Opinion.objects.count() == left
    assert not Read.objects.filter(learner__isnull=False).exists()
    assert browser.get("/account/").status_code == 302


def test_health(client: Client) -> None:
    assert client.get("/healthz").content == b"ok"
    ready = client.get("/readyz")
    assert ready.status_code == 503 and ready.json()["checks"]["workers"]["ok"] is False
    assert ready.json()["checks"]["database"]["ok"] is True


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/no/such/page", 404),
        ("/sets/none/", 404),
        ("/models/none/", 404),
        ("/files/images/x/display", 404),
        ("/sets/x/start", 302),
    ],
)
def test_error_pages_are_designed(client: Client, address: str, status: int) -> None:
    response = client.get(address)
    assert response.status_code == status
    if status == 404:
        assert b"Second Read" in response.content


def test_a_set_without_cases_is_refused_on_a_page(browser: Client, case_set: CaseSet) -> None:
    case_set.cases.update(status="held")
    response = browser.post("/sets/lungs/start", follow=True)
    assert response.redirect_chain[-1][0] == "/sets/lungs/modes/practice/"
    assert "no cases to read" in response.content.decode()


def test_signing_up_leads_home(client: Client) -> None:
    password = "quite a long password 17"
    form = {"username": "newcomer", "password1": password, "password2": password}
    assert client.post("/accounts/signup/", form)["Location"] == "/"
    assert client.get("/progress/").status_code == 200


def test_redirects_stay_on_the_site(client: Client, learner: User) -> None:
    form = {"login": "learner", "password": "a long password", "next": "https://evil.example/"}
    assert client.post("/accounts/login/", form)["Location"] == "/"
