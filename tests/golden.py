"""The golden numbers of `fixtures/golden`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "golden"


def golden(name: str) -> dict[str, Any]:
    """Return the numbers of one file, e.g. `glicko2`."""
    numbers: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return numbers
