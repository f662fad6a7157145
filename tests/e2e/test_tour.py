"""The first-case tour: comes once, by itself; keeps the focus; is skipped, remembered, and found again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e import content, reading
from tests.e2e.browser import Watch, settled
from tests.e2e.site import Site

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
FOCUSED = "() => document.activeElement.textContent.trim()"
INSIDE = "() => document.activeElement.closest('dialog#tour') !== null"


def first_case(site: Site, page: Page, name: str) -> Any:
    """Sign up and open the first case; return the tour, which must lie over it."""
    reading.sign_up(page, name, tour=True)
    reading.start_sitting(page, content.localising_set(site))
    tour = page.locator("dialog#tour")
    expect(tour).to_be_visible()
    return tour


def test_three_steps_by_keyboard(site: Site, laptop: tuple[Page, Watch]) -> None:
    page, _ = laptop
    tour = first_case(site, page, "tour-keys")
    assert tour.evaluate("(dialog) => dialog.matches(':modal')")
    for number, heading in enumerate(("You read first", "meet the AI", "last call is yours"), start=1):
        assert heading in page.evaluate(FOCUSED)
        expect(tour.locator("[data-tour-count]")).to_have_text(f"Step {number} of 3")
        # No key reaches the case behind it.
        page.keyboard.press("y")
        assert page.locator("input[type=radio]:checked").count() == 0
        reading.tab_to(page, "[data-tour-next]")
        assert page.evaluate(INSIDE)
        with_answer = number == 3
        if with_answer:
            with page.expect_response("**/account/tour") as answered:
                page.keyboard.press("Enter")
            assert answered.value.status == 204
        else:
            page.keyboard.press("Enter")
    expect(tour).to_be_hidden()
    page.keyboard.press("y")
    assert page.locator("input[type=radio]:checked").count() == 1
    page.reload()
    settled(page)
    expect(tour).to_be_hidden()


def test_escape_skips_it_and_the_help_sheet_has_it_again(site: Site, laptop: tuple[Page, Watch]) -> None:
    page, _ = laptop
    tour = first_case(site, page, "tour-escape")
    with page.expect_response("**/account/tour"):
        page.keyboard.press("Escape")
    expect(tour).to_be_hidden()
    page.keyboard.press("?")
    page.locator("dialog#help [data-tour-open]").click()
    expect(page.locator("dialog#help")).to_be_hidden()
    expect(tour).to_be_visible()
    page.keyboard.press("Escape")
    page.goto("/account/")
    page.get_by_role("button", name="Show the tour").click()
    expect(tour).to_be_visible()
    page.keyboard.press("Escape")
    # The focus goes back to where it came from.
    assert page.evaluate(FOCUSED) == "Show the tour"


def test_it_fits_a_phone_and_is_skipped_by_touch(site: Site, phone: tuple[Page, Watch]) -> None:
    page, _ = phone
    tour = first_case(site, page, "tour-phone")
    for _ in range(3):
        box = tour.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390
        assert box["y"] >= 0 and box["y"] + box["height"] <= 844
        assert not tour.evaluate("(dialog) => dialog.scrollHeight > dialog.clientHeight")
        if page.locator("[data-tour-next]").inner_text() == "Next":
            page.locator("[data-tour-next]").tap()
    with page.expect_response("**/account/tour"):
        page.locator("[data-tour-close]").tap()
    expect(tour).to_be_hidden()


def test_without_script_there_is_none(site: Site, open_context: Callable[..., BrowserContext]) -> None:
    context = open_context(java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("button", name="Try a case as guest").click()
    page.wait_for_url("**/reads/*/")
    expect(page.locator("dialog#tour")).to_be_hidden()
    page.goto("/account/")
    expect(page.get_by_role("button", name="Show the tour")).to_be_hidden()
    expect(page.get_by_role("button", name="Save")).to_be_visible()
