"""Signed distances of simple solids on the voxel grid, negative inside, and how they join smoothly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from inference.simulation.core.fields import Field

Axes = tuple[Field, Field, Field]


def joined(one: Field, other: Field, reach: float) -> Field:
    """The union of two solids, its crease filled over `reach` millimetres."""
    share = np.clip(0.5 + (other - one) * np.float32(0.5 / reach), 0, 1)
    made: Field = other + (one - other) * share - np.float32(reach) * share * (1 - share)
    return made


def common(one: Field, other: Field, reach: float) -> Field:
    """What two solids share, its edge rounded over `reach` millimetres."""
    return -joined(-one, -other, reach)


def ellipsoid(at: Axes, centre: Sequence[float], radii: Sequence[float], tilt: float = 0.0) -> Field:
    """An ellipsoid, turned by `tilt` radians in the film's plane (from x towards y)."""
    x, y, z = (axis - np.float32(middle) for axis, middle in zip(at, centre, strict=True))
    if tilt:
        c, s = np.float32(np.cos(tilt)), np.float32(np.sin(tilt))
        x, y = c * x + s * y, c * y - s * x
    a, b, c_ = (np.float32(one) for one in radii)
    squared = (x / a) ** 2 + (y / b) ** 2 + (z / c_) ** 2
    steep = (x / a**2) ** 2 + (y / b**2) ** 2 + (z / c_**2) ** 2
    q = np.sqrt(squared)
    made: Field = q * (q - 1) / np.maximum(np.sqrt(steep), 1e-4)
    return np.maximum(made, -np.float32(min(radii)))


def capsule(at: Axes, start: Sequence[float], end: Sequence[float], first: float, last: float) -> Field:
    """A rod with round ends whose radius goes from `first` to `last`."""
    along = [np.float32(two - one) for one, two in zip(start, end, strict=True)]
    x, y, z = (axis - np.float32(one) for axis, one in zip(at, start, strict=True))
    length = sum(float(one) ** 2 for one in along)
    share = np.clip((x * along[0] + y * along[1] + z * along[2]) / np.float32(length), 0, 1)
    x, y, z = x - share * along[0], y - share * along[1], z - share * along[2]
    made: Field = np.sqrt(x * x + y * y + z * z) - (np.float32(first) + share * np.float32(last - first))
    return made


def filled(distance: Field, edge: float = 0.9) -> Field:
    """How much of a voxel a solid fills, from its distance: 0 to 1 over about twice `edge` millimetres."""
    made: Field = np.clip(0.5 - distance * np.float32(0.5 / edge), 0, 1)
    return made
