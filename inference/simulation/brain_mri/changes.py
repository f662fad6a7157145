"""What tumours and look-alikes have in common: where they may lie, how they push, and the shapes they grow in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from inference.simulation.brain_mri.atlas import Atlas
from inference.simulation.brain_mri.body import Body, Points
from inference.simulation.brain_mri.brain import Shares
from inference.simulation.brain_mri.grid import COARSE, FINE, Grid
from inference.simulation.core.fields import Field

EVERY = 4
"""Fine points from point to point of a survey."""
SlabShape = tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Survey:
    """One patient's middle plane on a coarse grid, before anything grows in it: where to put things."""

    points: Points
    mni: Points
    grey: Field
    white: Field
    hull: Field
    ventricle: Field

    def picked(
        self, rng: Generator, where: npt.NDArray[np.bool_], avoid: tuple[Place, ...] = ()
    ) -> npt.NDArray[np.float32]:
        """One point [3] of `where` bool [n, n] at random, away from `avoid` if that leaves any.

        In a head that has no such point, one of the brain.
        """
        free = where.copy()
        for place in avoid:
            away = np.hypot(self.points[0] - place.centre[0], self.points[1] - place.centre[1])
            free &= away > place.radius
        anywhere = self.hull < -8.0
        rows, columns = np.nonzero(next(one for one in (free, where, anywhere) if one.any()))
        choice = int(rng.integers(len(rows)))
        found: npt.NDArray[np.float32] = self.points[:, rows[choice], columns[choice]]
        return found

    def outward(self, point: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """The direction [3] in the plane, of length 1, that leads from `point` out of the hull."""
        down, across = np.gradient(self.hull, axis=0), np.gradient(self.hull, axis=1)
        row, column = self.at(point)
        direction = np.array([-across[row, column], -down[row, column], 0.0])
        return (direction / max(float(np.linalg.norm(direction)), 1e-6)).astype(np.float32)

    def at(self, point: npt.NDArray[np.float32]) -> tuple[int, int]:
        """Row and column of the surveyed point nearest to `point`."""
        return (
            int(np.argmin(np.abs(self.points[1, :, 0] - point[1]))),
            int(np.argmin(np.abs(self.points[0, 0, :] - point[0]))),
        )


def survey_of(atlas: Atlas, body: Body, grid: Grid) -> Survey:
    """The survey of a patient's slice."""
    points = grid.plane(every=EVERY)
    mni = body.brain_points(atlas, points)
    return Survey(
        points=points,
        mni=mni,
        grey=atlas.tissue("grey", mni),
        white=atlas.tissue("white", mni),
        hull=atlas.distance("hull", body.template_points(points)),
        ventricle=atlas.distance("ventricle", mni),
    )


@dataclass(frozen=True)
class Place:
    """Where something lies: millimetres, and the radius that others keep away."""

    centre: tuple[float, float]
    radius: float


@dataclass(frozen=True, eq=False)
class Slab:
    """What a change is painted on: points [3, planes, h, w] and distances [h, w] of the slice's middle plane."""

    points: Points
    hull: Field
    """Millimetres from the hull, before anything pushes."""
    space: Field
    """Millimetres from the hull to the dura."""

    def coarse(self) -> Slab:
        """Every `COARSE`th point: enough to find out how tissue is pushed."""
        return Slab(
            self.points[..., ::COARSE, ::COARSE],
            self.hull[::COARSE, ::COARSE],
            self.space[::COARSE, ::COARSE],
        )

    def moved(self, points: Points) -> Slab:
        """The same with its points elsewhere."""
        return Slab(points, self.hull, self.space)


class Change(Protocol):
    """Something that isn't in every head: it may push the brain aside, and it paints tissue."""

    @property
    def places(self) -> tuple[Place, ...]: ...

    def pull(self, slab: Slab) -> Points:
        """Where the slab's points would lie if it weren't there."""
        ...

    def paint(self, shares: Shares, slab: Slab, mni: Points) -> Visible:
        """Put its tissue into `shares` [planes, h, w], in place; says where it can be seen."""
        ...


@dataclass(frozen=True, eq=False)
class Visible:
    """Where a change can be seen, 0–1 [planes, h, w]: its core on T1, its core and what surrounds it on FLAIR."""

    core: Field
    whole: Field


def pushed(
    slab: Slab,
    centre: npt.NDArray[np.float32],
    *,
    radius: float,
    amount: float,
    reach: float,
    hold: float = 10.0,
) -> Points:
    """Points drawn back by what grows (amount > 0) or shrinks (amount < 0, millimetres) within `radius` of `centre`.

    What lies at the hull stays where it is, over `hold` millimetres; further away the push fades over `reach`.
    """
    offset = slab.points - centre.reshape(3, 1, 1, 1)
    away = np.sqrt((offset**2).sum(axis=0)) + np.float32(1e-3)
    inside = np.clip(away / radius, 0.0, 1.0)
    shift = amount * inside * np.exp(-np.maximum(away - radius, 0.0) / reach)
    if hold > 0:
        shift = shift * np.clip(-slab.hull / hold, 0.0, 1.0)[None]
    shift = np.minimum(shift, 0.9 * away)
    made: Points = (slab.points - offset / away * shift).astype(np.float32)
    return made


def away_from(slab: Slab, centre: npt.NDArray[np.float32]) -> Field:
    """Millimetres [planes, h, w] from `centre` [3]."""
    offset = slab.points - centre.reshape(3, 1, 1, 1)
    made: Field = np.sqrt((offset**2).sum(axis=0)).astype(np.float32)
    return made


def edge(value: npt.NDArray[np.floating], width: float) -> Field:
    """0 below, 1 above zero, over `width` of the value's unit."""
    made: Field = np.clip(value / width + 0.5, 0.0, 1.0).astype(np.float32)
    return made


def fine_box(box: tuple[slice, slice], values: Field) -> Field:
    """Values [h, w] of a box put back into the fine grid [FINE, FINE], zero around."""
    whole = np.zeros((FINE, FINE), dtype=np.float32)
    whole[box] = values
    return whole
