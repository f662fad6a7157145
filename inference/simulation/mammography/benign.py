"""What is taken for a suspicious finding and isn't: cyst, lymph node, benign calcifications, summation, skin fold."""

from __future__ import annotations

import math

import numpy as np
from numpy.random import Generator
from scipy import ndimage

from inference.simulation.cases import GRADES
from inference.simulation.mammography.layout import HEIGHT, SPACING_MM, WIDTH, Points, Pose
from inference.simulation.mammography.lesions import Lesion, at_pixel
from inference.simulation.mammography.strokes import Added, empty, rounded_mass, specks, spicules
from inference.simulation.mammography.tubes import Tube

LOOK_ALIKES = (
    "cyst",
    "lymph-node",
    "vascular-calcification",
    "popcorn-calcification",
    "summation",
    "skin-fold",
)
NEAR_SKIN = ("lymph-node", "skin-fold")
"""Look-alikes of the upper outer breast, near its skin."""


def draw_benign(rng: Generator, concept: str, grade: str, place: Points, vessel: Tube) -> Lesion:
    """The look-alike of a concept of `LOOK_ALIKES`; the later its grade in `GRADES`, the more alike it is.

    `vessel` is the one that calcifies. Raises KeyError for any other concept, ValueError for another grade.
    """
    likeness = GRADES.index(grade) / (len(GRADES) - 1)
    seed = int(rng.integers(2**32))
    make = {
        "cyst": _cyst,
        "lymph-node": _node,
        "popcorn-calcification": _popcorn,
        "summation": _summation,
        "skin-fold": _fold,
    }
    if concept == "vascular-calcification":
        return _vascular(seed, likeness, vessel)
    return make[concept](seed, likeness, place)


def _stream(seed: int, pose: Pose) -> Generator:
    return np.random.default_rng([seed, 1 if pose.view == "CC" else 2])


def _cyst(seed: int, likeness: float, place: Points) -> Lesion:
    radius = float(np.random.default_rng(seed).uniform(5.0, 10.0))

    def on_view(pose: Pose) -> Added:
        rng = _stream(seed, pose)
        fluid = 0.8 * rounded_mass(rng, at_pixel(pose, place), radius, lobes=0.02 + 0.10 * likeness)
        return Added(gland=ndimage.gaussian_filter(fluid, 0.4 + likeness))

    return Lesion(place, radius, on_view)


def _node(seed: int, likeness: float, place: Points) -> Lesion:
    """Kidney-shaped, with a fatty hilum that shows less and less the more alike it is."""
    first = np.random.default_rng(seed)
    radius, notch = float(first.uniform(4.0, 7.5)), float(first.uniform(0, 2 * math.pi))

    def on_view(pose: Pose) -> Added:
        rng, at = _stream(seed, pose), at_pixel(pose, place)
        body = 0.85 * rounded_mass(rng, at, radius, lobes=0.04)
        beside = 0.45 * radius / SPACING_MM
        hilum = (at[0] + beside * math.cos(notch), at[1] + beside * math.sin(notch))
        fat = rounded_mass(rng, hilum, 0.5 * radius, lobes=0.1)
        return Added(gland=np.maximum(body - (1.15 - 0.7 * likeness) * fat, 0).astype(np.float32))

    return Lesion(place, radius, on_view)


def _popcorn(seed: int, likeness: float, place: Points) -> Lesion:
    """Coarse lumps in an old fibroadenoma; the more alike, the smaller and the more scattered."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(5, 9))
    spots = place + rng.normal(0, 1.3 + 1.2 * likeness, (count, 3))
    length = rng.uniform(1.4, 2.8, count) * (1 - 0.55 * likeness)
    sizes = np.stack((length, length * rng.uniform(0.7, 1.0, count)), axis=1)
    turns = rng.uniform(0, math.pi, count)

    def on_view(pose: Pose) -> Added:
        shadow = 0.4 * rounded_mass(_stream(seed, pose), at_pixel(pose, place), 5.0, lobes=0.08)
        return Added(gland=shadow, calcium=specks(pose.seen(spots), sizes, turns))

    return Lesion(place, 6.0, on_view)


def _vascular(seed: int, likeness: float, vessel: Tube) -> Lesion:
    """Two rows along a vessel's walls; the more alike, the shorter the stretch that has them."""
    rng = np.random.default_rng(seed)
    whole = len(vessel.points)
    length = max(6, round(whole * (0.75 - 0.5 * likeness)))
    start = int(rng.integers(0, whole - length + 1))
    path = vessel.points[start : start + length]
    middle = path[length // 2]
    gaps = rng.random((2, 5 * length)) < 0.72

    def on_view(pose: Pose) -> Added:
        seen = pose.seen(path)
        steps = np.linspace(0, length - 1, 5 * length)
        line = np.stack([np.interp(steps, np.arange(length), seen[:, axis]) for axis in (0, 1)], axis=1)
        way = np.gradient(line, axis=0)
        way /= np.maximum(np.hypot(way[:, :1], way[:, 1:]), 1e-6)
        turns = np.arctan2(way[:, 1], way[:, 0])
        normal = np.stack((-way[:, 1], way[:, 0]), axis=1)
        calcium = empty()
        for side, kept in zip((-1, 1), gaps, strict=True):
            points = line + side * normal * 0.75 / SPACING_MM
            sizes = np.tile((0.9, 0.36), (int(kept.sum()), 1))
            calcium = calcium + specks(points[kept], sizes, turns[kept])
        return Added(calcium=calcium)

    return Lesion(middle, 0.0, on_view)


def _summation(seed: int, likeness: float, place: Points) -> Lesion:
    """Normal tissue that happens to overlap: a density on one view without anything on the other."""
    first = np.random.default_rng(seed)
    only = str(first.choice(["CC", "MLO"]))
    radius = float(first.uniform(5.0, 8.0))

    def on_view(pose: Pose) -> Added:
        if pose.view != only:
            return Added()
        rng, at = _stream(seed, pose), at_pixel(pose, place)
        shadow = ndimage.gaussian_filter(rounded_mass(rng, at, radius, lobes=0.5), 5.0)
        strands = spicules(rng, at, count=7, start=0.0, reach=(6.0, 14.0), width=0.35)
        return Added(gland=(0.45 + 0.35 * likeness) * shadow + 0.5 * likeness * strands)

    return Lesion(place, radius, on_view)


def _fold(seed: int, likeness: float, place: Points) -> Lesion:
    """Skin doubled between the plates, on one view: a bright line, air in the crease dark beside it, a soft lap.

    The more alike, the shorter it is and the less air shows.
    """
    first = np.random.default_rng(seed)
    only = "MLO" if first.random() < 0.75 else "CC"
    length, bend = 58.0 - 30.0 * likeness, float(first.uniform(90.0, 200.0))
    slant, lap = float(first.normal(0, 0.25)), float(first.uniform(7.0, 14.0))

    def on_view(pose: Pose) -> Added:
        if pose.view != only:
            return Added()
        column, row = at_pixel(pose, place)
        # It runs as the skin does: across the way to the nipple's side of the breast, bulging outwards.
        out_x, out_y = 0.62 * pose.up[0] - 0.78 * pose.back[0], 0.62 * pose.up[1] - 0.78 * pose.back[1]
        turned = math.atan2(out_y, out_x) + slant
        x = (np.arange(WIDTH, dtype=np.float32) - column)[None, :] * SPACING_MM
        y = (np.arange(HEIGHT, dtype=np.float32) - row)[:, None] * SPACING_MM
        along = -x * math.sin(turned) + y * math.cos(turned)
        beyond = x * math.cos(turned) + y * math.sin(turned) + along**2 / (2 * bend)
        ends = np.clip((length / 2 - np.abs(along)) / 9, 0, 1) ** 1.5
        crease = 5.0 * np.exp(-((beyond / 0.75) ** 2))
        air = (3.2 - 2.6 * likeness) * np.exp(-(((beyond - 1.7) / 0.7) ** 2))
        doubled = 1.8 * np.exp(-np.maximum(-beyond, 0) / lap) * (beyond < 0)
        return Added(gland=(ends * (crease + ndimage.gaussian_filter(doubled, 1.0) - air)).astype(np.float32))

    return Lesion(place, length / 2, on_view)
