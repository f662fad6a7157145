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
WINDOWS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
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

    def check(name: str, page: Page) -> None:
        for violation in page.evaluate(_RUN, TAGS)["violations"]:
            nodes = "; ".join(f"{node['target']} {node['failureSummary']}" for node in violation["nodes"][:4])
            found.append(f"{name}: {violation['id']} ({violation['impact']}): {violation['help']}: {nodes}")

    tour.walk(site, context.new_page(), name=f"tourist-{window}", visit=check)
    assert not found, "\n".join(found)
    troubles = [trouble for trouble in watch.troubles if "/nowhere/" not in trouble and "404" not in trouble]
    assert not troubles, "\n".join(troubles)
