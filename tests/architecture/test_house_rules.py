"""Rules of style that a linter doesn't know: sizes, names, where writing happens, nothing left to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.sources import (
    ROOT,
    calls_of,
    imports_of,
    python_files,
    short,
    typescript_files,
)

LONGEST = 400
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc"}
# Places that parse and render; services write.
NOT_WRITING = ("quiz/web", "quiz/api", "quiz/admin", "quiz/management", "inference/management")
WRITES = {
    "save",
    "create",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "delete",
}
# Django's admin saves what its own forms changed; `super().save_model` is the way to say so.
LEFT_TO_DO = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def all_sources() -> list[Path]:
    return [*python_files(tests=True), *typescript_files()]


def test_there_are_sources_to_look_at() -> None:
    assert len(python_files()) > 100
    assert len(typescript_files()) > 20


def test_no_file_is_too_long() -> None:
    lengths = {short(path): len(path.read_text().splitlines()) for path in all_sources()}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_modules_say_what_they_hold() -> None:
    named = [
        short(path) for path in all_sources() if set(path.relative_to(ROOT).with_suffix("").parts) & VAGUE
    ]
    assert named == []


def test_modules_begin_with_what_belongs_there() -> None:
    starts = {short(path): path.read_text().lstrip() for path in python_files()}
    assert [name for name, text in starts.items() if text and not text.startswith(('"""', "#!"))] == []


@pytest.mark.parametrize("folder", NOT_WRITING)
def test_only_services_write(folder: str) -> None:
    found = [
        f"{short(path)}:{line} .{name}()"
        for path in python_files()
        if short(path).startswith(folder)
        for line, name in calls_of(path)
        if name in WRITES
    ]
    assert found == []


def test_no_signals_between_our_own_apps() -> None:
    found = [
        f"{short(path)}: {name}"
        for path in python_files()
        for name in imports_of(path)
        if name.startswith(("django.db.models.signals", "django.dispatch"))
    ]
    assert found == []


def test_nothing_is_left_to_do() -> None:
    sources = [*all_sources(), *(ROOT / "templates").rglob("*.html")]
    mine = Path(__file__)
    found = [short(path) for path in sources if path != mine and LEFT_TO_DO.search(path.read_text())]
    assert found == []


def test_templates_hold_no_comments_for_everybody() -> None:
    pages = (ROOT / "templates").rglob("*.html")
    assert [short(path) for path in pages if "<!--" in path.read_text()] == []


def test_templates_never_mark_content_as_safe() -> None:
    # A form field's help text is HTML by Django's own convention; allauth's field template shows it.
    pages = [path for path in (ROOT / "templates").rglob("*.html") if "allauth" not in path.parts]
    unsafe = re.compile(r"\|\s*safe\b|autoescape\s+off")
    assert [short(path) for path in pages if unsafe.search(path.read_text())] == []
