"""A newcomer on a fresh site: two clicks to a case, the viewer's tools, and marks that land where they point."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e import content, reading
from tests.e2e.browser import PHONE, Watch, settled
from tests.e2e.pointing import Point, client_point, drawn, image_point, stage_point
from tests.e2e.reading import Say
from tests.e2e.site import Site

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
NEAR_PX = 1.5
# What the greys look like: the pixels of a canvas, or the filter over a plain image.
GREYS = "(one) => one instanceof HTMLCanvasElement ? one.toDataURL() : one.style.filter"


def test_guest_reads_a_case_within_two_clicks(site: Site, laptop: tuple[Page, Watch]) -> None:
    page, _ = laptop
    reading.try_as_guest(page)
    assert reading.payload(page)["state"] == "opened"
    reading.expect_loaded(reading.film(page))
    if reading.payload(page)["set"]["simulated"]:
        expect(page.get_by_text("Simulated, not a patient")).to_be_visible()


def test_grey_levels_and_zoom_change_the_view_and_reset(site: Site, laptop: tuple[Page, Watch]) -> None:
    page, _ = laptop
    guest_at_localising_set(site, page)
    picture = reading.film(page)
    before, stored = picture.bounding_box(), picture.evaluate(GREYS)
    page.locator(".viewer-adjust summary").click()
    for which in ("brightness", "contrast"):
        page.locator(f"[data-adjust={which}]").fill("40")
    drawn(page)
    adjusted = picture.evaluate(GREYS)
    assert adjusted != stored
    page.locator(".viewer-adjust summary").click()
    page.locator("[data-do=zoom-in]").click()
    expect(page.locator("[data-viewer-scale]").first).to_have_text("140 %")
    drawn(page)
    after = picture.bounding_box()
    assert before and after
    assert after["width"] == pytest.approx(before["width"] * 1.4, rel=0.01)
    page.locator("[data-do=reset]").click()
    expect(page.locator("[data-viewer-scale]").first).to_have_text("100 %")
    drawn(page)
    assert picture.bounding_box() == before
    assert picture.evaluate(GREYS) == stored


def test_mouse_mark_lands_on_the_pixel_after_zoom_and_pan(site: Site, laptop: tuple[Page, Watch]) -> None:
    page, _ = laptop
    finding = guest_at_localising_set(site, page)
    middle = stage_point(page, 0.5, 0.5)
    page.mouse.move(*middle)
    for _ in range(3):
        page.mouse.wheel(0, -240)
    page.mouse.down()
    page.mouse.move(middle[0] + 40, middle[1] - 30, steps=4)
    page.mouse.up()
    drawn(page)
    target = image_point(page, stage_point(page, 0.4, 0.55))
    page.locator("[data-tool=mark]").click()
    page.mouse.click(*client_point(page, target))
    expect(page.locator(".shape-you")).to_have_count(1)
    page.mouse.click(*stage_point(page, 0.7, 0.4))
    expect(page.locator("[data-row-remove]")).to_have_count(2)
    page.locator("[data-row-remove]").last.click()
    expect(page.locator(".shape-you")).to_have_count(1)
    commit_and_compare(site, page, finding, target)


def test_touch_mark_lands_on_the_pixel(site: Site, phone: tuple[Page, Watch]) -> None:
    page, _ = phone
    finding = guest_at_localising_set(site, page)
    page.locator("[data-do=zoom-in]").tap()
    page.locator("[data-do=zoom-in]").tap()
    page.locator("[data-tool=mark]").tap()
    drawn(page)
    target = image_point(page, stage_point(page, 0.35, 0.6))
    page.touchscreen.tap(*client_point(page, target))
    expect(page.locator(".shape-you")).to_have_count(1)
    commit_and_compare(site, page, finding, target, finger=True)


def test_keyboard_reticle_places_and_removes_marks(site: Site, laptop: tuple[Page, Watch]) -> None:
    page, _ = laptop
    finding = guest_at_localising_set(site, page)
    page.keyboard.press("+")
    page.keyboard.press("x")
    for key in ("ArrowLeft", "ArrowLeft", "Shift+ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(page.locator(".shape-you")).to_have_count(1)
    page.keyboard.press("Delete")
    expect(page.locator(".shape-you")).to_have_count(0)
    page.keyboard.press("Shift+ArrowRight")
    box = page.locator(".shape-reticle").bounding_box()
    assert box
    target = image_point(page, (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2))
    page.keyboard.press("Enter")
    expect(page.locator(".shape-you")).to_have_count(1)
    page.keyboard.press("Escape")
    commit_and_compare(site, page, finding, target)


def test_read_page_works_with_no_more_room_than_a_phone(
    site: Site, open_context: Callable[..., BrowserContext]
) -> None:
    context = open_context(viewport=PHONE, has_touch=True, is_mobile=True)
    watch = Watch(context)
    page = context.new_page()
    guest_at_localising_set(site, page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    stage = page.locator("[data-viewer-stage]").first.bounding_box()
    assert stage and stage["height"] >= 300, "the film is too small to read on a phone"
    for button in page.locator("[data-viewer-tools] button:visible, .read-actions button:visible").all():
        box = button.bounding_box()
        assert box and min(box["width"], box["height"]) >= 24, "WCAG 2.2: targets of 24 by 24 pixels"
    watch.assert_clean()


def guest_at_localising_set(site: Site, page: Page) -> str:
    """Become a guest and open a case whose question asks for a place; returns the finding to mark."""
    reading.try_as_guest(page)
    slug = content.localising_set(site)
    if reading.payload(page)["set"]["slug"] != slug:
        reading.start_sitting(page, slug)
    reading.expect_loaded(reading.film(page))
    settled(page)
    finding: str = reading.payload(page)["question"]["findings"][0]["key"]
    return finding


def commit_and_compare(site: Site, page: Page, finding: str, target: Point, *, finger: bool = False) -> None:
    """Commit "present" and compare the one stored mark with the pixel that was pointed at."""
    hand: reading.Hand = "finger" if finger else "mouse"
    reading.answer(page, finding, Say(True, 3), hand)
    reading.send(page, "Commit", hand)
    stored = site.rows(
        "SELECT m.x, m.y, m.finding FROM quiz_opinionmark m JOIN quiz_opinion o ON o.id = m.opinion_id"
        " JOIN quiz_read r ON r.id = o.read_id WHERE r.public_id = ?",
        UUID(reading.payload(page)["id"]).hex,
    )
    assert [row["finding"] for row in stored] == [finding]
    assert stored[0]["x"] == pytest.approx(target[0], abs=NEAR_PX)
    assert stored[0]["y"] == pytest.approx(target[1], abs=NEAR_PX)
