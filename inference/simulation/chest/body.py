"""The voxel thorax: skin, fat, muscle, lungs with their domes, mediastinum, gas below the diaphragm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from inference.simulation.chest.heart import heart, heart_shape, vessels_and_middle
from inference.simulation.chest.layout import (
    BACK,
    DEPTH_STEP,
    GRID,
    LAYERS,
    LEFT,
    SPACING_MM,
    STEP,
    TOP,
    Habitus,
    Mask,
    Points,
    axes,
)
from inference.simulation.chest.solids import Axes, capsule, common, ellipsoid, joined
from inference.simulation.core.fields import Field

_PLEURA = 3.0


@dataclass(frozen=True, eq=False)
class Thorax:
    """A patient's soft parts as signed distances float32 [L, N, N], negative inside."""

    body: Habitus
    skin: Field
    cage: Field
    wall: Field
    """What is inside the ribs and below the lungs' tips."""
    cavity: Field
    """Both pleural cavities: where lung is as long as nothing takes its place."""
    heart: Field
    gas: Field
    domes: tuple[float, float]
    """Height of the top of the right and the left dome."""


def build(body: Habitus, rng: Generator) -> Thorax:
    """The soft parts of a patient without any finding."""
    at = axes()
    cage = _cage(at, body)
    right, left = (226 + body.breath) * body.height, (226 + body.breath + body.domes) * body.height
    shape = heart_shape(body, body.ratio, _floor((right, left)))
    core = heart(at, shape)
    middle = joined(core, vessels_and_middle(at, body), 7)
    wall = common(cage + _PLEURA, _tips(at, body), 14)
    cavity = common(wall, _above_diaphragm(at, body, right, left, rng), 5)
    cavity = common(cavity, -middle, 3)
    return Thorax(
        body=body,
        skin=_skin(at, body),
        cage=cage,
        wall=wall,
        cavity=cavity,
        heart=core,
        gas=_gas(at, body, left, rng),
        domes=(right, left),
    )


def with_heart(thorax: Thorax, ratio: float) -> tuple[Field, Field]:
    """(cavity, heart) of the same patient with a heart of another cardiothoracic `ratio`."""
    shape = heart_shape(thorax.body, ratio, _floor(thorax.domes))
    core = heart(axes(), shape)
    return common(thorax.cavity, -core, 4), core


def _floor(domes: tuple[float, float]) -> float:
    """Height of the heart's lower border, which rests on both domes."""
    return 0.25 * domes[0] + 0.75 * domes[1] + 15


def _cage(at: Axes, body: Habitus) -> Field:
    x, y, z = at
    rows = y[0, :, 0]
    a = (body.across(rows).astype(np.float32))[None, :, None] * (1 + np.float32(body.uneven) * np.sign(x))
    b = body.through(rows).astype(np.float32)[None, :, None]
    z = z - 4
    q = ((np.abs(x) / a) ** np.float32(2.3) + (np.abs(z) / b) ** np.float32(2.3)) ** np.float32(1 / 2.3)
    made: Field = np.sqrt(x * x + z * z) * (1 - 1 / np.maximum(q, 1e-3))
    return made


def _tips(at: Axes, body: Habitus) -> Field:
    """Below the two domes in which the lungs end above."""
    x, y, z = at
    out = (np.abs(x) - np.float32(50 * body.width)) / np.float32(46 * body.width)
    back = (z + 22) / np.float32(62 * body.depth)
    top = 21 * np.abs(out) ** np.float32(2.0) + 26 * back**2
    made: Field = (top - y).astype(np.float32)
    return made * np.float32(0.75)


def _above_diaphragm(at: Axes, body: Habitus, right: float, left: float, rng: Generator) -> Field:
    x, y, z = at
    made = None
    for side, top in ((-1, right), (1, left)):
        middle = side * (70 + 5 * rng.normal()) * body.width
        flat = rng.uniform(0.85, 1.15)
        out = side * (x - np.float32(middle)) / np.float32(72 * body.width)
        drop = (
            np.where(out > 0, np.float32(48), np.float32(8))
            * np.abs(out) ** np.float32(2.3)
            * np.float32(flat)
        )
        away = z - np.float32(14)
        drop = drop + np.where(
            away < 0, 62 * (away / (98 * body.depth)) ** 2, 30 * (away / (75 * body.depth)) ** 2
        )
        # Softer where it is steep, so that layers don't show as steps.
        steep = np.where(away < 0, 124 * away / (98 * body.depth) ** 2, 60 * away / (75 * body.depth) ** 2)
        one = (y - np.float32(top) - drop) / np.sqrt(1 + (0.5 * DEPTH_STEP / 1.6 * steep) ** 2)
        made = one if made is None else np.where(x < 0, made, one)
    assert made is not None
    settled: Field = made.astype(np.float32)
    return settled


def _skin(at: Axes, body: Habitus) -> Field:
    x, y, z = at
    rows = y[0, :, 0]
    lateral = body.muscle + body.fat * 1.1 + 4
    a = (body.across(np.maximum(rows, 45)) + lateral + 5 * np.clip((110 - rows) / 60, 0, 1)).astype(
        np.float32
    )
    b = (body.through(np.maximum(rows, 60)) + 0.7 * body.muscle + body.fat + 6).astype(np.float32)
    a, b = a[None, :, None], b[None, :, None]
    q = ((np.abs(x) / a) ** np.float32(2.4) + (np.abs(z) / b) ** np.float32(2.4)) ** np.float32(1 / 2.4)
    torso: Field = (np.sqrt(x * x + z * z) * (1 - 1 / np.maximum(q, 1e-3))).astype(np.float32)
    top = -34 + 0.36 * np.maximum(np.abs(x) - 48, 0) + 16 * ((z + 20) / 60) ** 2
    torso = common(torso, (top - y) * np.float32(0.85), 18)
    aside = (np.abs(x), y, z)
    f, w, lift = body.fat, body.width, 8 * body.arms
    neck = (np.hypot(x, (z + 18) / 1.05) - np.float32((50 + 0.35 * f) * w) + 0 * y).astype(np.float32)
    neck = common(neck, y - 60, 20)
    yoke = capsule(aside, (24 * w, -14, -30), (158 * w, 32 - lift, -18), 34 + 0.5 * f, 47 + 0.5 * f)
    arm = capsule(aside, (165 * w, 46 - lift, -16), (262 * w + f, 125, -24), 52 + 0.6 * f, 48 + 0.6 * f)
    made = joined(joined(torso, neck, 24), joined(yoke, arm, 22), 38)
    chest = float(body.through(95)) + 0.5 * body.muscle + f
    pectoral = ellipsoid(aside, (98 * w, 88, chest - 6), (70, 48, 4 + 0.6 * body.muscle), -0.35)
    made = joined(made, pectoral, 16)
    if body.woman:
        s = body.breast
        deep = float(body.through(170)) + 0.5 * body.muscle + f
        low = 186 + 16 * s
        breast = ellipsoid(
            aside, (80 * w, low - 10, deep - 4), (50 + 16 * s, 36 + 14 * s, 24 + 30 * s), -0.15
        )
        above = ellipsoid(aside, (80 * w, low - 46, deep - 6), (54 + 14 * s, 62 + 14 * s, 12 + 20 * s), -0.15)
        made = joined(made, joined(breast, above, 22), 9)
    return made


def _gas(at: Axes, body: Habitus, dome: float, rng: Generator) -> Field:
    """The stomach's bubble with its flat level, and now and then gas in the colon."""
    across, down = slice(int((5 - LEFT) / STEP), GRID), slice(int((175 - TOP) / STEP), GRID)
    whole = np.full((LAYERS, GRID, GRID), 60.0, dtype=np.float32)
    whole[:, down, across] = _bubbles((at[0][:, :, across], at[1][:, down], at[2]), body, dome, rng)
    return whole


def _bubbles(at: Axes, body: Habitus, dome: float, rng: Generator) -> Field:
    x, y, z = at
    size = rng.uniform(0.55, 1.15)
    centre = (rng.uniform(58, 84) * body.width, dome + 16 + 13 * size, 8)
    bubble = ellipsoid(at, centre, (34 * size, 17 * size, 34 * size), rng.uniform(-0.2, 0.2))
    made = common(bubble, y - np.float32(centre[1] + rng.uniform(2, 8)) + 0 * x * z, 2)
    shown = rng.random() < 0.6
    made = made if shown else made + 500
    bowel = None
    where = np.array([rng.uniform(80, 118) * body.width, dome + rng.uniform(40, 60), 30.0])
    for _ in range(int(rng.integers(4, 8))):
        size = rng.uniform(5, 11)
        one = ellipsoid(at, tuple(where.tolist()), (size * 1.2, size, size), rng.uniform(-1, 1))
        bowel = one if bowel is None else joined(bowel, one, 5)
        where = where + [rng.uniform(-12, 8), rng.uniform(-3, 14), rng.uniform(-6, 6)]
    assert bowel is not None
    return np.minimum(made, bowel + (0 if rng.random() < 0.55 else 500))


def projected(body: Habitus, filling: Field) -> Field:
    """Millimetres along the beam [GRID, GRID] of a filling 0–1 [L, N, N]; the patient is turned by shearing."""
    made = np.zeros((GRID, GRID), dtype=np.float32)
    for layer in range(LAYERS):
        z = BACK + DEPTH_STEP * (layer + 0.5)
        moved = (z * body.turned + body.shift[0]) / STEP
        whole = int(np.floor(moved))
        share = np.float32(moved - whole)
        made += (1 - share) * _moved(filling[layer], whole) + share * _moved(filling[layer], whole + 1)
    down = round(body.shift[1] / STEP)
    return made[np.clip(np.arange(GRID) - down, 0, GRID - 1)] * np.float32(DEPTH_STEP)


def _moved(image: Field, columns: int) -> Field:
    """Shifted to the right, its edges repeated."""
    return image[:, np.clip(np.arange(GRID) - columns, 0, GRID - 1)]


def on_film(body: Habitus, points: Points) -> Points:
    """Columns and rows [N, 2] in film pixels of points [N, 3]."""
    column = (points[:, 0] + points[:, 2] * body.turned + body.shift[0] - LEFT) / SPACING_MM
    return np.stack([column, (points[:, 1] + STEP * round(body.shift[1] / STEP) - TOP) / SPACING_MM], axis=1)


def at_voxels(field: Field, points: Points) -> Field:
    """The values [N] of a field [L, N, N] in the voxels of points [N, 3]."""
    column = np.clip(((points[:, 0] - LEFT) / STEP).astype(int), 0, GRID - 1)
    row = np.clip(((points[:, 1] - TOP) / STEP).astype(int), 0, GRID - 1)
    layer = np.clip(((points[:, 2] - BACK) / DEPTH_STEP).astype(int), 0, LAYERS - 1)
    found: Field = field[layer, row, column]
    return found


def inside(distance: Field, points: Points, margin: float = 0.0) -> Mask:
    """Which points [N, 3] lie at least `margin` millimetres inside a solid, by their voxel."""
    found: Mask = at_voxels(distance, points) < -margin
    return found
