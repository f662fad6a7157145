"""Pictures of every page and every step of a read, for review and for the README.

`python -m tests.e2e.screenshots OUT [PACK]` starts a site of its own and walks through the demo set, or
through the practice films of PACK, at phone, laptop and desk size and on the laptop in the dark.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import django
from playwright.sync_api import Page

SIZES: dict[str, dict[str, Any]] = {
    "390": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "1280": {"viewport": {"width": 1280, "height": 800}},
    "1280-dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "1920": {"viewport": {"width": 1920, "height": 1080}},
}


def main(out: Path, pack: Path | None) -> None:
    """Take every picture into the folder `out`."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    # The pack of the demo set may be made by code that needs Django set up.
    from tests.e2e import browser, content, tour
    from tests.e2e.site import Site, running_site

    out.mkdir(parents=True, exist_ok=True)

    def load(site: Site) -> None:
        content.load_demo(site, Path(tempfile.mkdtemp(prefix="secondread-packs-")))
        if pack:
            content.load_films(site, pack)

    with running_site(content=load) as site, browser.running_chromium() as chromium:
        slug = content.set_slug(site, pack.name) if pack else None
        for size, options in SIZES.items():
            context = browser.new_context(chromium, site.address, **options)

            def shoot(label: str, page: Page, size: str = size) -> None:
                whole = not label.startswith("read-")
                page.screenshot(path=out / f"{label}-{size}.png", full_page=whole)

            tour.walk(site, context.new_page(), name=f"visitor-{size}", visit=shoot, slug=slug)
            context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
