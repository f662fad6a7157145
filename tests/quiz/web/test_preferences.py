"""Preferences of an account, the appearance they give each page, and the first-case tour."""

from __future__ import annotations

import pytest
from django.test import Client

from quiz.models import CaseSet, Read, User
from quiz.services import accounts
from quiz.services.errors import Refused
from tests.conftest import NOW
from tests.quiz.browsers import signed_in
from tests.quiz.builders import advance, opened_read, user

GOOD = {
    "theme": "light",
    "time_zone": "Europe/Berlin",
    "show_rating": "on",
    "board_name": " Night   owl ",
}


def stored(learner: User) -> tuple[str, str, bool, str]:
    learner.refresh_from_db()
    return learner.theme, learner.time_zone, learner.show_rating, learner.board_name


def test_preferences_are_stored_and_shown_again(browser: Client, learner: User) -> None:
    assert browser.post("/account/preferences", GOOD)["Location"] == "/account/"
    assert stored(learner) == ("light", "Europe/Berlin", True, "Night owl")
    page = browser.get("/account/").content.decode()
    assert '<option value="Europe/Berlin" selected>' in page
    assert 'name="theme" value="light" checked' in page
    assert 'value="Night owl"' in page
    left = {"theme": "", "time_zone": "UTC", "board_name": ""}
    browser.post("/account/preferences", left)
    assert stored(learner) == ("", "UTC", False, "")


def test_guests_have_preferences_too(case_set: CaseSet) -> None:
    guest = user("guest-1", is_guest=True)
    assert signed_in(guest).post("/account/preferences", GOOD).status_code == 302
    assert stored(guest)[0] == "light"


@pytest.mark.parametrize(
    "wrong",
    [
        {"theme": "pink"},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": ""},
        {"board_name": "x" * 41},
        {"board_name": "LEARNER"},
    ],
)
def test_nothing_of_a_wrong_form_is_stored(browser: Client, learner: User, wrong: dict[str, str]) -> None:
    before = stored(learner)
    response = browser.post("/account/preferences", {**GOOD, **wrong})
    assert response.status_code == 422
    page = response.content.decode()
    assert "errorlist" in page and "Nothing was stored" in page
    assert stored(learner) == before


def test_the_service_checks_by_itself(learner: User) -> None:
    good = {"theme": "dark", "time_zone": "UTC", "show_rating": True, "board_name": ""}
    for wrong in ({"theme": "pink"}, {"time_zone": "nowhere"}, {"board_name": "learner"}):
        with pytest.raises(Refused):
            accounts.set_preferences(learner=learner, **{**good, **wrong})  # type: ignore[arg-type]
    assert stored(learner) == ("", "UTC", True, "")


def test_a_zone_under_its_old_name_stays_on_offer(browser: Client, learner: User) -> None:
    User.objects.filter(pk=learner.pk).update(time_zone="US/Eastern")
    assert '<option value="US/Eastern" selected>' in browser.get("/account/").content.decode()
    browser.post("/account/preferences", {**GOOD, "time_zone": "US/Eastern"})
    assert stored(learner)[1] == "US/Eastern"


@pytest.mark.parametrize("theme", ["", "light", "dark"])
def test_every_page_has_the_chosen_appearance(
    browser: Client, learner: User, opened: Read, theme: str
) -> None:
    User.objects.filter(pk=learner.pk).update(theme=theme)
    for address in ("/", "/account/", "/privacy/", "/nowhere/", f"/reads/{opened.public_id}/"):
        page = browser.get(address).content.decode()
        assert (f'data-theme="{theme}"' in page) is bool(theme), address
        assert f'<meta name="color-scheme" content="{theme or "light dark"}">' in page


def test_strangers_see_what_their_device_has(client: Client, case_set: CaseSet) -> None:
    assert "data-theme" not in client.get("/").content.decode()


def test_the_tour_starts_with_the_first_case_alone(browser: Client, learner: User, case_set: CaseSet) -> None:
    read = opened_read(learner, case_set)
    address = f"/reads/{read.public_id}/"
    assert "data-tour-start" in browser.get(address).content.decode()
    advance(read, "ai_shown")
    later = browser.get(address).content.decode()
    assert "data-tour-start" not in later and 'id="tour"' in later
    assert "data-tour-start" not in browser.get("/account/").content.decode()


def test_the_tour_is_remembered(browser: Client, learner: User, opened: Read) -> None:
    assert browser.post("/account/tour").status_code == 204
    learner.refresh_from_db()
    first = learner.tour_seen_at
    assert first is not None
    page = browser.get(f"/reads/{opened.public_id}/").content.decode()
    assert "data-tour-start" not in page and "data-tour-unseen" not in page
    assert "data-tour-open" in page and "data-tour-open" in browser.get("/account/").content.decode()
    accounts.mark_tour_seen(learner=learner, now=NOW)
    learner.refresh_from_db()
    assert learner.tour_seen_at == first


def test_the_tour_of_another_flow_waits(browser: Client, learner: User, case_set: CaseSet) -> None:
    CaseSet.objects.filter(pk=case_set.pk).update(flow="unaided")
    case_set.refresh_from_db()
    read = opened_read(learner, case_set)
    assert "data-tour-start" not in browser.get(f"/reads/{read.public_id}/").content.decode()
