"""The first opinion is stored once, whatever a browser does: back, reload, two tabs, double clicks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from tests.e2e import content, reading
from tests.e2e.browser import Watch
from tests.e2e.reading import Say
from tests.e2e.site import Site

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
YES, NO = Say(True, 3), Say(False, 1)


def opinions(site: Site, page: Page) -> list[dict[str, Any]]:
    """Every stored answer of the read that the page shows."""
    return site.rows(
        "SELECT o.kind, a.present, a.certainty FROM quiz_opinion o"
        " JOIN quiz_opinionanswer a ON a.opinion_id = o.id JOIN quiz_read r ON r.id = o.read_id"
        " WHERE r.public_id = ? ORDER BY o.id",
        UUID(reading.payload(page)["id"]).hex,
    )


def begun(site: Site, page: Page, name: str) -> str:
    """Sign a learner up and open a case; returns the finding in question."""
    reading.sign_up(page, name)
    reading.start_sitting(page, content.localising_set(site))
    finding: str = reading.payload(page)["question"]["findings"][0]["key"]
    return finding


def test_double_click_commits_once(site: Site, laptop: tuple[Page, Watch]) -> None:
    page, _ = laptop
    finding = begun(site, page, "double-clicker")
    posts: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            posts.append(request.url)

    page.on("request", note)
    reading.answer(page, finding, YES, "mouse")
    button = page.get_by_role("button", name="Commit")
    # Both clicks arrive before the browser has gone anywhere.
    with page.expect_navigation():
        button.evaluate("(button) => { button.click(); button.click(); }")
    assert len([url for url in posts if url.endswith("/commit")]) == 1
    assert reading.payload(page)["state"] == "ai_shown"
    reading.answer(page, finding, NO, "mouse")
    page.get_by_role("button", name="Make it final").dblclick()
    page.wait_for_selector(".outcome-sentence")
    assert [(row["kind"], row["present"]) for row in opinions(site, page)] == [("first", 1), ("final", 0)]


def test_second_tab_shows_what_the_first_stored(
    site: Site, open_context: Callable[..., BrowserContext]
) -> None:
    context = open_context()
    watch = Watch(context)
    one = context.new_page()
    finding = begun(site, one, "two-tabs")
    other = context.new_page()
    other.goto(one.url)
    reading.answer(one, finding, YES, "mouse")
    reading.answer(other, finding, NO, "mouse")
    reading.send(one, "Commit", "mouse")
    reading.send(other, "Commit", "mouse")
    for page in (one, other):
        first = reading.payload(page)["first"]["findings"]
        assert first == [{"finding": finding, "present": True, "certainty": 0.9}]
        expect(page.locator(".ai-card")).to_contain_text("You, at first")
    assert [row["kind"] for row in opinions(site, other)] == ["first"]
    watch.assert_clean()


def test_back_button_shows_where_the_read_stands(site: Site, laptop: tuple[Page, Watch]) -> None:
    page, _ = laptop
    finding = begun(site, page, "back-presser")
    address = page.url
    reading.answer(page, finding, YES, "keys")
    reading.send(page, "Commit", "keys")
    page.go_back()
    page.goto(address)
    assert reading.payload(page)["state"] == "ai_shown"
    page.go_back()
    page.go_forward()
    assert page.url == address
    assert reading.payload(page)["state"] == "ai_shown"
    assert page.get_by_role("button", name="Commit").count() == 0
    assert [row["kind"] for row in opinions(site, page)] == ["first"]


def test_answers_survive_a_reload_before_the_commit(site: Site, laptop: tuple[Page, Watch]) -> None:
    page, _ = laptop
    finding = begun(site, page, "reloader")
    reading.answer(page, finding, NO, "mouse")
    page.reload()
    expect(page.locator(f'input[name="present-{finding}"][value="no"]')).to_be_checked()
    assert reading.payload(page)["state"] == "opened"
    assert opinions(site, page) == []


def test_unanswered_form_is_held_back_with_a_sentence(site: Site, laptop: tuple[Page, Watch]) -> None:
    page, _ = laptop
    begun(site, page, "hasty")
    page.get_by_role("button", name="Commit").click()
    expect(page.get_by_role("alert").get_by_text("Choose an answer first.")).to_be_visible()
    assert reading.payload(page)["state"] == "opened"
