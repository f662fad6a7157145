"""Where a map marks an image, against the finding's regions there, beside a blob that never looked at the image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.engine.films import LabelledFilm
from inference.engine.geometry import FloatMap
from inference.engine.preprocessing import Film
from inference.results import EngineHeatmap
from radiology.packs import Pack, PackCase
from radiology.regions import MapGrade, Region, contains, grade_map, peak, rasterise

BoolMap = npt.NDArray[np.bool_]
# Grey above this belongs to what the film shows; below it is the black around a breast or a head.
BACKGROUND = 12
# A blob whose half-height outline spans two fifths of what the film shows, each way.
BLOB_SPREAD = 1 / 6


@dataclass(frozen=True)
class Placed:
    """A map of an image that shows the finding, and what the blind guesses would have got there.

    `position` counts the case's images; `image_centre` is whether the middle of the image lies in a region.
    """

    method: str
    position: int
    map: MapGrade
    blob: MapGrade
    image_centre: bool


def centred_blob(film: Film) -> FloatMap:
    """A Gaussian at the middle of what the film shows [H, W], 1 at its peak: the baseline of every map.

    What the film shows is the box around all that isn't black, so that on a mammogram the guess lies in the
    breast and not beside it.
    """
    height, width = film.shape
    shown = film > BACKGROUND
    if not shown.any():
        shown = np.ones_like(shown)
    left, right = _ends(shown, 1)
    top, bottom = _ends(shown, 0)
    x = (np.arange(width) + 0.5 - (left + right) / 2) / ((right - left) * BLOB_SPREAD)
    y = (np.arange(height) + 0.5 - (top + bottom) / 2) / ((bottom - top) * BLOB_SPREAD)
    blob: FloatMap = np.exp(-0.5 * (x[None] ** 2 + y[:, None] ** 2)).astype(np.float32)
    return blob


def regions_on(pack: Pack, case: PackCase, image: str, finding: str) -> list[Region]:
    """The regions of a finding on one image of a case, masks read from the pack."""
    return [
        pack.region(region) for region in case.regions if (region.image, region.finding) == (image, finding)
    ]


def outline_of(regions: Sequence[Region], width: int, height: int) -> BoolMap:
    """All regions together as bool [height, width]."""
    truth = np.zeros((height, width), dtype=np.bool_)
    for region in regions:
        truth |= rasterise(region, width, height)
    return truth


def place_maps(
    pack: Pack, case: PackCase, film: LabelledFilm, maps: Sequence[EngineHeatmap], level: float
) -> dict[str, list[Placed]]:
    """Per finding how the maps of one film met its regions there; maps without a region on the film are left out."""
    height, width = film.pixels.shape
    placed: dict[str, list[Placed]] = {}
    for finding in dict.fromkeys(one.finding for one in maps):
        regions = regions_on(pack, case, film.image, finding)
        if not regions:
            continue
        blob = centred_blob(film.pixels)
        guess = grade_map(blob, regions, peak=peak(blob), size=(width, height), level=level)
        centre = any(contains(region, width / 2, height / 2) for region in regions)
        placed[finding] = [
            Placed(
                one.method,
                film.frame,
                grade_map(
                    one.values, regions, peak=(one.peak_x, one.peak_y), size=(width, height), level=level
                ),
                guess,
                centre,
            )
            for one in maps
            if one.finding == finding
        ]
    return placed


def _ends(shown: BoolMap, axis: int) -> tuple[int, int]:
    places = np.flatnonzero(np.any(shown, axis=1 - axis))
    return int(places[0]), int(places[-1]) + 1
