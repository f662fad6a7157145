"""What is served: the window as DICOM defines it, and byte counts that follow from dimensions alone."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from radiology.imaging import Frame, encode_served, encode_stored, to_display


def content(kind: str, height: int, width: int) -> np.ndarray:
    generator = np.random.default_rng(1)
    return {
        "black": np.zeros((height, width), dtype=np.uint8),
        "white": np.full((height, width), 255, dtype=np.uint8),
        "noise": generator.integers(0, 256, (height, width), dtype=np.uint8),
        "ramp": np.add.outer(np.arange(height), np.arange(width)).astype(np.uint8),
    }[kind]


@given(st.integers(1, 400), st.integers(1, 400))
def test_byte_count_follows_from_dimensions_alone(height: int, width: int) -> None:
    sizes = {len(encode_served(content(kind, height, width))) for kind in ("black", "white", "noise", "ramp")}
    assert len(sizes) == 1
    assert sizes.pop() % (64 * 1024) == 0


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 1000))
def test_served_png_is_lossless(height: int, width: int, seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)
    data = encode_served(pixels)
    assert data == encode_served(pixels)
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == "L"
        assert image.info == {}
        assert np.array_equal(np.asarray(image), pixels)


@pytest.mark.parametrize(("channels", "mode"), [(3, "RGB"), (4, "RGBA")])
def test_colour_is_stored_too(channels: int, mode: str) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (7, 9, channels), dtype=np.uint8)
    data = encode_stored(pixels)
    assert len(data) == len(encode_stored(np.zeros_like(pixels)))
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == mode
        assert np.array_equal(np.asarray(image), pixels)


@pytest.mark.parametrize("missing", range(14))
def test_padding_fits_whatever_is_missing(missing: int) -> None:
    pixels = np.zeros((1, 40), dtype=np.uint8)
    step = len(encode_stored(pixels)) + missing
    data = encode_stored(pixels, padding_step=step)
    assert len(data) % step == 0
    with Image.open(io.BytesIO(data)) as image:
        image.load()


@pytest.mark.parametrize(
    "pixels", [np.zeros((2, 2)), np.zeros((2, 2, 2), dtype=np.uint8), np.zeros((0, 3), dtype=np.uint8)]
)
def test_other_arrays_are_refused(pixels: np.ndarray) -> None:
    with pytest.raises(ValueError, match="uint8"):
        encode_served(pixels)


def reference_window(value: float, center: float, width: float) -> float:
    """PS3.3 C.11.2.1.2.1, as the standard's pseudo-code writes it, for output 0 to 255."""
    if value <= center - 0.5 - (width - 1) / 2:
        return 0
    if value > center - 0.5 + (width - 1) / 2:
        return 255
    return ((value - (center - 0.5)) / (width - 1) + 0.5) * 255


@given(
    st.integers(-1000, 3000),
    st.integers(1, 4000),
    st.sampled_from([1.0, 0.5, 2.0]),
    st.sampled_from([0.0, -1024.0]),
)
def test_window_is_dicoms_linear_function(center: int, width: int, slope: float, intercept: float) -> None:
    pixels = np.arange(0, 4096, 13, dtype=np.uint16).reshape(1, -1)
    shown = to_display(Frame(pixels, 12, slope, intercept, float(center), float(width)))
    for stored, grey in zip(pixels[0].tolist(), shown[0].tolist(), strict=True):
        assert grey == pytest.approx(reference_window(stored * slope + intercept, center, width), abs=0.5001)


def test_eight_bits_without_a_window_are_shown_as_they_are() -> None:
    pixels = np.arange(100, 200, dtype=np.uint8).reshape(10, 10)
    assert np.array_equal(to_display(Frame(pixels, 8)), pixels)
    assert np.array_equal(to_display(Frame(pixels, 8, slope=-1.0)), 255 - pixels)


def test_deep_pixels_without_a_window_span_their_range() -> None:
    pixels = np.array([[100, 600, 1100]], dtype=np.uint16)
    assert to_display(Frame(pixels, 12)).tolist() == [[0, 128, 255]]
    assert to_display(Frame(pixels, 12, slope=-1.0)).tolist() == [[255, 128, 0]]
    assert to_display(Frame(np.full((2, 2), 700, dtype=np.uint16), 12)).tolist() == [[0, 0], [0, 0]]
