"""A template-matching observer of mammograms: blobs, groups of specks, lines that meet; for grading difficulty.

It looks for one finding at a time, adds what the two views of a breast say, and compares the two breasts.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import fft, ndimage

from inference.simulation.cases import SimulatedCase, SimulatedView
from inference.simulation.core.fields import Field

Mask = npt.NDArray[np.bool_]


# How much of the less suspicious breast's score is taken off: what both have is no sign of disease.
_COMPARED = {"mass": 0.6, "calcifications": 0.6, "distortion": 0.25}
# Grey values from the tenth to the ninetieth percentile of the breast, in the observer's own window.
_SPAN = 60.0


def score(case: SimulatedCase, finding: str) -> float:
    """How strongly the four views suggest `finding`; only differences between cases mean anything.

    Raises KeyError for a finding that isn't mammography's.
    """
    look = {"mass": _mass, "calcifications": _specks, "distortion": _meeting}[finding]
    sides: dict[str, list[float]] = {}
    for view in case.views:
        image = view.frames[0].pixels.astype(np.float32)
        breast = _breast(image)
        muscle = _muscle(image, view)
        image = _windowed(image, breast)
        # Calcium shows over the muscle, too; densities and lines there are the muscle's own.
        where = breast if finding == "calcifications" else breast & ~muscle
        sides.setdefault(view.laterality, []).append(look(image, where))
    # A finding shows on both views of its breast, so the weaker of the two says most; and on one breast only.
    said = sorted(min(values) + 0.35 * max(values) for values in sides.values())
    return said[-1] - _COMPARED[finding] * said[0]


def _breast(image: Field) -> Mask:
    """The breast well inside its skin; the label is no part of it."""
    parts, count = ndimage.label(image > 0)
    sizes = ndimage.sum_labels(np.ones_like(image), parts, np.arange(1, count + 1))
    inside: Mask = ndimage.distance_transform_edt(parts == 1 + int(np.argmax(sizes))) > 24
    return inside


def _windowed(image: Field, breast: Mask) -> Field:
    """The image as a reader would set its window first: what is a point there is one on a darker film, too."""
    if not breast.any():
        return image
    low, high = (float(one) for one in np.percentile(image[breast][::7], (10, 90)))
    made: Field = ((image - low) * (_SPAN / max(high - low, 5.0))).astype(np.float32)
    return made


def _muscle(image: Field, view: SimulatedView) -> Mask:
    """The pectoral muscle of a view; nothing on one that shows none."""
    if view.view != "MLO":
        return np.zeros(image.shape, dtype=bool)
    if view.laterality == "L":
        return _triangle(image)
    mirrored: Mask = _triangle(image[:, ::-1])[:, ::-1]
    return mirrored


def _triangle(image: Field) -> Mask:
    """The muscle of a left breast's oblique view: a triangle in the upper corner, its edge bulging a little.

    Of all edges that a muscle could have, the one along which the film darkens most.
    """
    level = ndimage.gaussian_filter(image, 1.5)
    # From four pixels towards the chest wall to four towards the nipple.
    drop = np.clip(level[:, :-8] - level[:, 8:], 0, 40)
    best, found = -np.inf, (0, 0)
    for top in range(80, 400, 10):
        for low in range(180, 620, 20):
            rows = np.arange(8, low - 40, 4)
            columns = np.rint(_edge(rows / low, top)).astype(int) - 4
            here = (columns >= 0) & (columns < drop.shape[1])
            # Longer edges are the surer ones.
            said = float(drop[rows[here], columns[here]].mean() * np.log(here.sum()))
            if said > best:
                best, found = said, (top, low)
    top, low = found
    down = np.arange(image.shape[0], dtype=np.float64)[:, None]
    made: Mask = np.less(np.arange(image.shape[1]), _edge(down / low, top) + 14)
    return made


def _edge(share: npt.NDArray[np.float64], top: int) -> npt.NDArray[np.float64]:
    """Columns of a muscle's edge at shares of its length, from its upper end at the column `top`."""
    return top * (1 - share + _BULGE * share * np.clip(1 - share, 0, 1))


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
    """How much the edges round the best point face it, at any of several radii, less than they do by chance.

    A mass is a hill of density: on its slopes the grey values rise towards its middle from all sides.
    """
    small, within = _halved(image), _halved(organ.astype(np.float32)) > 0.5
    if not within.any():
        return 0.0
    level = ndimage.gaussian_filter(small, 1.5)
    down, right = ndimage.sobel(level, 0), ndimage.sobel(level, 1)
    steep = np.hypot(down, right)
    # Direction counts more than steepness: a steep ligament is no more of a mass than a soft one.
    share = np.where(within, 1 / (steep + 1.5 * float(np.median(steep[within])) + 1e-6), 0)
    shape = (
        fft.next_fast_len(small.shape[0] + 2 * _REACH, real=True),
        fft.next_fast_len(small.shape[1] + 2 * _REACH, real=True),
    )
    across, along = (fft.rfft2((slope * share).astype(np.float32), shape) for slope in (right, down))
    best = -np.inf
    for (_, usual, spread), (rightwards, downwards) in zip(_USUAL_FACING, _templates(shape), strict=True):
        whole = fft.irfft2(across * rightwards + along * downwards, shape)
        facing = whole[_REACH : _REACH + small.shape[0], _REACH : _REACH + small.shape[1]]
        best = max(best, (float(facing[within].max()) - usual) / spread)
    return best


@lru_cache(maxsize=4)
def _templates(shape: tuple[int, int]) -> tuple[tuple[Field, Field], ...]:
    """For each radius the transforms of the directions to the middle on a soft ring: right and down parts."""
    rows, columns = np.mgrid[-_REACH : _REACH + 1, -_REACH : _REACH + 1].astype(np.float32)
    away = np.maximum(np.hypot(rows, columns), 1)
    made = []
    for radius, _, _ in _USUAL_FACING:
        ring = np.exp(-0.5 * ((away - radius) / (0.25 * radius + 0.5)) ** 2) / away
        ring /= ring.sum()
        # Turned about, so that a product of transforms compares instead of convolving.
        made.append(
            tuple(fft.rfft2((part / away * ring).astype(np.float32), shape) for part in (columns, rows))
        )
    return tuple((one, two) for one, two in made)


_BULGE = 0.3
"""How far a muscle's edge bulges, as a share of its upper end."""
_REACH = 30
# Radius in pixels of 0.6 mm, and mean and spread of the best point's value in views of women without a finding.
_USUAL_FACING = (
    (5.0, 0.5589, 0.0685),
    (7.0, 0.4823, 0.0644),
    (10.0, 0.3830, 0.0585),
    (13.0, 0.3092, 0.0498),
    (17.0, 0.2377, 0.0402),
    (21.0, 0.1962, 0.0332),
)


def _specks(image: Field, breast: Mask) -> float:
    """The largest group, within about a centimetre, of points that stand out from their own surroundings."""
    # Five pixels, 1.5 mm: wider than specks, not than the lumps of an old fibroadenoma.
    points = image - ndimage.grey_opening(image, size=(5, 5))
    points = ndimage.gaussian_filter(points, 0.5)
    # A cluster isn't to hide itself by making its own surroundings rough.
    most = 2 * float(np.median(points[breast])) + 1 if breast.any() else 1.0
    usual = np.sqrt(np.maximum(ndimage.uniform_filter(np.minimum(points, most) ** 2, 41), 0)) + 1
    standing = np.where(breast, np.clip(points / usual - 4.0, 0, 4), 0)
    peaks = standing * (standing == ndimage.maximum_filter(standing, 3))
    # Many points count more than one, but not without end: the first ones make the difference.
    return float(np.sqrt(ndimage.gaussian_filter(peaks, 12.0).max() * 1e3))


def _halved(image: Field) -> Field:
    height, width = image.shape
    made: Field = image.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3), dtype=np.float32)
    return made


def _meeting(image: Field, organ: Mask) -> float:
    """How much the lines around the best point run towards it, less than lines do by chance."""
    if not organ.any():
        return 0.0
    flat = _flattened(image, organ, 30.0)
    across = ndimage.gaussian_filter(flat, 1.6, order=(0, 2))
    down = ndimage.gaussian_filter(flat, 1.6, order=(2, 0))
    both = ndimage.gaussian_filter(flat, 1.6, order=(1, 1))
    spread = np.sqrt((across - down) ** 2 + 4 * both**2)
    ridge = np.clip(spread - (across + down), 0, None) / 2
    strength = _halved(np.where(organ, np.sqrt(ridge), 0).astype(np.float32))
    # Twice the direction of a bright line: the axis of its weakest curvature.
    twice = (np.arctan2(-2 * both, -(across - down)) + np.pi)[::2, ::2]
    rows, columns = np.mgrid[-28:29, -28:29].astype(np.float32)
    away, around = np.hypot(rows, columns), 2 * np.arctan2(rows, columns)
    ring = ((away > 4) & (away < 27)) / np.maximum(away, 4)
    ring = (ring / ring.sum()).astype(np.float32)
    toward = _filtered(strength * np.cos(twice), ring * np.cos(around)) + _filtered(
        strength * np.sin(twice), ring * np.sin(around)
    )
    chance = _filtered(strength, ring) + 0.02
    return float((toward / chance)[organ[::2, ::2]].max())
