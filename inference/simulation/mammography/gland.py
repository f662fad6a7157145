"""The glandular tissue of a breast in space, and its coarse projection onto each view."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numpy.random import Generator
from scipy import ndimage

from inference.simulation.core.fields import Field, power_law
from inference.simulation.mammography.layout import Breast

STEP_MM = 2.0
_DEEP, _WIDE = 64, 96
# Both breasts share this much of the variance of their tissue, mirrored.
_SHARED = 0.5


def draw_patterns(rng: Generator) -> tuple[Field, Field]:
    """Two periodic patterns [64, 96, 96] of standard deviation 1, alike as a woman's two breasts are."""
    common, first, second = (
        power_law(rng, (_DEEP, _WIDE, _WIDE), beta=3.0, lowest=1 / 26, spacing=(STEP_MM,) * 3)
        for _ in range(3)
    )
    shared, own = np.float32(np.sqrt(_SHARED)), np.float32(np.sqrt(1 - _SHARED))
    return shared * common + own * first, shared * common + own * second


def gland_volume(pattern: Field, breast: Breast) -> Field:
    """Share of gland, 0–1, on the grid [64, 96, 96] of (a, x, y): a from the nipple, x and y about its axis."""
    a = (np.arange(_DEEP, dtype=np.float32) * STEP_MM)[:, None, None]
    line = (np.arange(_WIDE, dtype=np.float32) - _WIDE / 2 + 0.5) * STEP_MM
    x, y = line[None, :, None], line[None, None, :]
    # Structures run towards the nipple: the pattern is stretched along that way and narrows with it.
    narrow = 0.45 + 0.75 * a / breast.depth
    drawn = _sampled(pattern, 0.62 * a, x / narrow, y / narrow)
    back = breast.depth - breast.retromammary
    radius = 6 + (breast.cone - 6) * np.sqrt(np.clip(a / (0.55 * breast.depth), 0, 1))
    # More gland lies outwards and upwards.
    lean = 0.10 * breast.cone * np.clip(a / breast.depth, 0, 1)
    away = np.sqrt((x - lean) ** 2 + (y - lean) ** 2) / radius
    tail = np.exp(-((a - 0.7 * breast.depth) ** 2) / 500 - ((x - y) ** 2) / 500) * (x + y > 0)
    reach = 2.2 * (1 - away) + 0.9 * tail + np.minimum((back - a) / 9, 0) + np.minimum((a - 2) / 3, 0)
    envelope = np.minimum(reach, 0.7)
    drive = drawn + 1.5 * envelope
    cone = envelope > 0.1
    threshold = float(np.quantile(drive[cone], 1 - breast.glandular)) if cone.any() else 0.0
    volume: Field = (1 / (1 + np.exp(-np.clip((drive - threshold) / 0.22, -30, 30)))).astype(np.float32)
    return volume


def _sampled(pattern: Field, a: Field, x: Field, y: Field) -> Field:
    shape = np.broadcast_shapes(a.shape, x.shape, y.shape)
    places = np.empty((3, *shape), dtype=np.float32)
    places[0] = a / STEP_MM
    places[1] = x / STEP_MM + _WIDE / 2
    places[2] = y / STEP_MM + _WIDE / 2
    made: Field = ndimage.map_coordinates(
        pattern, places, order=1, mode="grid-wrap", output=np.float32, prefilter=False
    )
    return made


def project(volume: Field, view: str) -> tuple[Field, float]:
    """Millimetres of gland along the beam, uncompressed, [64, n] over (a, b), and the step of b in millimetres.

    b = 0 lies in the middle of the second axis.
    """
    if view == "CC":
        return volume.sum(axis=2) * np.float32(STEP_MM), STEP_MM
    diagonal = np.zeros((_DEEP, 2 * _WIDE - 1), dtype=np.float32)
    for plane in range(_WIDE):
        diagonal[:, plane : plane + _WIDE] += volume[:, :, plane]
    # Cells of one diagonal lie √2 apart along the beam; neighbours alternate, so they are averaged.
    smoothed = ndimage.convolve1d(diagonal, [0.25, 0.5, 0.25], axis=1, mode="nearest")
    return (smoothed * np.float32(STEP_MM * np.sqrt(2))), STEP_MM / float(np.sqrt(2))


def on_pixels(projected: Field, step: float, a: Field, b: Field) -> Field:
    """A projection [64, n] at every pixel's (a, b), smoothly."""
    places = np.empty((2, *a.shape), dtype=np.float32)
    places[0] = a / STEP_MM
    places[1] = b / step + (projected.shape[1] - 1) / 2
    made: Field = ndimage.map_coordinates(projected, places, order=3, mode="constant", output=np.float32)
    return np.maximum(made, 0)


def glandular_at(volume: Field, place: npt.NDArray[np.float64]) -> float:
    """Mean share of gland within about 4 mm of a place (a, x, y) in millimetres; 0 outside the grid."""
    at = np.rint(
        (place[0] / STEP_MM, place[1] / STEP_MM + _WIDE / 2 - 0.5, place[2] / STEP_MM + _WIDE / 2 - 0.5)
    ).astype(int)
    low = np.maximum(at - 2, 0)
    block = volume[low[0] : at[0] + 3, low[1] : at[1] + 3, low[2] : at[2] + 3]
    return float(block.mean()) if block.size else 0.0
