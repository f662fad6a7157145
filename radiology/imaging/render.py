"""What learners are served: the display window, and PNGs whose byte count tells only their dimensions."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import numpy.typing as npt

from radiology.imaging.frames import Frame
from radiology.imaging.headers import PNG_SIGNATURE

PADDING_STEP = 64 * 1024
_COLOUR_TYPES = {1: 0, 3: 2, 4: 6}
_CHUNK_OVERHEAD = 12


def to_display(frame: Frame) -> npt.NDArray[np.uint8]:
    """The frame as it looks on a screen: uint8 [H, W], 0 black, 255 white.

    The window is that of DICOM PS3.3 C.11.2.1.2, function LINEAR. Without one an 8-bit frame is shown as
    it is, and a deeper one from its lowest to its highest value.
    """
    if frame.window_center is None or frame.window_width is None:
        if frame.pixels.dtype == np.uint8:
            # A falling rescale would show the film as a negative; a rising one changes nothing.
            plain = frame.pixels.astype(np.uint8)
            return 255 - plain if frame.slope < 0 else plain
        return _full_range(frame)
    # One entry a pixel value: exact, and far less work than computing with every pixel.
    values = np.arange(256 if frame.pixels.dtype == np.uint8 else 65536) * frame.slope + frame.intercept
    width = max(float(frame.window_width), 1.0)
    if width == 1.0:
        shown = np.where(values <= frame.window_center - 0.5, 0.0, 1.0)
    else:
        shown = (values - (frame.window_center - 0.5)) / (width - 1.0) + 0.5
    return _to_bytes(shown)[frame.pixels]


def encode_stored(pixels: npt.NDArray[np.uint8], *, padding_step: int = 0) -> bytes:
    """A PNG of uint8 [H, W], [H, W, 3] or [H, W, 4] without compression or metadata; deterministic.

    zlib's level 0 stores, so that the byte count follows from the dimensions alone; `padding_step` > 0
    raises it to the next whole step by a private ancillary chunk of zeros. ValueError for other arrays.
    """
    channels = 1 if pixels.ndim == 2 else pixels.shape[2] if pixels.ndim == 3 else 0
    if pixels.dtype != np.uint8 or channels not in _COLOUR_TYPES or not pixels.size:
        raise ValueError("Served pixels have to be a uint8 array [H, W], [H, W, 3] or [H, W, 4].")
    height, width = pixels.shape[:2]
    rows = np.zeros((height, 1 + width * channels), dtype=np.uint8)
    rows[:, 1:] = pixels.reshape(height, width * channels)
    header = struct.pack(">IIBBBBB", width, height, 8, _COLOUR_TYPES[channels], 0, 0, 0)
    body = PNG_SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows.tobytes(), 0))
    end = _chunk(b"IEND", b"")
    return body + _padding(len(body) + len(end), padding_step) + end


def encode_served(pixels: npt.NDArray[np.uint8]) -> bytes:
    """The PNG of display pixels uint8 [H, W] that a learner gets: stored, and padded to steps of 64 KiB.

    Two images of the same dimensions have the same byte count, whatever they show. Raises ValueError as
    `encode_stored` does.
    """
    return encode_stored(pixels, padding_step=PADDING_STEP)


def _full_range(frame: Frame) -> npt.NDArray[np.uint8]:
    lowest, highest = int(frame.pixels.min()), int(frame.pixels.max())
    if lowest == highest:
        return np.zeros(frame.pixels.shape, dtype=np.uint8)
    shown = (np.arange(65536) - lowest) / (highest - lowest)
    return _to_bytes(1.0 - shown if frame.slope < 0 else shown)[frame.pixels]


def _to_bytes(shown: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    return np.rint(np.clip(shown, 0.0, 1.0) * 255.0).astype(np.uint8)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(content, zlib.crc32(kind))
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def _padding(size: int, step: int) -> bytes:
    if step <= 0 or size % step == 0:
        return b""
    missing = -size % step
    if missing < _CHUNK_OVERHEAD:
        missing += step
    # By PNG's naming rules: ancillary, private, safe to copy.
    return _chunk(b"paDd", bytes(missing - _CHUNK_OVERHEAD))
