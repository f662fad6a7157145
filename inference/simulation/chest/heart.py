"""Heart and mediastinum: chambers and great vessels joined smoothly, built to a cardiothoracic ratio."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inference.simulation.chest.layout import GRID, LAYERS, LEFT, STEP, TOP, Habitus
from inference.simulation.chest.solids import Axes, capsule, ellipsoid, joined
from inference.simulation.core.fields import Field

_LEFTWARDS = 0.675
"""Share of the heart's width that lies to the left of the midline."""


@dataclass(frozen=True)
class HeartShape:
    """Right and left border in millimetres from the midline, and where the apex and the base lie."""

    right: float
    left: float
    base: float
    floor: float
    upright: float


def heart_shape(body: Habitus, ratio: float, floor: float) -> HeartShape:
    """A heart whose width is `ratio` of the inner rib cage's; `floor` is the height of the diaphragm below it."""
    chest = 2 * float(body.across(205.0).max())
    width = ratio * chest
    left = _LEFTWARDS + 0.03 * (0.5 - body.upright)
    return HeartShape(
        right=(1 - left) * width,
        left=left * width,
        base=104 * body.height,
        floor=floor,
        upright=body.upright,
    )


def heart(at: Axes, shape: HeartShape) -> Field:
    """Signed distance of the heart with its pericardium."""
    across = slice(int((-150 - LEFT) / STEP), GRID)
    down = slice(int((60 - TOP) / STEP), int((305 - TOP) / STEP))
    whole = np.full((LAYERS, GRID, GRID), 60.0, dtype=np.float32)
    whole[:, down, across] = _chambers((at[0][:, :, across], at[1][:, down], at[2]), shape)
    return whole


def _chambers(at: Axes, shape: HeartShape) -> Field:
    low, tall = shape.floor, shape.floor - shape.base
    r, le = shape.right, shape.left
    # Right atrium: the right border, most convex in its lower half.
    made = ellipsoid(at, (-r + 0.62 * r, low - 0.40 * tall, -2), (0.62 * r, 0.40 * tall, 38))
    # Left ventricle: from the base down to the left; its tip makes the left border.
    tip = (le - 0.235 * le, low - 0.155 * tall, 14)
    wide = 0.235 * le
    ventricle = capsule(at, (0.22 * le, low - 0.55 * tall, -6), tip, 0.46 * le, wide)
    made = joined(made, ventricle, 18)
    bulge = ellipsoid(at, (0.44 * le, low - 0.36 * tall, -4), (0.40 * le, 0.31 * tall, 40), 0.75)
    made = joined(made, bulge, 24)
    # Right ventricle in front, resting on the diaphragm.
    made = joined(
        made, ellipsoid(at, (0.24 * le, low - 0.26 * tall, 40), (0.56 * le, 0.30 * tall, 34), 0.25), 14
    )
    # Left atrium behind, and its appendage on the left border below the pulmonary trunk.
    made = joined(made, ellipsoid(at, (0.02 * le, low - 0.66 * tall, -32), (0.50 * le, 0.24 * tall, 28)), 12)
    appendage = capsule(at, (0.26 * le, low - 0.70 * tall, 16), (0.36 * le, low - 0.62 * tall, 12), 14, 15)
    made = joined(made, appendage, 14)
    # Root of the great vessels.
    return joined(made, capsule(at, (2, low - 0.75 * tall, 22), (6, low - 0.98 * tall, 22), 24, 20), 16)


def vessels_and_middle(at: Axes, body: Habitus) -> Field:
    """Signed distance of what lies between the lungs without the heart: great vessels, gullet, spine and fat."""
    # Only the middle of the grid is worked out: nothing of it lies further out.
    near = slice(int((-95 - LEFT) / STEP), int((105 - LEFT) / STEP))
    whole = np.full((LAYERS, GRID, GRID), 60.0, dtype=np.float32)
    whole[:, :, near] = _middle((at[0][:, :, near], at[1], at[2]), body)
    return whole


def _middle(at: Axes, body: Habitus) -> Field:
    x, y, z = at
    h, w, old = body.height, body.width, body.unfolded
    rows = y[0, :, 0].astype(np.float64) / h
    half = (
        np.interp(rows, [-45, -10, 15, 45, 80, 110, 150, 240, 300], [44, 39, 36, 32, 30, 29, 22, 20, 22]) * w
    )
    shifted = x - body.spine_x(rows * h).astype(np.float32)[None, :, None] * 0.6
    middle = half.astype(np.float32)[None, :, None]
    front = np.float32(body.depth * 84)
    q = np.sqrt((shifted / middle) ** 2 + ((z - 16) / (front - 12)) ** 2)
    made: Field = (q - 1) * middle
    spine = (np.hypot(shifted, (z + 70 * np.float32(body.depth)) / 1.1) - np.float32(18 * w)).astype(
        np.float32
    )
    made = joined(made, spine, 14)
    # Superior vena cava and right brachiocephalic vein: the straight upper right border.
    _lay(made, at, [(-36 * w, 8 * h, 5), (-27 * w, 45 * h, 18), (-26 * w, 125 * h, 8)], (10, 12.5, 13.5), 12)
    # Left subclavian artery: the upper left border runs out into the neck.
    _lay(made, at, [(46 * w, 4 * h, -14), (29 * w, 30 * h, -16), (20 * w, 62 * h, -16)], (7, 8, 9), 12)
    for points, radii, reach in _great_vessels(h, w, old):
        _lay(made, at, points, radii, reach)
    return made


def _lay(
    made: Field, at: Axes, points: list[tuple[float, float, float]], radii: tuple[float, ...], reach: float
) -> None:
    """Join rods to a solid in place, worked out only near to them."""
    for number in range(len(points) - 1):
        ends, thick = points[number : number + 2], radii[number : number + 2]
        near = []
        for axis, values in ((0, at[0][0, 0]), (1, at[1][0, :, 0]), (2, at[2][:, 0, 0])):
            margin = max(thick) + 1.5 * reach + 2
            low, high = min(one[axis] for one in ends) - margin, max(one[axis] for one in ends) + margin
            near.append(slice(int(np.searchsorted(values, low)), int(np.searchsorted(values, high))))
        x, y, z = near
        here = (at[0][:, :, x], at[1][:, y], at[2][z])
        made[z, y, x] = joined(made[z, y, x], capsule(here, ends[0], ends[1], thick[0], thick[1]), reach)


def _great_vessels(
    h: float, w: float, old: float
) -> list[tuple[list[tuple[float, float, float]], tuple[float, ...], float]]:
    knob = (26 + 7 * old) * w
    top = (73 - 8 * old) * h
    wide = 13.5 + 2.5 * old
    down = 20 + 9 * old
    return [
        # Ascending aorta and arch, seen end-on as the knob.
        (
            [(-4 - 10 * old, 118 * h, 22), (-8 - 9 * old, 85 * h, 26), (4, top - 4, 6), (knob, top, -30)],
            (16, 15, wide, wide),
            8,
        ),
        (
            [
                (knob, top, -30),
                (down * w, 108 * h, -52),
                (down * 0.9 * w, 170 * h, -58),
                (8 + 6 * old, 250 * h, -56),
            ],
            (wide, 12 + old, 11.5 + old, 10.5),
            5,
        ),
        # Main bronchi in their sleeves, and the right pulmonary artery crossing behind the ascending aorta.
        ([(0, 90 * h, -20), (-30 * w, 114 * h, -14)], (13, 10.5), 8),
        ([(0, 92 * h, -20), (34 * w, 108 * h, -16)], (13, 10.5), 8),
        ([(16, 108 * h, 8), (-30 * w, 114 * h, -2)], (12, 10.5), 8),
        # Pulmonary trunk, going back to the left main artery.
        ([(10, 130 * h, 36), (25 * w, 108 * h, 14), (33 * w, 101 * h, -10)], (15, 14, 11.5), 8),
    ]
