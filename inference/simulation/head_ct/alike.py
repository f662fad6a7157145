"""What is dense or dark in a head and isn't fresh blood: chalk, streaks, partial volume, veins, old infarcts."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator

from inference.simulation.cases import GRADES
from inference.simulation.core.fields import Field
from inference.simulation.head_ct.brain import Inside, ramp
from inference.simulation.head_ct.heads import Head

LOOK_ALIKES = ("calcification", "beam-hardening", "partial-volume", "dense-sinus", "old-infarct")


@dataclass(frozen=True, eq=False)
class Incidental:
    """What any head has more or less of, whether or not it's what the case is about."""

    chalk: tuple[float, float, float]
    """Of the pineal gland, the choroid plexus and the pallidum, 0–2."""
    streaks: float
    """HU of beam hardening between the petrous bones."""
    venous: float
    """HU of venous blood above the usual."""
    sheets: float
    """How dense falx and tentorium are, 0.5–2."""
    bumps: tuple[tuple[float, float, float, float], ...] = ()
    """Bone that a slice only touches: right, front, height and width in mm."""
    infarct: tuple[float, ...] = field(default=())
    """An old infarct's middle (three) and radius in mm; empty for none."""


def drawn_incidental(rng: Generator) -> Incidental:
    """What a random head holds of them."""
    pineal = float(rng.uniform(0.2, 1.0)) if rng.random() < 0.6 else 0.0
    choroid = float(rng.uniform(0.2, 0.9)) if rng.random() < 0.5 else 0.0
    pallidum = float(rng.uniform(0.15, 0.4)) if rng.random() < 0.12 else 0.0
    return Incidental(
        chalk=(pineal, choroid, pallidum),
        streaks=float(rng.uniform(1.5, 6)),
        venous=float(rng.normal(-2, 4)),
        sheets=float(rng.uniform(0.6, 1.3)),
    )


def with_look_alike(rng: Generator, incidental: Incidental, concept: str, grade: str) -> Incidental:
    """The same head with one of `LOOK_ALIKES`, more alike with a harder grade. Raises KeyError for another."""
    alike = GRADES.index(grade) / 4
    side = float(rng.choice([-1.0, 1.0]))
    values = dict(incidental.__dict__)
    if concept == "calcification":
        pineal, choroid, pallidum = incidental.chalk
        which = int(rng.integers(3))
        strong = float(rng.uniform(1.2, 1.6)) * (1.25 - 0.5 * alike)
        values["chalk"] = (
            strong if which == 0 else pineal,
            strong if which == 1 else choroid,
            0.9 * strong if which == 2 else pallidum,
        )
    elif concept == "beam-hardening":
        values["streaks"] = float(rng.uniform(11, 15)) + 8 * (1 - alike)
    elif concept == "partial-volume":
        spot = ((28.0, 38.0), (42.0, -22.0), (20.0, 28.0))[int(rng.integers(3))]
        values["bumps"] = ((side * spot[0], spot[1], 3.4 + 1.6 * (1 - alike), float(rng.uniform(6, 9.5))),)
    elif concept == "dense-sinus":
        values["venous"] = float(rng.uniform(9, 14)) + 4 * alike
        values["sheets"] = float(rng.uniform(1.5, 1.9))
    elif concept == "old-infarct":
        middle = ((side * 55.0, -8.0, 16.0), (side * 20.0, -88.0, 8.0), (side * 42.0, 40.0, 24.0))
        chosen = np.array(middle[int(rng.integers(3))]) + rng.normal(0, 3, 3)
        values["infarct"] = (*(float(one) for one in chosen), float(rng.uniform(15, 23)) - 4 * alike)
    else:
        raise KeyError(concept)
    return Incidental(**values)


def bone_touched(points: Inside, head: Head, incidental: Incidental) -> Field:
    """Share of bone at each point that rises from the skull's floor into the slice above."""
    made = np.zeros_like(points.depth)
    upwards = head.inward[2].ravel()[points.index]
    for right, front, height, width in incidental.bumps:
        away = (points.right - right) ** 2 + (points.front - front) ** 2
        dome = height * np.exp(-away / (2 * width**2))
        made = np.maximum(made, ramp(dome - points.depth, 1.0) * ramp(upwards - 0.3, 0.3) * (dome > 0.3))
    return np.asarray(made, dtype=np.float32)


def infarcted(points: Inside, incidental: Incidental) -> Field:
    """0–1: how far the brain was lost to an old infarct, a wedge that reaches the surface."""
    if not incidental.infarct:
        return np.zeros_like(points.depth)
    x, y, z, radius = incidental.infarct
    # Wider towards the surface, as a territory is.
    stretched = np.sqrt(
        (0.8 * (points.right - x)) ** 2 + (points.front - y) ** 2 + (1.1 * (points.up - z)) ** 2
    )
    reach = radius * (1.15 - np.clip(points.depth, 0, 40) / 90)
    wavy = 1.5 * np.sin(points.front / 4.1 + points.up / 5.3) + 1.2 * np.sin(
        points.right / 3.7 - points.front / 6.1
    )
    return ramp(reach + wavy - stretched, 4.0)
