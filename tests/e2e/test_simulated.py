"""The simulated demo sets in a browser: slices and windows of CT, four views with three findings, and the truth."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import content, reading
from tests.e2e.browser import Watch, settled
from tests.e2e.reading import NOT_DIAGNOSIS, Say
from tests.e2e.site import Site

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]


def shown_slice(page: Page) -> int:
    return int(page.locator("[data-viewer-slice]").inner_text().split("/")[0])


def test_a_stack_is_scrolled_windowed_and_opened_where_the_ai_decided(
    site: Site, laptop: tuple[Page, Watch]
) -> None:
    page, _ = laptop
    reading.sign_up(page, "ct-reader")
    reading.start_sitting(page, content.set_slug(site, "demo-head-ct"))
    settled(page)
    expect(page.get_by_text("Simulated, not a patient")).to_be_visible()
    images = reading.payload(page)["images"]
    assert len(images) >= 20
    assert shown_slice(page) == 1
    page.locator("[data-viewer-stage]").hover()
    for _ in range(5):
        page.mouse.wheel(0, 120)
    assert shown_slice(page) == 6
    page.get_by_label("Window").select_option(label="Bone")
    expect(page.locator("[data-viewer-window]")).to_have_text("C 500 W 2200")
    assert shown_slice(page) == 6
    reading.answer(page, "haemorrhage", Say(False, 1), "keys")
    reading.send(page, "Commit", "mouse")
    settled(page)
    expect(page.get_by_text(NOT_DIAGNOSIS).first).to_be_visible()
    told = reading.payload(page)["ai"]["findings"][0]
    ids = [image["id"] for image in images]
    assert told["image"] in ids
    assert shown_slice(page) == ids.index(told["image"]) + 1
    reading.answer(page, "haemorrhage", Say(False, 2), "keys")
    reading.send(page, "Make it final", "mouse")
    settled(page)
    truth = reading.payload(page)["truth"]
    if truth["regions"]:
        middle = truth["regions"][len(truth["regions"]) // 2]["image"]
        assert shown_slice(page) == ids.index(middle) + 1
        expect(page.get_by_text("CNR")).to_be_visible()


def test_four_views_and_three_findings_are_answered_by_touch(site: Site, phone: tuple[Page, Watch]) -> None:
    page, _ = phone
    reading.sign_up(page, "mammo-reader")
    reading.start_sitting(page, content.set_slug(site, "demo-mammography"))
    settled(page)
    views = page.locator(".viewer-thumb")
    expect(views).to_have_count(4)
    views.nth(3).tap()
    expect(page.locator("[data-viewer-caption]")).to_have_text("L MLO")
    for finding in ("mass", "calcifications", "distortion"):
        reading.answer(page, finding, Say(False, 2), "finger")
    reading.send(page, "Commit", "finger")
    settled(page)
    told = {one["finding"] for one in reading.payload(page)["ai"]["findings"]}
    # The model doesn't look for distortion, and its card says so.
    assert told == {"mass", "calcifications"}
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
