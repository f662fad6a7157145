"""Pointing at image pixels in the viewer: places of the stage, pixels under them, and drags by mouse or finger."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page

from tests.e2e import reading

Point = tuple[float, float]


def drawn(page: Page) -> None:
    """Wait until the viewer, which draws once a frame, shows what it was told."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def stage_point(page: Page, across: float, down: float) -> Point:
    """A place of the (first) stage in the window's pixels; both numbers go from 0 to 1."""
    box = page.locator("[data-viewer-stage]").first.bounding_box()
    assert box
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def image_point(page: Page, at: Point) -> Point:
    """The image pixel at a place of the window, from where the browser has drawn the picture as it lies."""
    box, width, height = _picture(page)
    return (at[0] - box["x"]) / box["width"] * width, (at[1] - box["y"]) / box["height"] * height


def client_point(page: Page, pixel: Point) -> Point:
    """The place in the window where the browser has drawn an image pixel."""
    box, width, height = _picture(page)
    return box["x"] + pixel[0] / width * box["width"], box["y"] + pixel[1] / height * box["height"]


def drag(page: Page, start: Point, end: Point) -> None:
    """Press, move and let go by mouse."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    page.mouse.move(*end)
    page.mouse.up()
    drawn(page)


def swipe(page: Page, start: Point, end: Point) -> None:
    """The same by one finger, as the browser's own touch events."""
    session = page.context.new_cdp_session(page)
    half = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    for kind, points in (
        ("touchStart", [start]),
        ("touchMove", [half]),
        ("touchMove", [end]),
        ("touchEnd", []),
    ):
        session.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]},
        )
    session.detach()
    # Chromium takes a tap right after a swipe for stopping it.
    page.wait_for_timeout(700)
    drawn(page)


def extent(line: Locator) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a shape of the overlay in the window, without the width of its line."""
    left, top, right, bottom = line.evaluate(
        """(line) => {
            const box = line.getBBox();
            const svg = line.ownerSVGElement.getBoundingClientRect();
            return [svg.x + box.x, svg.y + box.y, svg.x + box.x + box.width, svg.y + box.y + box.height];
        }"""
    )
    return left, top, right, bottom


def _picture(page: Page) -> tuple[Any, int, int]:
    # The plane lies where the picture does, whatever draws the picture.
    box = page.locator("[data-viewer-plane]").first.bounding_box()
    assert box
    image = reading.payload(page)["images"][0]
    return box, image["width"], image["height"]
