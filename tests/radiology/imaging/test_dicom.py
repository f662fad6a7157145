"""DICOM: what is taken, what it is turned into, and what is refused."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence

from radiology.imaging import (
    Frame,
    ImageError,
    Limits,
    decode_image,
    encode_export,
    image_size,
    instance_number,
    to_display,
)
from tests.radiology.imaging.dicom_files import colour_dicom, dicom_bytes, dicom_dataset, to_bytes

LIMITS = Limits(max_pixels=100_000, max_frames=8, max_bytes=1_000_000, max_total_pixels=200_000)
TWELVE_BITS = np.arange(48 * 64, dtype=np.uint16).reshape(48, 64)


def frames_of(data: bytes) -> list[Frame]:
    return decode_image(data, name="film", limits=LIMITS)


def frame_of(pixels: np.ndarray, **elements: Any) -> Frame:
    (frame,) = frames_of(dicom_bytes(pixels, **elements))
    return frame


def values_of(frame: Frame) -> np.ndarray:
    return frame.pixels * frame.slope + frame.intercept


def test_stored_pixels_come_out_as_they_are() -> None:
    frame = frame_of(TWELVE_BITS, BitsStored=12, InstanceNumber=7, PixelSpacing=[0.14, 0.14])
    assert np.array_equal(frame.pixels, TWELVE_BITS)
    assert (frame.bits, frame.instance_number, frame.pixel_spacing_mm) == (12, 7, 0.14)
    assert frame.is_plain
    assert frame_of(np.arange(8, dtype=np.uint8).reshape(2, 4)).bits == 8


def test_rescaled_values_and_window_are_kept_beside_the_pixels() -> None:
    frame = frame_of(
        TWELVE_BITS,
        BitsStored=12,
        RescaleSlope="2",
        RescaleIntercept="-1024",
        WindowCenter="40",
        WindowWidth="400",
    )
    assert (frame.slope, frame.intercept) == (2, -1024)
    assert (frame.window_center, frame.window_width) == (40, 400)
    shown = to_display(frame)
    assert not shown[values_of(frame) <= 40 - 0.5 - 399 / 2].any()
    assert (shown[values_of(frame) > 40 - 0.5 + 399 / 2] == 255).all()


def test_signed_values_are_shifted_and_keep_their_meaning() -> None:
    stored = np.array([[-2000, -1, 0, 1, 2000]], dtype=np.int16)
    frame = frame_of(stored, RescaleIntercept="10", WindowCenter="50", WindowWidth="350")
    assert frame.pixels.dtype == np.uint16
    assert np.array_equal(values_of(frame), stored + 10)


def test_monochrome1_is_inverted_with_its_window() -> None:
    elements = {"BitsStored": 12, "WindowCenter": "1500", "WindowWidth": "900", "RescaleIntercept": "100"}
    usual = frame_of(TWELVE_BITS, **elements)
    inverted = frame_of(TWELVE_BITS, PhotometricInterpretation="MONOCHROME1", **elements)
    assert np.array_equal(inverted.pixels, 4095 - TWELVE_BITS)
    difference = to_display(inverted).astype(int) - (255 - to_display(usual).astype(int))
    assert np.abs(difference).max() <= 1
    assert np.array_equal(values_of(inverted), -values_of(usual))


def test_monochrome1_without_a_window_is_a_negative() -> None:
    pixels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    frame = frame_of(pixels, PhotometricInterpretation="MONOCHROME1")
    assert np.array_equal(to_display(frame), 255 - pixels)


@pytest.mark.parametrize("function", ["LINEAR_EXACT", "SIGMOID"])
def test_other_window_functions_become_linear(function: str) -> None:
    frame = frame_of(
        TWELVE_BITS, BitsStored=12, WindowCenter="2000", WindowWidth="1000", VOILUTFunction=function
    )
    assert (frame.window_center, frame.window_width) == (2000.5, 1001)
    middle = to_display(frame)[TWELVE_BITS == 2000]
    assert set(middle.tolist()) <= {127, 128}


def test_overlay_in_unused_bits_is_not_shown() -> None:
    frame = frame_of(TWELVE_BITS | 0x8000, BitsStored=12)
    assert np.array_equal(frame.pixels, TWELVE_BITS)


def test_few_bits_in_a_byte_span_black_to_white() -> None:
    shown = to_display(frame_of(np.arange(64, dtype=np.uint8).reshape(8, 8), BitsStored=6))
    assert (shown.min(), shown.max()) == (0, 255)


def test_padding_becomes_background() -> None:
    stored = np.array([[-2000, 10, 20, 30]], dtype=np.int16)
    frame = frame_of(stored, PixelPaddingValue=-2000)
    assert np.array_equal(to_display(frame), [[0, 0, 128, 255]])
    inverted = frame_of(stored, PixelPaddingValue=-2000, PhotometricInterpretation="MONOCHROME1")
    assert to_display(inverted)[0, 0] == 0


def lookup_table(entries: list[int], first: int, bits: int) -> Sequence:
    table = Dataset()
    table.LUTDescriptor = [len(entries), first, bits]
    table.LUTData = entries
    table["LUTDescriptor"].VR = table["LUTData"].VR = "US"
    return Sequence([table])


def test_lookup_tables_are_applied() -> None:
    pixels = np.array([[0, 1, 2, 3]], dtype=np.uint8)
    frame = frame_of(pixels, ModalityLUTSequence=lookup_table([0, 100, 400, 900], 0, 16))
    assert np.array_equal(frame.pixels, [[0, 100, 400, 900]])
    shown = frame_of(pixels, RescaleIntercept="10", VOILUTSequence=lookup_table([9, 5, 3, 1], 10, 16))
    assert np.array_equal(shown.pixels, [[9, 5, 3, 1]])
    assert shown.is_plain
    windowed = frame_of(
        pixels, WindowCenter="2", WindowWidth="3", VOILUTSequence=lookup_table([9, 5, 3, 1], 0, 16)
    )
    assert np.array_equal(windowed.pixels, pixels)


def test_frames_of_a_file_are_numbered_with_their_own_values() -> None:
    stack = np.stack([TWELVE_BITS, TWELVE_BITS + 1, TWELVE_BITS + 2])
    groups = []
    for index in range(3):
        group, window = Dataset(), Dataset()
        window.WindowCenter, window.WindowWidth = str(index), "100"
        group.FrameVOILUTSequence = Sequence([window])
        groups.append(group)
    shared, measures, rescale = Dataset(), Dataset(), Dataset()
    measures.PixelSpacing = [0.5, 0.5]
    rescale.RescaleSlope, rescale.RescaleIntercept = "1", "-7"
    shared.PixelMeasuresSequence = Sequence([measures])
    shared.PixelValueTransformationSequence = Sequence([rescale])
    frames = frames_of(
        dicom_bytes(
            stack,
            PerFrameFunctionalGroupsSequence=Sequence(groups),
            SharedFunctionalGroupsSequence=Sequence([shared]),
        )
    )
    assert [frame.instance_number for frame in frames] == [1, 2, 3]
    assert [frame.window_center for frame in frames] == [0, 1, 2]
    assert {(frame.pixel_spacing_mm, frame.intercept) for frame in frames} == {(0.5, -7)}
    assert [int(frame.pixels[0, 0]) for frame in frames] == [0, 1, 2]


@pytest.mark.parametrize(
    "syntax",
    [uid.RLELossless, uid.JPEGLSLossless, uid.JPEG2000Lossless, uid.DeflatedExplicitVRLittleEndian],
)
@pytest.mark.parametrize("count", [1, 3])
def test_lossless_compression_changes_nothing(syntax: uid.UID, count: int) -> None:
    stack = np.stack([TWELVE_BITS + index for index in range(count)])
    dataset = dicom_dataset(stack if count > 1 else TWELVE_BITS, BitsStored=12)
    if syntax == uid.DeflatedExplicitVRLittleEndian:
        dataset.file_meta.TransferSyntaxUID = syntax
    else:
        dataset.compress(syntax)
    frames = frames_of(to_bytes(dataset))
    assert np.array_equal([frame.pixels for frame in frames], stack)


@pytest.mark.parametrize("syntax", [uid.JPEG2000, uid.JPEGLSNearLossless])
def test_lossy_compression_comes_near(syntax: uid.UID) -> None:
    dataset = dicom_dataset(TWELVE_BITS, BitsStored=12)
    options = {"j2k_cr": [2]} if syntax == uid.JPEG2000 else {"jls_error": 3}
    dataset.compress(syntax, **options)
    (frame,) = frames_of(to_bytes(dataset))
    assert np.abs(frame.pixels.astype(int) - TWELVE_BITS).max() <= 16


def test_colour_becomes_luminance() -> None:
    red = np.zeros((4, 6, 3), dtype=np.uint8)
    red[..., 0] = 255
    (frame,) = frames_of(colour_dicom(red))
    assert (frame.pixels == 76).all()
    assert frame.is_plain


def test_palette_becomes_luminance() -> None:
    table = np.array([0, 0x4000, 0x8000, 0xFF00], dtype="<u2").tobytes()
    elements: dict[str, Any] = {"PhotometricInterpretation": "PALETTE COLOR"}
    for colour in ("Red", "Green", "Blue"):
        elements[f"{colour}PaletteColorLookupTableDescriptor"] = [4, 0, 16]
        elements[f"{colour}PaletteColorLookupTableData"] = table
    frame = frame_of(np.array([[0, 1, 2, 3]], dtype=np.uint8), **elements)
    assert np.array_equal(frame.pixels, [[0, 0x40, 0x80, 0xFF]])


@pytest.mark.parametrize(
    ("elements", "burned_in"),
    [
        ({}, False),
        ({"BurnedInAnnotation": "YES"}, True),
        ({"BurnedInAnnotation": None}, False),
        ({"BurnedInAnnotation": None, "Modality": "US"}, True),
        ({"BurnedInAnnotation": "NO", "Modality": "US"}, False),
        ({"BurnedInAnnotation": None, "SOPClassUID": str(uid.SecondaryCaptureImageStorage)}, True),
        ({"BurnedInAnnotation": None, "ConversionType": "SD"}, True),
    ],
)
def test_likely_burned_in_text_is_flagged(elements: dict[str, Any], burned_in: bool) -> None:
    assert frame_of(TWELVE_BITS, **elements).burned_in is burned_in


@pytest.mark.parametrize(
    ("spacing", "expected"),
    [
        (["0.2", "0.2"], 0.2),
        (["0.2", "0.3"], None),
        (["0", "0"], None),
        (["-1", "-1"], None),
        (["0.2"], None),
    ],
)
def test_spacing_is_kept_where_it_is_one_number(spacing: list[str], expected: float | None) -> None:
    assert frame_of(TWELVE_BITS, PixelSpacing=spacing).pixel_spacing_mm == expected


def test_detector_spacing_stands_in() -> None:
    assert frame_of(TWELVE_BITS, ImagerPixelSpacing=[0.1, 0.1]).pixel_spacing_mm == 0.1


def test_header_alone_gives_size_and_number() -> None:
    data = dicom_bytes(TWELVE_BITS, InstanceNumber=12)
    assert image_size(data, name="film", limits=LIMITS) == (64, 48)
    assert instance_number(data) == 12
    assert instance_number(dicom_bytes(TWELVE_BITS)) is None
    assert instance_number(b"\x89PNG") is None


def other_size_inside() -> bytes:
    """A header of 48 × 64 over a stream of 300 × 300."""
    dataset = dicom_dataset(np.zeros((300, 300), dtype=np.uint16))
    dataset.compress(uid.JPEG2000Lossless)
    dataset.Rows, dataset.Columns = 48, 64
    return to_bytes(dataset)


def many_components() -> bytes:
    dataset = dicom_dataset(TWELVE_BITS)
    dataset.compress(uid.JPEG2000Lossless)
    data = to_bytes(dataset)
    at = data.index(b"\xff\x4f\xff\x51") + 40
    return data[:at] + b"\x40\x00" + data[at + 2 :]


def deflate_bomb() -> bytes:
    dataset = dicom_dataset(TWELVE_BITS)
    dataset.file_meta.TransferSyntaxUID = uid.DeflatedExplicitVRLittleEndian
    data = to_bytes(dataset)
    end = 144 + int.from_bytes(data[140:144], "little")
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return data[:end] + packer.compress(bytes(30_000_000)) + packer.flush()


def broken_stream() -> bytes:
    dataset = dicom_dataset(TWELVE_BITS)
    dataset.compress(uid.JPEGLSLossless)
    dataset.PixelData = encapsulate([b"\xff\xd8\xff\xf7" + bytes(40)])
    return to_bytes(dataset)


def unknown_syntax() -> bytes:
    dataset = dicom_dataset(TWELVE_BITS)
    dataset.compress(uid.JPEGLSLossless)
    dataset.file_meta.TransferSyntaxUID = uid.MPEG2MPML
    return to_bytes(dataset)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (dicom_bytes(TWELVE_BITS)[:900], "damaged"),
        (dicom_bytes(TWELVE_BITS)[:150], "damaged|no image"),
        (dicom_bytes(TWELVE_BITS)[:132] + bytes(50), "damaged"),
        (dicom_bytes(TWELVE_BITS, PixelData=None), "no image"),
        (dicom_bytes(np.zeros((400, 400), dtype=np.uint8)), "400 × 400"),
        (dicom_bytes(TWELVE_BITS, Rows=60_000, Columns=60_000), "60000 × 60000"),
        (dicom_bytes(TWELVE_BITS, NumberOfFrames=9), "9 frames"),
        (dicom_bytes(TWELVE_BITS, NumberOfFrames=2), "damaged"),
        (dicom_bytes(np.zeros((8, 170, 170), dtype=np.uint8)), "8 frames of 170 × 170"),
        (dicom_bytes(TWELVE_BITS, NumberOfFrames=0), "no pixels"),
        (dicom_bytes(TWELVE_BITS, BitsStored=17), "contradict"),
        (dicom_bytes(TWELVE_BITS, BitsStored=12, HighBit=3), "contradict"),
        (dicom_bytes(TWELVE_BITS.astype(np.uint32)), "8 or 16 bits"),
        (dicom_bytes(TWELVE_BITS, PhotometricInterpretation="NONSENSE"), "colour|damaged"),
        (other_size_inside(), "disagree"),
        (many_components(), "disagree"),
        (deflate_bomb(), "inflates"),
        (broken_stream(), "disagree|damaged"),
        (unknown_syntax(), "compressed in a way that isn't accepted"),
    ],
)
def test_bad_files_are_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ImageError, match=reason) as refusal:
        frames_of(data)
    assert str(refusal.value).startswith("film: ")


@given(st.integers(132, 2500), st.integers(0, 255))
def test_one_wrong_byte_is_refused_or_read_but_never_crashes(at: int, value: int) -> None:
    damaged = bytearray(dicom_bytes(TWELVE_BITS, BitsStored=12, WindowCenter="40", WindowWidth="400"))
    damaged[at % len(damaged)] = value
    try:
        frames = frames_of(bytes(damaged))
    except ImageError:
        return
    assert all(to_display(frame).dtype == np.uint8 for frame in frames)


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"PatientOrientation": ["L", "P"]}, "L\\P"),
        ({"PatientOrientation": ["P", "FR"]}, "P\\FR"),
        ({"PatientOrientation": ["Smith", "P"]}, ""),
        ({"ImageOrientationPatient": [1, 0, 0, 0, 1, 0]}, "L\\P"),
        ({"ImageOrientationPatient": [0, 1, 0, 0, 0, -1]}, "P\\F"),
        ({"ImageOrientationPatient": [-0.98, 0.19, 0, 0.1, 0.9, 0.3]}, "R\\P"),
        ({"ImageOrientationPatient": [0, 0, 0, 0, 1, 0]}, ""),
        ({}, ""),
    ],
)
def test_directions_are_taken_as_stated_or_from_the_cosines(elements: dict[str, Any], expected: str) -> None:
    frame = frame_of(TWELVE_BITS, BitsStored=12, **elements)
    assert frame.orientation == expected
    (again,) = frames_of(encode_export(frame, force_dicom=True)[0])
    assert again.orientation == expected
