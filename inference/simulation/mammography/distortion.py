"""Architectural distortion on a view: straight lines to a point without a mass, and tissue drawn to it."""

from __future__ import annotations

import math

import numpy as np
from numpy.random import Generator

from inference.simulation.core.fields import Field
from inference.simulation.mammography.layout import SPACING_MM, Points, Pose
from inference.simulation.mammography.marks import Mark, Patch, patch_around
from inference.simulation.mammography.tubes import draw_tubes


def radiating(rng: Generator, radius: float) -> list[tuple[Points, Points]]:
    """Straight thin lines in space (points [N, 3] from the centre, radii [N], millimetres) of about `radius`."""
    lines = []
    for _ in range(int(rng.integers(26, 36))):
        way = rng.normal(0, 1, 3)
        way = way / math.sqrt(float((way**2).sum()))
        t = np.linspace(rng.uniform(0.08, 0.2), rng.uniform(0.7, 1.25), 8)[:, None]
        lines.append((way * t * radius, np.linspace(0.45, 0.2, 8) * rng.uniform(0.7, 1.2)))
    return lines


def distortion_mark(
    lines: list[tuple[Points, Points]], place: Points, radius: float, pose: Pose, peak: float, strength: float
) -> Mark:
    """The lines on a view, each adding up to about `peak` (natural logarithm); tissue pulled by `strength`, 0–1."""
    middle = pose.seen(place)
    reach = 1.5 * radius / SPACING_MM
    patch = patch_around(middle[0], middle[1], reach)
    tubes = [(pose.seen(place + points), radii, 1.0) for points, radii in lines]
    drawn = draw_tubes(tubes, (patch.height, patch.width), origin=(patch.top, patch.left))
    rows, columns = patch.grid()
    away = np.hypot(columns - middle[0], rows - middle[1])
    # No bright centre: where all lines meet, the eye finds nothing.
    bare = 1 - 0.8 * np.exp(-((away * SPACING_MM / (0.16 * radius)) ** 2))
    added = (peak * np.minimum(drawn, 1.1) * bare).astype(np.float32)
    seen = np.asarray(away <= 0.85 * radius / SPACING_MM)
    return Mark(patch, added, seen, _pull(patch, middle, radius / SPACING_MM, strength))


def _pull(patch: Patch, middle: Points, radius: float, strength: float) -> tuple[Field, Field]:
    """Tissue drawn towards the middle, most at half the radius, nothing at the patch's edge."""
    rows, columns = patch.grid()
    down, right = rows - middle[1], columns - middle[0]
    away = np.hypot(down, right)
    share = strength * np.exp(-((away / (0.62 * radius)) ** 2)) * np.clip(1.35 - away / radius, 0, 1)
    return (down * share).astype(np.float32), (right * share).astype(np.float32)
