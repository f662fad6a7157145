"""Swept solids as clouds of small volumes that are counted on the film: exact path lengths whatever the course."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from inference.simulation.chest.layout import SIZE, SPACING_MM, Points
from inference.simulation.core.fields import Field

_FINER = 2


@dataclass(frozen=True, eq=False)
class Cloud:
    """Places [N, 3] in millimetres, and what each of them holds in cubic millimetres (times a density)."""

    places: Points
    volumes: Points

    def __add__(self, other: Cloud) -> Cloud:
        return Cloud(
            np.concatenate([self.places, other.places]), np.concatenate([self.volumes, other.volumes])
        )


def counted(at: Points, volumes: Points) -> Field:
    """Millimetres along the beam [SIZE, SIZE] of volumes at film pixels `at` [N, 2] (column, row)."""
    side = SIZE * _FINER
    column, row = np.floor(at * _FINER).astype(np.int64).T
    kept = (column >= 0) & (column < side) & (row >= 0) & (row < side)
    flat = np.bincount(row[kept] * side + column[kept], weights=volumes[kept], minlength=side * side)
    fine = flat.reshape(SIZE, _FINER, SIZE, _FINER).sum(axis=(1, 3)) / SPACING_MM**2
    made: Field = ndimage.gaussian_filter(fine.astype(np.float32), 0.55)
    return made


def spread(count: int) -> tuple[Points, Points, Points]:
    """`count` places spread evenly along [0, 1) and, independently, over the unit disc: (along, u, v)."""
    number = np.arange(count) + 0.5
    out, turn = np.sqrt((number * 0.7548776662466927) % 1.0), (number * 0.5698402909980532) % 1.0
    return number / max(count, 1), out * np.cos(2 * math.pi * turn), out * np.sin(2 * math.pi * turn)


def swept(
    points: Points,
    radii: Points,
    *,
    upwards: Points | None = None,
    dense: float = 90.0,
    crust: float = 0.0,
    marrow: float = 1.0,
    keel: float = 0.0,
) -> Cloud:
    """A tube along a polyline [N, 3]: radii [N] or [N, 2] (along `upwards` [N, 3], and across it).

    With a `crust` (share of the radius) only that is counted in full, the inside `marrow` times; `keel` thickens
    the crust on one side (-1 to 1). `dense` is how many places are counted on a millimetre of its length.
    """
    lengths = np.linalg.norm(np.diff(points, axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    share, u, v = spread(max(int(along[-1] * dense), 8))
    at = share * along[-1]
    guide = np.tile([0.05, 0.3, 1.0], (len(points), 1)) if upwards is None else np.asarray(upwards)
    tangent = np.gradient(points, along, axis=0)
    columns = radii if radii.ndim == 2 else radii[:, None]
    table = np.concatenate([points, tangent, guide, columns[:, :1], columns[:, -1:]], axis=1)
    table = np.stack([np.interp(at, along, table[:, one]) for one in range(table.shape[1])], axis=1)
    centre, tangent, guide, h, w = np.split(table, [3, 6, 9, 10], axis=1)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True) + 1e-9
    first = guide - (guide * tangent).sum(axis=1, keepdims=True) * tangent
    first /= np.linalg.norm(first, axis=1, keepdims=True) + 1e-9
    second = np.cross(tangent, first)
    places = centre + h * u[:, None] * first + w * v[:, None] * second
    density = np.ones(len(u))
    if crust:
        density = np.where(np.hypot(u, v) > 1 - crust * (1 + keel * u), 1.0, marrow)
    return Cloud(places, math.pi * (h * w)[:, 0] * density * along[-1] / len(u))


def rods(starts: Points, ends: Points, radii: Points, *, wall: float = 0.0) -> Cloud:
    """Many straight rods [N, 3] to [N, 3] of radii [N] as one cloud; with a `wall` (millimetres) hollow ones."""
    along = ends - starts
    length = np.linalg.norm(along, axis=1)
    number = np.ceil(length * np.clip(9 * radii**1.8, 6, 420) * (3 if wall else 1)).astype(int) + 1
    which = np.repeat(np.arange(len(starts)), number)
    _, u, v = spread(len(which))
    share = (np.arange(len(which)) * 0.6180339887498949) % 1.0
    tangent = along / (length[:, None] + 1e-9)
    first = np.cross(tangent, [0.1, 0.3, 1.0])
    first /= np.linalg.norm(first, axis=1, keepdims=True) + 1e-9
    second = np.cross(tangent, first)
    outer = (radii + wall)[which]
    places = starts[which] + share[:, None] * along[which]
    places += (outer * u)[:, None] * first[which] + (outer * v)[:, None] * second[which]
    volumes = math.pi * outer**2 * (length / number)[which]
    if wall:
        volumes = volumes * (np.hypot(u, v) * outer > radii[which])
    return Cloud(places, volumes)


def bezier(control: Points, count: int = 24) -> Points:
    """A smooth curve [count, 3] through `control` [N, 3] (Catmull–Rom)."""
    padded = np.concatenate([2 * control[:1] - control[1:2], control, 2 * control[-1:] - control[-2:-1]])
    made = []
    for one in range(len(control) - 1):
        a, b, c, d = padded[one : one + 4]
        t = np.linspace(0, 1, count, endpoint=False)[:, None]
        made.append(
            0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        )
    return np.concatenate([*made, control[-1:]])
