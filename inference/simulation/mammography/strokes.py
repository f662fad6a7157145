"""What a finding or its like adds to one view: millimetres of gland and of calcium, a pull on the tissue, a region."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from numpy.random import Generator
from PIL import Image, ImageDraw
from scipy import ndimage

from inference.simulation.core.fields import Field
from inference.simulation.mammography.layout import HEIGHT, SPACING_MM, WIDTH

CALCIUM = 1.0
"""Attenuation of a calcification over soft tissue, per millimetre, at about 20 keV."""
_FINER = 4
Mask = npt.NDArray[np.bool_]


def empty() -> Field:
    """Nothing, float32 [H, W]."""
    return np.zeros((HEIGHT, WIDTH), dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Pull:
    """A point, in pixels, towards which tissue is drawn: by up to `strength` millimetres, within `reach` of it."""

    column: float
    row: float
    strength: float
    reach: float


@dataclass(frozen=True, eq=False)
class Added:
    """What one view gains, arrays [H, W]: gland and calcium in millimetres along the beam, and where it is seen."""

    gland: Field = field(default_factory=empty)
    calcium: Field = field(default_factory=empty)
    pull: Pull | None = None
    region: Mask | None = None


def rounded_mass(
    rng: Generator,
    at: tuple[float, float],
    radius: float,
    *,
    lobes: float,
    spread: float = 1.0,
    soft: float = 0.0,
) -> Field:
    """Millimetres along the beam of a solid round a point (column, row in pixels) with a wavy outline.

    `radius` in millimetres; `lobes` is how far the outline strays, as a share of it; `spread` flattens it;
    `soft` is how many millimetres its edge takes to fade.
    """
    x, y = _around(at)
    angle = np.arctan2(y, x)
    outline = np.ones_like(angle)
    for turn in range(2, 9):
        phase, swing = rng.uniform(0, 2 * math.pi), rng.normal(0, 1) / turn**0.8
        outline += lobes * 0.5 * swing * np.cos(turn * angle + phase)
    stretch, turned = rng.uniform(0.8, 1.2), rng.uniform(0, math.pi)
    along = x * math.cos(turned) + y * math.sin(turned)
    across = -x * math.sin(turned) + y * math.cos(turned)
    away = np.hypot(along / stretch, across * stretch) / (radius * np.maximum(outline, 0.4))
    made: Field = (2 * radius * spread * np.sqrt(np.clip(1 - away**2, 0, 1))).astype(np.float32)
    return ndimage.gaussian_filter(made, soft / SPACING_MM) if soft else made


def spicules(
    rng: Generator,
    at: tuple[float, float],
    *,
    count: int,
    start: float,
    reach: tuple[float, float],
    width: float,
) -> Field:
    """Millimetres of fine strands that radiate from a point (column, row in pixels), longer ones and shorter ones."""
    canvas = Image.new("F", (WIDTH * 2, HEIGHT * 2))
    draw = ImageDraw.Draw(canvas)
    for number in range(count):
        angle = 2 * math.pi * (number + rng.uniform(-0.35, 0.35)) / count
        length, bend = rng.uniform(*reach), rng.normal(0, 0.12)
        steps = np.linspace(start, start + length, 14)
        turned = angle + bend * (steps - start) / max(length, 1e-6)
        columns = 2 * (at[0] + steps * np.cos(turned) / SPACING_MM)
        rows = 2 * (at[1] + steps * np.sin(turned) / SPACING_MM)
        thick = width * rng.uniform(0.7, 1.3)
        for step in range(13):
            share = 1 - step / 13
            stroke = max(1, round(2 * thick * (0.35 + 0.65 * share) / SPACING_MM))
            line = (columns[step], rows[step], columns[step + 1], rows[step + 1])
            draw.line(line, fill=2 * thick * (0.25 + 0.75 * share), width=stroke)
    fine = np.asarray(canvas, dtype=np.float32).reshape(HEIGHT, 2, WIDTH, 2).mean(axis=(1, 3))
    made: Field = ndimage.gaussian_filter(fine, 0.7)
    return made


def specks(
    points: npt.NDArray[np.float64], sizes: npt.NDArray[np.float64], turns: npt.NDArray[np.float64]
) -> Field:
    """Millimetres of calcium of specks at `points` [N, 2] (column, row in pixels).

    `sizes` [N, 2] are their lengths and breadths in millimetres, `turns` [N] their directions in radians.
    """
    made = empty()
    for (column, row), (length, breadth), turn in zip(points, sizes, turns, strict=True):
        reach = math.ceil(length / SPACING_MM) + 2
        left, top = int(column) - reach, int(row) - reach
        side = 2 * reach + 1
        if left < 0 or top < 0 or left + side > WIDTH or top + side > HEIGHT:
            continue
        fine = (np.arange(side * _FINER) + 0.5) / _FINER
        x, y = (fine - (column - left))[None, :] * SPACING_MM, (fine - (row - top))[:, None] * SPACING_MM
        along = x * math.cos(turn) + y * math.sin(turn)
        across = -x * math.sin(turn) + y * math.cos(turn)
        away = (2 * along / length) ** 2 + (2 * across / breadth) ** 2
        solid = breadth * np.sqrt(np.clip(1 - away, 0, 1))
        made[top : top + side, left : left + side] += solid.reshape(side, _FINER, side, _FINER).mean(
            axis=(1, 3)
        )
    return made


def visible(contribution: Field, share: float = 0.25) -> Mask:
    """Where a contribution is at least `share` of its highest value, holes and gaps of a pixel filled."""
    mask = contribution >= share * float(contribution.max())
    made: Mask = ndimage.binary_fill_holes(ndimage.binary_closing(mask, iterations=1) | mask)
    return made


def disc(at: tuple[float, float], radius: float) -> Mask:
    """A disc of `radius` millimetres round a point (column, row in pixels)."""
    x, y = _around(at)
    made: Mask = np.hypot(x, y) <= radius
    return made


def hull(points: npt.NDArray[np.float64], margin: float) -> Mask:
    """What lies within `margin` millimetres of any of `points` [N, 2] or between neighbours of them."""
    canvas = Image.new("L", (WIDTH, HEIGHT))
    draw = ImageDraw.Draw(canvas)
    for column, row in points:
        draw.point((round(column), round(row)), fill=1)
    dots = np.asarray(canvas) > 0
    near = ndimage.distance_transform_edt(~dots) * SPACING_MM
    wide = near <= 2.5 * margin
    made: Mask = (ndimage.distance_transform_edt(wide) * SPACING_MM > 1.5 * margin) | (near <= margin)
    return made


def pulled(values: Field, pull: Pull) -> Field:
    """`values` [H, W] with tissue drawn towards the point of `pull`."""
    reach = math.ceil(2.5 * pull.reach / SPACING_MM)
    top, left = max(int(pull.row) - reach, 0), max(int(pull.column) - reach, 0)
    box = (slice(top, int(pull.row) + reach), slice(left, int(pull.column) + reach))
    part = values[box]
    rows, columns = np.indices(part.shape, dtype=np.float32)
    y, x = rows + top - pull.row, columns + left - pull.column
    away = np.hypot(x, y) * SPACING_MM
    share = (
        pull.strength
        / np.maximum(away, 1.0)
        * (away / pull.reach)
        * np.exp(0.5 - 0.5 * (away / pull.reach) ** 2)
    )
    places = np.stack((rows + y * share, columns + x * share))
    made = values.copy()
    made[box] = ndimage.map_coordinates(part, places, order=1, mode="nearest", output=np.float32)
    return made


def _around(at: tuple[float, float]) -> tuple[Field, Field]:
    x = (np.arange(WIDTH, dtype=np.float32) + 0.5 - at[0])[None, :] * SPACING_MM
    y = (np.arange(HEIGHT, dtype=np.float32) + 0.5 - at[1])[:, None] * SPACING_MM
    across, down = np.broadcast_arrays(x, y)
    return across, down
