"""Tumours: gliomas of high and low grade, metastases, meningiomas, larger or fainter by grade of difficulty."""

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
CONCEPTS = ("high-grade-glioma", "low-grade-glioma", "metastases", "meningioma")

# Per grade of difficulty: radius in millimetres, share of its tissue in each point, reach of oedema in millimetres.
_SIZES = {
    "high-grade-glioma": (
        (18.0, 1.0, 17.0),
        (13.5, 0.82, 12.0),
        (11.0, 0.7, 9.0),
        (7.5, 0.45, 5.0),
        (6.4, 0.4, 3.0),
    ),
    "low-grade-glioma": (
        (19.5, 1.0, 3.0),
        (14.0, 0.72, 1.5),
        (12.5, 0.62, 1.0),
        (9.0, 0.42, 0.0),
        (8.5, 0.38, 0.0),
    ),
    "metastases": (
        (8.5, 1.0, 18.0),
        (5.6, 0.88, 10.0),
        (4.6, 0.8, 8.0),
        (3.5, 0.65, 4.0),
        (3.2, 0.62, 0.0),
    ),
    "meningioma": (
        (16.5, 1.0, 7.0),
        (11.0, 0.9, 3.0),
        (9.0, 0.85, 1.0),
        (6.3, 0.7, 0.0),
        (5.5, 0.65, 0.0),
    ),
}


def draw_tumour(
    rng: Generator,
    concept: str,
    grade: str,
    survey: Survey,
    shape: SlabShape,
    step: float,
    avoid: tuple[Place, ...],
) -> Change:
    """A tumour of `CONCEPTS` for a slab of `shape` whose points lie `step` millimetres apart."""
    radius, share, swelling = _SIZES[concept][GRADES.index(grade)]
    radius *= rng.uniform(0.9, 1.12)
    if concept == "metastases":
        return _draw_metastases(rng, survey, shape, step, avoid, radius, share, swelling)
    if concept == "meningioma":
        return _draw_meningioma(rng, survey, shape, step, avoid, radius, share, swelling)
    return _draw_glioma(rng, survey, shape, step, avoid, radius, share, swelling, concept.startswith("high"))


@dataclass(frozen=True, eq=False)
class Glioma:
    """An infiltrating tumour: of high grade with an enhancing rim around necrosis, of low grade without."""

    centre: Vector
    radius: float
    share: float
    swelling: float
    push: float
    high: bool
    side: float
    """-1 left, 1 right: oedema hardly crosses the midline."""
    rim: float
    """Millimetres of the rim's thickness."""
    uneven: float
    lobes: Field
    fingers: Field
    stretch: Vector

    @property
    def places(self) -> tuple[Place, ...]:
        return (Place((float(self.centre[0]), float(self.centre[1])), self.radius + self.swelling),)

    def pull(self, slab: Slab) -> Points:
        return pushed(slab, self.centre, radius=self.radius, amount=self.push, reach=26.0)

    def paint(self, shares: Shares, slab: Slab, mni: Points) -> Visible:
        offset = (slab.points - self.centre.reshape(3, 1, 1, 1)) * self.stretch.reshape(3, 1, 1, 1)
        away = np.sqrt((offset**2).sum(axis=0))
        depth = self.radius * (1.0 + self.uneven * self.lobes + 0.10 * self.fingers) - away
        core = edge(depth, 1.2 if self.high else 6.0)
        halo = edge(self.swelling * (1.0 + 0.35 * self.fingers) + depth, 3.0) * (self.swelling > 0.5)
        halo = halo * _own_side(mni, self.side)
        solid = shares["white"] + shares["grey"]
        # Oedema follows white matter and spares the cortex; low-grade growth widens the cortex as well.
        wet = halo * np.clip(1.5 * shares["white"] - 0.1, 0.0, 1.0)
        replace_tissue(shares, "white", "oedema", halo * (0.35 + 0.65 * self.share) * 0.9)
        if not self.high:
            part = core * self.share * np.clip(0.25 + 0.72 * solid + 0.10 * self.fingers, 0.0, 1.0)
            put_tissue(shares, "infiltrate", part)
            return Visible(core=core, whole=np.maximum(core, wet))
        wall = self.rim * np.clip(1.0 + 0.8 * self.fingers + 0.6 * self.lobes, 0.3, 3.0)
        dead = edge(depth - wall, 1.0)
        put_tissue(shares, "infiltrate", core * min(1.0, self.share + 0.1))
        replace_tissue(shares, "infiltrate", "necrosis", dead)
        replace_tissue(shares, "infiltrate", "rim", np.float32(self.share) * np.ones_like(core))
        return Visible(core=core, whole=np.maximum(core, wet))


def _draw_glioma(
    rng: Generator,
    survey: Survey,
    shape: SlabShape,
    step: float,
    avoid: tuple[Place, ...],
    radius: float,
    share: float,
    swelling: float,
    high: bool,
) -> Glioma:
    inside = (survey.white > 0.55) & (survey.hull < -max(9.0, 0.75 * radius))
    inside &= np.abs(survey.mni[0]) > min(12.0, radius * 0.8)
    centre = survey.picked(rng, inside, avoid).copy()
    centre[2] = rng.uniform(-0.3, 0.3) * radius
    scale = radius * 0.55 / step
    mass = 0.42 if high else 0.2
    return Glioma(
        centre=centre,
        radius=radius,
        share=share,
        swelling=swelling * rng.uniform(0.7, 1.3),
        push=mass * radius * max(share, 0.3) * rng.uniform(0.6, 1.3),
        high=high,
        side=float(np.sign(survey.mni[(0, *survey.at(centre))])),
        rim=float(np.clip(radius * rng.uniform(0.18, 0.40), 1.6, 6.0)),
        uneven=float(rng.uniform(0.18, 0.30)),
        lobes=smooth(rng, shape, length=[4.0, scale, scale]),
        fingers=smooth(rng, shape, length=[4.0, 9.0, 9.0]),
        stretch=np.exp(rng.normal(0.0, [0.15, 0.15, 0.05])).astype(np.float32),
    )


def _own_side(mni: Points, side: float) -> Field:
    """1 on the tumour's side of the head, fading to 0 within some millimetres of the other."""
    made: Field = np.clip((side * mni[0] + 7.0) / 5.0, 0.0, 1.0).astype(np.float32)
    return made


@dataclass(frozen=True, eq=False)
class Metastasis:
    """One round deposit at the border of grey and white matter."""

    centre: Vector
    radius: float
    ring: float
    """Millimetres of its wall; more than the radius where it is solid."""
    swelling: float
    side: float
    """-1 left, 1 right: oedema hardly crosses the midline."""


@dataclass(frozen=True, eq=False)
class Metastases:
    """One to four round deposits with much oedema for their size."""

    deposits: tuple[Metastasis, ...]
    share: float
    rough: Field
    fingers: Field

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(
            Place((float(one.centre[0]), float(one.centre[1])), one.radius + one.swelling)
            for one in self.deposits
        )

    def pull(self, slab: Slab) -> Points:
        first = self.deposits[0]
        return pushed(slab, first.centre, radius=first.radius, amount=0.22 * first.radius, reach=14.0)

    def paint(self, shares: Shares, slab: Slab, mni: Points) -> Visible:
        core = np.zeros(slab.points.shape[1:], dtype=np.float32)
        whole = np.zeros_like(core)
        for one in self.deposits:
            depth = one.radius * (1.0 + 0.10 * self.rough) - away_from(slab, one.centre)
            body = edge(depth, 0.9)
            halo = edge(one.swelling * (1.0 + 0.45 * self.fingers) + depth, 3.0) * (one.swelling > 0.8)
            halo = halo * _own_side(mni, one.side)
            wet = halo * np.clip(1.5 * shares["white"] - 0.1, 0.0, 1.0)
            replace_tissue(shares, "white", "oedema", halo * (0.3 + 0.65 * self.share))
            put_tissue(shares, "solid", body * self.share)
            replace_tissue(
                shares,
                "solid",
                "necrosis",
                edge(depth - one.ring * np.clip(1.0 + 0.4 * self.rough, 0.4, 2.0), 0.9),
            )
            core, whole = np.maximum(core, body), np.maximum(whole, np.maximum(body, wet))
        return Visible(core=core, whole=whole)


def _draw_metastases(
    rng: Generator,
    survey: Survey,
    shape: SlabShape,
    step: float,
    avoid: tuple[Place, ...],
    radius: float,
    share: float,
    swelling: float,
) -> Metastases:
    junction = (survey.white > 0.3) & (survey.white < 0.85) & (survey.hull < -5.0) & (survey.hull > -32.0)
    junction &= survey.ventricle > 9.0
    deposits: list[Metastasis] = []
    for number in range(int(rng.choice([1, 2, 3, 4], p=[0.4, 0.3, 0.2, 0.1]))):
        taken = avoid + tuple(
            Place((float(one.centre[0]), float(one.centre[1])), one.radius + 12.0) for one in deposits
        )
        centre = survey.picked(rng, junction, taken).copy()
        size = radius * (1.0 if number == 0 else rng.uniform(0.45, 0.95))
        centre[2] = rng.uniform(-0.25, 0.25) * size * (1.0 if number == 0 else 3.0)
        ring = size * rng.uniform(0.3, 0.55) if size > 4.0 and rng.random() < 0.6 else 99.0
        side = float(np.sign(survey.mni[(0, *survey.at(centre))]))
        deposits.append(
            Metastasis(centre, float(size), float(ring), float(swelling * rng.uniform(0.6, 1.3)), side)
        )
    return Metastases(
        deposits=tuple(deposits),
        share=share,
        rough=smooth(rng, shape, length=[4.0, 8.0, 8.0]),
        fingers=smooth(rng, shape, length=[4.0, 12.0, 12.0]),
    )


@dataclass(frozen=True, eq=False)
class Meningioma:
    """A tumour of the dura: even enhancement, a dural tail, cortex that it pushes in front of itself."""

    centre: Vector
    radius: float
    share: float
    swelling: float
    flat: float
    inward: Vector
    tail: float
    rough: Field
    grain: Field

    @property
    def places(self) -> tuple[Place, ...]:
        return (Place((float(self.centre[0]), float(self.centre[1])), self.radius + 8.0),)

    def pull(self, slab: Slab) -> Points:
        return pushed(
            slab,
            self.centre,
            radius=self.radius * 1.05,
            amount=self.radius * 0.95,
            reach=self.radius * 1.3,
            hold=0.0,
        )

    def paint(self, shares: Shares, slab: Slab, mni: Points) -> Visible:
        offset = slab.points - self.centre.reshape(3, 1, 1, 1)
        along = np.tensordot(self.inward, offset, axes=1)
        across = np.sqrt(np.maximum((offset**2).sum(axis=0) - along**2, 0.0))
        away = np.hypot(along / self.flat, across)
        depth = self.radius * (1.0 + 0.11 * self.rough) - away
        body = edge(depth, 1.0)
        halo = edge(self.swelling + depth, 4.0) * (self.swelling > 0.8)
        replace_tissue(shares, "white", "oedema", halo * 0.85)
        # The cleft of fluid opens where cortex turns away from the tumour, and is pressed shut elsewhere.
        gape = np.clip(0.9 * self.grain + 0.9 * (across / self.radius - 0.4), 0.0, 1.6)
        cleft = edge(depth + 1.8 * gape, 1.0) - body
        put_tissue(shares, "fluid", (0.7 * self.share * np.clip(cleft, 0.0, 1.0)).astype(np.float32))
        put_tissue(shares, "solid", body * self.share)
        replace_tissue(shares, "solid", "infiltrate", np.clip(0.12 + 0.10 * self.grain, 0.0, 0.4))
        wide = 2.6 * np.clip(1.0 - (across - self.radius) / self.tail, 0.0, 1.0)
        tail = edge(slab.hull[None] - slab.space[None] + wide, 0.8) * (across < self.radius + self.tail)
        tail = tail * (along < self.radius) * (wide > 0.25)
        put_tissue(shares, "solid", (0.75 * self.share * tail * (1.0 - body)).astype(np.float32))
        return Visible(
            core=body, whole=np.maximum(body, halo * np.clip(1.5 * shares.get("oedema", body), 0, 1))
        )


def _draw_meningioma(
    rng: Generator,
    survey: Survey,
    shape: SlabShape,
    step: float,
    avoid: tuple[Place, ...],
    radius: float,
    share: float,
    swelling: float,
) -> Meningioma:
    surface = (np.abs(survey.hull + 1.0) < 1.6) & (np.abs(survey.mni[0]) > 7.0)
    point = survey.picked(rng, surface, avoid)
    inward = -survey.outward(point)
    centre = (point + inward * np.float32(0.30 * radius)).astype(np.float32)
    centre[2] = rng.uniform(-0.25, 0.25) * radius
    return Meningioma(
        centre=centre,
        radius=radius,
        share=share,
        swelling=swelling * rng.uniform(0.0, 1.6),
        flat=float(rng.uniform(0.7, 1.0)),
        inward=inward,
        tail=float(rng.uniform(5.0, 14.0) * min(1.0, radius / 9.0)),
        rough=smooth(
            rng, shape, length=[4.0, max(10.0, radius * 0.6 / step), max(10.0, radius * 0.6 / step)]
        ),
        grain=smooth(rng, shape, length=[4.0, 9.0, 9.0]),
    )
