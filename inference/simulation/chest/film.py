"""From path lengths to a displayed film: attenuation, scatter, quantum noise, detector blur, processing, display."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random import Generator
from scipy import ndimage

from inference.simulation.chest.layout import SIZE, Mask
from inference.simulation.core.fields import Field
from inference.simulation.core.noise import correlated

SOFT, FAT, LUNG, CORTEX, SPONGE = 0.0205, 0.0184, 0.0050, 0.054, 0.0275
"""Attenuation per millimetre at the beam's effective energy, about 60 keV."""


@dataclass(frozen=True)
class Hospital:
    """How one hospital makes and shows its chest films."""

    bone: float
    """Factor on what bone attenuates beyond soft tissue: more at a lower tube voltage."""
    scatter: float
    photons: float
    """Counts a pixel behind the lungs."""
    blur: float
    """Standard deviation of the detector's point spread in pixels."""
    grain: float
    """By how many pixels noise is correlated."""
    evened: float
    """Share of the coarse differences that processing takes out."""
    edge: float
    """Strength of edge enhancement."""
    structure: float
    """By how much structures of about a centimetre are brought out."""
    steep: float
    """Slope of the display curve's middle."""
    black: float
    """How much darker than the lungs black is, as a share of the window."""
    collimated: float
    """How often a margin of the field is cut off by the collimator."""


HOSPITALS = {
    "hospital-a": Hospital(1.35, 0.42, 16000, 0.55, 0.4, 0.40, 0.50, 0.75, 1.9, 0.03, 0.2),
    "hospital-b": Hospital(1.6, 0.50, 9000, 0.75, 0.6, 0.28, 0.30, 0.50, 1.4, 0.09, 0.1),
    "hospital-c": Hospital(1.15, 0.38, 12000, 0.60, 0.45, 0.50, 0.65, 0.80, 2.2, 0.01, 0.5),
}


@dataclass(frozen=True)
class Exposure:
    """What was set for a film, from the patient without any finding."""

    entrance: float
    low: float
    high: float
    coarse: Field
    """The coarse differences that processing takes a share of."""


def detected(hospital: Hospital, attenuation: Field) -> Field:
    """What reaches the detector [SIZE, SIZE] as a share of what leaves the tube: primary beam and scatter."""
    primary = np.exp(-attenuation)
    small = primary.reshape(SIZE // 8, 8, SIZE // 8, 8).mean(axis=(1, 3))
    thick = attenuation.reshape(SIZE // 8, 8, SIZE // 8, 8).mean(axis=(1, 3))
    # Scatter made by a pencil of the beam grows with what it has gone through, and spreads over centimetres.
    made = small * np.clip(0.35 * thick, 0.0, 2.0)
    spread = 0.6 * ndimage.gaussian_filter(made, 3.5, mode="nearest") + 0.4 * ndimage.gaussian_filter(
        made, 9.0, mode="nearest"
    )
    wide = ndimage.zoom(spread, 8, order=1, mode="nearest", grid_mode=True)
    total: Field = (primary + hospital.scatter * wide).astype(np.float32)
    return total


def level(
    hospital: Hospital, received: Field, entrance: float, coarse: Field, rng: Generator | None
) -> Field:
    """Processed logarithm of the signal, high where little came through; without noise where `rng` is None."""
    counts = ndimage.gaussian_filter(received * np.float32(entrance), hospital.blur)
    if rng is not None:
        counts = counts + np.sqrt(counts) * correlated(rng, counts.shape, blur=hospital.grain)
    made = -np.log(np.maximum(counts, 1.0) / entrance).astype(np.float32)
    made = made - np.float32(hospital.evened) * coarse
    fine = np.float32(hospital.edge) * (made - ndimage.gaussian_filter(made, 3.0))
    middle = np.float32(hospital.structure) * (made - _coarse(made, 2, 5.0))
    total: Field = made + fine + middle
    return total


def _coarse(image: Field, step: int = 8, width: float = 7.0) -> Field:
    small = image.reshape(SIZE // step, step, SIZE // step, step).mean(axis=(1, 3))
    smooth = ndimage.gaussian_filter(small, width, mode="nearest")
    made: Field = ndimage.zoom(smooth, step, order=1, mode="nearest", grid_mode=True).astype(np.float32)
    return made


def expose(rng: Generator, hospital: Hospital, received: Field, lungs: Mask, trunk: Mask) -> Exposure:
    """Exposure and window for a patient without finding: counts behind the lungs, black by lungs, white by belly."""
    entrance = hospital.photons * rng.uniform(0.85, 1.2) / float(np.median(received[lungs][::5]))
    coarse = _coarse(np.clip(-np.log(received), 0.0, 5.0))
    shown = level(hospital, received, entrance, coarse, None)
    low = float(np.percentile(shown[lungs][::5], 2.0))
    middle = float(np.median(shown[trunk][::5]))
    span = 1.45 * (middle - low)
    high = low + span
    return Exposure(
        entrance,
        low - span * (hospital.black + rng.uniform(-0.02, 0.05)),
        high + span * rng.uniform(-0.05, 0.08),
        coarse,
    )


def displayed(hospital: Hospital, exposure: Exposure, received: Field, rng: Generator | None) -> Field:
    """The film float32 [SIZE, SIZE], 0–255."""
    shown = level(hospital, received, exposure.entrance, exposure.coarse, rng)
    share = (shown - exposure.low) / (exposure.high - exposure.low)
    steep, centre = hospital.steep, 0.48
    low, high = np.tanh(-steep * centre / 2), np.tanh(steep * (1 - centre) / 2)
    curve = (np.tanh(steep * (np.clip(share, -0.5, 1.4) - centre) / 2) - low) / (high - low)
    made: Field = (np.clip(curve, 0, 1) * 255).astype(np.float32)
    return made


def quantised(shown: Field) -> npt.NDArray[np.uint8]:
    """The 8-bit film of a displayed one."""
    return np.rint(shown).astype(np.uint8)
