"""What all simulated CT heads are deformed from: the brain template with distances to its skull and ventricles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from inference.simulation.core.fields import Field
from inference.simulation.template import load_template

# Distances change slowly, so a grid of 2 mm holds them exactly enough at an eighth of the cost.
COARSE_MM = 2.0
# Gaps of the brain narrower than twice this (fissures, cisterns) lie inside the skull; the petrous bones don't.
_CLOSING_MM = 8.0


@dataclass(frozen=True, eq=False)
class Atlas:
    """The average head; coordinates are MNI millimetres (right, front, up)."""

    t1: Field
    """T1 intensity of the brain on a grid of 1 mm, 0–1."""
    white: Field
    """Share of white matter, the same way."""
    depth: Field
    """Millimetres below the dura (negative outside it), on a grid of `COARSE_MM`."""
    inward: Field
    """Unit vectors along which `depth` grows, [3, …]."""
    hull: Field
    """Millimetres outside the outline that the brain has from above, carried straight down, negative inside."""
    ventricle: Field
    """Millimetres from the lateral and third ventricles, negative inside."""
    outward: Field
    """Unit vectors away from the ventricles, [3, …]."""
    origin: tuple[float, float, float]
    """MNI coordinate of voxel (0, 0, 0) of every grid."""

    def sampled(self, volume: Field, places: Sequence[Field], *, step: float = COARSE_MM) -> Field:
        """`volume` on a grid of `step` mm at MNI coordinates `places`, three arrays of one shape, linearly."""
        indices = np.stack(
            [(place - start) / np.float32(step) for place, start in zip(places, self.origin, strict=True)]
        )
        made: Field = ndimage.map_coordinates(volume, indices, order=1, mode="nearest", output=np.float32)
        return made


@cache
def load_atlas() -> Atlas:
    """The atlas, made once a process in about two seconds. Raises SimulationUnavailable as `load_template` does."""
    template = load_template()
    brain = template.t1[::2, ::2, ::2] > 0
    envelope = _envelope(brain, template.origin_mm[2])
    depth = _rounded(signed_distance(envelope), template.origin_mm[2])
    from_above = np.flip(np.maximum.accumulate(np.flip(envelope, 2), axis=2), 2)
    outline = np.stack([_closed(from_above[:, :, k], 30.0) for k in range(from_above.shape[2])], axis=2)
    hull = _smoothed(-signed_distance(outline), 4.0)
    ventricle = _smoothed(-signed_distance(_ventricles(template.t1[::2, ::2, ::2], template.origin_mm)), 1.0)
    return Atlas(
        t1=template.t1,
        white=template.white,
        depth=depth,
        inward=_directions(depth, 2.0),
        hull=hull,
        ventricle=ventricle,
        outward=_directions(ventricle, 1.5),
        origin=template.origin_mm,
    )


def signed_distance(mask: npt.NDArray[np.bool_]) -> Field:
    """Millimetres to the edge of a mask on the coarse grid, positive inside."""
    inside = ndimage.distance_transform_edt(mask)
    outside = ndimage.distance_transform_edt(~mask)
    return np.asarray(COARSE_MM * (inside - outside), dtype=np.float32)


def _envelope(brain: npt.NDArray[np.bool_], lowest: float) -> npt.NDArray[np.bool_]:
    """What lies inside the dura: the brain with its cisterns, and above the skull base without any notch."""
    envelope = _closed(brain, _CLOSING_MM)
    for k in range(envelope.shape[2]):
        height = lowest + COARSE_MM * k
        if height > -26:
            envelope[:, :, k] = ndimage.binary_fill_holes(envelope[:, :, k])
        if height > -6:
            envelope[:, :, k] = _closed(envelope[:, :, k], 26.0)
    return envelope


def _closed(mask: npt.NDArray[np.bool_], reach: float) -> npt.NDArray[np.bool_]:
    if not mask.any():
        return mask
    steps = int(np.ceil(reach / COARSE_MM)) + 2
    padded = np.pad(mask, steps)
    grown = COARSE_MM * ndimage.distance_transform_edt(~padded) <= reach
    shrunk = COARSE_MM * ndimage.distance_transform_edt(grown) > reach
    core = tuple(slice(steps, -steps) for _ in mask.shape)
    made: npt.NDArray[np.bool_] = (shrunk | padded)[core]
    return made


def _ventricles(t1: Field, origin: tuple[float, float, float]) -> npt.NDArray[np.bool_]:
    x, y, z = np.meshgrid(
        *(start + COARSE_MM * np.arange(size) for start, size in zip(origin, t1.shape, strict=True)),
        indexing="ij",
        sparse=True,
    )
    lateral = (abs(x) < 36) & (y > -58) & (y < 36) & (z > -4) & (z < 30) & ((abs(x) > 12) | (y > -20))
    named, count = ndimage.label((t1 < 0.58) & (t1 > 0) & lateral)
    sizes = ndimage.sum_labels(named > 0, named, np.arange(1, count + 1))
    # The two lateral ventricles are by far the largest; what remains are sulci within the same box.
    made: npt.NDArray[np.bool_] = np.isin(named, 1 + np.argsort(sizes)[-2:])
    return made


def _directions(distance: Field, blur: float) -> Field:
    gradient = np.stack(np.gradient(ndimage.gaussian_filter(distance, blur)))
    length = np.sqrt((gradient**2).sum(axis=0))
    return np.asarray(gradient / np.maximum(length, 0.2), dtype=np.float32)


def _rounded(depth: Field, lowest: float) -> Field:
    """Smooth as a vault above, with all edges of the skull's floor below."""
    heights = lowest + COARSE_MM * np.arange(depth.shape[2], dtype=np.float32)
    vault = np.clip((heights + 8) / 16, 0, 1)
    made = vault * _smoothed(depth, 4.5) + (1 - vault) * _smoothed(depth, 1.2)
    return np.asarray(made, dtype=np.float32)


def _smoothed(values: Field, blur: float) -> Field:
    made: Field = ndimage.gaussian_filter(values, blur / COARSE_MM)
    return made
