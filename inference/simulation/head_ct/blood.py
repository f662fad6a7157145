"""Where blood goes inside the skull, and what it does to the brain beside it: a shape for each kind of bleeding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from scipy import ndimage

from inference.simulation.cases import GRADES
from inference.simulation.core import fields
from inference.simulation.core.fields import Field
from inference.simulation.head_ct.brain import Brain, Inside, ramp
from inference.simulation.head_ct.heads import Head

# Hounsfield units of blood, lowest and highest of each grade: clotted and fresh, to diluted or anaemic.
_DENSITY = {
    "obvious": (67.0, 78.0),
    "clear": (60.0, 70.0),
    "moderate": (56.0, 63.0),
    "subtle": (50.0, 57.0),
    "hidden": (43.0, 50.0),
}


@dataclass(frozen=True, eq=False)
class Bleed:
    """Blood at the points of `Inside`, before the brain is known: flat float32 [N] where not said otherwise."""

    share: Callable[[Brain], Field]
    """Share of blood at each point, once it's known where the fluid is."""
    density: float
    """HU of the blood."""
    pressed: tuple[Field, Field, Field]
    """Millimetres from where each point's brain tissue has been pushed here."""
    effaced: Field | float
    """0–1: how far sulci are squeezed shut."""
    oedema: Field | float
    """0–1: how far the brain beside it has swollen and darkened."""


def drawn_bleed(rng: Generator, concept: str, grade: str, head: Head, points: Inside) -> Bleed:
    """A bleeding of kind `concept`; size and density go by `grade`. Raises KeyError for an unknown kind."""
    step = GRADES.index(grade)
    density = float(rng.uniform(*_DENSITY[grade]))
    return _SHAPES[concept](rng, step, density, head, points)


def no_press(points: Inside) -> tuple[Field, Field, Field]:
    """A brain that nothing pushes."""
    still = np.zeros_like(points.depth)
    return still, still, still


_SITES = (
    # right, front, up; relative length front to back; how likely
    (27.0, -1.0, 4.0, 1.45, 0.30),
    (13.0, -18.0, 8.0, 1.1, 0.16),
    (34.0, 32.0, 22.0, 1.2, 0.14),
    (36.0, -46.0, 34.0, 1.2, 0.14),
    (46.0, -26.0, -4.0, 1.4, 0.12),
    (24.0, -72.0, 12.0, 1.2, 0.06),
    (23.0, -63.0, -30.0, 1.0, 0.08),
)
_RADII = (13.0, 8.5, 5.8, 4.3, 3.1)


def _intraparenchymal(rng: Generator, step: int, density: float, head: Head, points: Inside) -> Bleed:
    site = _SITES[int(rng.choice(len(_SITES), p=[one[4] for one in _SITES]))]
    side = float(rng.choice([-1.0, 1.0]))
    middle = np.array([side * site[0], site[1], site[2]]) + rng.normal(0, 3.0, 3)
    radius = _RADII[step] * float(rng.uniform(0.9, 1.15))
    long = site[3] * float(rng.uniform(0.9, 1.15))
    relative = [place - np.float32(one) for place, one in zip(points.places, middle, strict=True)]
    turn = side * float(rng.normal(0.25, 0.2))
    across = np.cos(turn) * relative[0] + np.sin(turn) * relative[1]
    along = -np.sin(turn) * relative[0] + np.cos(turn) * relative[1]
    away = np.sqrt(across**2 * long**0.5 + (along / long**0.75) ** 2 + relative[2] ** 2).astype(np.float32)
    near = away < 3 * radius + 12
    lumps = np.zeros_like(away)
    coarse = fields.smooth(rng, (24, 24, 24), length=3.2)
    scale = np.float32(7.0 / (radius + 3))
    index = np.stack([one[near] * scale + 12 for one in relative])
    lumps[near] = ndimage.map_coordinates(coarse, index, order=1, mode="nearest", output=np.float32)
    share = ramp(radius * (1 + np.float32(0.16) * lumps) - away, 1.6) * ramp(points.depth - 3, 2)
    oedema = ramp(radius + 1.5 + 0.28 * radius - away, 4.0) * (1 - share)
    # A ball that grows displaces a shell of the same volume around it.
    source = np.cbrt(np.maximum(away**3 - np.float32(0.75) * radius**3, 0)) - away
    push = source * np.exp(-np.maximum(away - radius, 0) / 28) / np.maximum(away, 1)
    push = push * ramp(points.depth - 4, 8)
    pressed = (push * relative[0], push * relative[1], push * relative[2])
    effaced = np.clip(radius / 13, 0, 1) * ramp(radius + 22 - away, 16)
    into_ventricle = step <= 1 and abs(middle[0]) < 30 and bool(rng.random() < 0.45)
    filled = float(rng.uniform(0.08, 0.3))

    def blood(brain: Brain) -> Field:
        if not into_ventricle:
            return share
        return np.asarray(np.maximum(share, _layered(brain, points, filled)), dtype=np.float32)

    return Bleed(blood, density, pressed, effaced.astype(np.float32), oedema.astype(np.float32))


_CRESCENT = (11.0, 7.5, 5.2, 3.6, 2.5)


def _subdural(rng: Generator, step: int, density: float, head: Head, points: Inside) -> Bleed:
    side = float(rng.choice([-1.0, 1.0]))
    right, front, up = points.places
    thick = _CRESCENT[step] * float(rng.uniform(0.9, 1.15))
    if step >= 1 and rng.random() < 0.2:
        return _parafalcine(rng, side, thick * 0.75, density, points)
    middle = rng.normal((-14, 24), (12, 6))
    reach = rng.uniform((52, 40), (68, 50)) * (1.0, 0.95, 0.85, 0.72, 0.6)[step]
    inside_of = 1 - ((front - middle[0]) / reach[0]) ** 2 - ((up - middle[1]) / reach[1]) ** 2
    local = (thick * np.sqrt(np.clip(inside_of, 0, 1))).astype(np.float32)
    one_side = ramp(np.float32(side) * right - 5, 3)
    share = ramp(local - points.depth, 1.0) * ramp(points.depth + 0.3, 0.8) * one_side * (local > 0.4)
    return _from_the_skull(share, local, side, density, head, points)


def _parafalcine(rng: Generator, side: float, thick: float, density: float, points: Inside) -> Bleed:
    right, front, up = points.places
    middle = float(rng.choice([36.0, -58.0]))
    away = ((front - middle) / 30) ** 2 + ((up - 38) / 26) ** 2
    local = thick * np.sqrt(np.clip(1 - away, 0, 1))
    across = np.float32(side) * right
    beyond = ramp(((front + 16) / 50) ** 2 + ((up - 4) / 38) ** 2 - 1, 0.2)
    share = (
        ramp(local - across, 1.0) * ramp(across + 0.2, 0.8) * beyond * (local > 0.4) * ramp(points.depth, 2)
    )
    push = -np.float32(side) * local * np.exp(-np.abs(across) / 14) * (across > 0) * beyond
    still = np.zeros_like(points.depth)
    share = share.astype(np.float32)
    return Bleed(lambda brain: share, density, (push.astype(np.float32), still, still), 0.0, 0.0)


def _epidural(rng: Generator, step: int, density: float, head: Head, points: Inside) -> Bleed:
    side = float(rng.choice([-1.0, 1.0]))
    site = ((64, -4, 4), (62, -34, 20), (48, 40, 16), (30, -88, -14))[
        int(rng.choice(4, p=(0.5, 0.28, 0.14, 0.08)))
    ]
    middle = np.array([side * site[0], site[1], site[2]]) + rng.normal(0, 4, 3)
    thick = (17.0, 11.5, 8.2, 5.6, 3.5)[step] * float(rng.uniform(0.9, 1.12))
    wide = (30.0, 24.0, 18.5, 14.5, 9.5)[step] * float(rng.uniform(0.9, 1.1))
    squared = np.zeros_like(points.depth)
    for place, one in zip(points.places, middle, strict=True):
        squared += (place - np.float32(one)) ** 2
    along_bone = squared - np.maximum(points.depth, 0) ** 2
    # Dura is stripped off one bone: the lens doesn't turn the corner to the skull's floor.
    outward = middle / np.linalg.norm(middle)
    facing = np.zeros_like(points.depth)
    for inward, part in zip(head.inward, outward, strict=True):
        facing -= np.float32(part) * inward.ravel()[points.index]
    local = thick * np.clip(1 - along_bone / wide**2, 0, 1) * ramp(facing - 0.62, 0.3)
    local = np.where(squared < (wide + thick) ** 2, local, 0).astype(np.float32)
    local = local * ramp(np.float32(side) * points.right, 4)
    push = thick * np.exp(-np.maximum(along_bone, 0) / (1.1 * wide**2))
    share = ramp(local - points.depth, 1.0) * ramp(points.depth + 0.3, 0.8) * (local > 0.4)
    return _from_the_skull(share, push.astype(np.float32), side, density, head, points)


def _from_the_skull(
    share: Field, push_mm: Field, side: float, density: float, head: Head, points: Inside
) -> Bleed:
    """Blood between skull and brain, which pushes the brain inwards by `push_mm`, less and less with depth."""
    across = np.float32(side) * points.right
    beneath = np.maximum(points.depth - push_mm, 0)
    # The falx gives way in the depth, hardly where it hangs; the other side gives way less and less.
    held = 1 - np.exp(-((across / 18) ** 2)) * np.exp(-points.depth / 20)
    other = np.clip((across + 48) / 46, 0, 1)
    amount = np.maximum(push_mm - 1.0, 0) * np.exp(-beneath / 58) * held * other
    # Straight away from the bone at first, then towards the other side.
    straight = np.exp(-beneath / 24)
    aside = [np.float32(-side) * (1 - straight), np.float32(0), np.float32(0)]
    pressed = [
        -(amount * (straight * inward.ravel()[points.index] + part)).astype(np.float32)
        for inward, part in zip(head.inward, aside, strict=True)
    ]
    effaced = np.clip(push_mm / 5, 0, 1) * np.exp(-beneath / 32) * other
    share = share.astype(np.float32)
    return Bleed(
        lambda brain: share, density, (pressed[0], pressed[1], pressed[2]), effaced.astype(np.float32), 0.0
    )


def _subarachnoid(rng: Generator, step: int, density: float, head: Head, points: Inside) -> Bleed:
    right, front, up = points.places
    side = float(rng.choice([-1.0, 1.0]))
    strength = (1.0, 1.0, 0.95, 0.85, 0.65)[step]
    across = np.float32(side) * right
    if rng.random() < 0.55:
        # From an aneurysm: the basal cisterns and the fissures that lead out of them.
        basal = ramp(1 - ((right / 24) ** 2 + ((front + 8) / 26) ** 2 + ((up + 17) / 13) ** 2), 0.5)
        far = np.hypot((up + 4) / 16, (front - 2) / 24)
        sylvian = ramp(1 - far, 0.4) * ramp(np.abs(right) - 24, 4)
        fissure = ramp(4 - np.abs(right), 2) * ramp(front - 12, 6) * ramp(20 - np.abs(up), 8)
        lopsided = 1 if step == 0 else ramp(across + 18, 12)
        where = (
            np.max([basal, sylvian * lopsided, fissure], axis=0)
            if step <= 1
            else np.maximum(basal if step == 2 else 0 * basal, sylvian * ramp(across, 8))
        )
    else:
        # After an injury: a few sulci of the convexity.
        middle = np.array([side * 44, rng.uniform(-50, 40), rng.uniform(20, 46)])
        wide = (36.0, 32.0, 28.0, 22.0, 12.0)[step]
        away = np.sqrt((right - middle[0]) ** 2 + (front - middle[1]) ** 2 + (up - middle[2]) ** 2)
        where = ramp(1 - away / wide, 0.4) * ramp(across - 2, 2)
    where = (strength * where).astype(np.float32)

    def blood(brain: Brain) -> Field:
        thin = 0.45 + 0.55 * ramp(points.depth - 2.5, 2.0)
        return np.asarray(where * thin * ramp(brain.sulci - 0.22, 0.4), dtype=np.float32)

    # Mixed with fluid, it is never as dense as a clot.
    return Bleed(blood, 0.88 * density, no_press(points), 0.0, 0.0)


def _intraventricular(rng: Generator, step: int, density: float, head: Head, points: Inside) -> Bleed:
    filled = (0.42, 0.30, 0.20, 0.13, 0.07)[step] * float(rng.uniform(0.85, 1.15))
    sides = (1.0, 1.0) if step <= 1 else ((1.0, 0.0) if rng.random() < 0.5 else (0.0, 1.0))
    chosen = np.where(points.right > 0, np.float32(sides[0]), np.float32(sides[1]))

    def blood(brain: Brain) -> Field:
        return np.asarray(_layered(brain, points, filled) * chosen, dtype=np.float32)

    return Bleed(blood, density, no_press(points), 0.0, 0.0)


def _layered(brain: Brain, points: Inside, filled: float) -> Field:
    """Blood that has sunk to the back of the ventricles of someone lying on theirs, `filled` 0–1 of them."""
    back = points.front[(brain.ventricles > 0.4) & (points.front < -24)]
    level = float(np.quantile(back, filled)) if back.size else -50.0
    return ramp(brain.ventricles - 0.25, 0.4) * ramp(np.float32(level) - points.front, 2.0)


_SHAPES: dict[str, Callable[[Generator, int, float, Head, Inside], Bleed]] = {
    "intraparenchymal": _intraparenchymal,
    "subdural": _subdural,
    "epidural": _epidural,
    "subarachnoid": _subarachnoid,
    "intraventricular": _intraventricular,
}
