"""The measurements of simulated packs find what they are there to find: on toys, where the truth is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inference.simulation import kinds
from inference.simulation.packs import write_practice
from inference.simulation.quality.accidents import Trace, accident_areas, carried, cover
from inference.simulation.quality.grading import Scored, areas_by_grade
from inference.simulation.quality.measuring import measure
from tests.inference.simulation.toy import MODALITY


def traces(*, telling: str = "", count: int = 120) -> list[Trace]:
    rng = np.random.default_rng(0)
    made = []
    for number in range(count):
        abnormal = number % 2 == 0
        parts = {name: rng.normal(size=4) for name in ("size", "greys", "edges", "covered")}
        if telling in parts:
            parts[telling][2] += 2.5 * abnormal
        words = f"history {rng.integers(4)}" if telling != "words" or not abnormal else "tumour?"
        made.append(Trace(abnormal=abnormal, words=words, **parts))
    return made


def test_nothing_is_found_where_there_is_nothing() -> None:
    for areas in accident_areas(traces(count=300)).values():
        assert all(0.35 <= area <= 0.65 for area in areas.values()), areas


@pytest.mark.parametrize("telling", ["size", "words"])
def test_what_tells_is_found(telling: str) -> None:
    found = accident_areas(traces(telling=telling))
    assert max(found[telling].values()) > 0.8
    assert all(max(areas.values()) < 0.7 for name, areas in found.items() if name != telling)


def test_covering_leaves_nothing_of_the_finding() -> None:
    image = np.full((60, 60), 90, dtype=np.uint8)
    mask = np.zeros((60, 60), dtype=np.bool_)
    mask[20:30, 20:30] = True
    image[mask] = 200
    assert (cover(image, mask) == 90).all()
    assert image[25, 25] == 200


def test_a_borrowed_place_moves_with_the_body() -> None:
    lender, own = np.zeros((80, 80), dtype=np.uint8), np.zeros((80, 80), dtype=np.uint8)
    lender[10:50, 20:60] = 90
    own[20:60, 10:70] = 90
    mask = np.zeros((80, 80), dtype=np.bool_)
    mask[10:20, 20:30] = True
    rows, columns = np.nonzero(carried(mask, lender, own))
    # From the body's corner to the body's corner, half as wide again as the body is.
    assert abs(rows.min() - 20) <= 1 and abs(rows.max() - 29) <= 1
    assert abs(columns.min() - 10) <= 1 and abs(columns.max() - 24) <= 1
    empty = np.zeros_like(own)
    assert (carried(mask, lender, empty) == mask).all()


def test_grades_are_compared_with_all_normals() -> None:
    normal = [Scored("", "", {"a": float(n)}) for n in range(10)]
    easy = [Scored("a", "obvious", {"a": 20.0}) for _ in range(5)]
    hard = [Scored("a", "hidden", {"a": 4.5}) for _ in range(5)]
    found = areas_by_grade([*normal, *easy, *hard])
    assert found["a"]["obvious"]["value"] == found["all"]["obvious"]["value"] == 1.0
    assert found["a"]["hidden"]["value"] == pytest.approx(0.5)
    assert "moderate" not in found["a"]


def test_a_pack_is_measured_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kinds.KINDS, "toy", "tests.inference.simulation.toy")
    write_practice(MODALITY, tmp_path / "toys", count=120, seed=1, processes=1)
    found = measure("toy", tmp_path / "toys", "practice")
    areas = found["observer_against_all"]["all"]
    assert areas["obvious"]["value"] >= 0.98
    assert areas["hidden"]["value"] <= 0.75 < areas["clear"]["value"]
    assert found["n"] == 120
