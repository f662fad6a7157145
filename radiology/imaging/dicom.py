"""DICOM files: what is taken from them is named here one by one, and nothing else survives.

De-identification by allow-list (DICOM PS3.15 annex E turned round): the pixels, their rescaling, window and
spacing, a view, laterality and directions from the standard's own terms, and the instance number.
"""

from __future__ import annotations

import io
import math
import re
import struct
import warnings
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy.typing as npt
import pydicom
from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.encaps import generate_frames
from pydicom.pixels.utils import iter_pixels

from radiology.imaging.dicom_values import FrameValues, grey_frame, luminance_of
from radiology.imaging.frames import Frame, ImageError, Limits
from radiology.imaging.headers import codestream_size

# Values that break the standard are common in old files; those we read are checked one by one.
pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE

_NATIVE = {
    uid.ImplicitVRLittleEndian,
    uid.ExplicitVRLittleEndian,
    uid.ExplicitVRBigEndian,
    uid.DeflatedExplicitVRLittleEndian,
}
_CODESTREAMS = {
    uid.JPEGBaseline8Bit,
    uid.JPEGExtended12Bit,
    uid.JPEGLossless,
    uid.JPEGLosslessSV1,
    uid.JPEGLSLossless,
    uid.JPEGLSNearLossless,
    uid.JPEG2000Lossless,
    uid.JPEG2000,
    uid.HTJ2KLossless,
    uid.HTJ2KLosslessRPCL,
    uid.HTJ2K,
}
_PROJECTIONS = {"AP", "PA", "LL", "RL", "LLD", "RLD", "RLO", "LLO", "LAT", "LATERAL"}
_BREAST_VIEWS = {"CC", "MLO", "ML", "LM", "LMO", "XCC", "XCCL", "XCCM", "FB", "SIO", "ISO"}
_VIEWS = frozenset(_PROJECTIONS | _BREAST_VIEWS | {"AXIAL", "CORONAL", "SAGITTAL"})
_LATERALITIES = frozenset({"L", "R", "B", "U"})
_DIRECTION = re.compile(r"[APLRHF]{1,3}")
_MAGIC_AT, _META_AT = 128, 132


def is_dicom(data: bytes) -> bool:
    """Whether the bytes start as a DICOM file (PS3.10) does: a preamble of 128 bytes, then DICM."""
    return data[_MAGIC_AT:_META_AT] == b"DICM"


def decode_dicom(data: bytes, *, limits: Limits) -> list[Frame]:
    """All frames of a single- or multi-frame file, MONOCHROME1 inverted so that higher is brighter.

    Signed values are shifted into unsigned ones and the intercept with them; colour becomes luminance;
    overlays are left out; padding becomes background. Raises ImageError with one sentence.
    """
    try:
        with warnings.catch_warnings():
            # pydicom warns about every oddity of a file; whatever matters here ends as an ImageError.
            warnings.simplefilter("ignore")
            dataset = _read(data, limits, pixels=True)
            count = _check(dataset, limits)
            raw_frames = enumerate(_raw_frames(dataset, count))
            return [_frame(dataset, index, count, raw) for index, raw in raw_frames]
    except ImageError:
        raise
    except Exception as error:  # pydicom and its codecs raise a dozen unrelated types for damaged files.
        raise ImageError("The DICOM file is damaged, or compressed in a way unknown here.") from error


def dicom_size(data: bytes) -> tuple[int, int] | None:
    """(width, height) as the header states it, or None where the file has no image."""
    dataset = _header(data, ["Rows", "Columns"])
    width, height = _integer(dataset.get("Columns")), _integer(dataset.get("Rows"))
    return (width, height) if width and height else None


def instance_number(data: bytes) -> int | None:
    """The place in its series that a DICOM file states, read from the header alone; None for other files."""
    if not is_dicom(data):
        return None
    return _integer(_header(data, ["InstanceNumber"]).get("InstanceNumber"))


def _header(data: bytes, tags: list[str]) -> Dataset:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read(data, Limits(), pixels=False, tags=tags)
    except ImageError:
        raise
    except Exception as error:  # as in decode_dicom
        raise ImageError("The DICOM file is damaged.") from error


def _read(data: bytes, limits: Limits, *, pixels: bool, tags: list[str] | None = None) -> Dataset:
    _refuse_deflate_bomb(data, limits)
    specific: list[Any] | None = list(tags) if tags else None
    return pydicom.dcmread(io.BytesIO(data), stop_before_pixels=not pixels, specific_tags=specific)


def _refuse_deflate_bomb(data: bytes, limits: Limits) -> None:
    """pydicom inflates a deflated file whole, whatever comes out: measure it first."""
    # Group length (0002,0000) UL comes first in the file meta information, always explicit little-endian.
    if data[_META_AT : _META_AT + 8] != b"\x02\x00\x00\x00UL\x04\x00":
        raise ImageError("The DICOM file's meta information is damaged.")
    end = _META_AT + 12 + struct.unpack("<I", data[_META_AT + 8 : _META_AT + 12])[0]
    if uid.DeflatedExplicitVRLittleEndian.encode() in data[_META_AT:end]:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        inflater.decompress(data[end:], limits.max_bytes)
        if inflater.unconsumed_tail:
            raise ImageError(f"The DICOM file inflates to more than the {limits.max_bytes} bytes allowed.")


def _check(dataset: Dataset, limits: Limits) -> int:
    """The number of frames of a file that may be decoded; ImageError for one that may not."""
    if "PixelData" not in dataset:
        raise ImageError("The DICOM file holds no image of whole numbers.")
    rows, columns = _integer(dataset.get("Rows")) or 0, _integer(dataset.get("Columns")) or 0
    count = 1 if dataset.get("NumberOfFrames") in (None, "") else _integer(dataset.NumberOfFrames) or 0
    limits.check_size(width=columns, height=rows, frames=count)
    if dataset.get("SamplesPerPixel", 1) not in (1, 3) or dataset.BitsAllocated not in (8, 16):
        raise ImageError("The DICOM image has neither grey nor colour pixels of 8 or 16 bits.")
    allocated, stored, high = dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit
    if not 1 <= stored <= high + 1 <= allocated:
        raise ImageError("The DICOM image's numbers of bits contradict each other.")
    syntax = dataset.file_meta.TransferSyntaxUID
    if syntax not in _NATIVE | _CODESTREAMS | {uid.RLELossless}:
        raise ImageError(f"The DICOM image is compressed in a way that isn't accepted ({syntax.name[:80]}).")
    if syntax in _CODESTREAMS:
        # The codecs trust the size inside the stream: a small header must not let a huge stream through.
        for stream in generate_frames(dataset.PixelData, number_of_frames=count):
            if codestream_size(stream) != (columns, rows):
                raise ImageError("The DICOM header and its compressed image disagree about the size.")
    return count


def _raw_frames(dataset: Dataset, count: int) -> Iterator[npt.NDArray[Any]]:
    found = 0
    for raw in iter_pixels(dataset):
        found += 1
        if found > count:
            break
        yield raw
    if found != count:
        raise ImageError("The DICOM file has another number of frames than its header says.")


def _frame(dataset: Dataset, index: int, count: int, raw: npt.NDArray[Any]) -> Frame:
    rescale, window = "PixelValueTransformationSequence", "FrameVOILUTSequence"
    values = FrameValues(
        pixel_spacing_mm=_spacing(dataset, index),
        view=_term(dataset.get("ViewPosition"), _VIEWS),
        laterality=_term(dataset.get("ImageLaterality") or dataset.get("Laterality"), _LATERALITIES),
        orientation=_orientation(dataset, index),
        instance_number=index + 1 if count > 1 else _integer(dataset.get("InstanceNumber")),
        burned_in=_may_be_burned_in(dataset),
        slope=_number(_per_frame(dataset, index, rescale, "RescaleSlope")) or 1.0,
        intercept=_number(_per_frame(dataset, index, rescale, "RescaleIntercept")) or 0.0,
        window_center=_number(_per_frame(dataset, index, window, "WindowCenter")),
        window_width=_number(_per_frame(dataset, index, window, "WindowWidth")),
        window_function=str(_per_frame(dataset, index, window, "VOILUTFunction") or "LINEAR"),
    )
    if dataset.PhotometricInterpretation not in ("MONOCHROME1", "MONOCHROME2"):
        return values.plain_frame(luminance_of(dataset, raw))
    return grey_frame(dataset, raw, values)


def _per_frame(dataset: Dataset, index: int, sequence: str, keyword: str) -> Any:
    """A value that enhanced files keep for each frame or for all, and classic ones at the top."""
    groups: list[Dataset] = []
    each = dataset.get("PerFrameFunctionalGroupsSequence") or []
    if index < len(each):
        groups.append(each[index])
    groups.extend((dataset.get("SharedFunctionalGroupsSequence") or [])[:1])
    for group in groups:
        items = group.get(sequence)
        if items and keyword in items[0]:
            return items[0].get(keyword)
    return dataset.get(keyword)


def _spacing(dataset: Dataset, index: int) -> float | None:
    value = _per_frame(dataset, index, "PixelMeasuresSequence", "PixelSpacing")
    value = value or dataset.get("ImagerPixelSpacing")
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != 2:
        return None
    down, across = _number(value[0]), _number(value[1])
    if not down or not across or down < 0 or abs(down - across) > 0.01 * down:
        return None
    return down


def _orientation(dataset: Dataset, index: int) -> str:
    """Where rows and columns lead (PS3.3 C.7.6.1.1.1): as stated, else from the direction cosines, else ""."""
    stated = dataset.get("PatientOrientation")
    if isinstance(stated, Sequence) and not isinstance(stated, str) and len(stated) == 2:
        letters = [str(one).strip().upper() for one in stated]
        if all(_DIRECTION.fullmatch(one) for one in letters):
            return "\\".join(letters)
    cosines = _per_frame(dataset, index, "PlaneOrientationSequence", "ImageOrientationPatient")
    if not isinstance(cosines, Sequence) or isinstance(cosines, str) or len(cosines) != 6:
        return ""
    numbers = [_number(one) for one in cosines]
    row, column = (_main_direction(numbers[start : start + 3]) for start in (0, 3))
    return f"{row}\\{column}" if row and column else ""


def _main_direction(cosines: Sequence[float | None]) -> str:
    """The letter of the axis that a unit vector (x to the left, y to the back, z to the head) follows most."""
    known = [number for number in cosines if number is not None]
    if len(known) != 3 or not any(known):
        return ""
    axis = max(range(3), key=lambda one: abs(known[one]))
    return ("LR", "PA", "HF")[axis][known[axis] < 0]


def _may_be_burned_in(dataset: Dataset) -> bool:
    stated = str(dataset.get("BurnedInAnnotation") or "").strip().upper()
    if stated in {"YES", "NO"}:
        return stated == "YES"
    # Where the tag is missing: kinds of files that usually carry the patient's name as pixels.
    kind = str(dataset.get("SOPClassUID") or "")
    captured = kind.startswith(str(uid.SecondaryCaptureImageStorage)) or "ConversionType" in dataset
    return captured or str(dataset.get("Modality") or "") in {"US", "IVUS", "XC", "ES", "OT"}


def _term(value: Any, allowed: frozenset[str]) -> str:
    # Free text here is where identifiers hide: only the standard's own terms pass.
    text = str(value or "").strip().upper()
    return text if text in allowed else ""


def _integer(value: Any) -> int | None:
    number = _number(value)
    return int(number) if number is not None and abs(number) < 2**31 else None


def _number(value: Any) -> float | None:
    if isinstance(value, Sequence) and not isinstance(value, str):
        value = value[0] if len(value) else None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None
