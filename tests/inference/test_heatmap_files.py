"""Stored maps keep their values, drawn ones tell strength and nothing by their size."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inference import heatmap_files
from radiology.filestore import FileStore


def _map(seed: int, top: float = 1.0) -> np.ndarray:
    values = np.random.default_rng(seed).random((12, 20)).astype(np.float32)
    return values / values.max() * np.float32(top)


def _drawn(values: np.ndarray) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(heatmap_files.draw(values, width=60, height=36))))


@pytest.mark.parametrize("top", [0.01, 1.0, 30.0])
def test_a_stored_map_keeps_its_values(top: float) -> None:
    values = _map(1, top)
    assert heatmap_files.decode(heatmap_files.encode(values)) == pytest.approx(values, abs=top / 500)


def test_a_constant_map_survives() -> None:
    values = np.full((3, 4), 0.25, np.float32)
    assert np.array_equal(heatmap_files.decode(heatmap_files.encode(values)), values)


def test_stored_maps_keep_their_order(tmp_path: Path) -> None:
    files, maps = FileStore(tmp_path), [_map(seed) for seed in range(12)]
    keys = heatmap_files.store(files, maps)
    assert len(set(keys)) == 12
    for key, values in zip(keys, maps, strict=True):
        assert heatmap_files.decode(files.read(key)) == pytest.approx(values, abs=1 / 500)
    assert heatmap_files.store(files, []) == []


def test_a_map_that_cannot_be_stored_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="two-dimensional map"):
        heatmap_files.store(FileStore(tmp_path), [_map(1), np.zeros(4, np.float32), _map(2)])


@pytest.mark.parametrize("values", [np.zeros(4, np.float32), np.full((2, 2), np.nan, np.float32)])
def test_what_is_no_map_is_refused(values: np.ndarray) -> None:
    with pytest.raises(ValueError, match="two-dimensional map"):
        heatmap_files.encode(values)


def test_drawn_maps_have_one_size_whatever_they_show() -> None:
    sizes = {
        len(heatmap_files.draw(values, width=60, height=36)) for values in (_map(1), _map(2), _map(1, 0))
    }
    assert len(sizes) == 1


def test_a_map_without_evidence_is_invisible() -> None:
    assert not _drawn(np.zeros((12, 20), np.float32))[..., 3].any()


def test_a_weak_map_is_fainter_than_a_strong_one() -> None:
    weak, strong = _drawn(_map(1, 0.1))[..., 3], _drawn(_map(1, 1.0))[..., 3]
    assert 0 < weak.max() < strong.max() / 3
    assert np.array_equal(_drawn(_map(1, 5.0)), _drawn(_map(1, 1.0)))


def test_low_values_are_transparent() -> None:
    values = np.zeros((12, 20), np.float32)
    values[:, :10] = 1.0
    alpha = _drawn(values)[..., 3]
    assert alpha[18, 5] == 255
    assert alpha[18, 55] == 0


def test_the_ramp_grows_steadily_lighter() -> None:
    ramp = heatmap_files._ramp(1.0)[:, :3].astype(float) / 255
    linear = np.where(ramp <= 0.04045, ramp / 12.92, ((ramp + 0.055) / 1.055) ** 2.4)
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff(luminance) >= 0).all()
