"""What decoding gives (Frame), what it may cost (Limits) and how it says no (ImageError)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]


class ImageError(ValueError):
    """An image that isn't taken; the message is one sentence fit for a person, without the file's content."""


@dataclass(frozen=True)
class Limits:
    """What one image file may cost at most, so that no file can exhaust the machine."""

    max_pixels: int = 40_000_000
    """Pixels of one frame; a full-field digital mammogram has 14 to 27 million."""
    max_frames: int = 1_000
    """Frames of one file."""
    max_bytes: int = 512 * 1024 * 1024
    """Bytes of one file as stored."""
    max_total_pixels: int = 300_000_000
    """Pixels of all frames of one file together: they are in memory at once."""

    def check_size(self, *, width: int, height: int, frames: int = 1) -> None:
        """Raise ImageError for an image larger than allowed or without any pixels."""
        if width < 1 or height < 1 or frames < 1:
            raise ImageError("The image has no pixels.")
        if frames > self.max_frames:
            raise ImageError(f"The image has {frames} frames; at most {self.max_frames} are allowed.")
        if width * height > self.max_pixels:
            raise ImageError(
                f"The image is {width} × {height}; at most {self.max_pixels} pixels are allowed."
            )
        if width * height * frames > self.max_total_pixels:
            raise ImageError(
                f"The image has {frames} frames of {width} × {height} pixels; "
                f"at most {self.max_total_pixels} pixels are allowed in one file."
            )


@dataclass(frozen=True, eq=False)
class Frame:
    """One two-dimensional greyscale image, higher always brighter, with nothing that identifies a patient.

    A pixel's value is `slope · pixel + intercept` (Hounsfield units in CT); `window_center` and
    `window_width` are in that value, in the sense of DICOM PS3.3 C.11.2.1.2 (function LINEAR), or both None.
    """

    pixels: Pixels
    """uint8 or uint16 [H, W]."""
    bits: int
    """Bits in use: 1–8 for uint8, 9–16 for uint16."""
    slope: float = 1.0
    intercept: float = 0.0
    window_center: float | None = None
    window_width: float | None = None
    pixel_spacing_mm: float | None = None
    """Millimetres from pixel to pixel, where it is known and the same both ways."""
    view: str = ""
    laterality: str = ""
    orientation: str = ""
    """Where a row and a column lead in the patient, in DICOM's letters (A P L R H F): `L\\P` in axial slices."""
    instance_number: int | None = None
    burned_in: bool = False
    """Text may be drawn into the pixels, so an instructor has to look before anyone else does."""

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def is_plain(self) -> bool:
        """Whether the pixels say everything: no window and no rescaling beside them."""
        return self.slope == 1.0 and self.intercept == 0.0 and self.window_center is None
