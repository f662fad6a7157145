"""The heatmap itself, graded: how a map of where the AI looked meets the key's regions of the same finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radiology.regions import Region, cells_inside, contains, energy_inside, iou


@dataclass(frozen=True)
class Grade:
    """How one map met the regions of its finding on its image.

    `inside`: its highest point lies in a region (the pointing game; Zhang et al. 2018). `energy`: the share 0 … 1
    of its positive sum that lies in the regions. `overlap`: intersection over union 0 … 1 of the regions and the
    area where the map reaches `level` of its maximum.
    """

    inside: bool
    energy: float
    overlap: float


def grade(
    values: npt.NDArray[np.float32],
    regions: Sequence[Region],
    *,
    peak: tuple[float, float],
    size: tuple[int, int],
    level: float,
) -> Grade:
    """Grade a map [h, w] over a whole image against the regions of its finding on that image.

    `peak` is the map's highest point (x, y) and `size` the image's (width, height), both in image pixels. Regions
    are compared on the map's own grid. A map without a positive value marks nothing: its peak is no place. Raises
    RegionError for a map that isn't finite or a mask of another size than the image's.
    """
    width, height = size
    rows, columns = values.shape
    truth = np.zeros(values.shape, dtype=np.bool_)
    for region in regions:
        truth |= cells_inside(region, columns, rows, width=width, height=height)
    energy = energy_inside(values, truth)
    top = float(values.max())
    if top <= 0:
        return Grade(inside=False, energy=0.0, overlap=0.0)
    return Grade(
        inside=any(contains(region, *peak) for region in regions),
        energy=energy,
        overlap=iou(values >= level * top, truth),
    )
