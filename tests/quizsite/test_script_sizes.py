"""Pages that show no image stay light: their script is small, and the viewer's isn't among it."""

from __future__ import annotations

import re

import pytest

from scripts.launcher.places import ROOT
from tests.quizsite import front_end

PAGE_LIMIT = 150_000
READ_LIMIT = 1_400_000
# The one entry point with a viewport.
VIEWER = {"src/entrypoints/read.ts"}
ASSET = re.compile(r"""\{%\s*vite_asset\s+['"]([^'"]+)['"]""")


def named_by_templates() -> set[str]:
    """Return every entry point that some template loads."""
    templates = (ROOT / "templates").rglob("*.html")
    return {name for template in templates for name in ASSET.findall(template.read_text())}


def test_every_entry_point_is_built_and_used() -> None:
    assert named_by_templates() == front_end.entries()


def test_pages_without_a_viewer_load_little_script() -> None:
    sizes = {
        entry: front_end.gzipped_bytes(front_end.scripts_of(front_end.SITE, entry))
        for entry in front_end.entries() - VIEWER
    }
    assert front_end.SITE in sizes
    heavy = {entry: size for entry, size in sizes.items() if size >= PAGE_LIMIT}
    assert heavy == {}, f"more than {PAGE_LIMIT} bytes of script, gzipped"


def test_the_read_page_stays_within_its_own_limit() -> None:
    read = front_end.scripts_of(front_end.SITE, *VIEWER)
    assert any("cornerstone" in file.name for file in read)
    assert front_end.gzipped_bytes(read) < READ_LIMIT


@pytest.mark.parametrize("word", ["cornerstone", "dicomParser"])
def test_the_pixels_library_stays_on_the_read_page(word: str) -> None:
    light = front_end.scripts_of(*(front_end.entries() - VIEWER))
    assert [file.name for file in light if word in file.read_text()] == []
