"""The built scripts go out with the licences of the packages in them, as those licences ask."""

from __future__ import annotations

import json
import re

import pytest

from scripts.launcher.places import ROOT
from tests.quizsite import front_end

# A package's heading: its name, version and licence.
HEADING = re.compile(r"^(\S+) (\d\S*) \(([^)]+\)?)\)$", re.MULTILINE)


def licences() -> str:
    """Return what the build wrote; skips or fails as the manifest does where nothing is built."""
    assert front_end.manifest()
    return (front_end.DIST / "licences.txt").read_text()


def test_every_package_is_in_the_lock_with_that_version_and_licence() -> None:
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text())["packages"]
    known = {(path.rpartition("node_modules/")[2], one.get("version")): one for path, one in lock.items()}
    named = HEADING.findall(licences())
    assert len(named) > 20
    assert [one for one in named if one[:2] not in known] == []
    assert {known[name, version].get("license", licence) == licence for name, version, licence in named} == {
        True
    }


@pytest.mark.parametrize(
    ("package", "words"),
    [
        ("@cornerstonejs/core", "Permission is hereby granted"),
        ("@kitware/vtk.js", "Redistributions in binary form must reproduce"),
        ("comlink", "Apache License"),
        ("seedrandom", "David Bau"),
    ],
)
def test_a_package_brings_its_own_text(package: str, words: str) -> None:
    text = licences()
    part = text[text.index(f"\n{package} ") :].split("-" * 80)[0]
    assert words in part


def test_the_text_gives_nothing_of_this_machine_away() -> None:
    assert str(ROOT) not in licences()
    assert "node_modules" not in licences()
