"""Which Python the two commands take, and the sentence where there is none that fits."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scripts.launcher.places import ROOT


def find_python(folder: Path, **versions: str) -> subprocess.CompletedProcess[str]:
    """Run find_python with nothing on the PATH but made-up Pythons of the given versions."""
    for name, version in versions.items():
        program = folder / name.replace("_", ".")
        program.write_text(f"#!/bin/sh\nprintf '{version}'\n")
        program.chmod(0o755)
    script = f'. {ROOT}/scripts/find_python.sh; find_python; printf "%s" "$python"'
    return subprocess.run(
        ["/bin/sh", "-c", script], env={"PATH": str(folder)}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_supported_python_is_taken(tmp_path: Path, version: str) -> None:
    answer = find_python(tmp_path, python3=version)
    assert (answer.returncode, answer.stdout) == (0, str(tmp_path / "python3"))


def test_versioned_python_is_taken_where_python3_is_too_old(tmp_path: Path) -> None:
    answer = find_python(tmp_path, python3="3.9", python3_12="3.12")
    assert (answer.returncode, answer.stdout) == (0, str(tmp_path / "python3.12"))


@pytest.mark.parametrize(
    ("versions", "words"),
    [
        ({"python3": "3.9"}, "Python 3.9 is too old"),
        ({"python3": "3.10"}, "Python 3.10 is too old"),
        ({"python": "2.7"}, "Python 2.7 is too old"),
        ({"python3": "3.14"}, "Python 3.14 is too new"),
        ({"python3": "4.0"}, "Python 4.0 is too new"),
        ({}, "no python3 was found"),
    ],
)
def test_other_pythons_are_refused_in_one_sentence(
    tmp_path: Path, versions: dict[str, str], words: str
) -> None:
    answer = find_python(tmp_path, **versions)
    assert answer.returncode == 1
    assert words in answer.stderr
    assert answer.stderr.count("\n") == 1
    assert "3.11, 3.12 or 3.13" in answer.stderr
