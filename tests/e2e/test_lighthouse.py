"""Lighthouse finds the pages between cases accessible and well made.

Every page, and how fast each is, is the command's (`python -m tests.e2e.lighthouse OUT`); axe looks at every state.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from tests.e2e import browser, lighthouse, tour
from tests.e2e.site import Site

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]


def test_pages_between_cases_are_accessible_and_well_made(
    site: Site, open_context: Callable[..., BrowserContext]
) -> None:
    try:
        lighthouse.install()
    except lighthouse.NotInstalled as reason:
        if os.environ.get("CI"):
            pytest.fail(str(reason))
        pytest.skip(str(reason))
    places = tour.places(site, open_context().new_page(), name="graded")
    with lighthouse.grader(browser.chromium_path(), browser.FLAGS) as grade:
        quick = [place for place in places if place.label in lighthouse.QUICK]
        rows = [grade(place, ("accessibility", "best-practices")) for place in quick]
    assert len(rows) == len(lighthouse.QUICK)
    assert [line for row in rows for line in row.too_low()] == []
