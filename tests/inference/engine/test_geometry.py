"""Points and maps go from film to input and back to where they were."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.engine.geometry import Letterbox, peak_of
from inference.engine.preprocessing import letterbox_film

sides = st.integers(1, 4000)


@given(sides, sides, st.sampled_from([64, 192]), st.floats(0, 1), st.floats(0, 1))
def test_a_point_comes_back(width: int, height: int, size: int, across: float, down: float) -> None:
    box = Letterbox(width, height, size)
    x, y = box.to_film(*box.to_input(across * width, down * height))
    assert (x, y) == pytest.approx((across * width, down * height), abs=1e-6)


@given(sides, sides)
def test_the_film_lies_inside_the_input(width: int, height: int) -> None:
    box = Letterbox(width, height, 192)
    assert box.left >= 0 and box.left + box.inner_width <= 192
    assert box.top >= 0 and box.top + box.inner_height <= 192
    assert 192 in (box.inner_width, box.inner_height)


@pytest.mark.parametrize(("height", "width"), [(300, 300), (500, 200), (120, 400)])
@pytest.mark.parametrize(("across", "down"), [(0.5, 0.5), (0.2, 0.7), (0.8, 0.3)])
def test_a_bright_spot_is_found_again_where_it_was(
    height: int, width: int, across: float, down: float
) -> None:
    film = np.zeros((height, width), dtype=np.uint8)
    x, y = int(across * width), int(down * height)
    reach = max(height, width) // 30
    film[y - reach : y + reach, x - reach : x + reach] = 255
    values, box = letterbox_film(film, 192)
    grid = values.reshape(24, 8, 24, 8).mean(dim=(1, 3)).numpy()
    carried = box.carry_back(grid, longest=256)
    found = peak_of(carried, width=width, height=height)
    cell = 8 / box.scale
    assert found == pytest.approx((x, y), abs=cell)


def test_a_map_covers_the_whole_film_and_no_border() -> None:
    box = Letterbox(400, 100, 192)
    assert (box.inner_width, box.inner_height) == (192, 48)
    grid = np.zeros((12, 12), dtype=np.float32)
    grid[:4] = grid[8:] = 9
    grid[4:8] = 1
    carried = box.carry_back(grid, longest=200)
    assert carried.shape == (50, 200)
    assert carried[25].max() == pytest.approx(1)


def test_maps_of_large_films_are_kept_small() -> None:
    assert Letterbox(3000, 1500, 192).map_size(256) == (256, 128)
    assert Letterbox(100, 50, 192).map_size(256) == (100, 50)


def test_a_film_without_pixels_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one pixel"):
        Letterbox(0, 5, 192)


@pytest.mark.parametrize(
    "film", [np.zeros((4, 4)), np.zeros((4, 4, 3), np.uint8), np.zeros((0, 4), np.uint8)]
)
def test_anything_but_a_plane_of_bytes_is_refused(film: np.ndarray) -> None:
    with pytest.raises(ValueError, match="two-dimensional"):
        letterbox_film(film, 64)
