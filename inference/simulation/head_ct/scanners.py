"""Scanners: from a head in Hounsfield units to noisy 16-bit slices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random import Generator
from scipy import ndimage

from inference.simulation.core import noise
from inference.simulation.core.fields import Field
from inference.simulation.head_ct.heads import SIZE, SUBSLICES, Head
from radiology.imaging import Frame

INTERCEPT = -1024.0
WINDOW = (40.0, 80.0)


@dataclass(frozen=True)
class Scanner:
    """What one make of scanner does to every patient."""

    name: str
    thickness_mm: float
    blur_px: float
    """Of the reconstruction kernel, Gaussian standard deviation."""
    grain_px: float
    """Correlation of its noise, Gaussian standard deviation before scaling."""
    noise_hu: float
    cupping_hu: float
    """How much brighter the brain looks beside the skull than in the middle."""
    shift_hu: float


SCANNERS = (
    Scanner("northgate", 5.5, 0.70, 0.80, 3.1, 3.0, 0.0),
    Scanner("harbour", 5.0, 0.62, 0.68, 3.7, 1.5, 0.8),
    Scanner("hillside", 5.7, 0.85, 0.95, 2.9, 5.0, -1.0),
)


def found(name: str) -> Scanner:
    """The scanner of a name. Raises ValueError for any other."""
    for one in SCANNERS:
        if one.name == name:
            return one
    raise ValueError(f"there is no scanner “{name}”; there are: {', '.join(one.name for one in SCANNERS)}")


def averaged(values: Field) -> Field:
    """[slices · SUBSLICES, H, W] averaged over each slice's thickness, [slices, H, W]."""
    count, height, width = values.shape
    made: Field = values.reshape(count // SUBSLICES, SUBSLICES, height, width).mean(axis=1)
    return made


def blurred(values: Field, scanner: Scanner) -> Field:
    """Slices [N, H, W] as sharp as the scanner's kernel leaves them."""
    made: Field = ndimage.gaussian_filter(values, (0, scanner.blur_px, scanner.blur_px))
    return made


def beam_hardening(rng: Generator, head: Head, scanner: Scanner, strength: float) -> Field:
    """HU [slices, H, W] that beam hardening adds: cupping, and streaks between the petrous bones."""
    depth = averaged(head.depth)
    right, front, up = (averaged(place) for place in head.places)
    beside = np.exp(-np.maximum(depth, 0) / 11) * (depth > 0)
    made = np.float32(scanner.cupping_hu) * (beside - np.float32(0.3) * (depth > 0))
    waves = np.zeros_like(depth)
    for _ in range(6):
        tilt, start, curve = rng.normal(0, 0.13), rng.normal(-27, 8), rng.normal(0, 0.0015)
        sign, wide = float(rng.choice([-1.0, 1.0, -1.0])), rng.uniform(1.0, 2.6)
        away = front - start - tilt * right - curve * right**2
        waves += np.float32(0.6 * sign) * np.exp(-(away**2) / (2 * wide**2)).astype(np.float32)
    # The dark bar across the pons, named after Hounsfield, fades towards its ends.
    band = -0.6 * np.exp(-((front + 27) ** 2) / (2 * 8.0**2))
    between = np.exp(-((right / 34) ** 2)) * np.exp(-((up + 34) ** 2) / (2 * 7.0**2))
    return np.asarray(made + np.float32(strength) * between * (waves + band), dtype=np.float32)


def noise_sd(scanner: Scanner, head: Head) -> float:
    """Standard deviation of the noise inside a head, in HU: more in a big one."""
    width, length, _ = head.traits.scale
    return scanner.noise_hu * (width * length) ** 2


def scanned(rng: Generator, hu: Field, head: Head, scanner: Scanner) -> list[Frame]:
    """Noisy frames uint16 [SIZE, SIZE] of slices in HU [slices, h, w] of the part the head is in."""
    count = len(hu)
    grain = np.empty_like(hu)
    shape = hu.shape[1:]
    for k in range(count):
        grain[k] = noise.correlated(rng, (shape[0], shape[1]), blur=scanner.grain_px)
    depth = averaged(head.depth)
    # Less light comes through the middle; in bone and air the noise means nothing to a reader.
    level = np.float32(noise_sd(scanner, head)) * (0.75 + 0.25 * np.clip(depth / 30, 0, 1))
    level = level * np.clip((hu + 900) / 300, 0, 1) * (1 - 0.5 * np.clip((hu - 200) / 300, 0, 1))
    noisy = hu + grain * level + np.float32(scanner.shift_hu)
    whole = np.full((count, SIZE, SIZE), -1000.0, dtype=np.float32)
    whole[:, head.rows, head.columns] = np.where(hu < -985, -1000.0, noisy)
    whole[:, ~_circle()] = INTERCEPT
    stored = np.clip(np.rint(whole - INTERCEPT), 0, 4095).astype(np.uint16)
    return [
        Frame(
            pixels=one,
            bits=12,
            slope=1.0,
            intercept=INTERCEPT,
            window_center=WINDOW[0],
            window_width=WINDOW[1],
            pixel_spacing_mm=head.stack.spacing_mm,
            instance_number=number,
        )
        for number, one in enumerate(stored, start=1)
    ]


def _circle() -> npt.NDArray[np.bool_]:
    """Inside of the field that a scanner reconstructs."""
    away = np.arange(SIZE) - (SIZE - 1) / 2
    made: npt.NDArray[np.bool_] = np.hypot(away[:, None], away[None, :]) <= SIZE / 2
    return made
