"""How fast the viewer is, in one run: `python -m tests.e2e.benchmark_viewer [--repeats N]` prints JSON.

It starts a site of its own with a set of films of 1024 × 1024 pixels and a head CT, and measures in Chromium with
software WebGL: from navigation to an adjustable image, cold and after the image was fetched early, beside a bare
<img> of the same film; until Cornerstone has taken over from the first picture, and the longest that the page
couldn't answer meanwhile; and from one slice of a loaded stack to the next. Times are medians, in milliseconds.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
import numpy as np
from playwright.sync_api import Browser, Page

if TYPE_CHECKING:
    from tests.e2e.site import Site

FILMS, SIDE, KEY = 24, 1024, "plain-films"
# Until a change of the greys is on the screen: as soon as the image is there it is inverted, and its pixels looked at.
_READY = """() => new Promise((resolve) => {
  const greys = () => {
    const canvas = document.querySelector('[data-viewer-cell] canvas.viewer-picture');
    return canvas.getContext('2d').getImageData(0, 0, 32, 32).data.reduce((sum, one) => sum + one, 0); };
  const changed = (before) => greys() === before ? requestAnimationFrame(() => changed(before))
    : resolve(performance.now());
  const look = () => {
    const cell = document.querySelector('[data-viewer-cell][data-status="ready"]');
    if (!cell) return requestAnimationFrame(look);
    const before = greys();
    cell.querySelector('[data-viewer-stage]').dispatchEvent(
      new KeyboardEvent('keydown', {key: 'i', bubbles: true, cancelable: true}));
    changed(before); };
  look(); })"""
# Until the picture that stays has taken over from the first, and the longest that the page couldn't answer meanwhile.
_TAKEN_OVER = """() => new Promise((resolve) => {
  let longest = 0;
  new PerformanceObserver((list) => { for (const one of list.getEntries()) longest = Math.max(longest, one.duration); })
    .observe({type: 'longtask', buffered: true});
  const look = () => document.querySelector('[data-viewer-plane]:is([data-picture="gpu"], [data-picture="cpu"])')
    ? setTimeout(() => resolve([performance.now(), longest]), 200) : setTimeout(look, 20);
  look(); })"""
_BARE = """(address) => new Promise((resolve, reject) => {
  const from = performance.now(); const image = new Image();
  image.onload = () => image.decode().then(() => resolve(performance.now() - from), reject);
  image.onerror = reject; image.src = address; document.body.replaceChildren(image); })"""
_SLICE = """() => new Promise((resolve) => {
  const canvas = document.querySelector('canvas.viewer-picture'); const context = canvas.getContext('2d');
  const drawn = context.drawImage.bind(context); const from = performance.now();
  context.drawImage = (...all) => { drawn(...all); context.drawImage = drawn; resolve(performance.now() - from); };
  const stage = document.querySelector('[data-viewer-stage]');
  stage.dispatchEvent(new WheelEvent('wheel', {deltaY: 100, bubbles: true, cancelable: true})); })"""


def main(repeats: int) -> dict[str, Any]:
    """Measure everything and return it."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from tests.e2e import browser
    from tests.e2e.site import demo_packs, running_site

    stack = next(path for path in demo_packs() if path.name == "demo-head-ct")
    folder = Path(tempfile.mkdtemp(prefix="secondread-films-"))
    films = _films(folder)
    with (
        running_site(content=lambda site: _load(site, (films, stack))) as site,
        browser.running_chromium() as chromium,
    ):
        cold = [_cold(chromium, site.address, number) for number in range(repeats)]
        prefetched = _prefetched(chromium, site.address, repeats)
        slices = _slices(chromium, site.address)
    bare = statistics.median(one["bare"] for one in cold)
    ready_cold = statistics.median(one["ready"] for one in cold)
    ready_early = statistics.median(prefetched)
    return {
        "schema": 1,
        "side_px": SIDE,
        "repeats": repeats,
        "bare_img_ms": round(bare, 1),
        "cold_ms": round(ready_cold, 1),
        "cold_over_bare_ms": round(ready_cold - bare, 1),
        "taken_over_ms": round(statistics.median(one["whole"] for one in cold), 1),
        "longest_task_ms": round(statistics.median(one["longest"] for one in cold), 1),
        "prefetched_ms": round(ready_early, 1),
        "prefetched_over_bare_ms": round(ready_early - bare, 1),
        "slice_change_ms": round(statistics.median(slices), 1),
        "slice_changes": len(slices),
    }


def _films(folder: Path) -> Path:
    from radiology.imaging import Frame
    from radiology.packs import WriteSeries
    from tests.quiz import builders

    noise = np.random.default_rng(0)
    cases = [
        builders.case(
            number,
            present=number % 2 == 0,
            series=[WriteSeries([Frame(noise.integers(0, 256, (SIDE, SIDE), dtype=np.uint8), bits=8)])],
            regions=[],
        )
        for number in range(FILMS)
    ]
    return builders.write_pack(folder, cases, key=KEY, title="Plain films", ai_model="")


def _load(site: Site, packs: Sequence[Path]) -> None:
    from tests.e2e.site import import_pack

    for pack in packs:
        import_pack(site, pack)
    # Without an AI there is nothing to meet: commit, then the truth.
    site.manage("shell", "-c", "from quiz.models import CaseSet; CaseSet.objects.update(flow='unaided')")


def _context(chromium: Browser, address: str, name: str) -> Page:
    from tests.e2e import browser, reading

    page = browser.new_context(chromium, address).new_page()
    reading.sign_up(page, name)
    return page


def _cold(chromium: Browser, address: str, number: int) -> dict[str, float]:
    """A first visit with an empty cache, then the same film in a bare <img>, its cache empty too."""
    from tests.e2e import reading

    page = _context(chromium, address, f"cold-{number}")
    reading.start_sitting(page, KEY)
    where, film = page.url, reading.payload(page)["images"][0]["url"]
    client = page.context.new_cdp_session(page)
    page.goto("/privacy/")
    client.send("Network.clearBrowserCache")
    page.goto(where)
    ready = page.evaluate(_READY)
    whole, longest = page.evaluate(_TAKEN_OVER)
    page.goto("/privacy/")
    client.send("Network.clearBrowserCache")
    bare = page.evaluate(_BARE, film)
    page.context.close()
    return {"ready": ready, "bare": bare, "whole": whole, "longest": longest}


def _prefetched(chromium: Browser, address: str, repeats: int) -> list[float]:
    """From case to case: the next one's image was fetched while the one before was looked at."""
    from tests.e2e import reading
    from tests.e2e.browser import settled

    page = _context(chromium, address, "early")
    reading.start_sitting(page, KEY)
    found = []
    for _ in range(repeats):
        settled(page)
        page.evaluate(_READY)
        page.wait_for_timeout(2500)
        reading.answer(page, "pneumonia", reading.Say(True, 2), "keys")
        reading.send(page, "Commit", "mouse")
        settled(page)
        with page.expect_navigation():
            page.locator("[data-next]").click()
        found.append(float(page.evaluate(_READY)))
    page.context.close()
    return found


def _slices(chromium: Browser, address: str) -> list[float]:
    """Through a loaded stack, slice by slice."""
    from tests.e2e import reading
    from tests.e2e.browser import settled

    page = _context(chromium, address, "stack")
    reading.start_sitting(page, "demo-head-ct")
    settled(page)
    # The picture that stays, not the one that stands in for it while it starts.
    page.wait_for_selector('[data-viewer-plane]:is([data-picture="gpu"], [data-picture="cpu"])')
    count = len(reading.payload(page)["images"])
    for _ in range(count - 1):
        page.evaluate(_SLICE)
    page.wait_for_timeout(500)
    for _ in range(count - 1):
        page.keyboard.press("[")
        page.wait_for_timeout(60)
    found = [float(page.evaluate(_SLICE)) for _ in range(count - 1)]
    page.context.close()
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=7)
    print(json.dumps(main(parser.parse_args(sys.argv[1:]).repeats), indent=1))
