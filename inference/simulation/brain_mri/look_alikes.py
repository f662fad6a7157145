"""Look-alikes: what is taken for a tumour and isn't, from hardly alike to very alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from inference.simulation.brain_mri.body import Points
from inference.simulation.brain_mri.brain import Shares, put_tissue, replace_tissue
from inference.simulation.brain_mri.changes import (
    Change,
    Place,
    Slab,
    SlabShape,
    Survey,
    Visible,
    away_from,
    edge,
    pushed,
)
from inference.simulation.cases import GRADES
from inference.simulation.core.fields import Field, smooth

Vector = npt.NDArray[np.float32]
LOOK_ALIKES = ("old-infarct", "calcified-falx", "arachnoid-cyst", "vessel", "white-matter-disease")


def draw_look_alike(
    rng: Generator, concept: str, grade: str, survey: Survey, shape: SlabShape, step: float
) -> Change:
    """A look-alike of `LOOK_ALIKES` for a slab of `shape`; the later the grade, the more it looks like a tumour."""
    alike = GRADES.index(grade) / (len(GRADES) - 1)
    if concept == "old-infarct":
        return _draw_infarct(rng, survey, shape, alike)
    if concept == "calcified-falx":
        return _draw_plaque(rng, survey, alike)
    if concept == "arachnoid-cyst":
        return _draw_cyst(rng, survey, shape, alike)
    if concept == "vessel":
        return _draw_vein(rng, survey, alike)
    return _draw_white_matter_disease(rng, survey, shape, alike)


def _nothing_visible(slab: Slab) -> Visible:
    nothing = np.zeros(slab.points.shape[1:], dtype=np.float32)
    return Visible(core=nothing, whole=nothing)


@dataclass(frozen=True, eq=False)
class OldInfarct:
    """A wedge of lost brain, wide at the cortex, with a gliotic rim; what is beside it is drawn towards it."""

    tip: Vector
    outward: Vector
    depth: float
    half: float
    cavity: float
    """Share of fluid where the brain is lost: the less, the more it looks like a tumour."""
    ragged: Field

    @property
    def places(self) -> tuple[Place, ...]:
        middle = self.tip + self.outward * (0.5 * self.depth)
        return (Place((float(middle[0]), float(middle[1])), self.depth * 0.5 + 14.0),)

    def pull(self, slab: Slab) -> Points:
        middle = (self.tip + self.outward * np.float32(0.4 * self.depth)).astype(np.float32)
        return pushed(slab, middle, radius=0.6 * self.depth, amount=-0.14 * self.depth, reach=16.0)

    def paint(self, shares: Shares, slab: Slab, mni: Points) -> Visible:
        offset = slab.points - self.tip.reshape(3, 1, 1, 1)
        along = np.tensordot(self.outward, offset, axes=1)
        across = np.sqrt(np.maximum((offset**2).sum(axis=0) - along**2, 0.0))
        width = self.half * np.clip((along + 3.0) / self.depth, 0.0, 1.2)
        inside = width * (1.0 + 0.3 * self.ragged) - across
        lost = edge(inside - 2.0, 2.5) * edge(along - 2.0, 3.0)
        scar = edge(inside + 0.5, 4.0) * edge(along + 2.0, 4.0)
        replace_tissue(shares, "white", "gliosis", 0.85 * scar)
        replace_tissue(shares, "grey", "gliosis", 0.5 * scar)
        put_tissue(
            shares,
            "fluid",
            (lost * self.cavity * np.clip(0.9 + 0.2 * self.ragged, 0.0, 1.0)).astype(np.float32),
        )
        return _nothing_visible(slab)


def _draw_infarct(rng: Generator, survey: Survey, shape: SlabShape, alike: float) -> OldInfarct:
    depth = rng.uniform(26.0, 42.0) * (1.0 - 0.35 * alike)
    surface = (np.abs(survey.hull + 2.0) < 1.6) & (np.abs(survey.mni[0]) > 14.0)
    point = survey.picked(rng, surface)
    outward = survey.outward(point)
    tip = (point - outward * np.float32(depth)).astype(np.float32)
    tip[2] = rng.uniform(-3.0, 3.0)
    return OldInfarct(
        tip=tip,
        outward=outward,
        depth=float(depth),
        half=float(depth * rng.uniform(0.36, 0.6)),
        cavity=float(0.98 - 0.6 * alike),
        ragged=smooth(rng, shape, length=[4.0, 11.0, 11.0]),
    )


@dataclass(frozen=True, eq=False)
class FalxPlaque:
    """Bone in the falx: dark rim, and where it holds marrow a bright middle."""

    front: float
    """MNI millimetres of its middle."""
    length: float
    half: float
    marrow: float
    at: tuple[float, float]

    @property
    def places(self) -> tuple[Place, ...]:
        return (Place(self.at, self.length + 8.0),)

    def pull(self, slab: Slab) -> Points:
        return slab.points

    def paint(self, shares: Shares, slab: Slab, mni: Points) -> Visible:
        away = np.hypot(mni[0] / self.half, (mni[1] - self.front) / self.length)
        put_tissue(shares, "calcium", edge((1.0 - away) * self.half, 0.8))
        put_tissue(shares, "fat", edge((0.85 - away) * self.half - 0.5, 0.8) * np.float32(self.marrow))
        return _nothing_visible(slab)


def _draw_plaque(rng: Generator, survey: Survey, alike: float) -> FalxPlaque:
    free = np.hypot((survey.mni[1] + 12.0) / 52.0, (survey.mni[2] + 4.0) / 40.0) > 1.12
    middle = (np.abs(survey.mni[0]) < 2.0) & (survey.hull < -8.0) & free & (survey.mni[1] > -60.0)
    point = survey.picked(rng, middle)
    row, column = survey.at(point)
    return FalxPlaque(
        front=float(survey.mni[1, row, column]),
        length=float(rng.uniform(5.0, 9.0) * (1.0 - 0.2 * alike)),
        half=float(rng.uniform(1.3, 1.9) + 2.2 * alike),
        marrow=float(0.25 + 0.65 * alike),
        at=(float(point[0]), float(point[1])),
    )


@dataclass(frozen=True, eq=False)
class ArachnoidCyst:
    """A pocket of fluid between brain and dura that pushes the cortex in."""

    centre: Vector
    radius: float
    flat: float
    inward: Vector
    uneven: Field

    @property
    def places(self) -> tuple[Place, ...]:
        return (Place((float(self.centre[0]), float(self.centre[1])), self.radius + 10.0),)

    def pull(self, slab: Slab) -> Points:
        return pushed(
            slab, self.centre, radius=self.radius, amount=self.radius * 0.9, reach=self.radius * 1.2, hold=0.0
        )

    def paint(self, shares: Shares, slab: Slab, mni: Points) -> Visible:
        offset = slab.points - self.centre.reshape(3, 1, 1, 1)
        along = np.tensordot(self.inward, offset, axes=1)
        across = np.sqrt(np.maximum((offset**2).sum(axis=0) - along**2, 0.0))
        put_tissue(
            shares,
            "fluid",
            edge(self.radius * (1.0 + 0.10 * self.uneven) - np.hypot(along / self.flat, across), 1.2),
        )
        return _nothing_visible(slab)


def _draw_cyst(rng: Generator, survey: Survey, shape: SlabShape, alike: float) -> ArachnoidCyst:
    surface = (np.abs(survey.hull + 1.0) < 1.6) & (np.abs(survey.mni[0]) > 16.0)
    point = survey.picked(rng, surface)
    inward = -survey.outward(point)
    radius = float(rng.uniform(12.0, 20.0) * (1.0 - 0.4 * alike))
    centre = (point + inward * np.float32(0.1 * radius)).astype(np.float32)
    centre[2] = rng.uniform(-3.0, 3.0)
    return ArachnoidCyst(
        centre=centre,
        radius=radius,
        flat=float(rng.uniform(0.5, 0.9)),
        inward=inward,
        uneven=smooth(rng, shape, length=[4.0, 24.0, 24.0]),
    )


@dataclass(frozen=True, eq=False)
class LargeVein:
    """A developmental venous anomaly: fine veins that meet, like spokes, in one that leads to the surface."""

    hub: Vector
    ends: tuple[Vector, ...]
    """Where its small veins begin; the last is where the collecting vein leaves."""
    bow: tuple[float, ...]
    knot: float
    """Millimetres of the hub's radius, seen end on: large, it looks like a small metastasis."""
    width: float

    @property
    def places(self) -> tuple[Place, ...]:
        return (Place((float(self.hub[0]), float(self.hub[1])), 20.0),)

    def pull(self, slab: Slab) -> Points:
        return slab.points

    def paint(self, shares: Shares, slab: Slab, mni: Points) -> Visible:
        made = edge(self.knot - away_from(slab, self.hub), 0.9)
        last = len(self.ends) - 1
        for number, (end, bow) in enumerate(zip(self.ends, self.bow, strict=True)):
            width = self.width if number == last else 0.45 * self.width
            made = np.maximum(made, self._line(slab, end, bow, width) * (1.0 if number == last else 0.8))
        put_tissue(shares, "vein", np.clip(made, 0.0, 0.95))
        return _nothing_visible(slab)

    def _line(self, slab: Slab, end: Vector, bow: float, width: float) -> Field:
        """Share of a bowed vein of `width` millimetres from the hub to `end`."""
        way = (end - self.hub)[:2]
        length = float(np.linalg.norm(way)) + 1e-3
        unit = way / length
        x, y = slab.points[0] - self.hub[0], slab.points[1] - self.hub[1]
        along = (x * unit[0] + y * unit[1]) / length
        beside = -x * unit[1] + y * unit[0] - bow * 4.0 * along * (1.0 - along)
        inside = (along > -0.02) & (along < 1.02)
        taper = width * (1.0 - 0.4 * np.clip(along, 0.0, 1.0))
        made: Field = edge(taper - np.abs(beside), 0.8) * inside
        return made


def _draw_vein(rng: Generator, survey: Survey, alike: float) -> LargeVein:
    deep = (survey.white > 0.7) & (survey.hull < -14.0) & (survey.hull > -34.0) & (survey.ventricle > 8.0)
    hub = survey.picked(rng, deep).copy()
    hub[2] = rng.uniform(-0.8, 0.8)
    outward = survey.outward(hub)
    ends = []
    start = rng.uniform(0, 2 * np.pi)
    for number in range(int(rng.integers(4, 7))):
        angle = start + number * 1.05 + rng.normal(0.0, 0.2)
        reach = rng.uniform(6.0, 13.0) * (1.0 - 0.6 * alike)
        ends.append((hub + reach * np.array([np.cos(angle), np.sin(angle), 0.0])).astype(np.float32))
    row, column = survey.at(hub)
    way = -float(survey.hull[row, column]) * (1.0 - 0.55 * alike)
    ends.append((hub + outward * np.float32(way)).astype(np.float32))
    return LargeVein(
        hub=hub,
        ends=tuple(ends),
        bow=tuple(float(one) for one in rng.normal(0.0, 1.4, len(ends))),
        knot=float(rng.uniform(1.0, 1.4) + 1.6 * alike),
        width=float(rng.uniform(0.9, 1.3)),
    )


@dataclass(frozen=True, eq=False)
class WhiteMatterDisease:
    """Small-vessel disease: spots that run together around the ventricles, no enhancement, no push."""

    reach: float
    spots: Field
    patch: Vector
    patch_radius: float

    @property
    def places(self) -> tuple[Place, ...]:
        return (Place((float(self.patch[0]), float(self.patch[1])), self.patch_radius + 6.0),)

    def pull(self, slab: Slab) -> Points:
        return slab.points

    def paint(self, shares: Shares, slab: Slab, mni: Points) -> Visible:
        deep = np.clip(-(slab.hull[None] + 10.0) / 8.0, 0.0, 1.0)
        near = np.exp(-np.maximum(np.abs(mni[0]) - 12.0, 0.0) / self.reach)
        scattered = np.clip((self.spots + 1.8 * near - 2.6) * 1.6, 0.0, 0.85) * deep
        patch = edge(self.patch_radius * (1.0 + 0.25 * self.spots) - away_from(slab, self.patch), 5.0)
        replace_tissue(shares, "white", "gliosis", np.maximum(scattered, 0.8 * patch).astype(np.float32))
        return _nothing_visible(slab)


def _draw_white_matter_disease(
    rng: Generator, survey: Survey, shape: SlabShape, alike: float
) -> WhiteMatterDisease:
    white = (survey.white > 0.85) & (survey.hull < -16.0) & (survey.ventricle > 2.0)
    patch = survey.picked(rng, white).copy()
    patch[2] = 0.0
    return WhiteMatterDisease(
        reach=float(rng.uniform(10.0, 18.0) * (1.0 - 0.5 * alike)),
        spots=smooth(rng, shape, length=[4.0, 10.0, 10.0]),
        patch=patch,
        patch_radius=float(2.0 + 8.0 * alike * rng.uniform(0.8, 1.2)),
    )
