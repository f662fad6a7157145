"""A walk through every page and every step of a read, for whoever looks at each: axe-core or a camera."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.e2e import content, reading
from tests.e2e.browser import settled
from tests.e2e.reading import Say
from tests.e2e.site import Site

Visit = Callable[[str, Page], None]


def walk(site: Site, page: Page, *, name: str, visit: Visit, slug: str | None = None) -> None:
    """Visit every page as a newcomer named `name`, who reads one sitting of the set `slug` to its end."""
    slug = slug or content.localising_set(site)

    def show(label: str, path: str | None = None) -> None:
        if path is not None:
            page.goto(path)
        settled(page)
        visit(label, page)

    show("home-anonymous", "/")
    show("set-anonymous", f"/sets/{slug}/")
    show("login", "/accounts/login/")
    show("signup", "/accounts/signup/")
    show("privacy", "/privacy/")
    show("not-found", "/nowhere/")
    reading.sign_up(page, name)
    show("home")
    show("progress-empty", "/progress/")
    show("account", "/account/")
    show("set", f"/sets/{slug}/")
    read_sitting(page, slug, show)
    show("progress", "/progress/")
    show("home-with-progress", "/")
    for row in site.rows("SELECT DISTINCT model_key FROM quiz_caseset WHERE slug = ?", slug):
        show("model-card", f"/models/{row['model_key']}/")


def read_sitting(page: Page, slug: str, show: Callable[[str], None]) -> None:
    """Read a sitting to its end, stopping at each step of the first case and at the summary."""
    reading.start_sitting(page, slug)
    total = reading.payload(page)["total"]
    finding = reading.payload(page)["question"]["findings"][0]["key"]
    for number in range(total):
        stop = show if number == 0 else _pass_by
        stop("read-opened")
        if number == 0:
            refused(page, show)
            page.keyboard.press("?")
            show("read-help")
            page.keyboard.press("Escape")
        reading.answer(page, finding, Say(True, 3), "keys")
        if number == 0:
            _mark_the_middle(page)
            show("read-answered")
        reading.send(page, "Commit", "mouse")
        stop("read-ai")
        reading.answer(page, finding, Say(number % 2 == 0, 2), "keys")
        reading.send(page, "Make it final", "mouse")
        stop("read-truth")
        reading.next_case(page, "mouse")
    show("summary")


def refused(page: Page, show: Callable[[str], None]) -> None:
    """Try to commit nothing, which the page refuses with a sentence."""
    page.get_by_role("button", name="Commit").click()
    show("read-refused")
    page.evaluate("document.activeElement.blur()")


def _mark_the_middle(page: Page) -> None:
    mark = page.locator("[data-tool=mark]")
    if not mark.count():
        return
    mark.click()
    box = page.locator("[data-viewer-stage]").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * 0.42, box["y"] + box["height"] * 0.5)


def _pass_by(label: str) -> None:
    """Nothing to look at here."""
