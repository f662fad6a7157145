"""Masses in space, projected on a view: spiculated and irregular ones, and the smooth ones that look like them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from scipy import ndimage

from inference.simulation.core.fields import Field, power_law
from inference.simulation.mammography.layout import SPACING_MM, Points, Pose
from inference.simulation.mammography.marks import Mark, Patch, patch_around
from inference.simulation.mammography.tubes import draw_tubes

_VISIBLE = 0.25


@dataclass(frozen=True, eq=False)
class Mass:
    """A mass around `place`: overlapping balls, and spicules that leave it."""

    place: Points
    radius: float
    """Millimetres."""
    centres: Points
    """Of the balls, [N, 3], millimetres from `place`."""
    radii: Points
    spicules: tuple[tuple[Points, Points], ...]
    """Points [N, 3] in millimetres from `place`, and radii [N]."""
    margin: float
    """How soft its margin is, millimetres."""
    rough: float
    """How uneven its margin is, millimetres."""
    hollow: float = 0.0
    """Share of a fatty hilum's depth, 0 for none."""


def spiculated(rng: Generator, place: Points, radius: float, length: float) -> Mass:
    """A dense small centre with lines that radiate from it by about `length` millimetres."""
    centres, radii = _balls(rng, radius, count=6, spread=0.45, size=(0.55, 0.8))
    lines = []
    for _ in range(int(rng.integers(22, 34))):
        way = _direction(rng)
        reach = radius * 0.7 + length * rng.uniform(0.45, 1.25)
        t = np.linspace(0.15, 1, 10)[:, None]
        bend = np.cross(way, _direction(rng)) * rng.uniform(-0.12, 0.12) * reach
        lines.append((way * reach * t + bend * t**2, np.linspace(0.75, 0.2, 10) * rng.uniform(0.5, 0.9)))
    return Mass(place, radius, centres, radii, tuple(lines), margin=0.8, rough=0.9)


def irregular(rng: Generator, place: Points, radius: float) -> Mass:
    """Round with a microlobulated margin, or lobulated and ill defined, equally often."""
    if rng.random() < 0.5:
        core = np.array([[0.0, 0.0, 0.0]]), np.array([0.82 * radius])
        knobs, sizes = _balls(rng, radius, count=22, spread=0.80, size=(0.16, 0.30), shell=True)
        centres, radii = np.concatenate((core[0], knobs)), np.concatenate((core[1], sizes))
        return Mass(place, radius, centres, radii, (), margin=0.45, rough=0.3)
    centres, radii = _balls(rng, radius, count=7, spread=0.62, size=(0.40, 0.68))
    return Mass(place, radius, centres, radii, (), margin=rng.uniform(1.1, 1.8), rough=1.3)


def smooth_mass(place: Points, radius: float, stretch: Points, margin: float, *, hollow: float = 0.0) -> Mass:
    """An oval with an even, sharp margin, stretched along the vector `stretch` (in radii)."""
    steps = np.linspace(-1, 1, 5)[:, None]
    centres = steps * stretch * radius
    return Mass(place, radius, centres, np.full(5, radius), (), margin=margin, rough=0.0, hollow=hollow)


def mass_mark(rng: Generator, mass: Mass, pose: Pose, peak: float) -> Mark:
    """The mass on a view, `peak` (natural logarithm) the attenuation it adds at its thickest."""
    middle = pose.seen(mass.place)
    spread = max((float(np.abs(points).max()) for points, _ in mass.spicules), default=0.0)
    reach = (max(2.3 * mass.radius, spread) + 4 * mass.margin) / SPACING_MM
    patch = patch_around(middle[0], middle[1], reach)
    body = _body(rng, mass, pose, patch)
    lines = _lines(mass, pose, patch)
    added = (peak * np.maximum(body, 0.0) + peak * 0.55 * np.clip(lines, 0, 1.2) * (body < 0.9)).astype(np.float32)
    soft = ndimage.gaussian_filter(np.maximum(body, 0.45 * np.clip(lines, 0, 1)), 1.5)
    return Mark(patch, added, _largest(soft >= _VISIBLE * float(soft.max())))


def _body(rng: Generator, mass: Mass, pose: Pose, patch: Patch) -> Field:
    """Thickness of the balls together, peak 1."""
    rows, columns = patch.grid()
    uneven = power_law(rng, (patch.height, patch.width), beta=3.0, lowest=1 / 25) * mass.rough / SPACING_MM
    squared = np.zeros((patch.height, patch.width), dtype=np.float32)
    for centre, radius in zip(pose.seen(mass.place + mass.centres), mass.radii, strict=True):
        r = radius / SPACING_MM
        away = np.hypot(columns - centre[0], rows - centre[1]) + uneven
        squared = np.maximum(squared, (r**2 - np.maximum(away, 0) ** 2).astype(np.float32))
    body = np.sqrt(np.maximum(squared, 0))
    body = ndimage.gaussian_filter(body, mass.margin / SPACING_MM)
    if mass.hollow:
        centre = pose.seen(mass.place + np.array([0.25, 0.35, 0.1]) * mass.radius)
        r = 0.55 * mass.radius / SPACING_MM
        hole = np.exp(-(((columns - centre[0]) ** 2 + (rows - centre[1]) ** 2) / (2 * r**2)))
        body = body * (1 - mass.hollow * hole)
    made: Field = (body / max(float(body.max()), 1e-6)).astype(np.float32)
    # A projected solid is flatter than a sphere's chord, and its edge steeper.
    return made**0.8


def _lines(mass: Mass, pose: Pose, patch: Patch) -> Field:
    if not mass.spicules:
        return np.zeros((patch.height, patch.width), dtype=np.float32)
    tubes = [(pose.seen(mass.place + points), radii, 1.0) for points, radii in mass.spicules]
    return draw_tubes(tubes, (patch.height, patch.width), origin=(patch.top, patch.left))


def _balls(
    rng: Generator, radius: float, *, count: int, spread: float, size: tuple[float, float], shell: bool = False
) -> tuple[Points, Points]:
    ways = np.stack([_direction(rng) for _ in range(count)])
    away = np.full(count, spread) if shell else spread * rng.uniform(0, 1, count) ** (1 / 3)
    return ways * (away * radius)[:, None], rng.uniform(*size, count) * radius


def _direction(rng: Generator) -> Points:
    way = rng.normal(0, 1, 3)
    return np.asarray(way / math.sqrt(float((way**2).sum())))


def _largest(seen: Field) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    pieces, count = ndimage.label(seen)
    if count <= 1:
        return np.asarray(seen, dtype=bool)
    sizes = np.bincount(pieces.ravel())[1:]
    return np.asarray(pieces == int(sizes.argmax()) + 1)
