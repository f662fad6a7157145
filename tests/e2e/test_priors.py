"""A prior beside the current film: named, hung on its right, one at a time on a phone; marks are for the current."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from scipy import ndimage

from radiology.imaging import Frame
from radiology.packs import WriteSeries
from tests.e2e import reading
from tests.e2e.browser import Watch, settled
from tests.e2e.site import Site, import_pack
from tests.quiz import builders

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
KEY = "followed-films"


def film(seed: int) -> Frame:
    clouds = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=(240, 200)), 6)
    return Frame(np.clip(128 + 900 * clouds, 0, 255).astype(np.uint8), bits=8)


@pytest.fixture(scope="module")
def followed(site: Site, tmp_path_factory: pytest.TempPathFactory) -> None:
    cases = [
        builders.case(
            number,
            present=False,
            series=[
                WriteSeries([film(number)], view="PA"),
                WriteSeries([film(number + 50)], view="PA", months_before=14),
            ],
        )
        for number in range(2)
    ]
    pack = builders.write_pack(tmp_path_factory.mktemp("priors"), cases, key=KEY, ai_model="")
    import_pack(site, pack)


def opened(page: Page, name: str) -> list[str]:
    """Open a case; returns the captions of the viewports in sight, left to right."""
    reading.sign_up(page, name)
    reading.start_sitting(page, KEY)
    settled(page)
    return captions(page)


def captions(page: Page) -> list[str]:
    cells = page.locator("[data-viewer-cell]:visible")
    return [words.strip() for words in cells.locator("[data-viewer-caption]").all_text_contents()]


def test_the_prior_hangs_on_the_right_and_takes_no_marks(followed: None, laptop: tuple[Page, Watch]) -> None:
    page = laptop[0]
    assert opened(page, "prior-laptop") == ["Current · PA", "Prior, 14 months earlier · PA"]
    stages = page.locator("[data-viewer-stage]:visible")
    assert "Prior, 14 months earlier" in (stages.nth(1).get_attribute("aria-label") or "")
    reading.answer(page, "pneumonia", reading.Say(True, 2), "mouse")
    stages.nth(1).click(position={"x": 150, "y": 150})
    page.keyboard.press("x")
    said = page.locator("[data-viewer-announce]")
    expect(said).to_have_text("This is the prior, there to compare with. Mark the current film.")
    stages.nth(1).click(position={"x": 150, "y": 150})
    assert page.locator("[data-viewer-overlay] [data-mark]").count() == 0
    stages.nth(0).click(position={"x": 150, "y": 150})
    expect(said).to_contain_text("1")


def test_a_phone_begins_with_the_current_film_and_switches(followed: None, phone: tuple[Page, Watch]) -> None:
    page = phone[0]
    assert opened(page, "prior-phone") == ["Current · PA"]
    page.locator(".viewer-thumb").nth(1).tap()
    assert captions(page) == ["Prior, 14 months earlier · PA"]
