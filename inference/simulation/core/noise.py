"""Noise of detectors: Rician for magnitude images, quantum noise for X-rays, blurred as detectors blur it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numpy.random import Generator
from scipy import ndimage

from inference.simulation.core.fields import Field


def rician(rng: Generator, signal: npt.NDArray[np.float32], sigma: float) -> Field:
    """The magnitude of `signal` with Gaussian noise of `sigma` in both channels (Gudbjartsson & Patz 1995)."""
    real = signal + sigma * rng.standard_normal(signal.shape, dtype=np.float32)
    other = sigma * rng.standard_normal(signal.shape, dtype=np.float32)
    made: Field = np.hypot(real, other).astype(np.float32)
    return made


def quantum(rng: Generator, photons: npt.NDArray[np.float32]) -> Field:
    """Counted photons around the mean `photons` per pixel: Poisson, by its normal limit (means above about 20)."""
    spread = np.sqrt(np.maximum(photons, 0.0))
    return np.maximum(photons + spread * rng.standard_normal(photons.shape, dtype=np.float32), 0.0).astype(
        np.float32
    )


def correlated(rng: Generator, shape: tuple[int, ...], *, blur: float | tuple[float, ...]) -> Field:
    """Gaussian noise of standard deviation 1 blurred by a Gaussian of `blur` pixels (0 leaves it white)."""
    made = rng.standard_normal(shape, dtype=np.float32)
    if np.any(np.asarray(blur) > 0):
        made = ndimage.gaussian_filter(made, blur, mode="wrap")
    return np.asarray(made / max(float(made.std()), 1e-12), dtype=np.float32)
