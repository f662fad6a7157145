"""How hard a finding is to see, measured on the image with it and the same image without it."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from inference.simulation.cases import Measures


def measured(
    present: npt.NDArray[np.floating],
    absent: npt.NDArray[np.floating],
    region: npt.NDArray[np.bool_],
    *,
    noise: float,
    spacing_mm: float,
    within: npt.NDArray[np.bool_] | None = None,
) -> Measures:
    """Measures of a finding in `region` bool [H, W] (not empty), from images [H, W] with it and without it.

    `noise` is the standard deviation of the noise near the region, in the images' unit. The surroundings are
    a ring around the region, as wide as the region's radius, inside the organ `within`.
    """
    contrast = abs(float((present[region].astype(np.float64) - absent[region]).mean()))
    area = float(region.sum())
    reach = max(3, math.ceil(math.sqrt(area / math.pi)))
    ring = ndimage.distance_transform_edt(~region) <= reach
    ring &= ~region
    if within is not None and (ring & within).sum() >= 16:
        ring &= within
    texture = float(absent[ring].astype(np.float64).std()) if ring.any() else 0.0
    return Measures(
        cnr=contrast / max(noise, 1e-9),
        size_mm=2.0 * math.sqrt(area / math.pi) * spacing_mm,
        conspicuity=contrast / max(texture, 1e-9),
    )
