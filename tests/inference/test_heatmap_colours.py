"""The heatmap's colours keep their order in greyscale and for every kind of colour blindness."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from inference import heatmap_files

# Complete loss of one kind of cone, in linear RGB: Machado, Oliveira & Fernandes, IEEE TVCG 15 (2009) 1291.
SEEN_BY = {
    "everybody": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopes": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopes": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopes": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def lightness(who: str) -> npt.NDArray[np.float64]:
    """CIE L* of each of the 256 levels as `who` sees it; Rec. 709 primaries."""
    colours = heatmap_files._ramp(1.0)[:, :3] / 255
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ np.array(SEEN_BY[who]).T, 0, 1) @ LUMINANCE
    return np.where(seen > 216 / 24389, 116 * np.cbrt(seen) - 16, seen * 24389 / 27)


@pytest.mark.parametrize("who", SEEN_BY)
def test_lightness_rises_with_every_level(who: str) -> None:
    levels = lightness(who)
    # One level is less than the 8 bits of a colour can show: five are always lighter.
    assert (levels[5:] - levels[:-5] > 0).all()
    shown = levels[int(256 * heatmap_files.HIDDEN_BELOW) :]
    assert shown[-1] - shown[0] > 55
