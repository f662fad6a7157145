"""The centred blob, and maps met with regions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inference.engine.evaluation import CaseReading, ImageReading
from inference.engine.films import films_of_case, open_pack
from inference.engine.placing import centred_blob, place_maps
from inference.results import EngineHeatmap
from radiology.packs import PackCase
from radiology.regions import MapGrade, peak
from tests.inference.test_commands import write_pack


def test_the_blob_lies_in_the_middle_of_what_the_film_shows() -> None:
    film = np.zeros((60, 100), np.uint8)
    film[10:50, 60:100] = 100
    x, y = peak(centred_blob(film))
    assert (x, y) == (pytest.approx(80, abs=1), pytest.approx(30, abs=1))
    x, y = peak(centred_blob(np.zeros((60, 100), np.uint8)))
    assert (x, y) == (pytest.approx(50, abs=1), pytest.approx(30, abs=1))


def test_half_the_blobs_height_spans_two_fifths_of_the_film() -> None:
    blob = centred_blob(np.full((100, 100), 200, np.uint8))
    assert (blob[50] >= 0.5).mean() == pytest.approx(0.4, abs=0.02)


def test_a_map_and_the_blob_are_placed_by_the_same_rule(tmp_path: Path) -> None:
    """The pack's circle has its centre at (30, 20) and radius 9, on films of 64 × 48: the blob's (32, 24) is inside."""
    with open_pack(write_pack(tmp_path / "pack"), "test") as pack:
        case = pack.split_cases("test")[0]
        (film,) = films_of_case(pack, case)
        assert len(film.sha256) == 64
        values = np.zeros((48, 64), np.float32)
        values[18:22, 28:32] = 1
        there = EngineHeatmap("pneumonia", "gradcam", values, 30.0, 20.0)
        off = EngineHeatmap("pneumonia", "other", values[::-1].copy(), 60.0, 40.0)
        nothing = EngineHeatmap("mass", "gradcam", values, 30.0, 20.0)
        placed = place_maps(pack, case, film, [there, off, nothing], 0.5)
    assert set(placed) == {"pneumonia"}
    right, wrong = placed["pneumonia"]
    assert (right.method, right.map.inside, wrong.map.inside) == ("gradcam", True, False)
    assert right.map.energy == pytest.approx(1.0) and right.map.overlap == pytest.approx(16 / 253, rel=0.05)
    assert right.blob == wrong.blob and right.blob.inside and right.image_centre
    assert 0 < right.blob.energy < 1 and right.position == 0


def test_an_empty_map_hits_nothing(tmp_path: Path) -> None:
    """Its peak would be the middle of the film, which lies in the pack's circle."""
    with open_pack(write_pack(tmp_path / "pack"), "test") as pack:
        case = pack.split_cases("test")[0]
        (film,) = films_of_case(pack, case)
        empty = EngineHeatmap("pneumonia", "gradcam", np.zeros((6, 8), np.float32), 32.0, 24.0)
        (placed,) = place_maps(pack, case, film, [empty], 0.5)["pneumonia"]
    assert placed.map == MapGrade(inside=False, energy=0.0, overlap=0.0)
    assert placed.blob.inside and placed.image_centre


def test_the_first_of_the_highest_images_decides() -> None:
    images = tuple(ImageReading(str(at), {"mass": value}) for at, value in enumerate((0.2, 0.7, 0.7)))
    case = PackCase(case_id="a", patient_id="a", split="test", series=(), findings=())
    assert CaseReading(case, images, {"mass": 0.7}, None, False, False, {}).deciding("mass") == 1
