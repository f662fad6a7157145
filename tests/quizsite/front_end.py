"""The built front end, as the tests of its size and of what it gives away look at it."""

from __future__ import annotations

import gzip
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scripts.launcher.places import ROOT

DIST = ROOT / "frontend" / "dist"
SITE = "src/entrypoints/site.ts"


@cache
def manifest() -> dict[str, dict[str, Any]]:
    """Return Vite's manifest; skips the test where nothing is built, and fails it where CI is set."""
    path = DIST / "manifest.json"
    if not path.is_file():
        if os.environ.get("CI"):
            pytest.fail("CI needs the built front end (./run builds it, or npm run build in frontend/).")
        pytest.skip("The front end isn't built (./run builds it).")
    found: dict[str, dict[str, Any]] = json.loads(path.read_text())
    return found


def entries() -> set[str]:
    """Return the names of the entry points that a page can name."""
    return {name for name, chunk in manifest().items() if chunk.get("isEntry")}


def scripts_of(*names: str) -> set[Path]:
    """Return the script files that entry points load, at once or later, each with all that it needs in turn."""
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        chunk = manifest()[name]
        waiting += [*chunk.get("imports", []), *chunk.get("dynamicImports", [])]
    files = {DIST / manifest()[name]["file"] for name in seen}
    return {file for file in files if file.suffix in {".js", ".mjs"}}


def gzipped_bytes(files: set[Path]) -> int:
    """Return what the files weigh on the wire, each compressed by itself as the site serves it."""
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)
