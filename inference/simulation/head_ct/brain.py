"""What lies inside the dura: grey and white matter, fluid, sulci, falx, tentorium, sinuses, calcifications, in HU."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random import Generator
from scipy import ndimage

from inference.simulation.core import fields
from inference.simulation.core.fields import Field
from inference.simulation.head_ct.atlas import Atlas
from inference.simulation.head_ct.heads import Head

FLUID, WHITE, GREY = 7.0, 26.5, 38.5
"""Hounsfield units of healthy tissue; textbooks give 0–15, 20–32 and 32–45."""
VENOUS = 55.0


@dataclass(frozen=True, eq=False)
class Inside:
    """The points of a head inside its dura, flat float32 [N]: all that bleeding needs to know of them."""

    index: npt.NDArray[np.intp]
    """Where the points are in the head's flattened arrays."""
    right: Field
    front: Field
    up: Field
    """MNI coordinates as the skull has them."""
    depth: Field
    """Millimetres below the dura."""

    @property
    def places(self) -> tuple[Field, Field, Field]:
        """The three coordinates."""
        return self.right, self.front, self.up


def inside(head: Head) -> Inside:
    """The points inside the dura, and a little beyond, so that its edge can be soft."""
    index = np.flatnonzero(head.depth.ravel() > -2.0)
    right, front, up = (place.ravel()[index] for place in head.places)
    return Inside(index, right, front, up, head.depth.ravel()[index])


def within(points: Inside, chosen: npt.NDArray[np.bool_]) -> Inside:
    """Only the `chosen` of the points, bool [N]."""
    return Inside(
        points.index[chosen],
        points.right[chosen],
        points.front[chosen],
        points.up[chosen],
        points.depth[chosen],
    )


@dataclass(frozen=True, eq=False)
class Brain:
    """The tissue at the points of `Inside`, flat float32 [N]."""

    fluid: Field
    """Share of cerebrospinal fluid, 0–1."""
    white: Field
    """Share of white matter in what isn't fluid."""
    sulci: Field
    """Share of fluid that lies in sulci and cisterns, where subarachnoid blood spreads."""
    ventricles: Field
    """Share of fluid in the lateral ventricles."""
    pale: Field
    """1 at the ventricles' walls to 0 far off: where white matter darkens with age."""


def ramp(value: npt.NDArray[np.floating], width: float) -> Field:
    """0 below -width/2, 1 above width/2, straight between."""
    made: Field = np.clip(value / np.float32(width) + np.float32(0.5), 0, 1).astype(np.float32)
    return made


def brain_tissue(
    rng: Generator, atlas: Atlas, head: Head, points: Inside, pressed: Sequence[Field], effaced: Field | float
) -> Brain:
    """Grey, white and fluid where the brain was `pressed` (mm, three fields) by what takes up room.

    `effaced` 0–1 is how far sulci are squeezed shut.
    """
    warp = [one.ravel()[points.index] for one in head.warp]
    places = [place + shift + press for place, shift, press in zip(points.places, warp, pressed, strict=True)]
    t1 = atlas.sampled(atlas.t1, places, step=1.0)
    white = atlas.sampled(atlas.white, places, step=1.0)
    below = atlas.sampled(atlas.depth, places)
    atrophy = head.traits.atrophy
    border = np.float32(0.50 + 0.055 * atrophy)
    template_fluid = ramp(border - t1, 0.10)
    sulci = _sulci(rng, places, below, atrophy) * (1 - np.float32(0.65) * effaced)
    # A sulcus can't be wider than the swelling around it leaves it; ventricles stay.
    outer = ramp(22 - below, 8.0)
    template_fluid = template_fluid * (1 - np.float32(0.4) * effaced * outer)
    fluid = np.maximum(template_fluid, sulci)
    from_ventricles = atlas.sampled(atlas.ventricle, places)
    lateral = ramp(3.0 - from_ventricles, 3.0)
    right, front, up = places
    fourth = ramp(10 - np.abs(right), 2) * ramp(-front - 36, 2) * ramp(front + 60, 2) * ramp(-18 - up, 4)
    third = ramp(4 - np.abs(right), 2) * ramp(front + 28, 2) * ramp(6 - front, 4) * ramp(up + 8, 4)
    return Brain(
        fluid=fluid,
        white=np.clip((white - np.float32(0.36)) / np.float32(0.5), 0, 1),
        sulci=np.maximum(sulci, template_fluid * (1 - np.max([lateral, fourth, third], axis=0))),
        ventricles=template_fluid * lateral,
        pale=np.exp(-np.maximum(from_ventricles, 0) / np.float32(5)),
    )


def _sulci(rng: Generator, places: Sequence[Field], below: Field, atrophy: float) -> Field:
    """Fluid between gyri: walls perpendicular to the surface, along the zeros of a band of frequencies.

    The average brain of many people has lost all but the largest of its sulci.
    """
    noise = fields.power_law(rng, (48, 48, 48), beta=0.0)
    noise = ndimage.gaussian_filter(noise, 1.55, mode="wrap") - ndimage.gaussian_filter(
        noise, 2.5, mode="wrap"
    )
    noise /= noise.std()
    spots = [place - start for place, start in zip(places, (0.0, -17.0, 4.0), strict=True)]
    radius = np.sqrt((spots[0] / 68) ** 2 + (spots[1] / 88) ** 2 + (spots[2] / 74) ** 2)
    scale = np.float32(1 / 3.6) / np.maximum(radius, 0.3)
    indices = np.stack([spot * scale + 24 for spot in spots])
    crossing = np.abs(ndimage.map_coordinates(noise, indices, order=1, mode="wrap", output=np.float32))
    # The field's mean slope turns its value into millimetres from the wall.
    wall_mm = crossing * np.float32(6.0)
    reach = 9.0 + 6.0 * atrophy
    half_width = np.float32(0.35 + 1.15 * atrophy) * np.clip(1 - below / np.float32(reach), 0, 1)
    made: Field = ramp(half_width - wall_mm, 0.9) * (half_width > 0.03)
    # The cerebellum's folia are far finer than this, and show no fluid of their own.
    return made * ramp(places[2] + 0.42 * np.abs(places[0]) + 16, 6.0)


def plain_density(brain: Brain, points: Inside, head: Head) -> Field:
    """HU [N] of brain and fluid, before anything else is put in."""
    age = np.float32(max(0.0, (head.traits.age - 45) / 50))
    solid = np.float32(GREY - 1.5 * age) - np.float32(GREY - WHITE) * brain.white
    solid -= np.float32(9 * age * head.traits.atrophy) * brain.pale * (0.3 + 0.7 * brain.white)
    made: Field = solid + brain.fluid * (np.float32(FLUID) - solid)
    rim = ramp(1.2 - points.depth, 1.5)
    return np.asarray(made + rim * (np.float32(FLUID + 4) - made), dtype=np.float32)


def sheets(points: Inside, pressed: Sequence[Field], density: float) -> tuple[Field, Field]:
    """(HU that falx and tentorium add, share of venous sinuses), `density` 0.5–1.5 for faint to dense."""
    # The dura moves with the brain, but less: it is held at its edges.
    right = points.right + np.float32(0.8) * pressed[0]
    front, up, depth = points.front, points.up, points.depth
    beyond = ramp(((front + 16) / 50) ** 2 + ((up - 4) / 38) ** 2 - 1, 0.2)
    above = ramp(up + 0.35 * np.maximum(-front - 20, 0) - 0.0, 4.0) * ramp(up + 14, 6.0)
    falx = ramp(1.1 - np.abs(right), 1.0) * beyond * above * (depth > 0)
    tentorial = 2 - 0.55 * np.abs(right) + 0.22 * (front + 45)
    apart = ramp(np.abs(right) / 16 - 1 + np.maximum(-front - 42, 0) / 10, 0.4) * ramp(-front - 18, 4)
    tent = ramp(0.8 - np.abs(up - tentorial) * 0.85, 1.0) * apart * (depth > 0)
    # Slices lie nearly along the tentorium, which so looks broader than it is.
    made = np.maximum(np.float32(20 * density) * falx, np.float32(12 * min(density, 1.2)) * tent)
    half_width = np.clip((8.5 - depth) * 0.62, 0, 4)
    sagittal = ramp(half_width - np.abs(right), 1.0) * ramp(up - 4 + 0.5 * np.minimum(front + 60, 0), 4)
    torcular = ramp(4 - np.hypot(right, (up + 12)), 2.0) * ramp(-front - 82, 3) * ramp(8 - depth, 1.5)
    transverse = (
        ramp(3.4 - np.hypot(depth - 3, up - tentorial), 1.2)
        * ramp(-front - 48, 6)
        * ramp(np.abs(right) - 2, 2)
    )
    straight = ramp(2.0 - np.hypot(right, up - tentorial - 1), 1.0) * ramp(-front - 44, 4)
    sinus = np.max([sagittal, torcular, transverse, straight], axis=0) * ramp(depth, 1.0)
    return np.asarray(made, dtype=np.float32), np.asarray(sinus, dtype=np.float32)


def calcifications(
    rng: Generator, points: Inside, pressed: Sequence[Field], amounts: Sequence[float]
) -> Field:
    """HU [N] added by chalk in the pineal gland, the choroid plexus and the pallidum, by `amounts` 0–2 of each."""
    made = np.zeros_like(points.depth)
    right, front, up = (place + press for place, press in zip(points.places, pressed, strict=True))
    spots: list[tuple[float, float, float, float, float]] = []
    pineal, choroid, pallidum = amounts
    if pineal > 0:
        x, y, z = rng.normal((0, -30, 1), (0.5, 1, 1))
        spots.append((x, y, z, 1.3 + 1.2 * pineal, 260 * pineal))
    for side in (-1.0, 1.0):
        grains = rng.normal(0, 1, (3, 3))
        size, strong = rng.uniform(0.7, 1.2, 2)
        if choroid > 0:
            for grain in grains[: 2 if choroid < 1 else 3]:
                x, y, z = np.array([side * 25, -42, 8]) + grain * (2.0, 2.6, 2.4)
                spots.append((x, y, z, (1.0 + 1.1 * choroid) * size, 230 * choroid * strong))
        if pallidum > 0:
            for grain in grains:
                x, y, z = np.array([side * 19, -2, 0]) + grain * (1.2, 2.6, 2.0)
                spots.append((x, y, z, (0.9 + 1.1 * pallidum) * size, 110 * pallidum * strong))
    for x, y, z, radius, strength in spots:
        near = np.flatnonzero((np.abs(right - x) < 8) & (np.abs(front - y) < 8) & (np.abs(up - z) < 8))
        away = np.sqrt((right[near] - x) ** 2 + (front[near] - y) ** 2 + (up[near] - z) ** 2)
        made[near] = np.maximum(made[near], np.float32(strength) * ramp(radius - away, 1.2))
    return made
