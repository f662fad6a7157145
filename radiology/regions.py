"""Regions of an image (circle, box, polygon, mask) and how marks and heatmaps meet them.

Coordinates are image pixels, origin top left, x right, y down, and continuous: the pixel in column c and
row r covers [c, c + 1) × [r, r + 1) and its centre is (c + ½, r + ½). A region holds its own edge.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

Shape = Literal["circle", "box", "polygon", "mask"]
SHAPES: tuple[str, ...] = get_args(Shape)

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]

_FURTHEST = 1e6
_MOST_VERTICES = 10_000
# A map is graded on its image's own pixels up to so many a side: beyond them nothing changes but the time it takes.
_FINEST_GRID = 1024


class RegionError(ValueError):
    """A region or map that can't be: the message is one sentence fit for a person."""


@dataclass(frozen=True, eq=False)
class Region:
    """One finding's place on one image.

    `geometry` is (x, y, r), (x, y, width, height) or (x1, y1, x2, y2, …); empty for a mask, whose pixels are
    `mask`, bool [H, W] of the image's own size. Raises RegionError for numbers that make no region.
    """

    shape: str
    geometry: tuple[float, ...] = ()
    mask: BoolArray | None = None

    def __post_init__(self) -> None:
        if self.shape == "mask":
            if self.mask is None or self.mask.ndim != 2 or self.mask.dtype != np.bool_:
                raise RegionError("A mask region needs a two-dimensional array of true and false.")
        elif self.mask is not None:
            raise RegionError(f"A {self.shape} has numbers, not a mask.")
        else:
            _check_geometry(self.shape, self.geometry)


def parse_geometry(shape: str, text: str) -> tuple[float, ...]:
    """The numbers of a circle, box or polygon as `regions.csv` writes them, apart by spaces (PACKS.md).

    Raises RegionError for an unknown shape, a mask (its geometry is a path), text that isn't numbers,
    a wrong count of them, or a shape without area.
    """
    if shape == "mask":
        raise RegionError("The geometry of a mask is a path, not numbers.")
    try:
        numbers = tuple(float(part) for part in text.split())
    except ValueError:
        raise RegionError(f"The geometry “{text[:80]}” isn't numbers with spaces between them.") from None
    _check_geometry(shape, numbers)
    return numbers


def format_geometry(geometry: tuple[float, ...]) -> str:
    """The text that `parse_geometry` reads back to exactly these numbers."""
    numbers = map(float, geometry)
    return " ".join(str(int(number)) if number.is_integer() else repr(number) for number in numbers)


def contains(region: Region, x: float, y: float) -> bool:
    """Whether the point lies in the region or on its edge. A point off the image is in no mask."""
    return bool(_inside(region, np.array([x], dtype=np.float64), np.array([y], dtype=np.float64))[0])


def within(region: Region, x: float, y: float, radius: float) -> bool:
    """Whether the point is in the region or at most `radius` ≥ 0 pixels from it (RegionError below 0)."""
    if not radius >= 0:
        raise RegionError("A hit radius can't be negative.")
    return distance(region, x, y) <= radius


def distance(region: Region, x: float, y: float) -> float:
    """Pixels from the point to the nearest point of the region: 0 inside, infinite for an empty mask."""
    if contains(region, x, y):
        return 0.0
    if region.shape == "circle":
        cx, cy, r = region.geometry
        return max(math.hypot(x - cx, y - cy) - r, 0.0)
    if region.shape == "box":
        left, top, width, height = region.geometry
        dx = max(left - x, 0.0, x - (left + width))
        dy = max(top - y, 0.0, y - (top + height))
        return math.hypot(dx, dy)
    if region.shape == "polygon":
        return _distance_to_edges(region.geometry, x, y)
    rows, columns = np.nonzero(_mask_of(region))
    if not rows.size:
        return math.inf
    dx = np.maximum(np.maximum(columns - x, x - (columns + 1)), 0.0)
    dy = np.maximum(np.maximum(rows - y, y - (rows + 1)), 0.0)
    return float(np.sqrt((dx * dx + dy * dy).min()))


def rasterise(region: Region, width: int, height: int) -> BoolArray:
    """The region as bool [height, width]: pixels whose centre it contains. What crosses the edge is clipped.

    Raises RegionError if the region is a mask of another size.
    """
    if region.mask is not None:
        if region.mask.shape != (height, width):
            raise _wrong_size(region.mask, width, height)
        return region.mask.copy()
    return cells_inside(region, width, height, width=width, height=height)


def cells_inside(region: Region, columns: int, rows: int, *, width: int, height: int) -> BoolArray:
    """The region on a coarser grid over an image of width × height pixels: bool [rows, columns].

    A cell belongs to it where its centre lies in the region. Raises RegionError if the region is a mask of
    another size than the image's.
    """
    if region.mask is not None and region.mask.shape != (height, width):
        raise _wrong_size(region.mask, width, height)
    xs, ys = np.meshgrid(
        (np.arange(columns) + 0.5) * width / columns, (np.arange(rows) + 0.5) * height / rows
    )
    return _inside(region, xs.ravel(), ys.ravel()).reshape(rows, columns)


def overlaps_image(region: Region, width: int, height: int) -> bool:
    """Whether any of the region's area lies on an image of this size; an empty mask lies nowhere.

    Raises RegionError if the region is a mask of another size.
    """
    if region.mask is not None:
        return bool(rasterise(region, width, height).any())
    if region.shape == "circle":
        x, y, r = region.geometry
        return math.hypot(x - min(max(x, 0.0), width), y - min(max(y, 0.0), height)) < r
    if region.shape == "box":
        x, y, box_width, box_height = region.geometry
        return x < width and y < height and x + box_width > 0 and y + box_height > 0
    # The signed area of a polygon that crosses itself can cancel to nothing: then its pixels decide.
    return _clipped_area(region.geometry, width, height) > 0 or bool(rasterise(region, width, height).any())


def peak(heatmap: npt.NDArray[Any]) -> tuple[float, float]:
    """The centre (x, y) of the highest pixel of a map [H, W].

    Of several highest pixels it is the one nearest to the middle of them all, so that a plateau isn't
    represented by its top left corner. Raises RegionError for an empty map or one that isn't finite.
    """
    values = _finite_map(heatmap)
    rows, columns = np.nonzero(values == values.max())
    nearest = int(np.argmin((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2))
    return float(columns[nearest]) + 0.5, float(rows[nearest]) + 0.5


def energy_inside(heatmap: npt.NDArray[Any], mask: BoolArray) -> float:
    """The share [0, 1] of a map's positive values inside `mask`, both [H, W]; 0 for a map without any.

    Raises RegionError when the sizes differ or the map isn't finite.
    """
    values = np.maximum(_finite_map(heatmap), 0.0)
    if values.shape != mask.shape:
        raise RegionError("The map and the mask differ in size.")
    total = float(values.sum())
    return float(values[mask].sum()) / total if total > 0 else 0.0


@dataclass(frozen=True)
class MapGrade:
    """How a heatmap met the regions of its finding on its image.

    `inside`: its highest point lies in a region (the pointing game; Zhang et al. 2018). `energy`: the share 0 … 1
    of its positive sum that lies in the regions. `overlap`: intersection over union 0 … 1 of the regions and the
    area where the map reaches a level of its maximum.
    """

    inside: bool = False
    energy: float = 0.0
    overlap: float = 0.0


def grade_map(
    values: npt.NDArray[Any],
    regions: Sequence[Region],
    *,
    peak: tuple[float, float],
    size: tuple[int, int],
    level: float,
) -> MapGrade:
    """Grade a map [h, w] over a whole image against the regions of its finding on that image.

    `peak` is the map's highest point (x, y) and `size` the image's (width, height), both in image pixels. Map and
    regions are compared on the image's pixels: a cell of the map may be larger than a lesion. A map without a
    positive value marks nothing: its peak is no place. Raises RegionError for a map that isn't finite or a mask of
    another size than the image's.
    """
    width, height = size
    scale = min(1.0, _FINEST_GRID / max(size))
    columns, rows = max(1, round(width * scale)), max(1, round(height * scale))
    truth = np.zeros((rows, columns), dtype=np.bool_)
    for region in regions:
        truth |= cells_inside(region, columns, rows, width=width, height=height)
    grid = enlarged(_finite_map(values).astype(np.float32), columns, rows)
    top = float(grid.max())
    if top <= 0:
        return MapGrade()
    return MapGrade(
        inside=any(contains(region, *peak) for region in regions),
        energy=energy_inside(grid, truth),
        overlap=iou(grid >= level * top, truth),
    )


def enlarged(values: npt.NDArray[np.float32], width: int, height: int) -> npt.NDArray[np.float32]:
    """A map [h, w] over the whole of an image as [height, width], bilinear between the centres of its cells."""
    made: npt.NDArray[np.float32] = _stretched(_stretched(values, height).T, width).T
    return np.ascontiguousarray(made)


def _stretched(values: npt.NDArray[np.float32], count: int) -> npt.NDArray[np.float32]:
    """The first axis of `values` at `count` places."""
    last = len(values) - 1
    at = np.clip((np.arange(count, dtype=np.float32) + 0.5) * (len(values) / count) - 0.5, 0, last)
    before = at.astype(np.int64)
    share = (at - before).astype(np.float32)[:, None]
    after = np.minimum(before + 1, last)
    made: npt.NDArray[np.float32] = values[before] * (1 - share) + values[after] * share
    return made


def iou(a: BoolArray, b: BoolArray) -> float:
    """Intersection over union [0, 1] of two masks [H, W], 0 where both are empty. Sizes: RegionError."""
    if a.shape != b.shape:
        raise RegionError("The two masks differ in size.")
    union = int(np.logical_or(a, b).sum())
    return int(np.logical_and(a, b).sum()) / union if union else 0.0


def _wrong_size(mask: BoolArray, width: int, height: int) -> RegionError:
    size = f"{mask.shape[1]} × {mask.shape[0]}"
    return RegionError(f"The mask is {size} pixels, its image {width} × {height}.")


def _mask_of(region: Region) -> BoolArray:
    if region.mask is None:
        raise RegionError(f"A {region.shape} has no mask.")
    return region.mask


def _check_geometry(shape: str, numbers: tuple[float, ...]) -> None:
    if shape not in SHAPES:
        raise RegionError(f"“{shape[:40]}” isn't a shape; shapes are {', '.join(SHAPES)}.")
    if not all(math.isfinite(number) and abs(number) <= _FURTHEST for number in numbers):
        raise RegionError("A geometry holds ordinary numbers, no infinite or enormous ones.")
    if shape == "circle":
        if len(numbers) != 3 or numbers[2] <= 0:
            raise RegionError("A circle is three numbers, x y r, with r above 0.")
    elif shape == "box":
        if len(numbers) != 4 or numbers[2] <= 0 or numbers[3] <= 0:
            raise RegionError("A box is four numbers, x y width height, with width and height above 0.")
    elif len(numbers) < 6 or len(numbers) % 2 or len(numbers) > 2 * _MOST_VERTICES:
        raise RegionError(f"A polygon is x and y of at least 3 and at most {_MOST_VERTICES} points.")
    elif _spread(numbers) <= 0:
        raise RegionError("The polygon's points lie on one line.")


def _spread(numbers: tuple[float, ...]) -> float:
    """Twice the largest triangle that the first point, the point furthest from it, and any other span."""
    points = np.array(numbers, dtype=np.float64).reshape(-1, 2) - np.array(numbers[:2])
    furthest = points[int(np.argmax((points**2).sum(axis=1)))]
    return float(np.abs(points[:, 0] * furthest[1] - points[:, 1] * furthest[0]).max())


def _inside(region: Region, x: FloatArray, y: FloatArray) -> BoolArray:
    if region.shape == "circle":
        cx, cy, r = region.geometry
        return (x - cx) ** 2 + (y - cy) ** 2 <= r * r
    if region.shape == "box":
        left, top, width, height = region.geometry
        return (x >= left) & (x <= left + width) & (y >= top) & (y <= top + height)
    if region.shape == "polygon":
        return _inside_polygon(region.geometry, x, y)
    mask = _mask_of(region)
    height_px, width_px = mask.shape
    on_image = (x >= 0) & (y >= 0) & (x < width_px) & (y < height_px)
    found = np.zeros(x.shape, dtype=np.bool_)
    found[on_image] = mask[y[on_image].astype(np.int64), x[on_image].astype(np.int64)]
    return found


def _inside_polygon(geometry: tuple[float, ...], x: FloatArray, y: FloatArray) -> BoolArray:
    """Even-odd rule, edges included."""
    corners_x, corners_y = geometry[::2], geometry[1::2]
    near = (x >= min(corners_x)) & (x <= max(corners_x)) & (y >= min(corners_y)) & (y <= max(corners_y))
    found = np.zeros(x.shape, dtype=np.bool_)
    found[near] = _even_odd(geometry, x[near], y[near])
    return found


def _even_odd(geometry: tuple[float, ...], x: FloatArray, y: FloatArray) -> BoolArray:
    """One pass an edge keeps memory at the size of x."""
    found = np.zeros(x.shape, dtype=np.bool_)
    edge = np.zeros(x.shape, dtype=np.bool_)
    for x1, y1, x2, y2 in _edges(geometry):
        cross = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
        between = (min(x1, x2) <= x) & (x <= max(x1, x2)) & (min(y1, y2) <= y) & (y <= max(y1, y2))
        edge |= (cross == 0) & between
        straddles = (y1 > y) != (y2 > y)
        found ^= straddles & ((cross > 0) == (y2 > y1))
    return found | edge


def _edges(geometry: tuple[float, ...]) -> list[tuple[float, float, float, float]]:
    points = list(zip(geometry[::2], geometry[1::2], strict=True))
    return [(*start, *end) for start, end in zip(points, points[1:] + points[:1], strict=True)]


def _distance_to_edges(geometry: tuple[float, ...], x: float, y: float) -> float:
    nearest = math.inf
    for x1, y1, x2, y2 in _edges(geometry):
        dx, dy = x2 - x1, y2 - y1
        length = dx * dx + dy * dy
        along = min(max(((x - x1) * dx + (y - y1) * dy) / length, 0.0), 1.0) if length else 0.0
        nearest = min(nearest, math.hypot(x - x1 - along * dx, y - y1 - along * dy))
    return nearest


def _clipped_area(geometry: tuple[float, ...], width: float, height: float) -> float:
    """Area of the polygon cut to the image by Sutherland and Hodgman's algorithm (1974)."""
    points = list(zip(geometry[::2], geometry[1::2], strict=True))
    for axis, bound, sign in ((0, 0.0, 1), (0, width, -1), (1, 0.0, 1), (1, height, -1)):
        kept: list[tuple[float, float]] = []
        for start, end in zip(points, points[1:] + points[:1], strict=True):
            a, b = sign * (start[axis] - bound), sign * (end[axis] - bound)
            if a >= 0:
                kept.append(start)
            if (a >= 0) != (b >= 0):
                share = a / (a - b)
                kept.append((start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])))
        points = kept
    twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:] + points[:1], strict=True))
    return abs(twice) / 2


def _finite_map(heatmap: npt.NDArray[Any]) -> FloatArray:
    values = np.asarray(heatmap, dtype=np.float64)
    if values.ndim != 2 or not values.size or not np.isfinite(values).all():
        raise RegionError("A heatmap is a two-dimensional array of finite numbers.")
    return values
