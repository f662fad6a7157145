"""The progress page in a browser: nothing read, one read, and from a number to the read behind it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import content, reading
from tests.e2e.browser import Watch, settled
from tests.e2e.reading import Say
from tests.e2e.site import Site

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]


def test_from_a_number_to_the_read_behind_it(site: Site, phone: tuple[Page, Watch]) -> None:
    page, _ = phone
    reading.sign_up(page, "progress-reader")
    page.goto("/progress/")
    expect(page.get_by_text("Nothing to show yet")).to_be_visible()
    reading.start_sitting(page, content.set_slug(site, "demo-head-ct"))
    for button in ("Commit", "Make it final"):
        settled(page)
        reading.answer(page, "haemorrhage", Say(False, 2), "finger")
        reading.send(page, button, "finger")
    settled(page)
    page.goto("/progress/")
    expect(page.get_by_role("heading", name="Learning curve")).to_be_visible()
    expect(page.get_by_role("img").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".score a").last.click()
    expect(page.get_by_role("heading", name="Your reads")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".case-table th a").click()
    settled(page)
    expect(page.locator(".outcome").first).to_be_visible()
