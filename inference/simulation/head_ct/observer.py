"""An observer that looks for dense blood with matched filters: it grades how hard simulated head CTs are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from inference.simulation.cases import SimulatedCase
from inference.simulation.core.fields import Field

_BONE_HU, _CHALK_HU, _FEWEST_PIXELS = 160.0, 95.0, 1500
# Of a Gaussian less one twice as wide, in pixels: from a sulcus to a large clot.
_RADII = (1.6, 3.0, 6.0)
FEATURES = 11
# Median of each feature, and from there to its 90th percentile, over 80 simulated heads without blood (half of
# them with a look-alike), of other seeds than any pack's.
_USUAL = np.array([4.97, 5.95, 5.04, 4.74, 3.73, 3.56, 4.06, 5.83, 9.36, 4.09, 5.17], dtype=np.float32)
_SPREAD = np.array([2.75, 2.54, 0.48, 1.75, 0.56, 0.82, 7.33, 3.03, 4.21, 1.01, 1.53], dtype=np.float32)


def score(case: SimulatedCase, finding: str) -> float:
    """How strongly a case's slices suggest blood: the strongest filter response beyond what healthy heads give.

    Raises KeyError for a finding that head CT doesn't know.
    """
    if finding != "haemorrhage":
        raise KeyError(finding)
    (view,) = case.views
    found = features(np.stack([one.pixels.astype(np.float32) + one.intercept for one in view.frames]))
    return float(np.max((found - _USUAL) / _SPREAD))


@dataclass(frozen=True, eq=False)
class _Seen:
    """The inside of a skull as the images show it, each [slices, H, W]."""

    values: Field
    """HU above the brain's median."""
    seen: npt.NDArray[np.bool_]
    """Neither bone nor chalk, nor the pixels beside them."""
    depth: Field
    """Pixels from the skull."""
    lateral: Field
    """Pixels to the left of the middle (negative: to the right)."""
    veins: npt.NDArray[np.bool_]
    """Where falx and sinuses are, which are dense in everybody."""
    wide: npt.NDArray[np.bool_]
    """[slices]: above the skull base and below the vertex."""


def features(hu: Field) -> Field:
    """Filter responses float32 [FEATURES] of a stack in HU [slices, H, W]; 0s where there's no brain in it."""
    inner = np.stack([_inside(one) for one in hu])
    if np.count_nonzero(inner) < _FEWEST_PIXELS:
        return np.zeros(FEATURES, dtype=np.float32)
    part = ndimage.find_objects(inner.astype(np.uint8))[0]
    head = _looked_at(hu[part], inner[part])
    made: list[float] = []
    for radius in _RADII:
        made += _blobs(head, radius)
    made += _rims(head)
    made += _volume(head)
    return np.asarray(made, dtype=np.float32)


def _inside(hu: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """What lies within bone on one slice, without it; nothing on slices that show too little."""
    bone = hu > _BONE_HU
    closed = ndimage.binary_closing(bone, iterations=2)
    named, count = ndimage.label(ndimage.binary_fill_holes(closed) & ~bone & (hu > -20))
    if not count:
        return np.zeros_like(bone)
    sizes = np.bincount(named.ravel())
    sizes[0] = 0
    chosen = np.flatnonzero(sizes > 0.15 * sizes.max())
    made: npt.NDArray[np.bool_] = (
        np.isin(named, chosen) if sizes.max() >= _FEWEST_PIXELS else np.zeros_like(bone)
    )
    return made


def _looked_at(hu: Field, inner: npt.NDArray[np.bool_]) -> _Seen:
    depth = np.stack([ndimage.distance_transform_edt(one) for one in inner]).astype(np.float32)
    chalk = ndimage.binary_dilation(hu > _CHALK_HU, np.ones((1, 3, 3)), iterations=2) & (depth > 3)
    seen = inner & ~chalk & (depth > 1.5)
    values = np.where(seen, np.clip(hu - np.median(hu[seen]), -14, 45), 0).astype(np.float32)
    areas = inner.sum(axis=(1, 2))
    wide = areas > 0.6 * areas.max()
    lateral = np.zeros_like(depth)
    behind = np.zeros_like(depth)
    for k, one in enumerate(inner):
        rows, columns = np.nonzero(one)
        if rows.size:
            # The middle of the front and of the back third lie on the midline, however the head is turned.
            front, back = np.percentile(rows, (25, 75))
            ahead, after = columns[rows < front].mean(), columns[rows > back].mean()
            along = (np.arange(one.shape[0]) - front) / max(back - front, 1.0)
            middle = ahead + (after - ahead) * along
            lateral[k] = np.arange(one.shape[1])[None, :] - middle[:, None]
            behind[k] = along[:, None]
    height = (np.arange(len(hu)) / len(hu))[:, None, None]
    veins = (np.abs(lateral) < 8) & ((height > 0.42) | (behind > 0.55))
    # The tentorium and the transverse sinuses.
    veins |= (
        (behind > 0.6) & (height < 0.5) & (np.abs(lateral) < 60) & ((depth < 12) | (np.abs(lateral) < 20))
    )
    return _Seen(values, seen, depth, lateral, veins, wide)


def _blobs(head: _Seen, radius: float) -> list[float]:
    """Strongest responses of a round template, deep in the brain and near its surface."""
    weight = head.seen.astype(np.float32)
    narrow, wide = (_weighted(head.values, weight, (0.6, scale, scale)) for scale in (radius, 2 * radius))
    response = narrow - wide
    free = head.seen & ~head.veins
    return [
        _top(response, free & (head.depth > 10)),
        _top(response, free & (head.depth > 3.5) & (head.depth <= 10) & head.wide[:, None, None]),
    ]


def _weighted(values: Field, weight: Field, blur: tuple[float, float, float]) -> Field:
    above = ndimage.gaussian_filter(values * weight, blur)
    below = ndimage.gaussian_filter(weight, blur)
    made: Field = above / np.maximum(below, 0.05)
    return made


def _top(response: Field, where: npt.NDArray[np.bool_]) -> float:
    """The response that all but the dozen strongest pixels stay below: one pixel alone proves nothing."""
    chosen = response[where]
    return 0.0 if chosen.size < 40 else float(np.partition(chosen, -12)[-12])


def _rims(head: _Seen) -> list[float]:
    """How dense a stretch beneath the skull is: thin, thicker, and against the same stretch of the other side."""
    side = head.seen & (np.abs(head.lateral) > 20) & ~head.veins & head.wide[:, None, None]
    made = []
    for deepest in (3.5, 7.0):
        band = (side & (head.depth > 1.5) & (head.depth <= deepest)).astype(np.float32)
        mean = _weighted(head.values, band, (1.0, 5.0, 5.0))
        made.append(_top(mean, band > 0))
    differences = [mean[k] - mean[k][:, ::-1] for k in range(len(mean))]
    both = (band > 0) & (band[:, :, ::-1] > 0)
    made.append(_top(np.stack(differences), both))
    return made


def _volume(head: _Seen) -> list[float]:
    """Logarithm of how many pixels are clearly denser than brain, beneath the skull and deep inside."""
    calm = _weighted(head.values, head.seen.astype(np.float32), (0.3, 1.4, 1.4))
    dense = (calm > 11) & head.seen & ~head.veins
    near = dense & (head.depth > 3) & (head.depth <= 10) & head.wide[:, None, None]
    return [float(np.log1p(near.sum())), float(np.log1p((dense & (head.depth > 10)).sum()))]
