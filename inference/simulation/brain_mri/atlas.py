"""What is made once from the template: tissue shares without its averaging rims, distances to hull and ventricles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from inference.simulation.core.fields import Field
from inference.simulation.template import Template, load_template

# The planes of the template that any slice, tilted and deformed, can reach (MNI millimetres).
_LOWEST, _HIGHEST = -40, 84
_MIDDLE = (0.0, -18.0, 20.0)
"""MNI millimetres around which heads are scaled and turned: about the middle of the brain at the slices' level."""
COARSE_MM = 2.0


@dataclass(frozen=True, eq=False)
class Atlas:
    """Maps in MNI space, cut to the planes that are needed; distances on a grid of 2 mm."""

    grey: Field
    white: Field
    hull: Field
    """Millimetres outside (positive) or inside (negative) the smooth surface that the brain fills."""
    crest: Field
    """Logarithm of white matter over its surroundings: positive in the blades within gyri."""
    trough: Field
    """Logarithm of fluid over its surroundings: positive along the bottom of sulci."""
    ventricle: Field
    """Millimetres from the surface of the lateral and third ventricles, negative inside them."""
    fine_origin: tuple[float, float, float]
    """MNI millimetres of the first voxel of `grey` and `white`; their grid is 1 mm."""
    coarse_origin: tuple[float, float, float]

    def tissue(self, name: str, mni: npt.NDArray[np.float32]) -> Field:
        """ "grey", "white", "crest" or "trough" at points [3, ...] in MNI millimetres."""
        maps = {"grey": self.grey, "white": self.white, "crest": self.crest, "trough": self.trough}
        return _sampled(maps[name], mni, self.fine_origin, 1.0)

    def distance(self, name: str, mni: npt.NDArray[np.float32]) -> Field:
        """Millimetres to the surface "hull" or "ventricle" at points [3, ...] in MNI millimetres."""
        return _sampled(self.hull if name == "hull" else self.ventricle, mni, self.coarse_origin, COARSE_MM)


@cache
def load_atlas() -> Atlas:
    """The atlas, made once (about 3 s). Raises SimulationUnavailable where the template isn't there."""
    template = load_template()
    low, high = round(_LOWEST - template.origin_mm[2]), round(_HIGHEST - template.origin_mm[2])
    grey, white = template.grey[:, :, low:high], template.white[:, :, low:high]
    origin = (template.origin_mm[0], template.origin_mm[1], float(_LOWEST))
    hull, coarse_origin = _hull_distance(template, low, high)
    ventricle = _ventricle_distance(grey + white, hull, origin)
    lean = _without_rims(grey, white, ventricle)
    return Atlas(
        grey=lean[0],
        white=lean[1],
        crest=_relief(lean[1], 0.02),
        trough=_relief(np.clip(1.0 - grey - white, 0.0, 1.0), 0.015),
        hull=hull,
        ventricle=ventricle,
        fine_origin=origin,
        coarse_origin=coarse_origin,
    )


def _hull_distance(template: Template, low: int, high: int) -> tuple[Field, tuple[float, float, float]]:
    """Signed distance to the brain's smooth hull, on a grid of 2 mm with a margin that holds skull and scalp."""
    brain = (template.t1[::2, ::2, :high:2] > 0).astype(np.float32)
    margin = 20
    brain = np.pad(brain, ((margin, margin), (margin, margin), (0, margin)))
    # A closing over 18 mm bridges the fissures that a skull doesn't follow.
    widened = ndimage.distance_transform_edt(brain == 0) <= 9.0
    filled = ndimage.distance_transform_edt(widened) > 9.0
    level = ndimage.gaussian_filter(filled.astype(np.float32), 2.0)
    inside = level > 0.5
    signed = ndimage.distance_transform_edt(~inside) - ndimage.distance_transform_edt(inside)
    signed = ndimage.gaussian_filter(signed.astype(np.float32), 1.2) * COARSE_MM
    x, y, z = template.origin_mm
    first = low // 2
    origin = (x - margin * COARSE_MM, y - margin * COARSE_MM, z + first * COARSE_MM)
    return signed[:, :, first:], origin


def _ventricle_distance(
    solid: npt.NDArray[np.float32], hull: Field, origin: tuple[float, float, float]
) -> Field:
    """Signed distance to the ventricles on the hull's grid: fluid that lies deep in the brain."""
    fluid = solid[::2, ::2, ::2] < 0.5
    margin = 20
    depth = hull[margin:-margin, margin:-margin][:, :, : fluid.shape[2]]
    depth = depth[: fluid.shape[0], : fluid.shape[1]]
    across = np.abs(np.arange(fluid.shape[0]) * COARSE_MM + origin[0])[:, None, None]
    inside = fluid & (depth < -26.0) & (across < 34.0)
    labels, count = ndimage.label(inside)
    if count:
        sizes = np.bincount(labels.ravel())
        inside &= sizes[labels] > 30
    whole = np.zeros(hull.shape, dtype=bool)
    whole[margin : margin + fluid.shape[0], margin : margin + fluid.shape[1], : fluid.shape[2]] = inside
    signed = ndimage.distance_transform_edt(~whole) - ndimage.distance_transform_edt(whole)
    made: Field = (ndimage.gaussian_filter(signed.astype(np.float32), 0.7) * COARSE_MM).astype(np.float32)
    return made


def _relief(share: npt.NDArray[np.float32], floor: float) -> Field:
    """Logarithm of a share over its mean within some millimetres, -1–1.5: crests of what averaging has levelled."""
    around = ndimage.gaussian_filter(share, 2.6)
    made: Field = np.clip(np.log((share + floor) / (around + floor)), -1.0, 1.5).astype(np.float32)
    return made


def _without_rims(
    grey: npt.NDArray[np.float32], white: npt.NDArray[np.float32], ventricle: Field
) -> tuple[Field, Field]:
    """Grey and white without the grey rim that averaging leaves where white matter meets the ventricles.

    A rim is thinner than any grey nucleus, so a grey opening takes it and leaves nuclei; what it takes is half
    white matter, half fluid.
    """
    opened = ndimage.grey_opening(grey, size=(5, 5, 5))
    margin = 20
    near = ventricle[margin:-margin, margin:-margin] < 5.0
    near = near.repeat(2, axis=0).repeat(2, axis=1).repeat(2, axis=2)
    mask = np.zeros(grey.shape, dtype=np.float32)
    shape = tuple(min(a, b) for a, b in zip(near.shape, grey.shape, strict=True))
    window = tuple(slice(0, size) for size in shape)
    mask[window] = near[window]
    mask = ndimage.gaussian_filter(mask, 1.0)
    rim = np.maximum(grey - opened, 0.0) * mask
    return (grey - rim).astype(np.float32), (white + 0.5 * rim).astype(np.float32)


def _sampled(
    volume: Field, mni: npt.NDArray[np.float32], origin: tuple[float, float, float], step: float
) -> Field:
    start = np.asarray(origin, dtype=np.float32).reshape(3, *([1] * (mni.ndim - 1)))
    places = (mni - start) / np.float32(step)
    made: Field = ndimage.map_coordinates(volume, places, order=1, mode="nearest", output=np.float32)
    return made
