"""What is taken for a finding: nipples, calcified granulomas, fat pads, skin folds, ends of first ribs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from scipy import ndimage

from inference.simulation.cases import GRADES
from inference.simulation.chest.body import on_film
from inference.simulation.chest.film import CORTEX, SOFT
from inference.simulation.chest.findings import choose_spot, lump
from inference.simulation.chest.layout import SIZE, SPACING_MM, axes
from inference.simulation.chest.patient import Change, Patient
from inference.simulation.chest.solids import common, ellipsoid

LOOK_ALIKES = ("nipple-shadow", "calcified-granuloma", "first-rib-end", "skin-fold", "fat-pad")


def draw_alike(rng: Generator, patient: Patient, concept: str, grade: str) -> Change:
    """A look-alike of `LOOK_ALIKES`, from hardly alike (obvious) to very alike (hidden)."""
    return _DRAWN[concept](rng, patient, GRADES.index(grade) / 4)


def _nipples(rng: Generator, patient: Patient, alike: float) -> Change:
    """Both nipples, the second the fainter the more the first one looks like a nodule."""
    body = patient.body
    out = rng.uniform(80, 96) * body.width
    low = rng.uniform(196, 212) * body.height + (16 * body.breast if body.woman else -14)
    first = -1 if rng.random() < 0.5 else 1
    radius, thick = rng.uniform(4.2, 6.2), rng.uniform(5.5, 8.0)
    total = np.zeros((SIZE, SIZE), dtype=np.float32)
    for side, share in ((first, 1.0), (-first, 1.0 - 0.8 * alike)):
        place = np.array([[side * out + 3 * rng.normal(), low + 4 * rng.normal(), 110.0]])
        ball = lump(rng, on_film(body, place)[0], radius, rough=0.05, edge=0.7)
        # Flat like a button, sharp where air is beside it.
        total += SOFT * share * thick * np.clip(ball / radius, 0, 1)
    return Change(added=total)


def _granuloma(rng: Generator, patient: Patient, alike: float) -> Change:
    radius = rng.uniform(1.6, 2.4) + 3.0 * alike
    ball = lump(rng, choose_spot(rng, patient, 9), radius, rough=0.14, edge=0.5)
    return Change(added=((0.9 - 0.55 * alike) * CORTEX * ball).astype(np.float32))


def _first_rib(rng: Generator, patient: Patient, alike: float) -> Change:
    """Ossified cartilage where the first rib ends, on one side more than on the other."""
    first = -1 if rng.random() < 0.5 else 1
    total = np.zeros((SIZE, SIZE), dtype=np.float32)
    for side, number, course in patient.skeleton.ribs:
        if number != 1:
            continue
        share = 1.0 if side == first else 1.0 - 0.9 * alike
        for _ in range(4):
            place = course[-1:] + rng.normal(0, 3.2, (1, 3))
            ball = lump(rng, on_film(patient.body, place)[0], rng.uniform(3.0, 6.5), rough=0.2, edge=0.9)
            total += ball * np.float32(share * 0.18 * CORTEX)
    return Change(added=total)


def _fold(rng: Generator, patient: Patient, alike: float) -> Change:
    """A fold of skin pressed against the detector: an edge, and a density that fades to one side of it."""
    body = patient.body
    side = -1 if rng.random() < 0.5 else 1
    rows = np.arange(SIZE, dtype=np.float32)[:, None] * SPACING_MM
    top, length = rng.uniform(25, 70), rng.uniform(110, 190)
    lean, bow = rng.uniform(-0.12, 0.22), rng.uniform(-10, 14)
    t = (rows - top) / length
    middle = 179.2 + side * rng.uniform(78, 100) * body.width
    edge = middle + side * (lean * (rows - top) + bow * np.sin(np.pi * np.clip(t, 0, 1)))
    columns = np.arange(SIZE, dtype=np.float32)[None, :] * SPACING_MM
    # The lung lies dense on the inner side, as it does in a pneumothorax.
    inwards = (edge - columns) * side
    width = rng.uniform(9, 18)
    profile = np.clip(inwards / 1.0 + 0.5, 0, 1) * np.exp(-np.clip(inwards, 0, None) / width)
    ends = np.clip(t / 0.2, 0, 1) * np.clip((1 - t) / 0.2, 0, 1)
    strength = rng.uniform(0.16, 0.24) * (1.15 - 0.4 * alike)
    made = ndimage.gaussian_filter((strength * profile * ends).astype(np.float32), 0.8)
    return Change(added=made)


def _fat_pad(rng: Generator, patient: Patient, alike: float) -> Change:
    """Fat in the angle between heart and diaphragm, mostly on the left: the heart seems wider than it is."""
    thorax, body = patient.thorax, patient.body
    side = -1 if rng.random() < 0.3 else 1
    size = 0.75 + 0.5 * alike
    heart = thorax.heart < 0
    columns = axes()[0][0, 0][heart.any(axis=(0, 1))]
    border = float(columns[-1] if side > 0 else -columns[0])
    low = thorax.domes[0 if side < 0 else 1]
    middle = (side * (border - 6), low - 2, 34 * body.depth)
    pad = ellipsoid(axes(), middle, (24 * size, 24 * size, 26 * size), side * 0.6)
    return Change(cavity=common(thorax.cavity, -pad, 6))


_DRAWN: dict[str, Callable[[Generator, Patient, float], Change]] = {
    "nipple-shadow": _nipples,
    "calcified-granuloma": _granuloma,
    "first-rib-end": _first_rib,
    "skin-fold": _fold,
    "fat-pad": _fat_pad,
}

__all__ = ["LOOK_ALIKES", "draw_alike"]
