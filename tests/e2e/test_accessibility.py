"""No page breaks a rule of WCAG 2.2 A or AA that axe-core can test, light or dark, on laptop or phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from scripts.launcher.places import ROOT
from tests.e2e import browser, tour
from tests.e2e.browser import Watch
from tests.e2e.site import Site

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_RUN = "(tags) => axe.run(document, {runOnly: tags, resultTypes: ['violations']})"
# The states that the walk may never lose, whatever becomes of its way there.
STATES = {
    "read-tour-1",
    "read-opened",
    "read-marked",
    "read-refused",
    "read-help",
    "read-committed",
    "read-ai",
    "read-ai-declined",
    "read-ai-unavailable",
    "read-final-chosen",
    "read-finalised",
    "read-truth",
    "read-again",
    "exam-opened",
}
WINDOWS: dict[str, dict[str, Any]] = {
    "laptop": {},
    "phone": {"viewport": browser.PHONE, "has_touch": True, "is_mobile": True},
}


@pytest.mark.parametrize("window", WINDOWS)
def test_no_page_breaks_a_wcag_rule(
    site: Site, open_context: Callable[..., BrowserContext], window: str
) -> None:
    context = open_context(**WINDOWS[window])
    # Given to each new document from outside: the site's CSP lets no page load it.
    context.add_init_script(path=AXE)
    watch = Watch(context)
    found: list[str] = []
    looked: list[str] = []

    def check(name: str, page: Page) -> None:
        # The reading room has one appearance, whatever the device prefers.
        schemes: tuple[browser.Scheme, ...] = ("light", "dark")
        for scheme in schemes[1:] if page.locator("html.reading-room").count() else schemes:
            browser.in_scheme(page, scheme)
            for violation in page.evaluate(_RUN, TAGS)["violations"]:
                nodes = "; ".join(
                    f"{one['target']} {one['failureSummary']}" for one in violation["nodes"][:4]
                )
                what = f"{violation['id']} ({violation['impact']}): {violation['help']}"
                found.append(f"{name}, {scheme}: {what}: {nodes}")
        looked.append(name)

    tour.walk(site, context.new_page(), name=f"tourist-{window}", visit=check)
    assert not found, "\n".join(found)
    assert set(looked) >= STATES, STATES - set(looked)
    # What the walk goes wrong with on purpose: a page that isn't there, and forms that are refused.
    troubles = [trouble for trouble in watch.troubles if not any(code in trouble for code in ("404", "422"))]
    assert not troubles, "\n".join(troubles)
