"""The fine grid an image is made on: where its points lie in the patient, and the box that holds the brain."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from inference.simulation.brain_mri.body import Points
from inference.simulation.core.fields import Field

SIZE = 256
"""Pixels of an image, both ways."""
FINE = 480
"""Points of the fine grid, both ways: about half a millimetre apart."""
COARSE = 4
"""Fine points from point to point of the grid on which smooth things are looked up."""
_PLANES = 4


@dataclass(frozen=True, eq=False)
class Grid:
    """A slice's field of view: rows run from front to back, columns from the patient's right to left."""

    field_mm: float
    centre: tuple[float, float]
    """Millimetres (right, front) of the middle of the image."""
    thickness_mm: float

    @property
    def step(self) -> float:
        """Millimetres from fine point to fine point."""
        return self.field_mm / FINE

    @property
    def pixel_mm(self) -> float:
        """Millimetres from pixel to pixel of the image."""
        return self.field_mm / SIZE

    def plane(self, *, every: int = 1) -> Points:
        """Points [3, n, n] of the slice's middle plane, every so many fine points."""
        places = (np.arange(0, FINE, every, dtype=np.float32) + 0.5 * every) * self.step - self.field_mm / 2
        right = self.centre[0] - places
        front = self.centre[1] - places
        x, y = np.meshgrid(right, front, indexing="xy")
        return np.stack([x, y, np.zeros_like(x)]).astype(np.float32)

    def coarse_plane(self) -> Points:
        """Points [3, n, n] of the middle plane that `refined` turns into one more each way than `plane` has."""
        places = (np.arange(0, FINE + 1, COARSE, dtype=np.float32) + 0.5) * self.step - self.field_mm / 2
        x, y = np.meshgrid(self.centre[0] - places, self.centre[1] - places, indexing="xy")
        return np.stack([x, y, np.zeros_like(x)]).astype(np.float32)

    def slab(self, box: tuple[slice, slice]) -> Points:
        """Points [3, planes, h, w] of the planes that a slice of some thickness averages, in a box of the grid."""
        plane = self.plane()[:, box[0], box[1]]
        made = np.repeat(plane[:, None], _PLANES, axis=1)
        offsets = (np.arange(_PLANES, dtype=np.float32) + 0.5) / _PLANES - 0.5
        made[2] += (offsets * self.thickness_mm).reshape(-1, 1, 1)
        return made


def box_of(mask: npt.NDArray[np.bool_], *, every: int, margin: int = 8) -> tuple[slice, slice]:
    """The box of the fine grid around a mask on a grid of `every` fine points, some fine points wider."""
    return _span(mask, 1, every, margin), _span(mask, 0, every, margin)


def _span(mask: npt.NDArray[np.bool_], over: int, every: int, margin: int) -> slice:
    """Fine points from the first to the last marked, one more than a multiple of `COARSE` so that `refined` fits."""
    places = np.nonzero(mask.any(axis=over))[0]
    low = max(0, int(places[0]) * every - margin)
    high = min(FINE, (int(places[-1]) + 1) * every + margin)
    return slice(low, high - (high - low - 1) % COARSE)


def refined(values: Field) -> Field:
    """Values [..., h, w] of every `COARSE`th point interpolated linearly to all points between the first and last.

    Displacements and distances are smooth over a few millimetres, so that they are looked up on the coarse grid.
    """
    down, across = _weights(values.shape[-2]), _weights(values.shape[-1])
    made: Field = np.matmul(down, np.matmul(values, across.T)).astype(np.float32)
    return made


@cache
def _weights(count: int) -> Field:
    """Linear interpolation from `count` points to the (count - 1) * COARSE + 1 that lie between them."""
    places = np.arange((count - 1) * COARSE + 1) / COARSE
    made: Field = np.clip(1.0 - np.abs(places[:, None] - np.arange(count)), 0.0, 1.0).astype(np.float32)
    return made
