"""Ducts and vessels of a breast as tubes in space, and drawing tubes on a view."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw
from scipy import ndimage

from inference.simulation.core.fields import Field
from inference.simulation.mammography.layout import SPACING_MM, Breast, Points, Pose

_FINER = 3


@dataclass(frozen=True, eq=False)
class Tube:
    """A curved tube: points [N, 3] (a, x, y) and radii [N] in millimetres; `filling` is its density, gland = 1."""

    points: Points
    radii: Points
    filling: float = 1.0


def draw_tubes(
    tubes: Sequence[tuple[Points, Points, float]], shape: tuple[int, int], *, origin: tuple[int, int] = (0, 0)
) -> Field:
    """Millimetres along the beam of tubes on an image [H, W] whose corner is at `origin` (row, column).

    A tube is (points [N, 2] column and row in pixels, radii [N] in millimetres, filling).
    """
    height, width = shape
    canvas = Image.new("F", (width * _FINER, height * _FINER))
    draw = ImageDraw.Draw(canvas)
    offset = np.array([origin[1], origin[0]], dtype=float)
    # Nested strokes make the round profile of a tube; all outer ones first, so that crossings stay bright.
    for share, level in ((1.0, 0.45), (0.8, 0.85), (0.5, 1.0)):
        for points, radii, filling in tubes:
            at = (points - offset) * _FINER
            for start, end, radius in zip(at[:-1], at[1:], radii, strict=False):
                stroke = max(1, round(2 * share * radius / SPACING_MM * _FINER))
                draw.line((*start, *end), fill=2 * radius * level * filling, width=stroke)
    fine = np.asarray(canvas, dtype=np.float32).reshape(height, _FINER, width, _FINER)
    made: Field = ndimage.gaussian_filter(fine.mean(axis=(1, 3)), 0.5)
    return made


def draw_vessels(rng: Generator, breast: Breast) -> list[Tube]:
    """Some vessels in the fat, wavy, narrowing from the chest wall to the nipple, some of them branching."""
    tubes = []
    for _ in range(int(rng.integers(4, 8))):
        angle = rng.uniform(0, 2 * math.pi)
        start = np.array([0.98 * breast.depth, 0.0, 0.0])
        out = rng.uniform(0.55, 0.88) * breast.half_width
        start[1:] = out * math.cos(angle), out * math.sin(angle)
        end = np.array([rng.uniform(0.15, 0.45) * breast.depth, 0.0, 0.0])
        turn = angle + rng.normal(0, 0.5)
        end[1:] = rng.uniform(0.15, 0.5) * breast.half_width * np.array([math.cos(turn), math.sin(turn)])
        radius = rng.uniform(0.5, 1.1)
        main = _wavy(rng, start, end, 40, wave=rng.uniform(1.5, 4.0))
        radii = radius * np.linspace(1.0, 0.45, 40)
        tubes.append(Tube(main, radii, 0.75))
        for _ in range(int(rng.integers(0, 3))):
            fork = int(rng.integers(8, 30))
            tip = main[fork] + (end - start) * rng.uniform(0.2, 0.45) + rng.normal(0, 9, 3)
            branch = _wavy(rng, main[fork], tip, 20, wave=1.8)
            tubes.append(Tube(branch, radii[fork] * np.linspace(0.75, 0.35, 20), 0.75))
    return tubes


def draw_ducts(rng: Generator, breast: Breast) -> list[Tube]:
    """The lactiferous ducts behind the nipple, fanning out and forking once or twice."""
    tubes = []
    for _ in range(int(rng.integers(6, 11))):
        tip = np.array([rng.uniform(22, 48), *(rng.normal(0, 0.28 * breast.cone, 2))])
        main = _wavy(rng, np.array([0.0, *rng.normal(0, 1.0, 2)]), tip, 18, wave=1.5)
        tubes.append(Tube(main, rng.uniform(0.35, 0.7) * np.linspace(1.0, 0.6, 18), 0.8))
        for _ in range(int(rng.integers(0, 3))):
            fork = main[int(rng.integers(7, 15))]
            end = fork + np.array([rng.uniform(8, 20), *rng.normal(0, 6, 2)])
            tubes.append(Tube(_wavy(rng, fork, end, 12, wave=1.0), np.linspace(0.4, 0.25, 12), 0.8))
    return tubes


def on_view(tube: Tube, pose: Pose) -> tuple[Points, Points, float]:
    """A tube as `draw_tubes` takes it."""
    return pose.seen(tube.points), tube.radii, tube.filling


def _wavy(rng: Generator, start: Points, end: Points, count: int, *, wave: float) -> Points:
    """A smooth wandering curve [count, 3] between two places that strays by about `wave` millimetres."""
    t = np.linspace(0, 1, count)
    made = start + (end - start) * t[:, None]
    for turn in range(1, 5):
        swing = rng.normal(0, 1, 3) * wave / turn**0.8
        made += np.sin(math.pi * turn * t)[:, None] * swing
    return np.asarray(made)
