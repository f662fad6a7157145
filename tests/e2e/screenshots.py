"""Pictures of every page and every state of a read, for review and for the README, by one command.

`python -m tests.e2e.screenshots OUT [--pack PACK] [--sizes 360,390,1280,1920] [--readme]` starts a site of its own and
walks through the demo sets at phone, laptop and desk size, beginning with the practice films of PACK where that is
given; on the laptop each page that isn't always dark is taken in the dark as well. `--readme` renews the pictures
in `docs/images`.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from typing import Any

import django
from PIL import Image
from playwright.sync_api import Page

from scripts.launcher.places import ROOT
from tests.e2e import browser

SIZES: dict[str, dict[str, Any]] = {
    "360": {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True},
    "390": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "1280": {"viewport": {"width": 1280, "height": 800}},
    "1920": {"viewport": {"width": 1920, "height": 1080}},
}
USUAL = "390,1280,1920"
IN_THE_DARK = "1280"
# What the README and the guides show, by the picture's name among all of them.
README = {
    "read-ai-1280": "reveal",
    "read-views-opened-1280": "four-views",
    "home-with-progress-1280": "home",
    "read-marked-390": "phone",
}
README_FOLDER = ROOT / "docs" / "images"
README_LIMIT = 300_000
COLOURS = (256, 128, 64, 32)


def main(out: Path, *, pack: Path | None, sizes: list[str], readme: bool) -> None:
    """Take every picture into the folder `out`."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    # The pack of the demo set may be made by code that needs Django set up.
    from tests.e2e import content, tour
    from tests.e2e.site import Site, running_site

    out.mkdir(parents=True, exist_ok=True)

    def load(site: Site) -> None:
        content.load_demo(site, Path(tempfile.mkdtemp(prefix="secondread-packs-")))
        if pack:
            content.load_films(site, pack)

    with running_site(content=load) as site, browser.running_chromium() as chromium:
        slug = content.set_slug(site, pack.name) if pack else None
        for size in sizes:
            context = browser.new_context(chromium, site.address, **SIZES[size])

            def visit(label: str, page: Page, size: str = size) -> None:
                shoot(page, out, label, size)

            tour.walk(site, context.new_page(), name=f"visitor-{size}", visit=visit, slug=slug)
            context.close()
    if readme:
        renew_readme(out)


def shoot(page: Page, out: Path, label: str, size: str) -> None:
    """Take one state: a read as it fits the window, another page whole."""
    reading = bool(page.locator("html.reading-room").count())
    browser.in_scheme(page, "light")
    page.screenshot(path=out / f"{label}-{size}.png", full_page=not reading)
    if size == IN_THE_DARK and not reading:
        browser.in_scheme(page, "dark")
        page.screenshot(path=out / f"{label}-{size}-dark.png", full_page=True)
        browser.in_scheme(page, "light")


def renew_readme(out: Path) -> None:
    """Put the pictures that the README shows into `docs/images`, each in as many colours as fit its limit."""
    README_FOLDER.mkdir(parents=True, exist_ok=True)
    for name, target in README.items():
        path = README_FOLDER / f"{target}.png"
        with Image.open(out / f"{name}.png") as picture:
            for colours in COLOURS:
                few = picture.convert("RGB").quantize(colours, method=Image.Quantize.MEDIANCUT)
                few.save(path, optimize=True)
                if path.stat().st_size < README_LIMIT:
                    break
            else:
                raise SystemExit(f"{path} is larger than {README_LIMIT} bytes in {COLOURS[-1]} colours.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.screenshots", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pack", type=Path)
    parser.add_argument("--sizes", default=USUAL, help=f"of {', '.join(SIZES)} (default: %(default)s)")
    parser.add_argument("--readme", action="store_true")
    flags = parser.parse_args()
    asked = flags.sizes.split(",")
    if not set(asked) <= set(SIZES):
        parser.error(f"There are pictures of {', '.join(SIZES)} pixels.")
    main(flags.out, pack=flags.pack, sizes=asked, readme=flags.readme)
