"""The heatmap in a browser: switched between methods by mouse and by keyboard, occlusion asked for and graded."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import content, reading
from tests.e2e.browser import Watch, settled
from tests.e2e.reading import Say
from tests.e2e.site import Site

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
PATIENCE_MS = 170_000


def test_methods_are_switched_and_occlusion_is_asked_for(site: Site, laptop: tuple[Page, Watch]) -> None:
    page, _ = laptop
    reading.sign_up(page, "heatmap-reader")
    reading.start_sitting(page, content.localising_set(site))
    settled(page)
    finding = reading.payload(page)["question"]["findings"][0]["key"]
    assert page.locator("form#occlusion, [data-heatmap-method]").count() == 0
    reading.answer(page, finding, Say(False, 1), "keys")
    reading.send(page, "Commit", "keys")
    settled(page)

    method = page.locator("[data-heatmap-method]")
    sentence = page.locator("[data-method-sentence]:visible")
    expect(method).to_have_value("gradcam")
    expect(sentence).to_contain_text("Grad-CAM shows")
    first = reading.heatmap(page).get_attribute("src")
    method.select_option("gradcam++")
    expect(sentence).to_contain_text("Grad-CAM++ shows")
    reading.expect_loaded(reading.heatmap(page))
    assert reading.heatmap(page).get_attribute("src") != first
    page.locator("[data-viewer-stage]").first.focus()
    page.keyboard.press("g")
    expect(method).to_have_value("gradcam")
    assert reading.heatmap(page).get_attribute("src") == first

    reading.tab_to(page, 'button[form="occlusion"]')
    page.keyboard.press("Enter")
    status = page.locator("[data-occlusion-status]")
    expect(status).to_contain_text("Done", timeout=PATIENCE_MS)
    expect(method).to_have_value("occlusion")
    expect(sentence).to_contain_text("Occlusion covers")
    reading.expect_loaded(reading.heatmap(page))
    assert reading.payload(page)["state"] == "ai_shown"

    reading.answer(page, finding, Say(True, 2), "mouse")
    reading.send(page, "Make it final", "mouse")
    settled(page)
    read = reading.payload(page)
    methods = [one["method"] for one in read["ai"]["images"][0]["heatmaps"]]
    decided = next(one for one in read["ai"]["findings"] if one["finding"] == finding)
    assert methods[:2] == ["gradcam", "gradcam++"]
    if read["truth"]["regions"] and decided["present"]:
        assert [one["method"] for one in read["truth"]["heatmaps"]] == ["gradcam", "gradcam++", "occlusion"]
        expect(page.get_by_text("The heatmap itself, graded")).to_be_visible()
