"""A template-matching observer of mammograms: blobs, groups of specks, lines that meet; for grading difficulty.

It looks for one finding at a time, adds what the two views of a breast say, and compares the two breasts.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import fft, ndimage

from inference.simulation.cases import SimulatedCase, SimulatedView
from inference.simulation.core.fields import Field
from inference.simulation.core.observer import blob

Mask = npt.NDArray[np.bool_]


def score(case: SimulatedCase, finding: str) -> float:
    """How strongly the four views suggest `finding`; only differences between cases mean anything.

    Raises KeyError for a finding that isn't mammography's.
    """
    look = {"mass": _mass, "calcifications": _specks, "distortion": _meeting}[finding]
    sides: dict[str, list[float]] = {}
    for view in case.views:
        image, organ = _prepared(view)
        sides.setdefault(view.laterality, []).append(look(image, organ))
    # A finding shows on both views of its breast: the weaker of the two says most.
    return max(min(values) + 0.5 * max(values) for values in sides.values())


def _prepared(view: SimulatedView) -> tuple[Field, Mask]:
    """The image, float32, with the breast well inside its skin; label and muscle are no part of it."""
    image = view.frames[0].pixels.astype(np.float32)
    parts, count = ndimage.label(image > 0)
    sizes = ndimage.sum_labels(np.ones_like(image), parts, np.arange(1, count + 1))
    breast = parts == 1 + int(np.argmax(sizes))
    organ = ndimage.distance_transform_edt(breast) > 24
    if view.view == "MLO":
        organ &= ~_muscle(image)
    return image, organ


def _muscle(image: Field) -> Mask:
    """The pectoral corner: what is bright after heavy smoothing and hangs together with the upper chest wall."""
    level = ndimage.gaussian_filter(image, 7)
    bright = level > 0.8 * float(level[:40].max())
    parts, _ = ndimage.label(bright)
    kept = np.unique(parts[:8])
    made: Mask = ndimage.binary_dilation(np.isin(parts, kept[kept > 0]), iterations=14)
    return made


def _filtered(image: Field, template: Field) -> Field:
    shape = [
        fft.next_fast_len(one + two - 1, real=True)
        for one, two in zip(image.shape, template.shape, strict=True)
    ]
    product = fft.rfft2(image, shape) * fft.rfft2(template[::-1, ::-1], shape)
    whole = fft.irfft2(product, shape)
    top, left = template.shape[0] // 2, template.shape[1] // 2
    made: Field = whole[top : top + image.shape[0], left : left + image.shape[1]].astype(np.float32)
    return made


def _flattened(image: Field, organ: Mask, reach: float) -> Field:
    """The image without what is coarser than `reach` pixels, over its own local spread, 0 outside the organ."""
    weight = ndimage.gaussian_filter(organ.astype(np.float32), reach) + 1e-3
    mean = ndimage.gaussian_filter(np.where(organ, image, 0), reach) / weight
    rest = np.where(organ, image - mean, 0).astype(np.float32)
    spread = np.sqrt(ndimage.gaussian_filter(rest**2, 1.6 * reach) / weight) + 3.0
    made: Field = np.where(organ, rest / spread, 0).astype(np.float32)
    return made


def _mass(image: Field, organ: Mask) -> float:
    flat = _flattened(image, organ, 42.0)
    best = 0.0
    for radius in (7.0, 11.0, 16.0, 22.0):
        response = _filtered(flat, blob(radius))[organ]
        if response.size:
            best = max(best, float(response.max()))
    return best


def _specks(image: Field, organ: Mask) -> float:
    """The largest group of points that stand out from their own surroundings, within about 1.5 cm."""
    small = _filtered(image, blob(0.8, surround=2.0))
    centred = (
        small
        - ndimage.median_filter(small[::2, ::2], 15)
        .repeat(2, 0)
        .repeat(2, 1)[: small.shape[0], : small.shape[1]]
    )
    local = (
        np.sqrt(
            ndimage.uniform_filter(
                np.minimum(centred, np.quantile(centred[organ], 0.98) if organ.any() else 1.0) ** 2, 61
            )
        )
        + 0.3
    )
    standing = np.where(organ, np.clip(centred / local - 3.2, 0, 5), 0)
    peaks = standing * (standing == ndimage.maximum_filter(standing, 3))
    return float(ndimage.gaussian_filter(peaks, 12.0).max()) * 1e3


def _meeting(image: Field, organ: Mask) -> float:
    """How much the lines around the best point run towards it, less than lines do by chance."""
    flat = _flattened(image, organ, 30.0)
    across = ndimage.gaussian_filter(flat, 1.6, order=(0, 2))
    down = ndimage.gaussian_filter(flat, 1.6, order=(2, 0))
    both = ndimage.gaussian_filter(flat, 1.6, order=(1, 1))
    spread = np.sqrt((across - down) ** 2 + 4 * both**2)
    ridge = np.clip(spread - (across + down), 0, None) / 2
    strength = np.where(organ, np.sqrt(ridge), 0).astype(np.float32)
    # Twice the direction of a bright line: the axis of its weakest curvature.
    twice = np.arctan2(-2 * both, -(across - down)) + np.pi
    rows, columns = np.mgrid[-56:57, -56:57].astype(np.float32)
    away, around = np.hypot(rows, columns), 2 * np.arctan2(rows, columns)
    ring = ((away > 8) & (away < 54)) / np.maximum(away, 8)
    ring = (ring / ring.sum()).astype(np.float32)
    toward = _filtered(strength * np.cos(twice), ring * np.cos(around)) + _filtered(
        strength * np.sin(twice), ring * np.sin(around)
    )
    chance = _filtered(strength, ring) + 0.02
    response = (toward / chance)[organ]
    return float(response.max()) if response.size else 0.0
