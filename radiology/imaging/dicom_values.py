"""From one DICOM frame's stored values to a Frame: bits, padding, tables, sign, window, inversion."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_color_lut, apply_modality_lut, apply_voi_lut

from radiology.imaging.frames import Frame, ImageError, Pixels


@dataclass(frozen=True)
class FrameValues:
    """What a file says about one frame beside its pixels; numbers finite, texts from the standard's terms."""

    pixel_spacing_mm: float | None
    view: str
    laterality: str
    orientation: str
    instance_number: int | None
    burned_in: bool
    slope: float
    intercept: float
    window_center: float | None
    window_width: float | None
    window_function: str

    def plain_frame(self, pixels: Pixels) -> Frame:
        """A frame that needs neither rescaling nor window."""
        return self.frame(pixels, bits=8 * pixels.dtype.itemsize, slope=1.0, intercept=0.0, window=None)

    def frame(
        self, pixels: Pixels, *, bits: int, slope: float, intercept: float, window: tuple[float, float] | None
    ) -> Frame:
        return Frame(
            pixels=pixels,
            bits=bits,
            slope=_short(slope),
            intercept=_short(intercept),
            window_center=_short(window[0]) if window else None,
            window_width=_short(window[1]) if window else None,
            pixel_spacing_mm=_short(self.pixel_spacing_mm) if self.pixel_spacing_mm else None,
            view=self.view,
            laterality=self.laterality,
            orientation=self.orientation,
            instance_number=self.instance_number,
            burned_in=self.burned_in,
        )

    def linear_window(self) -> tuple[float, float] | None:
        """(center, width) for DICOM's function LINEAR; a SIGMOID becomes its steepest line."""
        if self.window_center is None or self.window_width is None or self.window_width <= 0:
            return None
        if self.window_function.strip().upper() in {"LINEAR_EXACT", "SIGMOID"}:
            return self.window_center + 0.5, self.window_width + 1.0
        return self.window_center, max(self.window_width, 1.0)


def luminance_of(dataset: Dataset, raw: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """Colour pixels of 8 bits, or a palette's, as uint8 [H, W]. Raises ImageError for other colour."""
    if dataset.PhotometricInterpretation == "PALETTE COLOR":
        raw = apply_color_lut(raw, dataset)
        if raw.dtype == np.uint16:
            raw = (raw >> 8).astype(np.uint8)
    if raw.ndim != 3 or raw.shape[2] < 3 or raw.dtype != np.uint8:
        raise ImageError("The DICOM image's colour isn't of 8 bits.")
    grey = Image.fromarray(np.ascontiguousarray(raw[:, :, :3])).convert("L")
    return np.array(grey, dtype=np.uint8)


def grey_frame(dataset: Dataset, raw: npt.NDArray[Any], values: FrameValues) -> Frame:
    """A MONOCHROME1 or MONOCHROME2 frame with rescaling and window. Raises ImageError if it isn't grey."""
    if raw.ndim != 2:
        raise ImageError("The DICOM image says it is grey but has several values a pixel.")
    signed = dataset.get("PixelRepresentation", 0) == 1
    inverted = dataset.PhotometricInterpretation == "MONOCHROME1"
    bits = int(dataset.BitsStored)
    stored = _without_unused_bits(raw, bits, int(dataset.HighBit), signed)
    stored = _without_padding(dataset, stored, brightest_is_background=inverted)
    if dataset.get("ModalityLUTSequence"):
        stored, bits, signed = apply_modality_lut(stored, dataset).astype(np.int32), 16, False
        values = replace(values, slope=1.0, intercept=0.0)
    window = values.linear_window()
    if window is None and dataset.get("VOILUTSequence"):
        input_values = np.rint(stored * values.slope + values.intercept).astype(np.int32)
        stored, bits, signed = apply_voi_lut(input_values, dataset).astype(np.int32), 16, False
        values = replace(values, slope=1.0, intercept=0.0)
    return _unsigned_frame(stored, bits, signed, inverted, window, values)


def _without_unused_bits(
    raw: npt.NDArray[Any], bits: int, high_bit: int, signed: bool
) -> npt.NDArray[np.int32]:
    """Old files keep overlays in the bits that the image doesn't use."""
    stored = (raw.astype(np.int32) >> (high_bit + 1 - bits)) & ((1 << bits) - 1)
    return np.where(stored >> (bits - 1), stored - (1 << bits), stored) if signed else stored


def _without_padding(
    dataset: Dataset, stored: npt.NDArray[np.int32], *, brightest_is_background: bool
) -> npt.NDArray[np.int32]:
    """Padding outside the field of view becomes the darkest value, lest it stretch or invert the display."""
    padding = dataset.get("PixelPaddingValue")
    if not isinstance(padding, int):
        return stored
    limit = dataset.get("PixelPaddingRangeLimit")
    low, high = sorted((padding, limit if isinstance(limit, int) else padding))
    padded = (stored >= low) & (stored <= high)
    if not padded.any() or padded.all():
        return stored
    kept = stored[~padded]
    return np.where(padded, kept.max() if brightest_is_background else kept.min(), stored)


def _unsigned_frame(
    stored: npt.NDArray[np.int32],
    bits: int,
    signed: bool,
    inverted: bool,
    window: tuple[float, float] | None,
    values: FrameValues,
) -> Frame:
    slope, intercept = values.slope, values.intercept
    if signed:
        offset = 1 << (bits - 1)
        stored, intercept = stored + offset, intercept - slope * offset
    if inverted:
        # Pixels and values both turn round, so that "higher is brighter" holds for each of them:
        # with p' = top − p and v' = −v the window's centre c, of the LINEAR function, becomes 1 − c.
        top = (1 << bits) - 1
        stored, intercept = top - stored, -(slope * top + intercept)
        window = (1.0 - window[0], window[1]) if window else None
    if window is None and bits < 8:
        # An 8-bit array is shown as it is: say that its few bits span black to white.
        middle = slope * (2 ** (bits - 1) - 0.5) + intercept
        window = (middle + 0.5, abs(slope) * (2**bits - 1) + 1.0)
    pixels: Pixels = stored.astype(np.uint8) if bits <= 8 else stored.astype(np.uint16)
    return values.frame(pixels, bits=bits, slope=slope, intercept=intercept, window=window)


def _short(number: float) -> float:
    # Ten digits are what a DICOM decimal string always holds: an export reads back to the same numbers.
    return float(f"{number:.10g}")
