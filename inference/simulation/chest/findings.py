"""The findings: nodule, consolidation, effusion, pneumothorax, enlarged heart, each in five grades."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random import Generator
from scipy import ndimage

from inference.simulation.cases import GRADES
from inference.simulation.chest.body import on_film, projected, with_heart
from inference.simulation.chest.film import LUNG, SOFT
from inference.simulation.chest.layout import SIZE, SPACING_MM, Mask, Points, axes
from inference.simulation.chest.patient import Change, Patient, enlarged
from inference.simulation.chest.solids import common, filled
from inference.simulation.core.fields import Field, smooth

ABNORMAL = {
    "nodule": "nodule",
    "consolidation": "consolidation",
    "effusion": "effusion",
    "pneumothorax": "pneumothorax",
    "cardiomegaly": "cardiomegaly",
}
"""Concept -> finding."""


@dataclass(frozen=True, eq=False)
class Finding:
    """What a finding changes, and the region on the film that shows it."""

    change: Change
    region: Mask


def draw_finding(rng: Generator, patient: Patient, concept: str, grade: str) -> Finding:
    """A finding of `ABNORMAL` in a patient."""
    return _DRAWN[concept](rng, patient, GRADES.index(grade))


def lung_depth(patient: Patient) -> Field:
    """Millimetres of aerated lung along the beam [SIZE, SIZE], without any finding."""
    return enlarged(projected(patient.body, filled(patient.thorax.cavity)))


def choose_spot(rng: Generator, patient: Patient, reach: float, *, most: float = 0.86) -> Points:
    """Column and row of a place on the film with lung on all sides for `reach` millimetres."""
    lung = lung_depth(patient)
    # Not where heart or diaphragm lie in front: half of the usual depth at least.
    least = max(75.0, 0.62 * float(np.percentile(lung[lung > 40], 80)))
    free = ndimage.distance_transform_edt(lung > least) * SPACING_MM > reach
    free[: int(30 / SPACING_MM)] = False
    free[int(most * SIZE) :] = False
    places = np.argwhere(free)
    if not len(places):
        places = np.argwhere(lung > least)
    row, column = places[int(rng.integers(len(places)))]
    return np.array([column, row], dtype=float)


def lump(rng: Generator, spot: Points, radius: float, *, rough: float = 0.10, edge: float = 1.0) -> Field:
    """Millimetres along the beam [SIZE, SIZE] of a lumpy ball of `radius` millimetres."""
    rows, columns = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    x, y = (columns - spot[0]) * SPACING_MM, (rows - spot[1]) * SPACING_MM
    angle, out = np.arctan2(y, x), np.hypot(x, y)
    border = np.full_like(out, 1.0)
    for waves in (2, 3, 5):
        border += rough / waves**0.5 * rng.normal() * np.cos(waves * angle + rng.uniform(0, 6.3))
    thick = 2 * radius * np.sqrt(np.clip(1 - (out / (radius * np.maximum(border, 0.5))) ** 2, 0, None))
    made: Field = ndimage.gaussian_filter(thick, edge / SPACING_MM).astype(np.float32)
    return made


# Diameter in millimetres, and density as a share of that of soft tissue.
_NODULES = ((26.0, 34.0, 1.5), (18.0, 23.0, 1.55), (13.0, 16.5, 1.5), (9.5, 12.0, 1.15), (6.5, 8.5, 0.8))


def _nodule(rng: Generator, patient: Patient, grade: int) -> Finding:
    low, high, density = _NODULES[grade]
    radius = 0.5 * rng.uniform(low, high)
    spot = choose_spot(rng, patient, radius + 4)
    thick = lump(rng, spot, radius, edge=0.8 + 0.04 * radius)
    return Finding(Change(added=(SOFT - LUNG) * density * thick), thick > 0.45 * radius)


# Radius in millimetres, and share of the air that is replaced.
_CONSOLIDATIONS = (
    (50.0, 66.0, 1.0),
    (40.0, 52.0, 0.75),
    (32.0, 42.0, 0.45),
    (27.0, 36.0, 0.24),
    (22.0, 30.0, 0.13),
)


def _consolidation(rng: Generator, patient: Patient, grade: int) -> Finding:
    low, high, density = _CONSOLIDATIONS[grade]
    radius = rng.uniform(low, high)
    x, y, z = axes()
    side = -1 if rng.random() < 0.5 else 1
    inside = np.argwhere(patient.thorax.cavity[::2, ::4, ::4] < -12)
    places = np.stack(
        [x[0, 0][inside[:, 2] * 4], y[0, :, 0][inside[:, 1] * 4], z[:, 0, 0][inside[:, 0] * 2]], axis=1
    )
    places = places[places[:, 0] * side > 30]
    middle = places[int(rng.integers(len(places)))]
    out = np.sqrt(((x - middle[0]) / 1.0) ** 2 + ((y - middle[1]) / 0.9) ** 2 + ((z - middle[2]) / 1.1) ** 2)
    uneven = (
        smooth(rng, out.shape, length=(3.0, 13.0, 13.0)) * 0.7
        + smooth(rng, out.shape, length=(2.0, 5.0, 5.0)) * 0.35
    )
    share = np.clip(0.5 + (radius - out + 13 * uneven) / 26, 0, 1) * np.clip(0.92 + 0.2 * uneven, 0.3, 1)
    # A lobe ends at its fissure: for half of them one border is sharp.
    fissure, below = middle[1] + rng.uniform(-0.1, 0.45) * radius, rng.random() < 0.5
    if rng.random() < 0.5:
        tilt = rng.uniform(0.0, 0.25) * z
        gap = (y - fissure - tilt) if below else (fissure - y + tilt)
        share = share * np.clip(0.5 - gap / 3.0, 0, 1)
    share = share * (x * side > 0)
    dense = (density * share).astype(np.float32)
    seen = enlarged(projected(patient.body, filled(patient.thorax.cavity) * share.astype(np.float32)))
    return Finding(Change(dense=dense), seen > max(14.0, 0.25 * float(seen.max())))


# How far above the costophrenic angle the fluid reaches at the wall, in millimetres.
_EFFUSIONS = ((85.0, 120.0), (50.0, 66.0), (32.0, 44.0), (19.0, 27.0), (8.0, 13.0))


def _effusion(rng: Generator, patient: Patient, grade: int) -> Finding:
    x, y, z = axes()
    side = -1 if rng.random() < 0.5 else 1
    cavity, wide = patient.thorax.cavity, 0.88 * 142 * patient.body.width
    here = (cavity < 0) & (x * side > wide) & (np.abs(z) < 25)
    angle = float(y[0, np.flatnonzero(here.any(axis=(0, 2)))[-1], 0])
    height = rng.uniform(*_EFFUSIONS[grade])
    # Towards the wall the fluid climbs and thins out: the meniscus. The lung floats in it, round below.
    climb = height * rng.uniform(0.55, 0.7)
    reach = 7 + 0.24 * height
    surface = angle - height + climb * (1 - np.exp(np.clip(patient.thorax.wall, -90, 0) / np.float32(reach)))
    surface = surface + 400 * (x * side <= 0)
    made = common(cavity, (0.8 * (y - surface)).astype(np.float32), 4)
    fluid = enlarged(projected(patient.body, filled(cavity) - filled(made)))
    fluid = ndimage.gaussian_filter(fluid, 3.0)
    return Finding(Change(cavity=made), _largest(fluid > max(5.0, 0.16 * float(fluid.max()))))


def _largest(mask: Mask) -> Mask:
    """The largest connected part of a mask."""
    parts, count = ndimage.label(mask)
    if count < 2:
        return mask
    made: Mask = parts == 1 + int(np.argmax(np.bincount(parts.ravel())[1:]))
    return made


# How far the lung has come off the wall at its tip, in millimetres, and how far down it has.
_PNEUMOTHORACES = (
    (38.0, 60.0, 330.0),
    (24.0, 32.0, 270.0),
    (14.0, 19.0, 220.0),
    (8.5, 11.0, 170.0),
    (4.0, 6.0, 120.0),
)


def _pneumothorax(rng: Generator, patient: Patient, grade: int) -> Finding:
    low, high, length = _PNEUMOTHORACES[grade]
    x, y, _ = axes()
    side = -1 if rng.random() < 0.5 else 1
    far = (
        np.float32(rng.uniform(low, high))
        * np.clip(1.0 - (y - 5) / np.float32(length * rng.uniform(0.85, 1.1)), 0, 1) ** 0.8
    )
    far = far * (1 + 0.10 * np.sin(y / np.float32(rng.uniform(22, 34)) + np.float32(rng.uniform(0, 6))))
    off = (
        patient.thorax.wall
        + far * np.clip((x * side - 14) / 22, 0, 1)
        + np.where(x * side > 0, 0, -400).astype(np.float32)
    )
    cavity = patient.thorax.cavity
    lung = np.where(far > 0.5, np.maximum(cavity, off), cavity).astype(np.float32)
    room = filled(cavity, 1.6)
    # Softly, so that layers of the grid don't show as lines; the pleura itself is drawn on the film.
    aerated = np.where(far > 0.5, room * filled(off, 4.0), room)
    empty = room - aerated
    whole = enlarged(projected(patient.body, room))
    gone = enlarged(projected(patient.body, empty))
    region = _largest((gone > 0.62 * whole) & (whole > 12))
    line = _pleura(region, whole) * rng.uniform(0.11, 0.15)
    dense = (0.05 * far / 50 * (x * side > 0) * (empty < 0.5)).astype(np.float32)
    return Finding(Change(cavity=lung, empty=empty, dense=dense, added=line), region)


def _pleura(region: Mask, lung: Field) -> Field:
    """A thin line 0-1 [SIZE, SIZE] where a region of air borders on lung."""
    smoothed = ndimage.gaussian_filter(region.astype(np.float32), 2.5)
    out = ndimage.distance_transform_edt(smoothed > 0.5)
    away = ndimage.distance_transform_edt(smoothed <= 0.5)
    apart = (away - out) * SPACING_MM
    within = ndimage.gaussian_filter(
        (ndimage.distance_transform_edt(lung > 45) * SPACING_MM > 3.0).astype(np.float32), 2
    )
    made: Field = (np.exp(-0.5 * ((apart - 0.6) / 0.65) ** 2) * within).astype(np.float32)
    return made


# Cardiothoracic ratio.
_RATIOS = ((0.625, 0.67), (0.585, 0.61), (0.555, 0.575), (0.535, 0.548), (0.524, 0.53))


def _cardiomegaly(rng: Generator, patient: Patient, grade: int) -> Finding:
    cavity, heart = with_heart(patient.thorax, rng.uniform(*_RATIOS[grade]))
    return Finding(Change(cavity=cavity, heart=heart), heart_mask(patient, heart))


def heart_mask(patient: Patient, heart: Field) -> Mask:
    """The heart's shadow above the diaphragm."""
    shadow = enlarged(projected(patient.body, filled(heart))) > 10
    at = on_film(patient.body, np.array([[0.0, max(patient.thorax.domes) + 8, 0.0]]))[0]
    shadow[int(at[1]) :] = False
    return shadow


def chest_width(patient: Patient) -> float:
    """The largest inner width of the rib cage on the film, in millimetres."""
    inner = enlarged(projected(patient.body, filled(patient.thorax.wall))) > 10
    return float(max(inner[row].sum() for row in range(200, 420, 4))) * SPACING_MM


def ratio(mask: npt.NDArray[np.bool_], width: float) -> float:
    """The cardiothoracic ratio of a heart's shadow in a chest of `width` millimetres."""
    columns = np.flatnonzero(mask.any(axis=0))
    return float(columns[-1] - columns[0] + 1) * SPACING_MM / width


_DRAWN: dict[str, Callable[[Generator, Patient, int], Finding]] = {
    "nodule": _nodule,
    "consolidation": _consolidation,
    "effusion": _effusion,
    "pneumothorax": _pneumothorax,
    "cardiomegaly": _cardiomegaly,
}
