"""Masters: the lossless PNG kept of each frame, what identifies its pixels, and masks."""

from __future__ import annotations

import hashlib
import io
import struct
import warnings

import numpy as np
import numpy.typing as npt
from PIL import Image

from radiology.imaging.frames import Frame, ImageError, Limits
from radiology.imaging.headers import png_size


def encode_master(frame: Frame) -> bytes:
    """The frame's pixels as a greyscale PNG of 8 or 16 bits, without any metadata.

    Rescaling, window and spacing aren't in it: whoever keeps the master keeps them beside it.
    """
    return _png(frame.pixels)


def decode_master(
    data: bytes,
    *,
    slope: float = 1.0,
    intercept: float = 0.0,
    window_center: float | None = None,
    window_width: float | None = None,
) -> Frame:
    """The frame behind a master, with the values kept beside it. Raises ImageError for other data."""
    pixels = _grey_png(data)
    return Frame(
        pixels=pixels,
        bits=8 if pixels.dtype == np.uint8 else 16,
        slope=slope,
        intercept=intercept,
        window_center=window_center,
        window_width=window_width,
    )


def pixel_sha256(frame: Frame) -> str:
    """SHA-256 (hex) of what can be seen: shape, depth, pixels, rescaling and window; not of any metadata."""
    pixels = np.ascontiguousarray(frame.pixels)
    digest = hashlib.sha256()
    digest.update(struct.pack("<IIB", frame.width, frame.height, pixels.dtype.itemsize))
    digest.update(repr(_values(frame)).encode())
    # Little-endian on every machine, so that the same film has the same name everywhere.
    digest.update(pixels.astype(pixels.dtype.newbyteorder("<"), copy=False).tobytes())
    return digest.hexdigest()


def decode_mask(data: bytes, *, limits: Limits) -> npt.NDArray[np.bool_]:
    """An 8-bit greyscale PNG as bool [H, W], true where it isn't zero. Raises ImageError otherwise."""
    size = png_size(data)
    if size is None or len(data) > limits.max_bytes:
        raise ImageError("A mask has to be an 8-bit greyscale PNG.")
    limits.check_size(width=size[0], height=size[1])
    pixels = _grey_png(data)
    if pixels.dtype != np.uint8:
        raise ImageError("A mask has to be an 8-bit greyscale PNG.")
    return np.asarray(pixels != 0, dtype=np.bool_)


def encode_mask(mask: npt.NDArray[np.bool_]) -> bytes:
    """The PNG that `decode_mask` reads back: 255 where `mask` [H, W] is true."""
    return _png(np.where(mask, np.uint8(255), np.uint8(0)))


def _values(frame: Frame) -> tuple[float | None, ...]:
    window = (frame.window_center, frame.window_width)
    return tuple(None if value is None else float(value) for value in (frame.slope, frame.intercept, *window))


def _png(pixels: npt.NDArray[np.uint8] | npt.NDArray[np.uint16]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, format="PNG", compress_level=6)
    return buffer.getvalue()


def _grey_png(data: bytes) -> npt.NDArray[np.uint8] | npt.NDArray[np.uint16]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
                image.load()
                if image.mode == "L":
                    return np.array(image, dtype=np.uint8)
                if image.mode.startswith("I"):
                    return np.array(image).astype(np.uint16)
    except Exception as error:  # Pillow's decoders raise a dozen unrelated types for damaged files.
        raise ImageError("The image is damaged or cut short.") from error
    raise ImageError("The image has to be a greyscale PNG.")
