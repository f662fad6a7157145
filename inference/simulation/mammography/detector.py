"""From attenuation to a displayed image: exposure, detector blur, quantum noise, equalised periphery, display curve."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random import Generator
from scipy import ndimage

from inference.simulation.core.fields import Field
from inference.simulation.core.noise import correlated
from inference.simulation.mammography.layout import SPACING_MM
from inference.simulation.mammography.tissue import FAT, Anatomy


@dataclass(frozen=True)
class Unit:
    """A mammography unit: how it blurs, how much noise it has, how it shows what it measured."""

    blur: float
    """Standard deviation of the detector's point spread in pixels."""
    noise_blur: float
    """Standard deviation in pixels by which its noise is correlated."""
    photons: float
    """Mean counts per pixel that its automatic exposure aims at behind the breast."""
    equalised: float
    """Share of the thickness's own attenuation that processing takes out."""
    steepness: float
    """Slope of the display curve's middle; 0 is a straight line."""
    edge: float
    """Strength of its edge enhancement."""


UNITS = {
    "unit-a": Unit(blur=0.55, noise_blur=0.35, photons=9_000, equalised=0.94, steepness=2.0, edge=0.15),
    "unit-b": Unit(blur=0.85, noise_blur=0.60, photons=14_000, equalised=0.88, steepness=1.2, edge=0.0),
    "unit-c": Unit(blur=0.70, noise_blur=0.45, photons=6_500, equalised=0.97, steepness=2.6, edge=0.3),
}


# Above this share of the window levels are compressed, the more the smaller the shoulder.
_KNEE, _SHOULDER = 0.72, 0.22
# The compressed share of the window that a view shows white lies between these.
_WHITE = (0.95, 1.5)
# Millimetres over which processing smooths what it takes for the breast's thickness.
_SMOOTHED_MM = 1.6

# How far the white of a view lies from that of its woman: the logarithm's largest amount.
_UNEVEN = 0.26


@dataclass(frozen=True)
class Exposure:
    """What the device set for one image, from the breast alone: a finding doesn't change it."""

    entrance: float
    """Counts per pixel in front of the breast."""
    low: float
    high: float
    """Equalised attenuation at the window's ends."""
    white: float
    """The compressed share of the window that is shown white."""


def expose(rng: Generator, unit: Unit, anatomy: Anatomy, ceiling: float) -> Exposure:
    """Automatic exposure and window of `unit` for a view, with the spread that a device has.

    `ceiling`, one number a woman, is where white lies, in spans of her tissue above its darkest; each of her views has
    its own, around it, and a brightest grey of its own. Where they are the same for all, how many pixels are nearly
    white tells of a finding without anybody having to look for one.
    """
    body, total = anatomy.outline, anatomy.attenuation
    free = (body.within > 10) & (body.muscle < 0.02)
    if not free.any():
        free = body.inside
    photons = unit.photons * rng.uniform(0.85, 1.2)
    level = _equalised(unit, anatomy, total)
    low, high = (float(one) for one in np.percentile(level[free][::7], (1.0, 99.2)))
    span = max(high - low, 0.75)
    return Exposure(
        entrance=photons * float(np.exp(np.median(total[free][::7]))),
        low=low - span * rng.uniform(0.22, 0.34),
        high=low + span * ceiling * math.exp(rng.uniform(-_UNEVEN, _UNEVEN)),
        white=math.exp(rng.uniform(math.log(_WHITE[0]), math.log(_WHITE[1]))),
    )


def displayed(
    unit: Unit, exposure: Exposure, anatomy: Anatomy, attenuation: Field, rng: Generator | None
) -> Field:
    """The image float32 [H, W], 0–255, air exactly 0; without noise where `rng` is None."""
    counts = exposure.entrance * np.exp(-attenuation)
    counts = ndimage.gaussian_filter(counts, unit.blur)
    if rng is not None:
        counts = counts + np.sqrt(counts) * correlated(rng, counts.shape, blur=unit.noise_blur)
    measured = -np.log(np.maximum(counts, 1.0) / exposure.entrance).astype(np.float32)
    level = _equalised(unit, anatomy, measured)
    if unit.edge:
        level = level + unit.edge * (level - ndimage.gaussian_filter(level, 2.5))
    share = np.clip((level - exposure.low) / (exposure.high - exposure.low), 0, None)
    shown = _curve(_shouldered(share) / exposure.white, unit.steepness) * 255
    return np.where(anatomy.outline.inside, np.clip(shown, 4, 255), 0).astype(np.float32)


def quantised(shown: Field) -> npt.NDArray[np.uint8]:
    """The 8-bit image of a displayed one."""
    return np.rint(shown).astype(np.uint8)


def _equalised(unit: Unit, anatomy: Anatomy, attenuation: Field) -> Field:
    """The periphery, where the breast is thinner, brought to the level of the rest.

    Processing knows the thickness from a smoothed image, so that the outermost edge stays darker.
    """
    body = anatomy.outline
    full = float(body.thickness.max())
    known = ndimage.gaussian_filter(body.thickness, _SMOOTHED_MM / SPACING_MM)
    made: Field = attenuation + unit.equalised * FAT * (full - known)
    return made


def _shouldered(share: Field) -> Field:
    """Dynamic range compression: what is denser than most of the breast, muscle above all, keeps its detail."""
    above = np.maximum(share - _KNEE, 0)
    made: Field = np.minimum(share, _KNEE) + _SHOULDER * np.log1p(above / _SHOULDER)
    return made


def _curve(share: Field, steepness: float) -> Field:
    if steepness <= 0:
        return share
    centre = 0.52
    low, high = np.tanh(-steepness * centre / 2), np.tanh(steepness * (1 - centre) / 2)
    made: Field = (np.tanh(steepness * (share - centre) / 2) - low) / (high - low)
    return made
