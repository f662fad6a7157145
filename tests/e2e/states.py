"""Every state of a read, one after the other, for the walk: each is shown once under a label of its own."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e import reading
from tests.e2e.reading import Say

Show = Callable[..., None]


def first_cases(page: Page, slug: str, show: Show) -> None:
    """Read two cases, stopping at each of their states."""
    page.goto(f"/sets/{slug}/")
    reading.begin(page)
    tour(page, show)
    first_case(page, show)
    finished = page.url
    reading.next_case(page, "mouse")
    going_on = page.url
    show("read-again", finished)
    page.goto(going_on)
    step_by_step(page, show)


def tour(page: Page, show: Show) -> None:
    """The first-case tour, which lies over a newcomer's first case."""
    dialog = page.locator("dialog#tour")
    expect(dialog).to_be_visible()
    for number in (1, 2, 3):
        show(f"read-tour-{number}")
        page.locator("[data-tour-next]").click()
    expect(dialog).to_be_hidden()


def first_case(page: Page, show: Show) -> None:
    """One case, stopping at everything that can lie or stand on its page."""
    show("read-opened")
    page.get_by_role("button", name="Commit").click()
    show("read-refused")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    expect(page.locator("dialog#help")).to_be_visible()
    show("read-help")
    page.keyboard.press("Escape")
    reading.answer_all(page, Say(True, 3))
    mark_the_middle(page)
    show("read-marked")
    reading.send(page, "Commit", "mouse")
    show("read-ai")
    keep = page.locator("[data-final=keep]")
    if keep.is_visible():
        keep.click()
    reading.answer_all(page, Say(True, 2))
    show("read-final-chosen")
    reading.send(page, "Make it final", "mouse")
    show("read-truth")


def step_by_step(page: Page, show: Show) -> None:
    """The states between, in which the page rests when an app or a lost connection took the step before."""
    read = reading.payload(page)["id"]
    body = {
        "findings": [
            {"finding": one["key"], "present": False, "certainty": 0.75}
            for one in reading.payload(page)["question"]["findings"]
        ]
    }
    assert reading.post(page, f"/api/v1/reads/{read}/commit", body) == 200
    page.reload()
    show("read-committed")
    assert reading.post(page, f"/api/v1/reads/{read}/ai") == 200
    assert reading.post(page, f"/api/v1/reads/{read}/final", body) == 200
    page.reload()
    show("read-finalised")
    page.get_by_role("button", name=re.compile("Show the truth")).click()
    page.wait_for_function("() => document.querySelector('[data-next]') !== null")


def one_case(page: Page, slug: str, label: str, show: Show) -> None:
    """Read one case of another set, whose images hang differently."""
    reading.start_sitting(page, slug)
    show(f"read-{label}-opened")
    reading.answer_all(page, Say(True, 3))
    reading.send(page, "Commit", "mouse")
    show(f"read-{label}-ai")
    reading.answer_all(page, Say(True, 3))
    reading.send(page, "Make it final", "mouse")
    show(f"read-{label}-truth")


def ai_at_a_loss(page: Page, slug: str, show: Show) -> None:
    """Read a sitting to its end in which the AI declines some cases and has no opinion of others."""
    reading.start_sitting(page, slug)
    waiting = {"declined", "unavailable"}
    for _ in range(reading.payload(page)["total"]):
        reading.answer_all(page, Say(False, 2))
        reading.send(page, "Commit", "mouse")
        status = reading.payload(page)["ai"]["status"]
        if status in waiting:
            show(f"read-ai-{status}")
        reading.answer_all(page, Say(False, 2))
        reading.send(page, "Make it final", "mouse")
        if status in waiting:
            show(f"read-truth-{status}")
        waiting.discard(status)
        reading.next_case(page, "mouse")
    show("summary")


def exam(page: Page, slug: str, show: Show) -> None:
    """The page of an exam, its first case, and what it says once everything is committed."""
    show("mode-exam", f"/sets/{slug}/modes/exam/")
    page.locator("main form button, main a.button").first.click()
    page.wait_for_url("**/reads/*/")
    show("exam-opened")
    total = reading.payload(page)["total"]
    for _ in range(total):
        reading.answer_all(page, Say(False, 2))
        before = page.url
        page.get_by_role("button", name=re.compile("^Commit")).click()
        page.wait_for_function("(before) => location.href !== before", arg=before)
    show("exam-handed-in")


def a_round(page: Page, path: str, show: Show) -> None:
    """The page of a round that goes on, with its early end, and of one that was ended."""
    page.goto(f"{path}next")
    reading.answer_all(page, Say(False, 2))
    page.get_by_role("button", name=re.compile("^Commit")).click()
    page.wait_for_url("**/reads/*/")
    page.goto(path)
    page.get_by_text("End this round early").click()
    show("round-so-far")
    page.get_by_role("button", name="End the round").click()
    page.wait_for_url(f"**{path}")
    show("round-ended")


def mark_the_middle(page: Page) -> None:
    """Put a mark on the image where the question asks for a place."""
    mark = page.locator("[data-tool=mark]")
    if not mark.count():
        return
    mark.click()
    box = page.locator("[data-viewer-stage]").first.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * 0.42, box["y"] + box["height"] * 0.5)
