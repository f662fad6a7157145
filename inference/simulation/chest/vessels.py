"""Pulmonary arteries and veins, airways: trees that fill the lungs from the hila and taper on their way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from inference.simulation.chest.body import Thorax, inside
from inference.simulation.chest.layout import BACK, DEPTH_STEP, LEFT, STEP, TOP, Points
from inference.simulation.chest.tubes import Cloud, bezier, rods

_MURRAY = 2.55


@dataclass(frozen=True, eq=False)
class Branch:
    """A piece of a tree: course [N, 3] and radii [N]."""

    course: Points
    radii: Points


@dataclass(frozen=True, eq=False)
class Tree:
    """Vessels of both lungs, and the airways (radii of their lumen)."""

    vessels: tuple[Branch, ...]
    airways: tuple[Branch, ...]
    trachea: tuple[Branch, ...]


Outlet = tuple[Points, Points]
"""Where a tree leaves a trunk [3], and whither [3]."""


def draw_tree(thorax: Thorax, rng: Generator) -> Tree:
    """Arteries, veins and airways of a patient."""
    vessels: list[Branch] = []
    airways: list[Branch] = []
    h, w = thorax.body.height, thorax.body.width
    full = rng.uniform(0.92, 1.1)
    for side in (-1, 1):
        for trunks, outlets, count, unit in (
            (*_arteries(side, h, w), 560, 0.62),
            (*_veins(side, h, w), 320, 0.60),
        ):
            vessels.extend(Branch(one.course, one.radii * full) for one in trunks)
            vessels.extend(_grown(_ends(thorax, side, rng, count), outlets, unit * full, rng))
        trunks, outlets = _bronchi(side, h, w)
        airways.extend(trunks)
        airways.extend(_grown(_ends(thorax, side, rng, 260), outlets, 0.42, rng))
    return Tree(tuple(vessels), tuple(airways), _windpipe(thorax))


def _grown(ends: Points, outlets: list[Outlet], unit: float, rng: Generator) -> list[Branch]:
    """Trees from all outlets to all ends: each end is supplied from where it is easiest to reach."""
    costs = []
    for place, ahead in outlets:
        way = ends - place
        far = np.linalg.norm(way, axis=1) + 1e-6
        costs.append(far * (1.5 - (way @ ahead) / far / np.linalg.norm(ahead)))
    nearest = np.argmin(np.stack(costs), axis=0)
    made: list[Branch] = []
    for number, (place, ahead) in enumerate(outlets):
        mine = ends[nearest == number]
        if len(mine):
            _grow(place, ahead / np.linalg.norm(ahead), mine, unit, made, rng)
    return made


def _placed(side: int, h: float, w: float, up: float, points: list[tuple[float, float, float]]) -> Points:
    """Points given for the right side, on `side`, `up` millimetres lower."""
    return np.array([[side * x * w, (y + up) * h, z] for x, y, z in points])


def _outlets(side: int, h: float, w: float, up: float, rows: Sequence[tuple[float, ...]]) -> list[Outlet]:
    return [
        (_placed(side, h, w, up, [(row[0], row[1], row[2])])[0], np.array([side * row[3], row[4], row[5]]))
        for row in rows
    ]


def _arteries(side: int, h: float, w: float) -> tuple[list[Branch], list[Outlet]]:
    """The main arteries from the mediastinum to where they break up; the left hilum lies higher."""
    up = 0.0 if side < 0 else -13.0
    lower = bezier(
        _placed(
            side, h, w, up, [(20, 112, -4), (37, 116, -8), (45, 132, -15), (48, 154, -24), (50, 174, -30)]
        ),
        8,
    )
    upper = bezier(_placed(side, h, w, up, [(24, 110, 0), (38, 104, 2), (46, 92, 2)]), 8)
    trunks = [
        Branch(lower, np.interp(np.linspace(0, 1, len(lower)), [0, 0.35, 1], [9.0, 8.4, 4.6])),
        Branch(upper, np.linspace(7.5, 4.8, len(upper))),
    ]
    outlets = [
        (46, 92, 2, 0.3, -1, 0.2),
        (43, 98, 2, 0.8, -0.4, 0.8),
        (42, 100, 0, 0.9, -0.3, -0.7),
        (40, 114, -8, 0.9, 0.0, -0.4),
        (44, 128, -12, 0.8, 0.25, 0.8),
        (45, 134, -16, 0.7, 0.2, -0.8),
        (47, 148, -22, 1.0, 0.6, 0.2),
        (48, 156, -24, 0.4, 0.8, 0.9),
        (49, 164, -28, 0.7, 0.9, -0.3),
        (50, 174, -30, 0.1, 1.0, -0.3),
        (49, 170, -28, -0.6, 0.9, 0.0),
    ]
    return trunks, _outlets(side, h, w, up, outlets)


def _veins(side: int, h: float, w: float) -> tuple[list[Branch], list[Outlet]]:
    """Upper vein in front of the artery, lower veins running level into the left atrium."""
    up = 0.0 if side < 0 else -5.0
    upper = bezier(_placed(side, h, w, up, [(20, 140, -4), (38, 124, 8), (50, 104, 10)]), 8)
    lower = bezier(_placed(side, h, w, up, [(18, 156, -26), (36, 161, -30), (54, 168, -34)]), 8)
    trunks = [
        Branch(upper, np.linspace(6.5, 4.2, len(upper))),
        Branch(lower, np.linspace(6.8, 4.4, len(lower))),
    ]
    outlets = [
        (50, 104, 10, 0.3, -1, 0.1),
        (46, 110, 9, 0.9, -0.5, 0.3),
        (38, 124, 8, 0.9, 0.4, 0.7),
        (44, 164, -32, 0.8, 0.3, -0.8),
        (54, 168, -34, 0.9, 0.5, 0.1),
        (50, 166, -33, 0.3, 1, 0.0),
        (36, 161, -30, -0.1, 1.0, 0.3),
    ]
    return trunks, _outlets(side, h, w, up, outlets)


def _bronchi(side: int, h: float, w: float) -> tuple[list[Branch], list[Outlet]]:
    up = 0.0 if side < 0 else -4.0
    upper = bezier(_placed(side, h, w, up, [(28, 112, -14), (40, 106, -10), (48, 97, -6)]), 6)
    lower = bezier(_placed(side, h, w, up, [(28, 114, -16), (35, 136, -20), (43, 164, -28)]), 6)
    trunks = [
        Branch(upper, np.linspace(4.6, 3.0, len(upper))),
        Branch(lower, np.linspace(5.2, 3.2, len(lower))),
    ]
    outlets = [
        (48, 97, -6, 0.3, -1, 0.0),
        (44, 102, -8, 0.9, -0.3, 0.5),
        (44, 102, -8, 0.9, -0.3, -0.6),
        (34, 132, -19, 0.8, 0.3, 0.8),
        (36, 140, -21, 0.8, 0.3, -0.7),
        (40, 154, -25, 0.9, 0.7, 0.2),
        (43, 164, -28, 0.2, 1.0, -0.2),
    ]
    return trunks, _outlets(side, h, w, up, outlets)


def _windpipe(thorax: Thorax) -> tuple[Branch, ...]:
    h, w = thorax.body.height, thorax.body.width
    pushed = 1.5 + 5 * thorax.body.unfolded
    wide = 8.2 if thorax.body.woman else 9.6
    carina = [-2.0, 90 * h, -22]
    tube = bezier(np.array([[0, -60, -12], [0, 0, -18], [-pushed, 55 * h, -20], carina]), 10)
    right = bezier(np.array([carina, [-16 * w, 103 * h, -20], [-30 * w, 116 * h, -17]]), 8)
    left = bezier(np.array([carina, [16 * w, 103 * h, -20], [34 * w, 113 * h, -20]]), 8)
    return (
        Branch(tube, np.full(len(tube), wide)),
        Branch(right, np.linspace(wide * 0.88, 6.0, len(right))),
        Branch(left, np.linspace(wide * 0.8, 5.4, len(left))),
    )


def _ends(thorax: Thorax, side: int, rng: Generator, count: int) -> Points:
    """Places spread over one lung, well inside it, a little denser below."""
    voxels = np.argwhere(thorax.cavity[::2, ::6, ::6] < -5.0)
    z = BACK + DEPTH_STEP * (voxels[:, 0] * 2 + 0.5)
    y = TOP + STEP * (voxels[:, 1] * 6 + 0.5)
    x = LEFT + STEP * (voxels[:, 2] * 6 + 0.5)
    places = np.stack([x, y, z], axis=1)[x * side > 12]
    weight = 0.55 + np.clip(places[:, 1] / 220.0, 0, 1)
    chosen = rng.choice(len(places), size=count, p=weight / weight.sum())
    return np.asarray(places[chosen] + rng.uniform(-1, 1, (count, 3)) * [4.5, 4.5, 6.0])


def _grow(
    start: Points, ahead: Points, ends: Points, unit: float, made: list[Branch], rng: Generator
) -> None:
    radius = unit * len(ends) ** (1 / _MURRAY)
    if len(ends) == 1:
        goal = ends[0]
        made.append(_curve(start, ahead, goal, radius, 0.55 * radius, rng))
        return
    centre = ends.mean(axis=0)
    way = centre - start
    far = math.sqrt(float(way @ way))
    share = rng.uniform(0.30, 0.5) if len(ends) > 6 else rng.uniform(0.5, 0.7)
    goal = start + way * share + ahead * far * 0.10
    if far > 3:
        branch = _curve(start, ahead, goal, radius, radius * 0.93, rng)
        made.append(branch)
        ahead = branch.course[-1] - branch.course[-2]
        ahead = ahead / (np.linalg.norm(ahead) + 1e-9)
        start = branch.course[-1]
    way = way / (far + 1e-9)
    first = np.array([True, False]) if len(ends) == 2 else _halved(ends - centre, way, rng)
    for part in (ends[first], ends[~first]):
        if len(part):
            _grow(start, ahead, part, unit, made, rng)


def _halved(spread: Points, along: Points, rng: Generator) -> npt.NDArray[np.bool_]:
    """Which of the places [N, 3] around their middle go to the first of two branches."""
    axis = np.linalg.eigh(spread.T @ spread)[1][:, -1]
    # Across the way rather than along it, so that branches part like the arms of a Y.
    key = spread @ (axis - 0.85 * (axis @ along) * along)
    first: npt.NDArray[np.bool_] = key <= np.sort(key)[int(rng.uniform(0.3, 0.7) * len(key))]
    if first.all() or not first.any():
        first = np.arange(len(spread)) < len(spread) // 2
    return first


_SHORT, _LONG = (np.linspace(0, 1, count)[:, None] for count in (5, 9))


def _curve(start: Points, ahead: Points, goal: Points, first: float, last: float, rng: Generator) -> Branch:
    way = goal - start
    far = math.sqrt(float(way @ way))
    bent = start + 0.38 * far * ahead + rng.normal(0, 0.04 * far, 3)
    t = _SHORT if far < 18 else _LONG
    course = (1 - t) ** 2 * start + 2 * t * (1 - t) * (0.5 * bent + 0.25 * (start + goal)) + t**2 * goal
    return Branch(course, first + t[:, 0] * (last - first))


def cloud(branches: tuple[Branch, ...], *, wall: float = 0.0) -> Cloud:
    """All branches as one cloud of their volume; with a `wall` (millimetres) that of their walls alone."""
    starts = np.concatenate([one.course[:-1] for one in branches])
    ends = np.concatenate([one.course[1:] for one in branches])
    radii = np.concatenate([0.5 * (one.radii[:-1] + one.radii[1:]) for one in branches])
    return rods(starts, ends, radii, wall=wall)


def kept(found: Cloud, where: np.ndarray, margin: float = 0.0) -> Cloud:
    """What of a cloud lies inside a solid's distance field."""
    within = inside(where, found.places, margin)
    return Cloud(found.places[within], found.volumes[within])


__all__ = ["Branch", "Tree", "cloud", "draw_tree", "kept"]
