"""Where a model's report card lies on this site, and what may be read of it; nothing here imports torch."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

SCHEMA = "second-read/report/1"
FILE_NAME = "report.json"
PAGE_NAME = "index.html"
_PICTURE = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}\.jpg")
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


def find_report(key: str, sha256: str, folders: Sequence[Path]) -> tuple[dict[str, Any], Path] | None:
    """The report of a model's weights and its folder, from the first of `folders` that has one.

    A file that isn't a report of this model and just these weights is passed over.
    """
    if not _KEY.fullmatch(key):
        return None
    for folder in folders:
        found = _read(folder / key / FILE_NAME)
        if found is not None and (found.get("model"), found.get("model_sha256")) == (key, sha256):
            return found, folder / key
    return None


def read_picture(report: Mapping[str, Any], folder: Path, name: str) -> bytes | None:
    """The JPEG of one of a report's pictures; None for any other name, and for a file that is missing."""
    if not _PICTURE.fullmatch(name) or all(one.get("picture") != name for one in report["worst"]):
        return None
    try:
        return (folder / name).read_bytes()
    except OSError:
        return None


def write_report(folder: Path, report: Mapping[str, Any], pictures: Mapping[str, bytes], page: str) -> int:
    """Write a report in place of an older one in `folder`; returns the bytes written."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.jpg"):
        if _PICTURE.fullmatch(old.name) and old.name not in pictures:
            old.unlink()
    contents = dict(pictures) | {
        FILE_NAME: (json.dumps(report, ensure_ascii=False, separators=(",", ":")) + "\n").encode(),
        PAGE_NAME: page.encode(),
    }
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    return sum(map(len, contents.values()))


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and found.get("schema") == SCHEMA else None
