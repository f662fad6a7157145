"""Every variable that the site reads is described for operators, and none that it doesn't read."""

from __future__ import annotations

import re

from quizsite.env import VARIABLES
from tests.architecture.sources import ROOT, python_files, short

NAME = re.compile(r"\bSECONDREAD_[A-Z_]+[A-Z]\b")


def test_operators_find_every_variable() -> None:
    page = (ROOT / "docs" / "operators.md").read_text()
    documented = set(NAME.findall(page)) | {f"SECONDREAD{name}" for name in re.findall(r"`(_[A-Z_]+)`", page)}
    assert set(VARIABLES) - documented == set()
    assert documented - set(VARIABLES) == set()


def test_every_variable_is_read_through_env() -> None:
    outside = [
        short(path)
        for path in python_files()
        if short(path) not in {"quizsite/env.py", "quizsite/checks.py"}
        and not short(path).startswith("scripts/")
        and re.search(r"os\.(environ|getenv)[^\n]*SECONDREAD_", path.read_text())
    ]
    assert outside == []
