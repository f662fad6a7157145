"""Regions: what is inside, how far, how they become pixels, and where maps peak."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiology.regions import (
    Region,
    RegionError,
    cells_inside,
    contains,
    distance,
    energy_inside,
    format_geometry,
    iou,
    overlaps_image,
    parse_geometry,
    peak,
    rasterise,
    within,
)

WIDTH, HEIGHT = 23, 17
coordinates = st.floats(-10, 40, allow_nan=False).map(lambda value: round(value, 3))
lengths = st.floats(0.1, 30).map(lambda value: round(value, 3))
circles = st.builds(lambda x, y, r: Region("circle", (x, y, r)), coordinates, coordinates, lengths)
boxes = st.builds(lambda x, y, w, h: Region("box", (x, y, w, h)), coordinates, coordinates, lengths, lengths)


@st.composite
def polygons(draw: st.DrawFn) -> Region:
    """Points at growing angles round a centre: a polygon that doesn't cross itself."""
    x, y = draw(coordinates), draw(coordinates)
    radii = draw(st.lists(lengths, min_size=3, max_size=9))
    angles = [2 * math.pi * index / len(radii) for index in range(len(radii))]
    points = [(x + r * math.cos(a), y + r * math.sin(a)) for r, a in zip(radii, angles, strict=True)]
    return Region("polygon", tuple(number for point in points for number in point))


@st.composite
def masks(draw: st.DrawFn) -> Region:
    seed, share = draw(st.integers(0, 10_000)), draw(st.floats(0.0, 1.0))
    return Region("mask", mask=np.random.default_rng(seed).random((HEIGHT, WIDTH)) < share)


regions = st.one_of(circles, boxes, polygons(), masks())


@given(regions)
def test_pixel_is_in_raster_when_its_centre_is_in_region(region: Region) -> None:
    raster = rasterise(region, WIDTH, HEIGHT)
    assert raster.shape == (HEIGHT, WIDTH)
    # Every third pixel each way meets all edges over the examples, in a ninth of the time.
    for row in range(0, HEIGHT, 3):
        for column in range(0, WIDTH, 3):
            assert raster[row, column] == contains(region, column + 0.5, row + 0.5)


@given(regions, coordinates, coordinates, lengths)
def test_within_grows_with_the_radius(region: Region, x: float, y: float, radius: float) -> None:
    assert within(region, x, y, 0) == contains(region, x, y) or distance(region, x, y) == 0
    if within(region, x, y, radius):
        assert within(region, x, y, radius * 2)
    if contains(region, x, y):
        assert within(region, x, y, radius)


@given(regions, coordinates, coordinates)
def test_distance_is_that_to_the_nearest_point(region: Region, x: float, y: float) -> None:
    """No pixel of the region is nearer than the distance, up to half its diagonal."""
    columns, rows = np.nonzero(rasterise(region, WIDTH, HEIGHT).T)
    if columns.size:
        nearest = np.hypot(columns + 0.5 - x, rows + 0.5 - y).min()
        assert distance(region, x, y) <= nearest + 1e-9


@given(regions)
def test_what_rasterises_overlaps_the_image(region: Region) -> None:
    if rasterise(region, WIDTH, HEIGHT).any():
        assert overlaps_image(region, WIDTH, HEIGHT)


@given(st.one_of(circles, boxes, polygons()))
def test_geometry_text_reads_back_exactly(region: Region) -> None:
    assert parse_geometry(region.shape, format_geometry(region.geometry)) == region.geometry


@given(polygons(), coordinates, coordinates)
def test_direction_of_a_polygon_does_not_matter(region: Region, x: float, y: float) -> None:
    points = list(zip(region.geometry[::2], region.geometry[1::2], strict=True))[::-1]
    turned = Region("polygon", tuple(number for point in points for number in point))
    # A point on the edge itself may be rounded either way.
    if distance(region, x, y) > 1e-9 or distance(turned, x, y) > 1e-9:
        assert contains(region, x, y) == contains(turned, x, y)


def test_edges_belong_to_the_region() -> None:
    assert contains(Region("circle", (5, 5, 2)), 7, 5)
    assert contains(Region("box", (1, 2, 3, 4)), 4, 6)
    triangle = Region("polygon", (0, 0, 4, 0, 0, 4))
    assert contains(triangle, 2, 2)
    assert contains(triangle, 0, 0)
    assert not contains(triangle, 2.01, 2.01)


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        (Region("circle", (0, 0, 1)), 4.0),
        (Region("box", (-3, -3, 3, 3)), 5.0),
        (Region("polygon", (0, 0, 0, -9, -9, 0)), 5.0),
    ],
)
def test_distance_of_a_point_outside(region: Region, expected: float) -> None:
    assert distance(region, 3, 4) == pytest.approx(expected)


def test_distance_to_a_mask_is_to_its_pixels() -> None:
    mask = np.zeros((10, 10), dtype=bool)
    mask[2, 3] = True
    region = Region("mask", mask=mask)
    assert distance(region, 7, 3) == 3.0
    assert within(region, 7, 3, 3)
    assert not within(region, 7, 3, 2.9)
    assert distance(Region("mask", mask=np.zeros((4, 4), dtype=bool)), 1, 1) == math.inf


def test_concave_polygon_leaves_its_notch_out() -> None:
    notched = Region("polygon", (0, 0, 10, 0, 10, 10, 5, 2, 0, 10))
    assert not contains(notched, 5, 6)
    assert contains(notched, 1, 6)
    assert contains(notched, 5, 1)


def test_what_crosses_the_edge_is_clipped() -> None:
    assert rasterise(Region("box", (-2, -2, 4, 4)), 5, 5).sum() == 4
    assert overlaps_image(Region("circle", (-1, -1, 1.5)), 5, 5)


@pytest.mark.parametrize(
    "region",
    [
        Region("circle", (-3, 2, 3)),
        Region("circle", (-1, -1, 1.4)),
        Region("box", (5, 0, 3, 3)),
        Region("polygon", (-5, -5, -1, -5, -5, 20)),
        Region("mask", mask=np.zeros((5, 5), dtype=bool)),
    ],
)
def test_what_lies_off_the_image_does_not_overlap_it(region: Region) -> None:
    assert not overlaps_image(region, 5, 5)


def test_polygon_that_crosses_itself_still_overlaps() -> None:
    bow_tie = Region("polygon", (0, 0, 10, 10, 10, 0, 0, 10))
    assert overlaps_image(bow_tie, 10, 10)


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ("circle", ""),
        ("circle", "1 2"),
        ("circle", "1 2 0"),
        ("circle", "1 2 -1"),
        ("circle", "1 2 3 4"),
        ("circle", "1 2 nan"),
        ("circle", "1 2 inf"),
        ("circle", "1,2,3"),
        ("circle", "1 2 1e9"),
        ("box", "1 2 3"),
        ("box", "1 2 0 4"),
        ("box", "1 2 3 -4"),
        ("polygon", "1 2 3 4"),
        ("polygon", "1 2 3 4 5"),
        ("polygon", "0 0 1 1 2 2"),
        ("polygon", "1 1 1 1 1 1"),
        ("polygon", " ".join(["1 2 2 1"] * 6_000)),
        ("mask", "1 2 3"),
        ("star", "1 2 3"),
    ],
)
def test_what_makes_no_region_is_refused(shape: str, text: str) -> None:
    with pytest.raises(RegionError):
        parse_geometry(shape, text)


def test_region_checks_what_it_is_made_of() -> None:
    with pytest.raises(RegionError):
        Region("mask")
    with pytest.raises(RegionError):
        Region("circle", (1, 1, 1), mask=np.ones((2, 2), dtype=bool))
    with pytest.raises(RegionError):
        within(Region("circle", (1, 1, 1)), 0, 0, -1)
    with pytest.raises(RegionError, match="3 × 2"):
        rasterise(Region("mask", mask=np.ones((2, 3), dtype=bool)), 4, 4)


def test_peak_is_the_centre_of_the_highest_pixel() -> None:
    heatmap = np.zeros((4, 6))
    heatmap[1, 4] = 2
    assert peak(heatmap) == (4.5, 1.5)


def test_peak_of_a_plateau_is_in_its_middle() -> None:
    heatmap = np.zeros((9, 9))
    heatmap[3:6, 2:7] = 1
    assert peak(heatmap) == (4.5, 4.5)
    assert peak(np.ones((5, 5))) == (2.5, 2.5)


@given(st.integers(0, 1000))
def test_peak_holds_the_maximum(seed: int) -> None:
    heatmap = np.random.default_rng(seed).integers(0, 4, size=(7, 5))
    x, y = peak(heatmap)
    assert heatmap[int(y), int(x)] == heatmap.max()


@pytest.mark.parametrize("heatmap", [np.zeros((0, 4)), np.zeros(4), np.full((2, 2), np.nan)])
def test_what_is_no_map_has_no_peak(heatmap: np.ndarray) -> None:
    with pytest.raises(RegionError):
        peak(heatmap)


def test_energy_inside_is_a_share_of_what_is_positive() -> None:
    heatmap = np.array([[3.0, 1.0], [-5.0, 0.0]])
    assert energy_inside(heatmap, np.array([[True, False], [True, True]])) == 0.75
    assert energy_inside(np.zeros((2, 2)), np.ones((2, 2), dtype=bool)) == 0.0
    with pytest.raises(RegionError):
        energy_inside(heatmap, np.ones((3, 2), dtype=bool))


@given(st.integers(0, 1000))
def test_energy_inside_and_outside_make_one(seed: int) -> None:
    generator = np.random.default_rng(seed)
    heatmap, mask = generator.random((6, 6)), generator.random((6, 6)) < 0.5
    assert energy_inside(heatmap, mask) + energy_inside(heatmap, ~mask) == pytest.approx(1.0)


def test_iou_of_overlapping_boxes() -> None:
    a = rasterise(Region("box", (0, 0, 4, 4)), 10, 10)
    b = rasterise(Region("box", (2, 0, 4, 4)), 10, 10)
    assert iou(a, b) == pytest.approx(8 / 24)
    assert iou(a, a) == 1.0
    assert iou(np.zeros((2, 2), dtype=bool), np.zeros((2, 2), dtype=bool)) == 0.0
    with pytest.raises(RegionError):
        iou(a, np.zeros((2, 2), dtype=bool))


@given(st.one_of(circles, boxes, polygons(), masks()))
def test_cells_of_the_images_own_size_are_its_pixels(region: Region) -> None:
    cells = cells_inside(region, WIDTH, HEIGHT, width=WIDTH, height=HEIGHT)
    assert np.array_equal(cells, rasterise(region, WIDTH, HEIGHT))


def test_a_coarser_grid_asks_for_the_centres_of_its_cells() -> None:
    box = Region("box", (0, 0, 8, 6))
    assert cells_inside(box, 4, 2, width=24, height=16).tolist() == [
        [True, False, False, False],
        [False, False, False, False],
    ]
    mask = np.zeros((16, 24), dtype=bool)
    mask[:8, :12] = True
    assert cells_inside(Region("mask", mask=mask), 4, 2, width=24, height=16).tolist() == [
        [True, True, False, False],
        [False, False, False, False],
    ]
    with pytest.raises(RegionError, match="24 × 16 pixels"):
        cells_inside(Region("mask", mask=mask), 4, 2, width=16, height=24)
