"""A scanning observer of brain cases: matched filters on both images, compared with the other side of the head."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from inference.simulation.cases import SimulatedCase
from inference.simulation.core.fields import Field

# Radii of the templates in pixels of half the image's resolution: from a small metastasis to a large glioma.
_RADII = (1.0, 1.75, 3.0, 4.5, 6.5)
_CEILING = 8.0


def score(case: SimulatedCase, finding: str) -> float:
    """How strongly a case (T1 first, then FLAIR) suggests a tumour: the mean logarithm of its strongest matches.

    Only images are used. Raises ValueError for another finding than "tumour".
    """
    if finding != "tumour":
        raise ValueError(f"the observer of brain cases knows no {finding!r}")
    t1, flair = (_halved(view.frames[0].pixels.astype(np.float32)) for view in case.views)
    return float(np.log(np.maximum(responses(t1, flair), 0.5)).mean())


def responses(t1: Field, flair: Field) -> npt.NDArray[np.float64]:
    """The strongest match of each template on T1, on FLAIR and on both at one place, in standard deviations."""
    within = _hull(brain_of(flair))
    levels = float(np.median(t1[within])), float(np.median(flair[within]))
    tissue = within & (flair > 0.6 * levels[1])
    solid = tissue | (within & (t1 > levels[0]))
    found: list[float] = []
    for radius in _RADII:
        maps = [
            _matched(np.clip(image / level, 0.0, 2.5), radius, where, tissue)
            for image, level, where in ((t1, levels[0], solid), (flair, levels[1], tissue))
        ]
        maps.append(np.clip(maps[0], 0.0, _CEILING) + np.clip(maps[1], 0.0, _CEILING))
        found.extend(float(one[within].max()) for one in maps)
    return np.array(found)


def brain_of(flair: npt.NDArray[np.floating] | npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """The brain bool [H, W] in a FLAIR image: what is bright and lies within the dark ring of the skull."""
    height, width = flair.shape
    unit = height / 256
    soft = ndimage.gaussian_filter(flair.astype(np.float32), unit)
    middle = soft[height // 4 : -height // 4, width // 4 : -width // 4]
    bright = soft > 0.5 * float(np.median(middle))
    labels, count = ndimage.label(ndimage.binary_erosion(bright, iterations=max(1, round(2 * unit))))
    if count == 0:
        return np.ones(flair.shape, dtype=bool)
    rows, columns = np.indices(flair.shape)
    central = np.hypot(rows - height / 2, columns - width / 2) < 0.28 * height
    largest = int(np.bincount(labels[central], minlength=count + 1)[1:].argmax()) + 1
    grown = ndimage.binary_dilation(labels == largest, iterations=max(1, round(3 * unit)))
    closed = ndimage.binary_closing(grown, iterations=max(1, round(6 * unit)))
    whole: npt.NDArray[np.bool_] = ndimage.binary_fill_holes(closed)
    return whole


def _halved(image: Field) -> Field:
    """An image [H, W] at half its resolution: quick, and enough for templates this wide."""
    height, width = image.shape
    made: Field = image.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))
    return made


def _hull(brain: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The brain with its bays closed, so that a tumour between brain and dura is searched too."""
    reach = 0.085 * brain.shape[0]
    near = ndimage.distance_transform_edt(~brain) <= reach
    closed: npt.NDArray[np.bool_] = ndimage.distance_transform_edt(near) > reach + 0.5
    return closed


def _matched(
    image: Field, radius: float, where: npt.NDArray[np.bool_], tissue: npt.NDArray[np.bool_]
) -> Field:
    """A disc's mean less its surroundings', both of tissue alone, less the other side's, over its own spread."""
    inner, share = _mean_of(image, where, 0.7 * radius)
    outer, _ = _mean_of(image, where, 2.0 * radius + 2.0)
    contrast = np.where(share > 0.25, inner - outer, 0.0).astype(np.float32)
    mirrored = ndimage.maximum_filter(_mirrored(contrast, tissue), size=2 * round(0.7 * radius + 1.5) + 1)
    spread = 1.4826 * float(np.median(np.abs(contrast[tissue] - np.median(contrast[tissue]))))
    made: Field = (contrast - 0.7 * np.maximum(mirrored, 0.0)) / max(spread, 1e-6)
    return made


def _mean_of(image: Field, where: npt.NDArray[np.bool_], sigma: float) -> tuple[Field, Field]:
    """Gaussian mean of what lies in `where`, and how much of the Gaussian does."""
    weight = where.astype(np.float32)
    share = ndimage.gaussian_filter(weight, sigma)
    return ndimage.gaussian_filter(image * weight, sigma) / np.maximum(share, 1e-3), share


def _mirrored(values: Field, within: npt.NDArray[np.bool_]) -> Field:
    """Values [H, W] mirrored on the brain's long axis, found from the shape of `within`."""
    rows, columns = np.nonzero(within)
    centre = np.array([rows.mean(), columns.mean()])
    _, vectors = np.linalg.eigh(np.cov(np.stack([rows, columns])))
    along = vectors[:, 1]
    # The long axis runs from front to back; a reflection about it maps one side on the other.
    reflect = 2.0 * np.outer(along, along) - np.eye(2)
    made: Field = ndimage.affine_transform(
        values, reflect, offset=centre - reflect @ centre, order=1, mode="nearest"
    )
    return made
