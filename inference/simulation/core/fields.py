"""Random fields: white, smooth and power-law textures in two or three dimensions, and warps from smooth ones."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np
import numpy.typing as npt
from numpy.random import Generator
from scipy import fft, ndimage

Field = npt.NDArray[np.float32]


def power_law(
    rng: Generator, shape: Sequence[int], *, beta: float, lowest: float = 0.0, spacing: Sequence[float] = ()
) -> Field:
    """A Gaussian field float32 `shape`, mean 0 and standard deviation 1, whose power falls as 1 / f^beta.

    `f` is in cycles per unit of `spacing` (1 per pixel where not given); below `lowest` the power stays level.
    Mammographic parenchyma has beta of about 3 in two dimensions (Burgess 2001). The field is periodic.
    """
    steps = spacing or [1.0] * len(shape)
    squares = [
        (fft.rfftfreq(size, step) if axis == len(shape) - 1 else fft.fftfreq(size, step)) ** 2
        for axis, (size, step) in enumerate(zip(shape, steps, strict=True))
    ]
    grids = np.meshgrid(*squares, indexing="ij", sparse=True)
    frequency = np.sqrt(reduce(np.add, grids)).astype(np.float32)
    smallest = min(1.0 / (size * step) for size, step in zip(shape, steps, strict=True))
    amplitude = np.maximum(frequency, max(lowest, smallest)) ** np.float32(-beta / 2)
    amplitude.flat[0] = 0.0
    spectrum = fft.rfftn(rng.standard_normal(tuple(shape), dtype=np.float32)) * amplitude
    made: Field = fft.irfftn(spectrum, s=tuple(shape)).astype(np.float32)
    return made / max(float(made.std()), 1e-12)


def smooth(rng: Generator, shape: Sequence[int], *, length: float | Sequence[float]) -> Field:
    """A smooth Gaussian field float32 `shape`, mean about 0 and standard deviation 1, correlated over `length` pixels.

    Drawn on a coarse grid and enlarged by splines, so that its cost doesn't grow with `length`.
    """
    lengths = (
        [float(length)] * len(shape) if isinstance(length, int | float) else [float(one) for one in length]
    )
    coarse = [
        max(int(np.ceil(size / max(one, 1.0))) + 4, 5) for size, one in zip(shape, lengths, strict=True)
    ]
    knots = rng.standard_normal(coarse, dtype=np.float32)
    offsets = rng.uniform(0.5, 1.5, len(shape))
    for axis, (size, one) in enumerate(zip(shape, lengths, strict=True)):
        places = offsets[axis] + np.arange(size) / max(one, 1.0)
        knots = _along(knots, places, axis)
    return knots / max(float(knots.std()), 1e-12)


def _along(values: Field, places: npt.NDArray[np.float64], axis: int) -> Field:
    """Cubic B-spline with `values` as its coefficients, evaluated at `places` along one axis."""
    start = np.floor(places).astype(int) - 1
    t = (places - np.floor(places)).astype(np.float32)
    weights = (
        (1 - t) ** 3 / 6,
        (3 * t**3 - 6 * t**2 + 4) / 6,
        (-3 * t**3 + 3 * t**2 + 3 * t + 1) / 6,
        t**3 / 6,
    )
    moved = np.moveaxis(values, axis, -1)
    last = moved.shape[-1] - 1
    made = sum(moved[..., np.clip(start + step, 0, last)] * weight for step, weight in enumerate(weights))
    return np.moveaxis(np.asarray(made, dtype=np.float32), -1, axis)


def displaced(
    values: npt.NDArray[np.float32], shifts: Sequence[npt.NDArray[np.float32]], *, order: int = 1
) -> Field:
    """`values` pulled from where `shifts` point: made[x] = values[x + shift(x)], shifts in pixels, one per axis."""
    places = np.indices(values.shape, dtype=np.float32)
    for axis, shift in enumerate(shifts):
        places[axis] += shift
    made: Field = ndimage.map_coordinates(values, places, order=order, mode="nearest", output=np.float32)
    return made


def radial_power(image: npt.NDArray[np.floating], *, spacing: float = 1.0) -> tuple[Field, Field]:
    """(frequency in cycles per unit of `spacing`, mean power) of a square image [N, N], a Hann window applied."""
    size = image.shape[0]
    window = np.outer(np.hanning(size), np.hanning(size))
    power = np.abs(fft.fft2((image - image.mean()) * window)) ** 2
    rows, columns = np.meshgrid(fft.fftfreq(size, spacing), fft.fftfreq(size, spacing), indexing="ij")
    radius = np.rint(np.hypot(rows, columns) * size * spacing).astype(int)
    counts = np.bincount(radius.ravel())[1 : size // 2]
    sums = np.bincount(radius.ravel(), weights=power.ravel())[1 : size // 2]
    frequencies = np.arange(1, size // 2) / (size * spacing)
    return frequencies.astype(np.float32), (sums / counts).astype(np.float32)


def power_slope(frequencies: Field, power: Field, *, low: float, high: float) -> float:
    """The beta of power ~ 1 / f^beta, by least squares on logarithms between `low` and `high`."""
    chosen = (frequencies >= low) & (frequencies <= high)
    return -float(np.polyfit(np.log(frequencies[chosen]), np.log(power[chosen]), 1)[0])
