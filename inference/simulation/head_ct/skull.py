"""What lies outside the dura: skull with its tables and air cells, orbits, muscle, fat, skin and air, in HU."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from inference.simulation.core import fields
from inference.simulation.core.fields import Field
from inference.simulation.head_ct.brain import ramp
from inference.simulation.head_ct.heads import SUBSLICES, Head

AIR, FAT, MUSCLE, SKIN = -1000.0, -95.0, 58.0, 45.0


@dataclass(frozen=True)
class Swelling:
    """A bruise of the scalp: as dense as blood inside the skull, and no part of the finding."""

    middle: tuple[float, float, float]
    radius_mm: float
    thick_mm: float
    density: float


@dataclass(frozen=True)
class Bones:
    """What makes a patient's skull and scalp their own."""

    vault_mm: float
    table_hu: float
    diploe_hu: float
    scalp_mm: float
    muscle_mm: float
    muscle_hu: float
    sinus: tuple[float, float, float]
    """Frontal sinus: half width right and left, and height, in mm; small ones hardly show."""
    pneumatised: float
    """Air in the mastoids, 0–1."""
    swellings: tuple[Swelling, ...]


def drawn_bones(rng: Generator) -> Bones:
    """Bones of a random adult."""
    left, right = rng.uniform(4, 24, 2)
    return Bones(
        vault_mm=float(np.clip(rng.normal(6.3, 1.1), 4.0, 9.5)),
        table_hu=float(rng.normal(1400, 90)),
        diploe_hu=float(rng.normal(620, 110)),
        scalp_mm=float(np.clip(rng.normal(5.5, 1.3), 3.2, 9)),
        muscle_mm=float(np.clip(rng.normal(8.0, 3.0), 2.5, 15)),
        muscle_hu=float(rng.normal(MUSCLE, 6)),
        sinus=(float(left), float(right), float(rng.uniform(6, 24))),
        pneumatised=float(rng.uniform(0.2, 1.0)),
        swellings=tuple(_drawn_swelling(rng) for _ in range(int(rng.choice(3, p=(0.3, 0.35, 0.35))))),
    )


def _drawn_swelling(rng: Generator) -> Swelling:
    angle, height = rng.uniform(0, 2 * np.pi), float(rng.uniform(-8, 58))
    narrowing = np.sqrt(max(0.0, 1 - ((height - 5) / 82) ** 2))
    radius = float(rng.uniform(16, 44))
    return Swelling(
        middle=(
            float(80 * narrowing * np.cos(angle)),
            float(98 * narrowing * np.sin(angle) - 17),
            height,
        ),
        radius_mm=radius,
        thick_mm=radius * float(rng.uniform(0.13, 0.37)),
        density=float(rng.uniform(54, 83)),
    )


@dataclass(frozen=True, eq=False)
class _Outside:
    """The points of a head outside its dura, flat float32 [N]."""

    right: Field
    front: Field
    up: Field
    out: Field
    """Millimetres outside the dura."""
    hull: Field
    under: Field
    """0–1: how far beneath the brain a point is, rather than beside it."""
    rough: Field
    slow: Field
    grain: Field
    strands: Field
    """Noise whose zeros are the sheets of fat between muscles."""


def outer_density(rng: Generator, head: Head, bones: Bones) -> Field:
    """HU float32 [K, H, W] of all that isn't inside the dura (there: 0)."""
    made = np.full(head.depth.shape, AIR, dtype=np.float32)
    made[head.depth > 1.5] = 0.0
    farthest = bones.vault_mm + bones.scalp_mm + bones.muscle_mm + 26
    index = np.flatnonzero(((head.depth < 1.5) & (head.hull < farthest)).ravel())
    right, front, up = (place.ravel()[index] for place in head.places)
    hull = head.hull.ravel()[index]
    at = _Outside(
        right=right,
        front=front,
        up=up,
        out=-head.depth.ravel()[index],
        hull=hull,
        under=ramp(-hull - 7, 6),
        rough=_per_slice(rng, head, 30.0, 3.0).ravel()[index],
        slow=_per_slice(rng, head, 34.0, 4.0).ravel()[index],
        grain=_per_slice(rng, head, 1.6, 1.3).ravel()[index],
        strands=_per_slice(rng, head, 11.0, 4.0).ravel()[index],
    )
    made.ravel()[index] = _layers(at, bones)
    return made


def _layers(at: _Outside, bones: Bones) -> Field:
    thick = _vault_thickness(at, bones)
    scalp = np.float32(bones.scalp_mm) + np.float32(0.6) * at.rough
    temple = _temple(at) * np.float32(bones.muscle_mm)
    swelling, bruise = _swollen(at, bones)
    skin_at = thick + scalp + temple + swelling + np.float32(1.0)
    surface = np.maximum(at.hull, np.minimum(at.out, at.hull + 6))
    # The nape draws in below the occiput, as far as the bone lets it.
    drawn_in = surface + 0.8 * _eased(-at.front - 70, 36) * np.maximum(-26 - at.up, 0)
    surface = np.minimum(drawn_in, np.maximum(surface, at.out))
    made = np.full(at.out.shape, AIR, dtype=np.float32)
    _paint(made, ramp(skin_at - surface, 1.2), SKIN + np.float32(4) * at.grain)
    _paint(made, ramp(skin_at - np.float32(3.4) - surface, 1.2), FAT + np.float32(12) * at.grain)
    muscle = ramp(thick + temple + np.float32(0.8) - surface, 1.0) * (temple > 1.2)
    _paint(made, muscle, bones.muscle_hu + np.float32(5) * at.grain)
    # It lies beneath the galea, with a little fat left on either side.
    blood = ramp(thick + temple + swelling + 1.6 - surface, 1.2) * ramp(swelling - 0.8, 1.0)
    _paint(made, blood * ramp(surface - thick - temple, 1.2), bruise)
    _deep(made, at, bones, thick, ramp(skin_at - 3.4 - surface, 1.2))
    _shell(made, at, bones, thick)
    _frontal_sinus(made, at, bones, thick)
    return made


def _eased(value: npt.NDArray[np.floating], width: float) -> Field:
    """As `ramp`, without corners."""
    share = ramp(value, width)
    made: Field = share * share * (3 - 2 * share)
    return made


def _paint(made: Field, share: Field, value: Field | float | np.float32) -> None:
    made += share * (value - made)


def _per_slice(rng: Generator, head: Head, length: float, across: float) -> Field:
    """Noise drawn once a slice, the same for its sub-slices, smooth over pixels and slices."""
    count, height, width = head.depth.shape
    drawn = fields.smooth(rng, (count // SUBSLICES, height, width), length=(across, length, length))
    return np.repeat(drawn, SUBSLICES, axis=0)


def _vault_thickness(at: _Outside, bones: Bones) -> Field:
    made = np.float32(bones.vault_mm) + np.float32(0.7) * at.slow
    made += 1.6 * _eased(-at.front - 70, 44) * _eased(18 - np.abs(at.right), 36)
    made += 1.4 * _eased(at.front - 45, 40)
    made -= 1.6 * _eased(np.abs(at.right) - 52, 20) * _eased(16 - at.up, 36)
    # Beneath the brain the skull is a thin plate.
    return np.asarray(np.maximum(made * (1 - 0.5 * at.under), 2.2), dtype=np.float32)


def _swollen(at: _Outside, bones: Bones) -> tuple[Field, Field]:
    """(how thick bruises of the scalp are, in mm; how dense they are, in HU)."""
    thick, density = np.zeros_like(at.out), np.full_like(at.out, SKIN)
    for one in bones.swellings:
        x, y, z = one.middle
        away = (at.right - x) ** 2 + (at.front - y) ** 2 + (at.up - z) ** 2
        here = np.float32(one.thick_mm) * np.clip(1 - away / one.radius_mm**2, 0, 1)
        density = np.where(here > thick, np.float32(one.density), density)
        thick = np.maximum(thick, here)
    return thick.astype(np.float32), (density + np.float32(3) * at.grain).astype(np.float32)


def _temple(at: _Outside) -> Field:
    """1 where the temporal muscle is thickest, at the sides of the lower half."""
    along = np.clip(1 - ((at.front - 12) / 42) ** 2, 0, 1) ** 1.5
    height = _eased(30 - at.up - 0.2 * np.abs(at.front - 5), 56)
    return np.asarray(along * height * _eased(np.abs(at.right) - 44, 28), dtype=np.float32)


def _shell(made: Field, at: _Outside, bones: Bones, thick: Field) -> None:
    """The skull: two dense tables around the diploe."""
    # The crests inside the forehead and the occiput don't show on the outer table.
    filled = 4.0 * (1 - at.under) * np.maximum(_eased(at.up + 14, 16), _eased(at.front - 30, 20))
    beyond = np.maximum(np.minimum(at.hull, at.out), at.out - filled)
    share = ramp(at.out + 0.2, 1.0) * ramp(thick - beyond, 1.0)
    table = np.minimum(np.maximum(thick * np.float32(0.26), 1.3), 2.2)
    middle = ramp(at.out - table, 1.2) * ramp(thick - table - beyond, 1.2) * ramp(thick - 4.0, 1.5)
    bone = np.float32(bones.table_hu) + np.float32(40) * at.grain
    spongy = np.float32(bones.diploe_hu) + np.float32(130) * at.grain
    _paint(made, share, bone + middle * (spongy - bone))


def _frontal_sinus(made: Field, at: _Outside, bones: Bones, thick: Field) -> None:
    near = np.flatnonzero((at.front > 45) & (at.up < 20))
    right, up, out, rough = at.right[near], at.up[near], at.out[near], at.rough[near]
    wide_right, wide_left, high = bones.sinus
    wide = np.where(right > 0, wide_right, wide_left).astype(np.float32)
    within = ramp(1 - (right / wide) ** 2 - ((up + 22) / high) ** 2 + 0.12 * rough, 0.25)
    septum = ramp(np.abs(right - 1.5 * rough) - 1.0, 0.8)
    outer = np.maximum(thick[near], 7.5)
    air = within * septum * ramp(out - 1.6, 0.8) * ramp(outer - 1.6 - out, 0.8)
    wall = within * ramp(out, 0.8) * ramp(outer - out, 0.8)
    hu = made[near]
    _paint(hu, wall, np.float32(bones.table_hu))
    _paint(hu, air, AIR)
    made[near] = hu


def _deep(made: Field, at: _Outside, bones: Bones, thick: Field, covered: Field) -> None:
    """The base of the skull and the face behind it, on the lowest slices only."""
    low = np.flatnonzero((at.hull < thick + 1) & (at.up < -4))
    if not low.size:
        return
    right, front, up, hull = at.right[low], at.front[low], at.up[low], at.hull[low]
    rough, grain = at.rough[low], at.grain[low]
    side = np.abs(right)
    hu = np.float32(bones.muscle_hu) + 4 * grain
    # Muscles lie in bundles with fat between them.
    _paint(hu, ramp(0.13 - np.abs(at.strands[low]), 0.2), FAT + 10 * grain)
    _paint(hu, ramp(rough - 1.1, 0.5), FAT + 10 * grain)
    _orbits(hu, side, front, up)
    air = _sphenoid(hu, side, right, front, up, rough, bones)
    bone = np.float32(bones.table_hu - 100) + 120 * grain
    # The clivus, the petrous pyramids from mastoid to apex, and the greater wings at the sides.
    clivus = ramp(13 - side, 2) * ramp(4 - np.abs(front + 16 + 0.5 * (up + 34)), 1.5)
    along = np.clip((side - 10) / 46, 0, 1)
    axis_front, axis_up = -14 - 20 * along, -36 - 4 * along
    away = np.hypot(front - axis_front, 0.85 * (up - axis_up))
    petrous = ramp(5.5 + 7.5 * along - away + 0.8 * rough, 1.5) * ramp(side - 9, 2) * ramp(59 - side, 5)
    wings = ramp(3.0 - np.abs(front - 28 + 0.35 * (side - 30)), 1.5) * ramp(side - 22, 2) * ramp(up + 44, 6)
    mastoid = ramp(12 - np.hypot(side - 51, 0.8 * (front + 36)), 3) * ramp(-24 - up, 6)
    rim = ramp(hull + 4, 2) * ramp(front - 25, 8)
    _paint(hu, np.max([clivus, petrous, wings, mastoid, rim], axis=0), bone + 250 * petrous)
    canal = ramp(2.2 - np.hypot(front - axis_front - 3, up - axis_up - 2), 1) * ramp(30 - side, 4) * petrous
    _paint(hu, canal * ramp(side - 14, 2), 20.0)
    cells = ramp(grain + bones.pneumatised * 1.6 - 1.1, 0.7) * ramp(11 - np.hypot(side - 52, front + 34), 3)
    meatus = ramp(4 - np.hypot(front + 22, up + 42), 1.2) * ramp(side - 44, 2) * ramp(2 - hull, 2)
    _paint(hu, np.max([cells * ramp(-22 - up, 5) * ramp(-3 - hull, 2), air, meatus], axis=0), AIR)
    made[low] += ramp(thick[low] - hull, 1.5) * covered[low] * (hu - made[low])


def _orbits(hu: Field, side: Field, front: Field, up: Field) -> None:
    """Fat with globe, muscles and nerve, below the frontal lobes."""
    wide = np.clip((front - 12) / 32, 0, 1)
    middle = 16 + 17 * wide
    orbit = ramp(3 + 15 * wide - np.hypot(side - middle, up + 38), 1.5) * ramp(front - 14, 2)
    _paint(hu, ramp(4.6 + 15 * wide - np.hypot(side - middle, up + 38), 1.5) * ramp(front - 14, 2), 900.0)
    _paint(hu, orbit, FAT)
    cone = np.abs(np.hypot(side - middle, up + 38) - (2 + 9 * wide))
    _paint(
        hu,
        orbit
        * ramp(1.6 - cone, 1)
        * ramp(np.abs(np.sin(np.arctan2(up + 38, side - middle) * 2)) * -1 + 0.6, 0.4),
        50.0,
    )
    away = np.sqrt((side - 33) ** 2 + (front - 60) ** 2 + (up + 38) ** 2)
    _paint(hu, ramp(12.5 - away, 1), 48.0)
    _paint(hu, ramp(11.3 - away, 1), 12.0)
    lens = np.sqrt(((side - 33) / 4.5) ** 2 + ((front - 70) / 2.2) ** 2 + ((up + 38) / 4.5) ** 2)
    _paint(hu, ramp(1 - lens, 0.4), 85.0)


def _sphenoid(
    hu: Field, side: Field, right: Field, front: Field, up: Field, rough: Field, bones: Bones
) -> Field:
    """Bone around the sphenoid and ethmoid sinuses; returns the share of air."""
    box = ramp(1 - np.hypot(right / 17, (front - 4) / 20) ** 3, 0.2) * ramp(-25 - up, 3)
    nose = ramp(15 - side, 2) * ramp(front - 20, 3) * ramp(78 - front, 3) * ramp(-28 - up, 3)
    body = np.maximum(box, nose)
    _paint(hu, body, np.float32(bones.table_hu - 300))
    cells = ramp(np.abs(np.sin(right / 3.4 + 1.1 * rough + 0.05 * front)) - 0.3, 0.3) * ramp(
        np.abs(np.sin(front / 4.6 + 1.6 * rough + 0.07 * right)) - 0.25, 0.3
    )
    big = ramp(1 - np.hypot(right / 13.5, (front - 4) / 15.5) ** 3, 0.2)
    big = big * ramp(np.abs(right - 2.5 - 1.5 * rough) - 1, 1)
    ethmoid = ramp(13 - side, 1.5) * cells * ramp(front - 22, 2) * ramp(60 - front, 2) * ramp(-31 - up, 2)
    made: Field = np.maximum(big * ramp(-29 - up, 2), ethmoid) * body
    return made
