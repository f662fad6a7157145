"""Marks as a reader makes them: by keyboard alone, by finger and by mouse, and as the server then has them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import content, pointing, reading
from tests.e2e.browser import Watch, settled
from tests.e2e.pointing import Point
from tests.e2e.reading import Say
from tests.e2e.site import Site

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
# One stack on one stage, one finding, and a question that asks for a place.
PACK, FINDING = "demo-head-ct", "haemorrhage"
# A stage pixel is several image pixels of a small picture; a mark is stored to a tenth of one.
NEAR_STAGE_PX = 2.0


def test_a_whole_read_by_keyboard_alone_with_a_box(site: Site, laptop: tuple[Page, Watch]) -> None:
    page, _ = laptop
    start(site, page, "mark-keys")
    first = reading.payload(page)
    keys = page.keyboard
    for key in ("x", "x", "Shift+ArrowLeft", "ArrowUp", "Enter"):
        keys.press(key)
    for key in ("Shift+ArrowRight", "ArrowRight", "Shift+ArrowDown", "Enter"):
        keys.press(key)
    expect(page.locator(".shape-you")).to_have_count(1)
    scale = image_pixels_a_stage_pixel(page)
    for key in ("e", "ArrowRight", "Shift+ArrowUp", "Enter"):
        keys.press(key)
    reading.answer(page, FINDING, Say(True, 3), "keys")
    reading.send(page, "Commit", "keys")

    read = reading.payload(page)
    (mark,) = read["first"]["marks"]
    assert (mark["shape"], mark["finding"], mark["certainty"]) == ("box", FINDING, None)
    assert mark["image"] in [image["id"] for image in first["images"]]
    # Seven steps wide and six high, then moved by one and made one lower; a step is 6 stage pixels.
    assert mark["width"] == pytest.approx(7 * 6 * scale, abs=0.3)
    assert mark["height"] == pytest.approx(5 * 6 * scale, abs=0.3)
    assert stored(site, page, "first") == [mark]

    reading.decide(page, FINDING, Say(True, 3), keep=True, band=4, hand="keys")
    reading.send(page, "Make it final", "keys")
    read = reading.payload(page)
    assert read["final"]["marks"] == [mark], "keeping the answer keeps its marks"
    (grade,) = read["truth"]["marks"]
    assert (grade["number"], grade["decides"]) == (1, True)
    reading.next_case(page, "keys")
    assert reading.payload(page)["id"] != read["id"]


def test_by_finger_a_box_a_point_and_an_answer(site: Site, phone: tuple[Page, Watch]) -> None:
    page, _ = phone
    start(site, page, "mark-finger")
    page.locator("[data-mark-shape=box]").tap()
    begin, end = stage_corners(page)
    pointing.swipe(page, begin, end)
    expect(page.locator(".shape-you")).to_have_count(1)
    page.locator("[data-mark-shape=point]").tap()
    spot = pointing.stage_point(page, 0.5, 0.75)
    page.touchscreen.tap(*spot)
    expect(page.locator(".shape-you")).to_have_count(2)
    expected = pointing.image_point(page, spot)
    corners = [pointing.image_point(page, at) for at in (begin, end)]
    page.locator("[data-sheet-toggle]").tap()
    reading.answer(page, FINDING, Say(True, 2), "finger")
    reading.send(page, "Commit", "finger")
    box, point = reading.payload(page)["first"]["marks"]
    near = NEAR_STAGE_PX * image_pixels_a_stage_pixel(page)
    assert (box["shape"], point["shape"]) == ("box", "point")
    assert_box(box, *corners, near=near)
    assert (point["x"], point["y"]) == pytest.approx(expected, abs=near)


def test_by_mouse_drawn_moved_resized_and_taken_back(site: Site, laptop: tuple[Page, Watch]) -> None:
    page, _ = laptop
    start(site, page, "mark-mouse")
    page.locator("[data-mark-shape=ellipse]").click()
    begin, end = stage_corners(page)
    pointing.drag(page, begin, end)
    expect(page.locator(".handle")).to_have_count(8)
    by = (30.0, -20.0)
    middle = ((begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2)
    pointing.drag(page, middle, shifted(middle, by))
    moved = (shifted(begin, by), shifted(end, by))
    assert_drawn(page, *moved)
    pointing.drag(page, moved[1], shifted(moved[1], (24, 18)))
    resized = (moved[0], shifted(moved[1], (24, 18)))
    assert_drawn(page, *resized)
    page.locator("[data-do=undo]").click()
    pointing.drawn(page)
    assert_drawn(page, *moved)
    page.keyboard.press("Control+z")
    pointing.drawn(page)
    assert_drawn(page, begin, end)
    page.locator("[data-do=redo]").click()
    page.keyboard.press("Control+Shift+z")
    pointing.drawn(page)
    assert_drawn(page, *resized)
    corners = [pointing.image_point(page, at) for at in resized]
    reading.answer(page, FINDING, Say(True, 2), "mouse")
    reading.send(page, "Commit", "mouse")
    (mark,) = reading.payload(page)["first"]["marks"]
    assert mark["shape"] == "ellipse"
    assert_box(mark, *corners, near=NEAR_STAGE_PX * image_pixels_a_stage_pixel(page))


def test_each_mark_has_its_own_certainty_and_the_limit_is_told(
    site: Site, laptop: tuple[Page, Watch]
) -> None:
    page, _ = laptop
    start(site, page, "mark-list")
    limit = reading.payload(page)["question"]["max_marks"]
    page.locator("[data-mark-shape=point]").click()
    for number in range(limit + 1):
        page.mouse.click(*pointing.stage_point(page, 0.3 + 0.08 * number, 0.5))
    expect(page.locator(".shape-you")).to_have_count(limit)
    expect(page.locator("[data-viewer-announce]")).to_contain_text(f"All {limit} marks are placed")
    page.locator("[data-row-certainty]").nth(1).select_option("0.99")
    page.locator("[data-row-remove]").first.click()
    expect(page.locator(".shape-you")).to_have_count(limit - 1)
    # A mark picked from the list is moved by arrows at once: the stage has the focus.
    page.locator("[data-row-edit]").first.click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.reload()
    settled(page)
    expect(page.locator(".shape-you")).to_have_count(limit - 1)
    expect(page.locator("[data-row-certainty]").first).to_have_value("0.99")
    reading.answer(page, FINDING, Say(True, 2), "mouse")
    reading.send(page, "Commit", "mouse")
    marks = reading.payload(page)["first"]["marks"]
    assert [mark["certainty"] for mark in marks] == [0.99] + [None] * (limit - 2)
    assert marks[0]["y"] > marks[1]["y"], "the one that was moved down"


def start(site: Site, page: Page, name: str) -> None:
    """Sign up and open a case of the stack's set."""
    reading.sign_up(page, name)
    reading.start_sitting(page, content.set_slug(site, PACK))
    settled(page)
    expect(page.locator("[data-viewer-stage]").first).to_be_visible()
    pointing.drawn(page)


def stage_corners(page: Page) -> tuple[Point, Point]:
    """Two corners in the middle of the stage, some fifty pixels apart."""
    x, y = pointing.stage_point(page, 0.5, 0.5)
    return (x - 30, y - 20), (x + 30, y + 26)


def shifted(at: Point, by: Point) -> Point:
    return at[0] + by[0], at[1] + by[1]


def image_pixels_a_stage_pixel(page: Page) -> float:
    left, right = pointing.image_point(page, (0, 0)), pointing.image_point(page, (1, 0))
    return right[0] - left[0]


def assert_drawn(page: Page, begin: Point, end: Point) -> None:
    """The only mark's line goes round these corners of the window."""
    drawn = pointing.extent(page.locator(".shape-you path.line"))
    assert drawn == pytest.approx((*begin, *end), abs=NEAR_STAGE_PX)


def assert_box(mark: dict[str, Any], begin: Point, end: Point, *, near: float) -> None:
    edges = (
        mark["x"] - mark["width"] / 2,
        mark["y"] - mark["height"] / 2,
        mark["x"] + mark["width"] / 2,
        mark["y"] + mark["height"] / 2,
    )
    assert edges == pytest.approx((*begin, *end), abs=near)


def stored(site: Site, page: Page, kind: str) -> list[dict[str, Any]]:
    """The marks as the database has them, with the image's public id."""
    rows = site.rows(
        "SELECT i.public_id AS image, m.finding, m.shape, m.x, m.y, m.width, m.height, m.certainty"
        " FROM quiz_opinionmark m JOIN quiz_opinion o ON o.id = m.opinion_id"
        " JOIN quiz_read r ON r.id = o.read_id JOIN quiz_image i ON i.id = m.image_id"
        " WHERE r.public_id = ? AND o.kind = ? ORDER BY m.id",
        UUID(reading.payload(page)["id"]).hex,
        kind,
    )
    return [{**row, "image": str(UUID(row["image"]))} for row in rows]
