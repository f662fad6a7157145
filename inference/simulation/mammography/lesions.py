"""Suspicious findings on a view: masses, clusters of calcifications, distortion; each grade with its own force."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random import Generator
from scipy import ndimage

from inference.simulation.cases import GRADES
from inference.simulation.mammography.layout import SPACING_MM, Points, Pose
from inference.simulation.mammography.strokes import (
    Added,
    Pull,
    disc,
    hull,
    rounded_mass,
    specks,
    spicules,
    visible,
)

ABNORMAL = {
    "spiculated-mass": "mass",
    "lobulated-mass": "mass",
    "round-mass": "mass",
    "pleomorphic-calcifications": "calcifications",
    "linear-calcifications": "calcifications",
    "architectural-distortion": "distortion",
}


@dataclass(frozen=True)
class Force:
    """How strong a grade's findings are."""

    radius: float
    """Of a mass, in millimetres."""
    density: float
    """Of a mass, as a share of gland."""
    specks: int
    calcium: float
    """Size of the specks, as a share of the usual."""
    strands: int
    """Of a distortion."""
    strength: float
    """Of a distortion's strands and pull, as a share of the usual."""
    stands_out: tuple[float, float]
    """Contrast over the local texture that a mass and calcifications are brought to, where tissue allows it."""


FORCES = dict(
    zip(
        GRADES,
        (
            Force(12.0, 1.60, specks=40, calcium=2.0, strands=25, strength=4.7, stands_out=(3.7, 8.0)),
            Force(10.1, 1.39, specks=32, calcium=1.8, strands=23, strength=3.4, stands_out=(3.1, 5.5)),
            Force(8.8, 1.25, specks=25, calcium=1.55, strands=21, strength=2.8, stands_out=(2.8, 3.7)),
            Force(7.9, 1.14, specks=21, calcium=1.42, strands=19, strength=2.2, stands_out=(2.3, 2.9)),
            Force(6.5, 0.90, specks=16, calcium=1.22, strands=16, strength=1.3, stands_out=(1.65, 2.05)),
        ),
        strict=True,
    )
)


@dataclass(frozen=True, eq=False)
class Lesion:
    """A finding in space: the same on both views of its breast, each seen from its side."""

    place: Points
    """(a, x, y) in millimetres, as `layout` has it."""
    reach: float
    """How far it extends, in millimetres."""
    on_view: Callable[[Pose], Added]
    stands_out: float | None = None
    """The contrast over local texture that it is brought to on each view; None leaves it as it is drawn."""


def draw_lesion(rng: Generator, concept: str, grade: str, place: Points) -> Lesion:
    """The finding of a concept of `ABNORMAL` at a place. Raises KeyError for any other concept or grade."""
    force = FORCES[grade]
    seed = int(rng.integers(2**32))
    make = {
        "spiculated-mass": _spiculated,
        "lobulated-mass": _lobulated,
        "round-mass": _round,
        "pleomorphic-calcifications": _pleomorphic,
        "linear-calcifications": _linear,
        "architectural-distortion": _distortion,
    }[concept]
    return make(seed, force, place)


def at_pixel(pose: Pose, place: Points) -> tuple[float, float]:
    """(column, row) of a place on a view."""
    column, row = pose.seen(place)
    return float(column), float(row)


def _stream(seed: int, pose: Pose) -> Generator:
    """Random numbers of one view of a lesion: its outline differs between views, its nature doesn't."""
    return np.random.default_rng([seed, 1 if pose.view == "CC" else 2])


def _spiculated(seed: int, force: Force, place: Points) -> Lesion:
    def on_view(pose: Pose) -> Added:
        rng, at = _stream(seed, pose), at_pixel(pose, place)
        core = force.density * rounded_mass(rng, at, 0.85 * force.radius, lobes=0.3, soft=1.2)
        strands = force.density * spicules(
            rng,
            at,
            count=int(rng.integers(16, 26)),
            start=0.5 * force.radius,
            reach=(0.6 * force.radius, 2.1 * force.radius),
            width=0.42 + 0.035 * force.radius,
        )
        pull = Pull(*at, strength=0.20 * force.radius * force.density, reach=1.5 * force.radius)
        return Added(gland=core + strands, pull=pull, region=visible(core, 0.2))

    return Lesion(place, 2.5 * force.radius, on_view, force.stands_out[0])


def _round(seed: int, force: Force, place: Points) -> Lesion:
    """Round like a cyst, but its edge is lost in the tissue on both views."""

    def on_view(pose: Pose) -> Added:
        rng, at = _stream(seed, pose), at_pixel(pose, place)
        mass = force.density * rounded_mass(rng, at, force.radius, lobes=0.10, soft=1.6)
        return Added(gland=mass, region=visible(mass, 0.2))

    return Lesion(place, 1.3 * force.radius, on_view, force.stands_out[0])


def _lobulated(seed: int, force: Force, place: Points) -> Lesion:
    def on_view(pose: Pose) -> Added:
        rng, at = _stream(seed, pose), at_pixel(pose, place)
        mass = rounded_mass(rng, at, force.radius, lobes=0.55)
        for _ in range(4):
            angle, beside = rng.uniform(0, 2 * math.pi), rng.uniform(0.5, 0.9) * force.radius / SPACING_MM
            lobe = (at[0] + beside * math.cos(angle), at[1] + beside * math.sin(angle))
            mass = np.maximum(mass, rounded_mass(rng, lobe, rng.uniform(0.35, 0.6) * force.radius, lobes=0.4))
        mass = force.density * ndimage.gaussian_filter(mass, 1.0 / SPACING_MM)
        return Added(gland=mass, region=visible(mass, 0.2))

    return Lesion(place, 1.6 * force.radius, on_view, force.stands_out[0])


def _pleomorphic(seed: int, force: Force, place: Points) -> Lesion:
    rng = np.random.default_rng([seed, 0])
    radius = rng.uniform(4.0, 7.5)
    count = force.specks + int(rng.integers(-1, 3))
    spots = place + radius * rng.normal(0, 0.42, (count, 3))
    length = force.calcium * rng.lognormal(math.log(0.52), 0.32, count)
    sizes = np.stack((length, length * rng.uniform(0.5, 1.0, count)), axis=1)
    return _cluster(seed, force, place, spots, sizes, rng.uniform(0, math.pi, count), 2 * radius)


def _linear(seed: int, force: Force, place: Points) -> Lesion:
    """Casts of ducts: fine and branching, along lines that run to the nipple."""
    rng = np.random.default_rng([seed, 0])
    towards = -place / np.linalg.norm(place)
    aside = np.cross(towards, rng.normal(0, 1, 3))
    aside /= np.linalg.norm(aside)
    spots, sizes = [], []
    ducts = 2 + force.specks // 7
    for duct in range(ducts):
        way = towards + (duct - (ducts - 1) / 2) * 0.42 * aside
        way /= np.linalg.norm(way)
        for step in range(max(2, round(force.specks / ducts))):
            spots.append(place + way * (2.6 * step - 5.0 + rng.uniform(-0.7, 0.7)) + rng.normal(0, 0.35, 3))
            sizes.append((force.calcium * rng.uniform(1.0, 2.6), force.calcium * rng.uniform(0.30, 0.46)))

    def turns(pose: Pose) -> npt.NDArray[np.float64]:
        start, end = pose.seen(place), pose.seen(place + 5 * towards)
        angle = math.atan2(end[1] - start[1], end[0] - start[0])
        return angle + _stream(seed, pose).normal(0, 0.3, len(spots))

    def on_view(pose: Pose) -> Added:
        points = pose.seen(np.array(spots))
        calcium = specks(points, np.array(sizes), turns(pose))
        return Added(calcium=calcium, region=hull(points, 1.8))

    return Lesion(place, 14.0, on_view, force.stands_out[1])


def _cluster(
    seed: int,
    force: Force,
    place: Points,
    spots: Points,
    sizes: npt.NDArray[np.float64],
    turns: npt.NDArray[np.float64],
    reach: float,
) -> Lesion:
    def on_view(pose: Pose) -> Added:
        points = pose.seen(spots)
        return Added(calcium=specks(points, sizes, turns), region=hull(points, 1.8))

    return Lesion(place, reach, on_view, force.stands_out[1])


def _distortion(seed: int, force: Force, place: Points) -> Lesion:
    def on_view(pose: Pose) -> Added:
        rng, at = _stream(seed, pose), at_pixel(pose, place)
        strands = force.strength * spicules(
            rng, at, count=force.strands, start=0.6, reach=(9.0, 19.0), width=0.50
        )
        pull = Pull(*at, strength=3.2 * force.strength**0.65, reach=9.0)
        return Added(gland=strands, pull=pull, region=disc(at, 13.0))

    return Lesion(place, 18.0, on_view)
