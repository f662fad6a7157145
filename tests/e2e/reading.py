"""A learner at the read page: signs up, answers by mouse, finger or keys, and says what is to be seen."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Literal

from playwright.sync_api import Locator, Page, expect

Hand = Literal["mouse", "finger", "keys", "tab"]
NOT_DIAGNOSIS = "For education, not for diagnosis"
BANDS = ("0.50", "0.60", "0.75", "0.90", "0.99")
PASSWORD = "a long pass phrase 7"
_TAB_LIMIT = 60


@dataclass(frozen=True)
class Say:
    """One answer to a yes-or-no question; `band` counts from 0, guessing, to 4, certain."""

    present: bool
    band: int


def sign_up(page: Page, name: str, *, tour: bool = False) -> None:
    """Make an account through the sign-up page, from the home page on; without `tour` it won't be offered."""
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Sign up").click()
    page.locator("input[name=username]").fill(name)
    page.locator("input[name=password1]").fill(PASSWORD)
    page.locator("input[name=password2]").fill(PASSWORD)
    page.locator("main form button").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    if not tour:
        assert post(page, "/account/tour") == 204


def try_as_guest(page: Page) -> None:
    """Become a guest on the home page, which leads straight to a case, and skip the tour that lies over it."""
    page.goto("/")
    page.get_by_role("button", name="Try a case as guest").click()
    page.wait_for_url("**/reads/*/")
    skip_tour(page)


def skip_tour(page: Page) -> None:
    """Close the first-case tour where the page opens with it, and wait until that is remembered."""
    if page.locator("dialog#tour[data-tour-start]").count():
        with page.expect_response("**/account/tour"):
            page.locator("[data-tour-close]").click()


def post(page: Page, path: str, body: object = None) -> int:
    """Send a request as the page's own script would, with its cookies and CSRF token; return the status."""
    status: int = page.evaluate(
        """([path, body]) => fetch(path, {
            method: "POST",
            headers: {
                "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value,
                "Content-Type": "application/json",
            },
            body: JSON.stringify(body),
        }).then((answer) => answer.status)""",
        [path, body],
    )
    return status


def start_sitting(page: Page, slug: str) -> None:
    """Go to a set's page and start (or resume) a sitting."""
    page.goto(f"/sets/{slug}/")
    begin(page)


def begin(page: Page) -> None:
    """Start (or resume) a sitting on the page of its set."""
    page.locator("main").get_by_text(re.compile("Start a sitting|Resume")).first.click()
    page.wait_for_url("**/reads/*/")


def payload(page: Page) -> dict[str, Any]:
    """Return the read as the page carries it."""
    text = page.locator("#read-data").text_content()
    assert text is not None
    found: dict[str, Any] = json.loads(text)
    return found


def press(target: Locator, hand: Hand) -> None:
    """Click or tap."""
    if hand == "finger":
        target.tap()
    else:
        target.click()


def answer_all(page: Page, say: Say) -> None:
    """Answer the first part of the question as said and every other part with no."""
    for number, finding in enumerate(payload(page)["question"]["findings"]):
        answer(page, finding["key"], Say(say.present and number == 0, say.band), "mouse")


def tab_to(page: Page, selector: str) -> None:
    """Go on by the Tab key until an element that `selector` matches has the focus."""
    for _ in range(_TAB_LIMIT):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} isn't reached by {_TAB_LIMIT} presses of Tab")


def radio(page: Page, name: str, value: str) -> Locator:
    """The visible option around a radio button."""
    return page.locator(f'label.option:has(input[name="{name}"][value="{value}"])')


def answer(page: Page, finding: str, say: Say, hand: Hand) -> None:
    """Answer presence and certainty, and check that the form shows them."""
    value = "yes" if say.present else "no"
    if hand == "keys":
        page.keyboard.press("y" if say.present else "n")
        page.keyboard.press(str(say.band + 1))
    elif hand == "tab":
        # Within a radio group arrow keys move; Tab goes to the group and past it.
        tab_to(page, f'input[name="present-{finding}"]')
        page.keyboard.press("Space")
        if not say.present:
            page.keyboard.press("ArrowRight")
        tab_to(page, f'input[name="certainty-{finding}"]')
        page.keyboard.press("Space")
        for _ in range(say.band):
            page.keyboard.press("ArrowRight")
    else:
        press(radio(page, f"present-{finding}", value), hand)
        press(radio(page, f"certainty-{finding}", BANDS[say.band]), hand)
    expect(page.locator(f'input[name="present-{finding}"][value="{value}"]')).to_be_checked()
    expect(page.locator(f'input[name="certainty-{finding}"][value="{BANDS[say.band]}"]')).to_be_checked()


def send(page: Page, label: str, hand: Hand) -> None:
    """Send the form of this step (Commit, Make it final) and wait for the page that it leads to."""
    state = payload(page)["state"]
    button = page.get_by_role("button", name=re.compile(f"^{label}"))
    expect(button).to_be_visible()
    with page.expect_navigation():
        if hand in ("keys", "tab"):
            page.keyboard.press("Enter")
        else:
            press(button, hand)
    assert payload(page)["state"] != state


def decide(page: Page, finding: str, first: Say, *, keep: bool, band: int, hand: Hand) -> None:
    """Keep or change the answer after the AI; nothing stands there before, certainty is chosen afresh."""
    assert page.locator("form[data-opinion] input[type=radio]:checked").count() == 0
    which = "keep" if keep else "change"
    if hand in ("keys", "tab"):
        page.keyboard.press("k" if keep else "c")
    else:
        press(page.locator(f"[data-final={which}]"), hand)
    value = "yes" if first.present == keep else "no"
    expect(page.locator(f'input[name="present-{finding}"][value="{value}"]')).to_be_checked()
    assert page.locator(f'input[name="certainty-{finding}"]:checked').count() == 0
    if hand in ("keys", "tab"):
        page.keyboard.press(str(band + 1))
    else:
        press(radio(page, f"certainty-{finding}", BANDS[band]), hand)
    expect(page.locator(f'input[name="certainty-{finding}"][value="{BANDS[band]}"]')).to_be_checked()


def next_case(page: Page, hand: Hand) -> None:
    """Go on from the truth to the next case, or after the last one to the summary."""
    link = page.locator("[data-next]")
    expect(link).to_be_visible()
    with page.expect_navigation():
        if hand == "keys":
            page.keyboard.press("n")
        elif hand == "tab":
            tab_to(page, "[data-next]")
            page.keyboard.press("Enter")
        else:
            press(link, hand)


def film(page: Page) -> Locator:
    """The picture itself in the (first) viewport, whichever way it is drawn."""
    ready = '[data-viewer-cell][data-status="ready"] .viewer-picture'
    return page.locator(f"{ready}:is(canvas), {ready} img").first


def heatmap(page: Page) -> Locator:
    """The heatmap layer in the viewer."""
    return page.locator('[data-viewer-plane] img[src*="/files/heatmaps/"]').first


def expect_loaded(picture: Locator) -> None:
    """Fail unless the picture is in sight and its pixels have really come."""
    expect(picture).to_be_visible()
    loaded = """async (picture) => {
        if (picture instanceof HTMLCanvasElement) return [picture.width, picture.height];
        await picture.decode();
        return [picture.naturalWidth, picture.naturalHeight];
    }"""
    width, height = picture.evaluate(loaded)
    assert (width, height) == (
        int(picture.get_attribute("width") or 0),
        int(picture.get_attribute("height") or 0),
    )
    assert width > 0
