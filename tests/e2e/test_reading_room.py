"""The reading room in a real browser: how films hang, stacks scroll, values show, and where marks land."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import content, reading
from tests.e2e.browser import Watch, settled
from tests.e2e.reading import Say
from tests.e2e.site import Site

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
_CELLS = """() => [...document.querySelectorAll('[data-viewer-cell]:not([hidden])')].map((cell) => {
  const box = cell.getBoundingClientRect(); const plane = cell.querySelector('[data-viewer-plane]');
  const film = plane.getBoundingClientRect();
  return {name: cell.querySelector('[data-viewer-caption]').textContent, x: box.x, y: box.y, right: box.right,
    film: [film.x, film.right], slice: cell.querySelector('[data-viewer-slice]').textContent}; })"""
_FORWARD = """([x, y]) => { const plane = document.querySelector('[data-viewer-plane]');
  const at = new DOMMatrix(getComputedStyle(plane).transform).transformPoint(new DOMPoint(x, y));
  const box = document.querySelector('[data-viewer-stage]').getBoundingClientRect();
  return [box.x + at.x, box.y + at.y]; }"""


def open_set(site: Site, page: Page, name: str, pack: str) -> Page:
    reading.sign_up(page, name)
    reading.start_sitting(page, content.set_slug(site, pack))
    return ready(page)


def ready(page: Page) -> Page:
    """Wait until every viewport in sight shows its film."""
    expect(page.locator('[data-viewer-cell]:not([hidden]):not([data-status="ready"])')).to_have_count(0)
    return settled(page)


def cells(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(_CELLS)
    return found


def slice_shown(page: Page) -> int:
    text = page.locator("[data-viewer-slice]").first.text_content() or ""
    return int(text.split("/")[0])


def test_mammograms_hang_right_breast_left_and_chest_walls_together(
    site: Site, laptop: tuple[Page, Watch]
) -> None:
    page = open_set(site, laptop[0], "hanging", "demo-mammography")
    hung = cells(page)
    assert [cell["name"] for cell in hung] == ["R CC", "L CC", "R MLO", "L MLO"]
    right, left = hung[0], hung[1]
    assert right["x"] < left["x"] and right["y"] < hung[2]["y"]
    # The films touch the seam between them: chest walls in the middle, nipples outward.
    assert abs(right["film"][1] - right["right"]) < 1.5 and abs(left["film"][0] - left["x"]) < 1.5
    page.locator("[data-viewer-stage]").nth(2).dblclick()
    assert [cell["name"] for cell in cells(page)] == ["R MLO"]
    page.keyboard.press("w")
    assert len(cells(page)) == 4
    page.keyboard.press("q")
    expect(page.locator("[data-viewer-cell][data-active] [data-viewer-caption]")).to_have_text("L MLO")


def test_a_phone_shows_one_view_at_a_time(site: Site, phone: tuple[Page, Watch]) -> None:
    page = open_set(site, phone[0], "one-by-one", "demo-mammography")
    assert len(cells(page)) == 1
    page.locator(".viewer-thumb").nth(3).tap()
    assert cells(page)[0]["name"] == "L MLO"


def test_two_sequences_scroll_zoom_and_invert_together_until_unlinked(
    site: Site, laptop: tuple[Page, Watch]
) -> None:
    page = open_set(site, laptop[0], "linked", "demo-brain-mri")
    assert len(cells(page)) == 2
    link = page.locator('[data-do="link"]')
    expect(link).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("+")
    page.keyboard.press("i")
    scales = page.locator("[data-viewer-scale]")
    expect(scales).to_have_text(["125 %", "125 %"])
    expect(page.locator('[data-viewer-cell][data-inverted="true"]')).to_have_count(2)
    link.click()
    page.locator("[data-viewer-stage]").nth(1).click()
    page.keyboard.press("0")
    expect(scales).to_have_text(["125 %", "100 %"])


def test_a_stack_scrolls_by_wheel_keys_slider_and_windows_by_number(
    site: Site, laptop: tuple[Page, Watch]
) -> None:
    page = open_set(site, laptop[0], "stack", "demo-head-ct")
    assert len(reading.payload(page)["images"]) >= 20
    assert slice_shown(page) == 1
    stage = page.locator("[data-viewer-stage]")
    box = stage.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, 100)
    page.mouse.wheel(0, 100)
    expect(page.locator("[data-viewer-slice]")).to_have_text(re.compile(r"^3 /"))
    page.keyboard.press("]")
    assert slice_shown(page) == 4
    slider = page.locator('[data-viewer-strip] input[type="range"]')
    slider.fill("12")
    assert slice_shown(page) == 12
    page.mouse.move(box["x"] + box["width"] / 2 + 5, box["y"] + box["height"] / 2 + 5)
    expect(page.locator("[data-viewer-value]")).to_have_text(re.compile(r"^-?\d+ HU$"))
    page.keyboard.press("Shift+Digit5")
    expect(page.locator("[data-viewer-window]")).to_have_text("C 500 W 2200")
    page.keyboard.press("0")
    expect(page.locator("[data-viewer-window]")).to_have_text("C 40 W 80")


def test_a_stack_scrolls_by_touch(site: Site, phone: tuple[Page, Watch]) -> None:
    page = open_set(site, phone[0], "swiper", "demo-head-ct")
    box = page.locator("[data-viewer-stage]").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + 60
    client = page.context.new_cdp_session(page)

    def touch(kind: str, at: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": at}]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", y)
    for step in range(1, 13):
        touch("touchMove", y + step * 10)
    touch("touchEnd", y + 120)
    assert slice_shown(page) >= 4


def test_a_length_is_in_millimetres_where_the_spacing_is_known(
    site: Site, laptop: tuple[Page, Watch]
) -> None:
    page = open_set(site, laptop[0], "ruler", "demo-head-ct")
    spacing = reading.payload(page)["images"][0]["pixel_spacing_mm"]
    page.keyboard.press("l")
    (x1, y1), (x2, y2) = (page.evaluate(_FORWARD, point) for point in ([60, 60], [160, 60]))
    page.mouse.move(x1, y1)
    page.mouse.down()
    page.mouse.move(x2, y2, steps=4)
    page.mouse.up()
    word = page.locator(".shape-measure .word").text_content() or ""
    assert word.endswith(" mm")
    assert float(word[:-3]) == pytest.approx(100 * spacing, abs=0.6 * spacing)
    page.keyboard.press("Delete")
    expect(page.locator(".shape-measure")).to_have_count(0)


@pytest.mark.parametrize("keys", ["", "+", "t", "f", "+tf", "++ttf", "tt+"])
def test_marks_lie_at_their_image_pixel_whatever_the_view(
    site: Site, laptop: tuple[Page, Watch], keys: str
) -> None:
    page = open_set(site, laptop[0], f"marker-{len(keys)}{keys.count('t')}{keys.count('f')}", "demo-drawn")
    finding = reading.payload(page)["question"]["findings"][0]["key"]
    for key in keys:
        page.keyboard.press(key)
    page.keyboard.press("x")
    page.wait_for_timeout(100)
    image = reading.payload(page)["images"][0]
    wanted = [image["width"] * 0.46, image["height"] * 0.53]
    page.mouse.click(*page.evaluate(_FORWARD, wanted))
    reading.answer(page, finding, Say(True, 2), "mouse")
    reading.send(page, "Commit", "mouse")
    (mark,) = reading.payload(page)["first"]["marks"]
    assert [mark["x"], mark["y"]] == pytest.approx(wanted, abs=0.75)


def inside_window(page: Page, selector: str) -> bool:
    """Whether an element lies wholly in the window."""
    box, window = page.locator(selector).first.bounding_box(), page.viewport_size
    assert box and window
    right, foot = box["x"] + box["width"], box["y"] + box["height"]
    return box["x"] >= 0 and box["y"] >= 0 and right <= window["width"] and foot <= window["height"]


@pytest.mark.parametrize("hand", ["laptop", "phone"])
def test_further_tools_open_in_sight_and_close_with_a_press_on_the_film(
    site: Site, hand: str, request: pytest.FixtureRequest
) -> None:
    page = open_set(site, request.getfixturevalue(hand)[0], f"more-{hand}", "demo-head-ct")
    page.locator(".viewer-adjust summary").click()
    for part in (".viewer-adjust-box", '[data-do="invert"]', '[data-adjust="contrast"]'):
        assert inside_window(page, part), part
    page.locator('[data-do="invert"]').click()
    expect(page.locator("[data-viewer-cell]").first).to_have_attribute("data-inverted", "true")
    page.locator("[data-viewer-stage]").first.click(position={"x": 40, "y": 40})
    expect(page.locator(".viewer-adjust-box")).to_be_hidden()


@pytest.mark.parametrize("hand", ["laptop", "phone"])
def test_the_image_is_the_largest_thing_and_the_page_stands_still(
    site: Site, hand: str, request: pytest.FixtureRequest
) -> None:
    page = open_set(site, request.getfixturevalue(hand)[0], f"largest-{hand}", "demo-mammography")

    def look() -> None:
        wall = page.locator("[data-viewer-wall]").bounding_box()
        assert wall
        rest = [page.locator(part).bounding_box() for part in (".viewer-bars", ".read-panel")]
        assert all(box and wall["width"] * wall["height"] > box["width"] * box["height"] for box in rest)
        assert page.evaluate("[scrollX, scrollY]") == [0, 0]

    look()
    reading.answer_all(page, Say(True, 3))
    look()
    reading.send(page, "Commit", "mouse")
    ready(page)
    look()
    reading.answer_all(page, Say(True, 2))
    look()
    reading.send(page, "Make it final", "mouse")
    ready(page)
    look()
