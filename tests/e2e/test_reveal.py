"""What the reveal shows and how it is worked: heatmap, bars, strip of slices, layers by key; bookmark and fault."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import content, pointing, reading
from tests.e2e.browser import PHONE, Watch, settled
from tests.e2e.reading import Say
from tests.e2e.site import Site

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
PACK, FINDING = "demo-head-ct", "haemorrhage"


def test_the_heatmap_as_area_and_as_outline_by_keys(site: Site, laptop: tuple[Page, Watch]) -> None:
    page, _ = laptop
    meet_ai(site, page, "reveal-heat")
    heat = reading.heatmap(page)
    reading.expect_loaded(heat)
    slider = page.locator("[data-opacity]")
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(heat).to_have_css("opacity", "0.5")
    slider.evaluate("(one) => one.blur()")
    page.keyboard.press(",")
    expect(heat).to_have_css("opacity", "0.4")
    page.keyboard.press("o")
    expect(heat).to_have_count(0)
    lines = page.locator(".shape-heat path.line")
    expect(lines).to_have_count(3)
    assert all(len(line.get_attribute("d") or "") > 50 for line in lines.all())
    # The higher the level, the smaller what its line goes round: all of them lie over the film.
    film = page.locator("[data-viewer-plane]").first.bounding_box()
    boxes = [pointing.extent(line) for line in lines.all()]
    assert film
    areas = [(right - left) * (bottom - top) for left, top, right, bottom in boxes]
    assert areas == sorted(areas, reverse=True) and areas[-1] > 0
    for left, _top, right, _bottom in boxes:
        assert film["x"] - 1 <= left <= right <= film["x"] + film["width"] + 1
    page.keyboard.press("h")
    expect(lines).to_have_count(0)
    page.keyboard.press("h")
    page.keyboard.press("o")
    expect(heat).to_have_count(1)
    expect(page.locator(".heat-key")).to_contain_text("Values under a fifth of the highest are hidden")


def test_two_bars_with_their_own_lines_and_the_card_one_click_away(
    site: Site, laptop: tuple[Page, Watch]
) -> None:
    page, _ = laptop
    meet_ai(site, page, "reveal-bars")
    (call,) = reading.payload(page)["ai"]["findings"]
    card = page.locator(".ai-card").first
    expect(card).to_contain_text(f"threshold of {round(100 * call['threshold'])} %")
    expect(card).to_contain_text(f"Calibrated at {round(100 * call['prevalence'])} % prevalence.")
    expect(card).to_contain_text("your own line is at 50 %")
    tracks = card.locator(".bar-track")
    expect(tracks).to_have_count(2)
    with page.context.expect_page() as opened:
        card.get_by_role("link", name="Model card").click()
    expect(opened.value.get_by_role("heading", level=1)).to_be_visible()
    opened.value.close()
    # Nothing is preset; keep and change stand in one line each, side by side.
    assert page.locator("form[data-opinion] input[type=radio]:checked").count() == 0
    boxes = [button.bounding_box() for button in page.locator("[data-final]").all()]
    heights = {round(box["height"]) for box in boxes if box}
    assert len(boxes) == 2 and len(heights) == 1 and heights.pop() < 48
    assert len({round(box["y"]) for box in boxes if box}) == 1


def test_the_strip_of_slices_leads_to_what_the_ai_saw(site: Site, laptop: tuple[Page, Watch]) -> None:
    page, _ = laptop
    meet_ai(site, page, "reveal-strip")
    read = reading.payload(page)
    ids = [image["id"] for image in read["images"]]
    (call,) = read["ai"]["findings"]
    best = ids.index(call["image"]) + 1
    strip = page.locator("[data-viewer-slices]")
    expect(strip).to_be_visible()
    # A slice that the AI declines has no bar, and no row.
    read_by_ai = len(read["ai"]["images"])
    assert read_by_ai >= 0.8 * len(ids)
    expect(strip.locator(".strip-bar")).to_have_count(read_by_ai)
    strip.focus()
    page.keyboard.press("Home")
    expect(strip).to_have_attribute("aria-valuenow", "1")
    page.keyboard.press("Enter")
    expect(strip).to_have_attribute("aria-valuenow", str(best))
    shown = round(100 * call["probability"])
    expect(strip).to_have_attribute("aria-valuetext", f"Slice {best} of {len(ids)}: {shown} %")
    box = strip.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * 0.98, box["y"] + box["height"] / 2)
    expect(strip).to_have_attribute("aria-valuenow", str(len(ids)))
    page.get_by_text("Probability image by image", exact=True).first.click()
    expect(page.locator(".slice-table tbody tr")).to_have_count(read_by_ai)


def test_layers_at_the_truth_go_on_and_off_by_one_key_each(site: Site, laptop: tuple[Page, Watch]) -> None:
    page, _ = laptop
    open_case(site, page, "reveal-layers")
    page.keyboard.press("x")
    page.keyboard.press("Enter")
    reading.answer(page, FINDING, Say(True, 2), "keys")
    reading.send(page, "Commit", "keys")
    reading.decide(page, FINDING, Say(True, 2), keep=True, band=2, hand="keys")
    reading.send(page, "Make it final", "keys")
    read = reading.payload(page)
    expect(page.locator(".outcome-sentence")).to_have_text(read["truth"]["outcome"]["sentence"])
    expect(page.locator("dl.facts").last).to_contain_text(read["truth"]["truth_basis"])
    mark = read["first"]["marks"][0]["image"]
    go_to(page, [image["id"] for image in read["images"]].index(mark) + 1)
    for key, layer, drawn in (("m", "marks", ".shape-you"), ("h", "heatmap", None)):
        button = page.locator(f"[data-layer={layer}]")
        expect(button).to_have_attribute("aria-pressed", "true")
        page.keyboard.press(key)
        expect(button).to_have_attribute("aria-pressed", "false")
        if drawn:
            expect(page.locator(drawn)).to_have_count(0)
        page.keyboard.press(key)
        expect(button).to_have_attribute("aria-pressed", "true")
        if drawn:
            expect(page.locator(drawn)).to_have_count(1)
    if read["truth"]["regions"]:
        page.keyboard.press("r")
        expect(page.locator("[data-layer=regions]")).to_have_attribute("aria-pressed", "false")


def test_bookmark_and_fault_from_the_bar(site: Site, laptop: tuple[Page, Watch]) -> None:
    page, _ = laptop
    open_case(site, page, "reveal-notes")
    page.keyboard.press("y")
    page.keyboard.press("d")
    note = page.get_by_label("Note")
    note.fill("look again at y, n and 3")
    page.locator("#bookmark").get_by_role("button", name="Keep").click()
    expect(page.locator("#bookmark [data-note-status]")).to_have_text("Bookmarked.")
    page.keyboard.press("Escape")
    expect(page.locator("#bookmark")).to_be_hidden()
    page.get_by_role("button", name="Report a fault in this case").click()
    page.get_by_label("What is wrong?").select_option("image")
    page.get_by_label("In a few words").fill("A fold lies over it.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#fault [data-note-status]")).to_contain_text("changes nothing in your score")
    page.reload()
    read = reading.payload(page)
    assert read["bookmark"] == {"note": "look again at y, n and 3"}
    assert [report["text"] for report in read["reports"]] == ["A fold lies over it."]
    assert read["state"] == "opened" and "truth" not in read
    # What was answered before is still there: nothing has left the page.
    expect(page.locator(f'input[name="present-{FINDING}"][value="yes"]')).to_be_checked()
    expect(page.get_by_role("button", name=re.compile("^Bookmarked"))).to_be_visible()


def test_on_a_phone_the_image_comes_first_and_the_question_in_a_sheet(
    site: Site, phone: tuple[Page, Watch]
) -> None:
    page, _ = phone
    open_case(site, page, "reveal-phone")
    height = PHONE["height"]
    stage = page.locator("[data-viewer-stage]").first.bounding_box()
    sheet = page.locator("[data-sheet]").bounding_box()
    assert stage and sheet
    assert stage["height"] > 0.33 * height and stage["y"] < 0.15 * height
    assert sheet["y"] + sheet["height"] == pytest.approx(height, abs=1)
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport(ratio=1)
    for name in (f'label:has(input[name="present-{FINDING}"])', ".read-actions button"):
        expect(page.locator(name).first).to_be_in_viewport(ratio=0.9)
    handle = page.locator("[data-sheet-toggle]")
    expect(handle).to_have_attribute("aria-expanded", "false")
    handle.tap()
    expect(handle).to_have_attribute("aria-expanded", "true")
    raised = page.locator("[data-sheet]").bounding_box()
    assert raised and raised["height"] > 0.75 * height and raised["height"] < height
    expect(page.locator(".cannot-tell")).to_contain_text("Cannot tell: image inadequate")
    page.keyboard.press("s")
    expect(handle).to_have_attribute("aria-expanded", "false")
    middle = (PHONE["width"] / 2, sheet["y"] + 10)
    pointing.swipe(page, middle, (middle[0], middle[1] - 120))
    expect(handle).to_have_attribute("aria-expanded", "true")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def open_case(site: Site, page: Page, name: str) -> None:
    """Sign up and open a case of the stack's set."""
    reading.sign_up(page, name)
    reading.start_sitting(page, content.set_slug(site, PACK))
    settled(page)
    pointing.drawn(page)


def meet_ai(site: Site, page: Page, name: str) -> None:
    """Open a case, answer it and commit, which shows the AI's opinion."""
    open_case(site, page, name)
    reading.answer(page, FINDING, Say(True, 2), "keys")
    reading.send(page, "Commit", "keys")
    settled(page)
    assert reading.payload(page)["ai"]["status"] == "ready"


def go_to(page: Page, number: int) -> None:
    """Go to a slice by the strip."""
    strip = page.locator("[data-viewer-slices]")
    strip.focus()
    page.keyboard.press("Home")
    for _ in range(number - 1):
        page.keyboard.press("ArrowRight")
    expect(strip).to_have_attribute("aria-valuenow", str(number))
    strip.evaluate("(one) => one.blur()")
