"""Calcifications in space, projected on a view: suspicious clusters, and the coarse and vascular ones."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw
from scipy import ndimage

from inference.simulation.core.fields import Field, power_law
from inference.simulation.mammography.layout import SPACING_MM, Points, Pose
from inference.simulation.mammography.marks import Mark, Patch, patch_around

_FINER = 4


@dataclass(frozen=True, eq=False)
class Cluster:
    """Specks: centres and half axes [N, 3] in millimetres from the nipple, and brightness [N] about 1."""

    centres: Points
    axes: Points
    width: Points
    """Half of each speck's width, millimetres [N]."""
    bright: Points


def pleomorphic(rng: Generator, place: Points, radius: float, count: int, size: float) -> Cluster:
    """A group of specks of different sizes and shapes, `size` millimetres across on average."""
    centres = place + _ball(rng, count) * radius
    sizes = size * np.exp(rng.normal(0, 0.35, count))
    axes = _ways(rng, count) * (0.5 * sizes * rng.uniform(0.1, 1.0, count))[:, None]
    return Cluster(centres, axes, 0.45 * sizes, rng.uniform(0.65, 1.2, count))


def fine_linear(rng: Generator, place: Points, radius: float, count: int, size: float) -> Cluster:
    """Rods and dots along a duct's branches, in a wedge that points to the nipple."""
    towards = -place / math.sqrt(float((place**2).sum()))
    tip = place + towards * radius * 1.5
    centres, axes = [], []
    twigs = max(4, count // 6)
    ways = []
    for _ in range(twigs):
        way = -towards + 0.42 * rng.normal(0, 1, 3)
        ways.append(way / math.sqrt(float((way**2).sum())))
    for number in range(count):
        way = ways[number % twigs]
        along = rng.uniform(0.15, 1.0) * 3.0 * radius
        turn = way + 0.25 * rng.normal(0, 1, 3)
        centres.append(tip + way * along + rng.normal(0, 0.3, 3))
        axes.append(turn * size * rng.uniform(0.4, 1.8))
    widths = 0.38 * size * rng.uniform(0.7, 1.2, count)
    return Cluster(np.array(centres), np.array(axes), widths, rng.uniform(0.6, 1.15, count))


def tram_track(rng: Generator, points: Points, radius: float) -> Cluster:
    """Broken parallel lines of calcium in both walls of the vessel along points [N, 3]."""
    centres, axes = [], []
    present = np.cumsum(rng.normal(0, 0.35, len(points)))
    for number, (start, end) in enumerate(zip(points[:-1], points[1:], strict=True)):
        if math.sin(2.4 * float(present[number])) < -0.35:
            continue
        step = (end - start) / 2
        # Seen on both views, the walls lie across the vessel within either view's plane.
        for wall in (np.array([0.5, 0.8, 0.8]), np.array([-0.5, -0.8, -0.8])):
            across = wall - step * float(wall @ step) / max(float(step @ step), 1e-9)
            across = across / max(math.sqrt(float(across @ across)), 1e-6)
            if rng.random() < 0.85:
                centres.append((start + end) / 2 + across * radius)
                axes.append(step * rng.uniform(0.5, 1.1))
    count = len(centres)
    return Cluster(np.array(centres), np.array(axes), rng.uniform(0.16, 0.28, count), rng.uniform(0.5, 1, count))


def cluster_mark(cluster: Cluster, pose: Pose, peak: float, *, margin: float = 1.5) -> Mark:
    """Specks on a view, each adding about `peak` (natural logarithm); seen within their hull and a margin in mm."""
    ends = pose.seen(np.stack((cluster.centres - cluster.axes, cluster.centres + cluster.axes)))
    middle = ends.reshape(-1, 2).mean(axis=0)
    reach = float(np.abs(ends.reshape(-1, 2) - middle).max()) + 8 + margin / SPACING_MM
    patch = patch_around(middle[0], middle[1], reach)
    added = _specks(ends, cluster, patch) * np.float32(peak)
    return Mark(patch, added, _hull(ends.reshape(-1, 2), patch, margin))


def popcorn(rng: Generator, place: Points, radius: float, pose: Pose, peak: float) -> Mark:
    """One coarse, very dense calcification like popcorn, of a fibroadenoma that has shrunk."""
    middle = pose.seen(place)
    r = radius / SPACING_MM
    patch = patch_around(middle[0], middle[1], 2.2 * r + 4)
    rows, columns = patch.grid()
    away = np.hypot(columns - middle[0], rows - middle[1])
    lumps = power_law(rng, (patch.height, patch.width), beta=2.2, lowest=1 / (1.6 * r))
    shape = np.clip(1.6 * (1 - away / r) + 0.9 * lumps * (away < 1.5 * r), 0, 1)
    added = ndimage.gaussian_filter(shape, 0.7).astype(np.float32)
    return Mark(patch, peak * added, added > 0.25)


def _specks(ends: Points, cluster: Cluster, patch: Patch) -> Field:
    canvas = Image.new("F", (patch.width * _FINER, patch.height * _FINER))
    draw = ImageDraw.Draw(canvas)
    offset = np.array([patch.left, patch.top], dtype=float) - 0.5
    for number in range(len(cluster.centres)):
        start, end = ((point - offset) * _FINER for point in ends[:, number])
        half = max(cluster.width[number] / SPACING_MM * _FINER, 1.0)
        level = float(cluster.bright[number])
        draw.line((*start, *end), fill=level, width=max(1, round(2 * half)))
        for x, y in (start, end):
            draw.ellipse((x - half, y - half, x + half, y + half), fill=level)
    fine = np.asarray(canvas, dtype=np.float32).reshape(patch.height, _FINER, patch.width, _FINER)
    made: Field = fine.mean(axis=(1, 3))
    return made


def _hull(points: Points, patch: Patch, margin: float) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """The specks' convex outline widened by `margin` millimetres, on the patch."""
    canvas = Image.new("L", (patch.width, patch.height))
    at = points - np.array([patch.left, patch.top])
    ring = [(float(x), float(y)) for x, y in _convex(at)]
    draw = ImageDraw.Draw(canvas)
    if len(ring) >= 3:
        draw.polygon(ring, fill=255, outline=255)
    for x, y in ring:
        draw.point((x, y), fill=255)
    filled = np.asarray(canvas) > 0
    if not filled.any():
        filled = np.zeros_like(filled)
        filled[patch.height // 2, patch.width // 2] = True
    return np.asarray(ndimage.distance_transform_edt(~filled) <= margin / SPACING_MM)


def _convex(points: Points) -> list[Points]:
    """The convex hull in order (Andrew's monotone chain)."""
    ordered = sorted(points.tolist())
    halves: list[list[list[float]]] = []
    for sequence in (ordered, ordered[::-1]):
        chain: list[list[float]] = []
        for x, y in sequence:
            while len(chain) >= 2 and _turn(chain[-2], chain[-1], (x, y)) <= 0:
                chain.pop()
            chain.append([x, y])
        halves.append(chain[:-1])
    return [np.array(point) for point in halves[0] + halves[1]]


def _turn(a: list[float], b: list[float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _ways(rng: Generator, count: int) -> Points:
    ways = rng.normal(0, 1, (count, 3))
    return np.asarray(ways / np.sqrt((ways**2).sum(axis=1, keepdims=True)))


def _ball(rng: Generator, count: int) -> Points:
    return np.asarray(_ways(rng, count) * (rng.uniform(0, 1, count) ** (1 / 2.5))[:, None])
