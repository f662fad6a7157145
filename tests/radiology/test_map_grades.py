"""A heatmap graded against regions: figures worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from radiology.regions import MapGrade, Region, RegionError, enlarged, grade_map

# Over an image of 8 × 4 pixels, as large as the map: what is worked out by hand needs no blending.
MAP = np.repeat(np.repeat(np.array([[4.0, 2.0, 0.0, 0.0], [2.0, 1.0, 1.0, -5.0]], np.float32), 2, 0), 2, 1)
SIZE = (8, 4)
LEFT = Region("box", (0, 0, 4, 4))
CORNER = Region("box", (0, 0, 2, 2))


def graded(*regions: Region, level: float = 0.5, peak: tuple[float, float] = (1.0, 1.0)) -> MapGrade:
    return grade_map(MAP, regions, peak=peak, size=SIZE, level=level)


def test_energy_is_the_share_of_the_positive_sum() -> None:
    assert graded(LEFT).energy == pytest.approx(9 / 10)
    assert graded(CORNER).energy == pytest.approx(4 / 10)
    # The negative cell lies in this one and counts for nothing.
    assert graded(Region("box", (6, 0, 2, 4))).energy == 0.0


def test_overlap_is_counted_from_the_level_on() -> None:
    # At half of 4, three quarters of the left half are marked.
    assert graded(LEFT).overlap == pytest.approx(3 / 4)
    assert graded(LEFT, level=0.25).overlap == pytest.approx(4 / 5)
    assert graded(CORNER, level=1.0).overlap == 1.0
    assert graded(Region("box", (6, 0, 2, 4))).overlap == 0.0


def test_the_peak_is_a_point_of_the_image() -> None:
    assert graded(CORNER).inside
    assert graded(CORNER, peak=(2.0, 2.0)).inside, "a region holds its own edge"
    assert not graded(CORNER, peak=(2.1, 1.0)).inside


def test_regions_count_together() -> None:
    right = Region("circle", (5.0, 3.0, 1.0))
    both = graded(CORNER, right, peak=(5.0, 3.0))
    assert both == MapGrade(inside=True, energy=pytest.approx(5 / 10), overlap=pytest.approx(1 / 4))


def test_a_mask_is_met_like_the_shape_it_draws() -> None:
    mask = np.zeros((4, 8), dtype=bool)
    mask[:, :4] = True
    assert graded(Region("mask", mask=mask)) == graded(LEFT)
    with pytest.raises(RegionError, match="8 × 8 pixels"):
        graded(Region("mask", mask=np.zeros((8, 8), dtype=bool)))


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_an_empty_map_marks_nothing(value: float) -> None:
    """Its peak would be the middle of the film, where many a lesion lies."""
    values = np.full((2, 4), value, dtype=np.float32)
    result = grade_map(values, [LEFT], peak=(1.0, 1.0), size=SIZE, level=0.5)
    assert result == MapGrade(inside=False, energy=0.0, overlap=0.0)


def test_without_a_region_nothing_is_met() -> None:
    assert graded() == MapGrade(inside=False, energy=0.0, overlap=0.0)


def test_a_map_that_is_no_number_is_refused() -> None:
    with pytest.raises(RegionError, match="finite"):
        grade_map(np.full((2, 2), np.nan, np.float32), [LEFT], peak=(1, 1), size=SIZE, level=0.5)


def test_an_evenly_lit_map_has_the_regions_own_share() -> None:
    values = np.ones((64, 64), dtype=np.float32)
    circle = Region("circle", (100.0, 100.0, 50.0))
    result = grade_map(values, [circle], peak=(100, 100), size=(200, 200), level=0.5)
    share = np.pi * 50**2 / 200**2
    assert result.energy == pytest.approx(share, rel=0.02)
    assert result.overlap == pytest.approx(share, rel=0.02)


def test_a_region_smaller_than_a_cell_of_the_map_is_met() -> None:
    """The map's own grid of 2 × 2 has no cell whose centre lies in this circle."""
    values = np.array([[1.0, 0.0], [0.0, 0.0]], dtype=np.float32)
    result = grade_map(values, [Region("circle", (10.0, 10.0, 4.0))], peak=(16, 16), size=(64, 64), level=0.5)
    assert result.energy > 0.03 and result.overlap > 0.02


def test_an_image_of_any_size_is_graded_alike() -> None:
    values = np.random.default_rng(0).random((12, 20)).astype(np.float32)
    small = grade_map(values, [Region("box", (100, 100, 400, 300))], peak=(1, 1), size=(1000, 600), level=0.5)
    large = grade_map(
        values, [Region("box", (500, 500, 2000, 1500))], peak=(1, 1), size=(5000, 3000), level=0.5
    )
    assert large.energy == pytest.approx(small.energy, rel=0.01)
    assert large.overlap == pytest.approx(small.overlap, rel=0.01)


@pytest.mark.parametrize("size", [(20, 31), (3, 4), (7, 5), (1, 1)])
def test_enlarging_is_the_bilinear_rule_of_the_networks_library(size: tuple[int, int]) -> None:
    width, height = size
    values = np.random.default_rng(1).normal(size=(5, 7)).astype(np.float32)
    expected = functional.interpolate(
        torch.from_numpy(values)[None, None], (height, width), mode="bilinear", align_corners=False
    )
    assert np.allclose(enlarged(values, width, height), expected[0, 0].numpy(), atol=1e-5)
