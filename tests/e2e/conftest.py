"""Fixtures of the browser tests: one site and one Chromium for the whole session."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from scripts.launcher.places import ROOT
from tests.e2e import browser as browsers
from tests.e2e import content
from tests.e2e.browser import Watch
from tests.e2e.site import Site, running_site


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with browsers.running_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def real_pack() -> Path:
    """The pack of real films; skips where it is absent, fails where CI is set (as `shared_packs` does)."""
    folder = Path(os.environ.get("SECONDREAD_SHARED_PACKS") or ROOT.parent / "shared" / "packs")
    pack = folder / content.FILMS
    if not (pack / "pack.toml").is_file():
        if os.environ.get("CI"):
            pytest.fail(f"CI needs the shared packs at {folder}.")
        pytest.skip(f"The shared packs aren't at {folder} (set SECONDREAD_SHARED_PACKS).")
    return pack


@pytest.fixture(scope="session")
def site(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running site with a demo set whose AI opinions are done. It asks for Chromium first: no use without."""
    folder = tmp_path_factory.mktemp("packs")
    with running_site(content=lambda site: content.load_demo(site, folder)) as site:
        yield site


@pytest.fixture(scope="session")
def films(site: Site, real_pack: Path) -> Site:
    """The site with the practice films of the real pack, every AI opinion done by the worker."""
    content.load_films(site, real_pack)
    return site


@pytest.fixture
def open_context(chromium: Browser, site: Site) -> Iterator[Callable[..., BrowserContext]]:
    """Opens browser profiles that are closed after the test."""
    opened: list[BrowserContext] = []

    def open_one(**options: object) -> BrowserContext:
        opened.append(browsers.new_context(chromium, site.address, **options))
        return opened[-1]

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture
def laptop(open_context: Callable[..., BrowserContext]) -> Iterator[tuple[Page, Watch]]:
    """A page at laptop size and the watch over it, which must have seen nothing wrong by the end."""
    context = open_context()
    watch = Watch(context)
    yield context.new_page(), watch
    watch.assert_clean()


@pytest.fixture
def phone(open_context: Callable[..., BrowserContext]) -> Iterator[tuple[Page, Watch]]:
    """The same on a phone with a touch screen."""
    context = open_context(viewport=browsers.PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)
    watch = Watch(context)
    yield context.new_page(), watch
    watch.assert_clean()
