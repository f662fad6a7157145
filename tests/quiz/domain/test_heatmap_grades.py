"""The heatmap graded: figures worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from quiz.domain.heatmap_grades import Grade, grade
from radiology.regions import Region, RegionError

# Over an image of 8 × 4 pixels: a cell of this map is 2 × 2 of them.
MAP = np.array([[4.0, 2.0, 0.0, 0.0], [2.0, 1.0, 1.0, -5.0]], dtype=np.float32)
SIZE = (8, 4)
LEFT = Region("box", (0, 0, 4, 4))
CORNER = Region("box", (0, 0, 2, 2))


def graded(*regions: Region, level: float = 0.5, peak: tuple[float, float] = (1.0, 1.0)) -> Grade:
    return grade(MAP, regions, peak=peak, size=SIZE, level=level)


def test_energy_is_the_share_of_the_positive_sum() -> None:
    assert graded(LEFT).energy == pytest.approx(9 / 10)
    assert graded(CORNER).energy == pytest.approx(4 / 10)
    # The negative cell lies in this one and counts for nothing.
    assert graded(Region("box", (6, 0, 2, 4))).energy == 0.0


def test_overlap_is_counted_from_the_level_on() -> None:
    # At half of 4, three cells are marked; the left half holds them and one more.
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
    assert both == Grade(inside=True, energy=pytest.approx(5 / 10), overlap=pytest.approx(1 / 4))


def test_a_mask_is_met_on_the_maps_own_grid() -> None:
    mask = np.zeros((4, 8), dtype=bool)
    mask[:, :4] = True
    assert graded(Region("mask", mask=mask)) == graded(LEFT)
    with pytest.raises(RegionError, match="8 × 8 pixels"):
        graded(Region("mask", mask=np.zeros((8, 8), dtype=bool)))


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_an_empty_map_marks_nothing(value: float) -> None:
    """Its peak would be the middle of the film, where many a lesion lies."""
    values = np.full((2, 4), value, dtype=np.float32)
    result = grade(values, [LEFT], peak=(1.0, 1.0), size=SIZE, level=0.5)
    assert result == Grade(inside=False, energy=0.0, overlap=0.0)


def test_without_a_region_nothing_is_met() -> None:
    assert graded() == Grade(inside=False, energy=0.0, overlap=0.0)


def test_a_map_that_is_no_number_is_refused() -> None:
    with pytest.raises(RegionError, match="finite"):
        grade(np.full((2, 2), np.nan, np.float32), [LEFT], peak=(1, 1), size=SIZE, level=0.5)


def test_an_evenly_lit_map_has_the_regions_own_share() -> None:
    values = np.ones((64, 64), dtype=np.float32)
    circle = Region("circle", (100.0, 100.0, 50.0))
    result = grade(values, [circle], peak=(100, 100), size=(200, 200), level=0.5)
    share = np.pi * 50**2 / 200**2
    assert result.energy == pytest.approx(share, rel=0.02)
    assert result.overlap == pytest.approx(share, rel=0.02)
