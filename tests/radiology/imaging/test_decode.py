"""PNG and JPEG: every mode becomes grey, damage and bombs are refused with one sentence."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from radiology.imaging import ImageError, Limits, decode_image, image_size

LIMITS = Limits(max_pixels=10_000, max_frames=5, max_bytes=200_000, max_total_pixels=20_000)
RAMP = np.arange(20 * 30, dtype=np.uint16).reshape(20, 30)


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format=kind, **options)
    return buffer.getvalue()


def only_frame(data: bytes) -> np.ndarray:
    (frame,) = decode_image(data, name="film", limits=LIMITS)
    assert frame.is_plain
    assert not frame.burned_in
    assert (frame.height, frame.width) == frame.pixels.shape
    return frame.pixels


def grey_png() -> bytes:
    return encoded(Image.fromarray((RAMP % 256).astype(np.uint8)))


def test_eight_bit_png_keeps_its_pixels() -> None:
    assert np.array_equal(only_frame(grey_png()), RAMP % 256)


def test_sixteen_bit_png_keeps_its_bits() -> None:
    pixels = only_frame(encoded(Image.fromarray(RAMP * 100)))
    assert pixels.dtype == np.uint16
    assert np.array_equal(pixels, RAMP * 100)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "LA", "RGBA"])
def test_every_mode_becomes_luminance(mode: str) -> None:
    grey = Image.fromarray(np.where(RAMP % 2, 255, 0).astype(np.uint8))
    pixels = only_frame(encoded(grey.convert(mode)))
    assert pixels.dtype == np.uint8
    assert np.array_equal(pixels, np.asarray(grey))


def test_colour_is_weighted_as_luminance() -> None:
    assert only_frame(encoded(Image.new("RGB", (2, 2), (255, 0, 0))))[0, 0] == 76
    assert only_frame(encoded(Image.new("CMYK", (8, 8), (0, 0, 0, 0)), "JPEG"))[0, 0] == 255


def test_what_is_transparent_is_black() -> None:
    assert not only_frame(encoded(Image.new("RGBA", (3, 3), (255, 255, 255, 0)))).any()
    palette = Image.new("P", (3, 3), 0)
    palette.putpalette([255, 255, 255])
    assert not only_frame(encoded(palette, transparency=0)).any()


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_jpeg_is_read_and_its_orientation_ignored(mode: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "CANARY"
    smooth = Image.fromarray(np.tile(np.arange(0, 240, 8, dtype=np.uint8), (20, 1)))
    pixels = only_frame(encoded(smooth.convert(mode), "JPEG", exif=exif, quality=95))
    assert pixels.shape == (20, 30)
    assert np.abs(pixels.astype(int) - np.asarray(smooth)).max() < 6


def test_kind_is_told_by_content_and_not_by_name() -> None:
    (frame,) = decode_image(grey_png(), name="film.dcm", limits=LIMITS)
    assert frame.width == 30


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_claiming(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(bytes(50_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def jpeg_claiming(width: int, height: int) -> bytes:
    data = encoded(Image.new("L", (8, 8)), "JPEG")
    at = data.index(b"\xff\xc0")
    return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]


def animated_png() -> bytes:
    frames = [Image.new("L", (4, 4), value) for value in (0, 255)]
    return encoded(frames[0], save_all=True, append_images=frames[1:])


def text_bomb() -> bytes:
    packed = b"Comment\0\0" + zlib.compress(bytes(80_000_000), 9)
    return grey_png()[:33] + chunk(b"zTXt", packed) + grey_png()[33:]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"not an image at all", "PNG, JPEG or DICOM"),
        (b"GIF89a" + bytes(100), "PNG, JPEG or DICOM"),
        (b"II*\0" + bytes(100), "PNG, JPEG or DICOM"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "PNG, JPEG or DICOM"),
        (b"\x89PNG\r\n\x1a\n", "PNG, JPEG or DICOM"),
        (b"\xff\xd8\xff", "PNG, JPEG or DICOM"),
        (grey_png()[:-60], "damaged or cut short"),
        (grey_png()[:60], "damaged or cut short"),
        (encoded(Image.fromarray(RAMP.astype(np.uint8)), "JPEG")[:300], "damaged|PNG, JPEG or DICOM"),
        (animated_png(), "animated"),
        (png_claiming(60_000, 60_000), "60000 × 60000"),
        (png_claiming(0, 4), "no pixels"),
        (jpeg_claiming(65_000, 65_000), "65000 × 65000"),
        (text_bomb(), "damaged"),
        (grey_png() + bytes(200_000), "bytes"),
    ],
)
def test_bad_files_are_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ImageError, match=reason) as refusal:
        decode_image(data, name="film-7", limits=LIMITS)
    assert str(refusal.value).startswith("film-7: ")
    assert "\n" not in str(refusal.value)


def test_size_is_read_from_the_header_alone() -> None:
    assert image_size(grey_png()[:60], name="film", limits=LIMITS) == (30, 20)
    assert image_size(encoded(Image.new("L", (9, 4)), "JPEG"), name="film", limits=LIMITS) == (9, 4)
    for data in (b"", b"text", png_claiming(60_000, 60_000)):
        with pytest.raises(ImageError):
            image_size(data, name="film", limits=LIMITS)


@given(st.binary(max_size=400))
def test_noise_is_refused_and_never_raises_otherwise(noise: bytes) -> None:
    starts = (
        b"",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        bytes(128) + b"DICM",
        bytes(128) + b"DICM\x02\0\0\0UL\4\0",
    )
    for start in starts:
        with pytest.raises(ImageError):
            decode_image(start + noise, name="film", limits=LIMITS)


@given(st.integers(0, 3000), st.integers(0, 255))
def test_one_wrong_byte_is_refused_or_read_but_never_crashes(at: int, value: int) -> None:
    damaged = bytearray(grey_png())
    damaged[at % len(damaged)] = value
    try:
        frames = decode_image(bytes(damaged), name="film", limits=LIMITS)
    except ImageError:
        return
    assert len(frames) == 1
