"""Bookmarks and fault reports over the API and from the page: one's own alone, and nothing about the case."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from quiz.models import Bookmark, FaultReport, Read, User
from tests.quiz.api.calls import ROOT, Api, assert_error
from tests.quiz.browsers import signed_in
from tests.quiz.builders import advance

ROW = {"read", "set_slug", "set_title", "position", "state", "note", "created_at", "updated_at"}


def put(api: Api, read: Read, body: object) -> object:
    address = f"{ROOT}/reads/{read.public_id}/bookmark"
    return api.client.put(address, data=body, content_type="application/json")


def test_a_bookmark_comes_shows_and_goes(api: Api, opened: Read) -> None:
    assert "bookmark" not in api.read(opened).json()
    assert put(api, opened, {"note": "look again"}).json() == {"note": "look again"}
    assert api.read(opened).json()["bookmark"] == {"note": "look again"}
    (row,) = api.get("/bookmarks").json()["bookmarks"]
    assert set(row) == ROW, "a bookmark tells nothing about the case"
    assert (row["read"], row["note"], row["state"]) == (str(opened.public_id), "look again", "opened")
    address = f"{ROOT}/reads/{opened.public_id}/bookmark"
    removed = [api.client.delete(address).json() for _ in range(2)]
    assert removed == [{"removed": True}, {"removed": False}]
    assert api.get("/bookmarks").json() == {"bookmarks": []}
    assert "bookmark" not in api.read(opened).json()


def test_nobody_elses_case_is_bookmarked_or_reported(opened: Read, other: User) -> None:
    theirs = Api(other)
    assert_error(put(theirs, opened, {}), 404, "not_found")
    assert_error(theirs.step(opened, "fault", {"kind": "image"}), 404, "not_found")
    assert theirs.get("/bookmarks").json() == {"bookmarks": []}
    assert Api().get("/bookmarks").status_code == 401
    assert not Bookmark.objects.exists() and not FaultReport.objects.exists()


def test_a_fault_is_reported_once_and_shown_to_its_sender(api: Api, opened: Read) -> None:
    body = {"kind": "image", "text": "A fold lies over the apex."}
    sent = [api.step(opened, "fault", body) for _ in range(2)]
    assert [response.status_code for response in sent] == [200, 200]
    assert sent[0].json() == sent[1].json() and "answer" not in sent[0].json()
    assert api.read(opened).json()["reports"] == [sent[0].json()]
    assert_error(api.step(opened, "fault", {"kind": "ugly"}), 400, "invalid")
    assert_error(api.step(opened, "fault", {"kind": "other"}), 400, "invalid")
    assert_error(put(api, opened, {"note": "x" * 2001}), 400, "invalid")


def test_the_page_keeps_both_without_script(learner: User, opened: Read) -> None:
    browser = signed_in(learner)
    page = reverse("read", args=[opened.public_id])
    assert "Bookmark this case" in browser.get(page).content.decode()
    answer = browser.post(reverse("read_bookmark", args=[opened.public_id]), {"note": "why <b>?"})
    assert (answer.status_code, answer["Location"]) == (302, page)
    shown = browser.get(page).content.decode()
    assert "why &lt;b&gt;?" in shown and "Bookmarked. Only you see the note." in shown
    browser.post(reverse("read_bookmark", args=[opened.public_id]), {"remove": "yes"})
    assert not Bookmark.objects.exists()
    browser.post(reverse("read_fault", args=[opened.public_id]), {"kind": "other", "text": ""})
    assert "Say in a few words what is wrong." in browser.get(page).content.decode()
    browser.post(reverse("read_fault", args=[opened.public_id]), {"kind": "image", "text": "Blurred."})
    shown = browser.get(page).content.decode()
    assert "Blurred." in shown and "Waits for an answer." in shown


@pytest.mark.parametrize("handled", [True, False])
def test_the_instructor_answers_in_the_admin(
    client: Client, instructor: User, api: Api, opened: Read, handled: bool
) -> None:
    api.step(opened, "fault", {"kind": "answer", "text": "It is normal."})
    report = FaultReport.objects.get()
    client.force_login(instructor)
    listed = client.get("/admin/quiz/faultreport/?handled=no")
    assert "It is normal." in listed.content.decode()
    change = f"/admin/quiz/faultreport/{report.pk}/change/"
    data = {"answer": "The key is right: look at the apex.", **({"handled": "on"} if handled else {})}
    assert client.post(change, data).status_code == 302
    report.refresh_from_db()
    assert report.answer == data["answer"]
    assert report.handled_by == (instructor if handled else None)
    assert (report.handled_at is not None) is handled
    waiting = client.get("/admin/quiz/faultreport/?handled=no").context["cl"].result_count
    assert waiting == (0 if handled else 1)
    advance(opened, "truth_shown")
    page = api.client.get(reverse("read", args=[opened.public_id])).content.decode()
    assert "The key is right: look at the apex." in page


def test_the_account_export_holds_ones_bookmarks(learner: User, api: Api, opened: Read) -> None:
    put(api, opened, {"note": "mine"})
    (row,) = signed_in(learner).get("/account/export").json()["bookmarks"]
    assert (row["read"], row["note"]) == (str(opened.public_id), "mine")
