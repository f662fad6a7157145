"""Masters read back to the same pixels; the pixels' name changes with what can be seen and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from radiology.imaging import (
    Frame,
    ImageError,
    Limits,
    decode_image,
    decode_mask,
    decode_master,
    encode_export,
    encode_mask,
    encode_master,
    pixel_sha256,
)
from tests.radiology.imaging.test_decode import encoded

LIMITS = Limits()


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    generator = np.random.default_rng(draw(st.integers(0, 10_000)))
    shape = draw(st.tuples(st.integers(1, 30), st.integers(1, 30)))
    bits = draw(st.sampled_from([8, 12, 16]))
    pixels = generator.integers(0, 2**bits, size=shape, dtype=np.uint16)
    window = draw(st.one_of(st.none(), st.tuples(st.integers(-500, 500), st.integers(1, 900))))
    return Frame(
        pixels=pixels.astype(np.uint8) if bits == 8 else pixels,
        bits=bits,
        slope=draw(st.sampled_from([1.0, 2.5, -1.0])),
        intercept=draw(st.sampled_from([0.0, -1024.0])),
        window_center=float(window[0]) if window else None,
        window_width=float(window[1]) if window else None,
        pixel_spacing_mm=draw(st.sampled_from([None, 0.143])),
        view=draw(st.sampled_from(["", "PA"])),
        laterality=draw(st.sampled_from(["", "L"])),
        instance_number=draw(st.sampled_from([None, 4])),
    )


@given(frames())
def test_master_reads_back_to_the_same_film(frame: Frame) -> None:
    again = decode_master(
        encode_master(frame),
        slope=frame.slope,
        intercept=frame.intercept,
        window_center=frame.window_center,
        window_width=frame.window_width,
    )
    assert again.pixels.dtype == frame.pixels.dtype
    assert np.array_equal(again.pixels, frame.pixels)
    assert pixel_sha256(again) == pixel_sha256(frame)


@given(frames())
def test_export_reads_back_to_the_same_film(frame: Frame) -> None:
    for force in (False, True):
        data, suffix = encode_export(frame, modality="DX", force_dicom=force)
        (again,) = decode_image(data, name=f"film{suffix}", limits=LIMITS)
        assert pixel_sha256(again) == pixel_sha256(frame)
        if suffix == ".dcm":
            assert replace(again, pixels=frame.pixels).__dict__ == frame.__dict__
        assert encode_export(frame, modality="DX", force_dicom=force)[0] == data


def test_master_holds_nothing_but_the_image() -> None:
    data = encode_master(Frame(pixels=np.zeros((3, 4), dtype=np.uint16), bits=12))
    kinds, at = [], 8
    while at < len(data):
        kinds.append(data[at + 4 : at + 8])
        at += 12 + int.from_bytes(data[at : at + 4], "big")
    assert set(kinds) == {b"IHDR", b"IDAT", b"IEND"}


def test_name_of_pixels_follows_what_can_be_seen() -> None:
    film = Frame(pixels=np.zeros((4, 6), dtype=np.uint8), bits=8)
    others = [
        replace(film, pixels=np.zeros((6, 4), dtype=np.uint8)),
        replace(film, pixels=np.zeros((4, 6), dtype=np.uint16), bits=16),
        replace(film, pixels=np.ones((4, 6), dtype=np.uint8)),
        replace(film, slope=2.0),
        replace(film, intercept=1.0),
        replace(film, window_center=1.0, window_width=2.0),
    ]
    names = {pixel_sha256(frame) for frame in (film, *others)}
    assert len(names) == 7
    alike = replace(film, view="PA", laterality="L", instance_number=3, burned_in=True, slope=1)
    assert pixel_sha256(alike) == pixel_sha256(film)
    turned = np.asfortranarray(np.arange(24, dtype=np.uint16).reshape(4, 6)).astype(">u2")
    plain = np.arange(24, dtype=np.uint16).reshape(4, 6)
    assert pixel_sha256(replace(film, pixels=turned)) == pixel_sha256(replace(film, pixels=plain))


def test_name_of_pixels_stays_over_versions() -> None:
    """Stored names point at films: this number may never change."""
    film = Frame(pixels=np.arange(6, dtype=np.uint8).reshape(2, 3), bits=8)
    assert pixel_sha256(film) == "78ab5a59f12acd44e9b93f7a7b460e4813569e694bf11cd6e2eb8ebed7d24883"


@given(st.integers(0, 1000))
def test_mask_reads_back(seed: int) -> None:
    mask = np.random.default_rng(seed).random((9, 7)) < 0.4
    assert np.array_equal(decode_mask(encode_mask(mask), limits=LIMITS), mask)


def test_any_value_above_zero_is_finding() -> None:
    data = encoded(Image.fromarray(np.array([[0, 1, 255]], dtype=np.uint8)))
    assert decode_mask(data, limits=LIMITS).tolist() == [[False, True, True]]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text",
        encoded(Image.new("RGB", (3, 3))),
        encoded(Image.new("1", (3, 3))),
        encoded(Image.new("P", (3, 3))),
        encoded(Image.fromarray(np.zeros((3, 3), dtype=np.uint16))),
        encoded(Image.new("L", (3, 3)), "JPEG"),
        encoded(Image.new("L", (30, 30)))[:50],
    ],
)
def test_mask_is_an_eight_bit_grey_png(data: bytes) -> None:
    with pytest.raises(ImageError):
        decode_mask(data, limits=LIMITS)


def test_mask_of_too_many_pixels_is_refused() -> None:
    with pytest.raises(ImageError, match="at most 4 pixels"):
        decode_mask(encoded(Image.new("L", (3, 3))), limits=Limits(max_pixels=4))


def test_other_data_is_no_master() -> None:
    for data in (b"", b"text", encoded(Image.new("RGB", (3, 3)))):
        with pytest.raises(ImageError):
            decode_master(data)
