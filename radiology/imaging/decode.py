"""Decoding an image file of any accepted kind, PNG and JPEG here, DICOM in its own module."""

from __future__ import annotations

import io
import warnings

import numpy as np
import numpy.typing as npt
from PIL import Image

from radiology.imaging.dicom import decode_dicom, dicom_size, is_dicom
from radiology.imaging.frames import Frame, ImageError, Limits, Pixels
from radiology.imaging.headers import jpeg_size, png_size

_WITH_ALPHA = {"LA", "RGBA", "PA", "La", "RGBa"}


def decode_image(data: bytes, *, name: str, limits: Limits) -> list[Frame]:
    """All frames of a PNG, JPEG or DICOM file, told apart by content and never by `name`.

    Colour becomes luminance, transparency shows black, EXIF (orientation, too) and all other metadata are
    dropped; 16-bit PNG keeps its 16 bits. Raises ImageError, with `name` and one reason, for anything that
    isn't whole, is animated, or is beyond `limits`.
    """
    try:
        _check_bytes(data, limits)
        if is_dicom(data):
            return decode_dicom(data, limits=limits)
        return [_decode_raster(data, limits)]
    except ImageError as error:
        raise ImageError(f"{name}: {error}" if name else str(error)) from error.__cause__


def image_size(data: bytes, *, name: str, limits: Limits) -> tuple[int, int]:
    """(width, height) of the first frame from the header alone. Raises ImageError as `decode_image` does."""
    try:
        _check_bytes(data, limits)
        size = dicom_size(data) if is_dicom(data) else png_size(data) or jpeg_size(data)
        if size is None:
            raise ImageError("This isn't a PNG, JPEG or DICOM image.")
        limits.check_size(width=size[0], height=size[1])
    except ImageError as error:
        raise ImageError(f"{name}: {error}" if name else str(error)) from error.__cause__
    return size


def _check_bytes(data: bytes, limits: Limits) -> None:
    if not data:
        raise ImageError("The file is empty.")
    if len(data) > limits.max_bytes:
        raise ImageError(f"The file has {len(data)} bytes; at most {limits.max_bytes} are allowed.")


def _decode_raster(data: bytes, limits: Limits) -> Frame:
    size = png_size(data) or jpeg_size(data)
    if size is None:
        raise ImageError("This isn't a PNG, JPEG or DICOM image.")
    limits.check_size(width=size[0], height=size[1])
    try:
        # Pillow warns at its own size limit and of odd metadata: ours has been applied, metadata are dropped.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=["PNG", "JPEG"]) as image:
                if getattr(image, "n_frames", 1) > 1:
                    raise ImageError("The file is animated or holds several pictures.")
                if image.size != size:
                    raise ImageError("The file's headers disagree about its size.")
                image.load()
                pixels = _luminance(image)
    except ImageError:
        raise
    except Exception as error:  # Pillow's decoders raise a dozen unrelated types for damaged files.
        raise ImageError("The image is damaged or cut short.") from error
    return Frame(pixels=pixels, bits=8 if pixels.dtype == np.uint8 else 16)


def _luminance(image: Image.Image) -> Pixels:
    if image.mode in {"I;16", "I;16L", "I;16B", "I;16N", "I"}:
        deep: npt.NDArray[np.uint16] = np.clip(np.asarray(image), 0, 65535).astype(np.uint16)
        return deep
    if image.mode in _WITH_ALPHA or (image.mode == "P" and "transparency" in image.info):
        colour = image.convert("RGBA")
        opaque = Image.new("RGBA", colour.size, (0, 0, 0, 255))
        image = Image.alpha_composite(opaque, colour).convert("RGB")
    if image.mode == "CMYK":
        image = image.convert("RGB")
    return np.asarray(image if image.mode == "L" else image.convert("L"), dtype=np.uint8).copy()
