"""The toys' observer: scanning template matching, which tells their grades apart as the real observers do theirs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import ndimage, signal


def blob(radius: float, *, surround: float = 1.8) -> npt.NDArray[np.float32]:
    """A template of zero mean: a Gaussian of `radius` pixels less a wider one of `surround` times that."""
    reach = int(np.ceil(3 * radius * surround))
    rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    squared = (rows**2 + columns**2).astype(np.float32)
    inner = np.exp(-squared / (2 * radius**2))
    outer = np.exp(-squared / (2 * (radius * surround) ** 2))
    made: npt.NDArray[np.float32] = (inner / inner.sum() - outer / outer.sum()).astype(np.float32)
    return made


def strongest_match(
    image: npt.NDArray[np.floating],
    templates: Sequence[npt.NDArray[np.float32]],
    within: npt.NDArray[np.bool_],
) -> float:
    """The highest response of any template anywhere `within` the organ bool [H, W], in standard deviations.

    Each template's response is compared with its own spread over the organ (median and median absolute
    deviation), so that a busy image doesn't count as a finding.
    """
    best = -np.inf
    # Zero outside the organ, as the convolution has it beyond the image.
    filled = np.where(within, image - float(np.median(image[within])), 0.0).astype(np.float32)
    for template in templates:
        response = signal.fftconvolve(filled, template[::-1, ::-1], mode="same")
        inside = ndimage.binary_erosion(within, iterations=max(1, template.shape[0] // 8))
        values = response[inside if inside.any() else within]
        centre = float(np.median(values))
        spread = 1.4826 * float(np.median(np.abs(values - centre)))
        best = max(best, (float(values.max()) - centre) / max(spread, 1e-9))
    return best
