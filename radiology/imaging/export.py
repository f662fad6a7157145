"""Frames as files of a pack: PNG where pixels say everything, else a DICOM file with nothing of a patient.

Pixels of 16 bits are compressed without loss (JPEG 2000).
"""

from __future__ import annotations

import io

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    UID,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    SecondaryCaptureImageStorage,
    generate_uid,
)
from pydicom.valuerep import DSfloat

from radiology.imaging.frames import Frame
from radiology.imaging.masters import encode_master, pixel_sha256
from radiology.imaging.windows import WINDOWS

# Below this side the wavelets of JPEG 2000 have nothing to work on.
_SMALLEST_COMPRESSED = 32


def encode_export(frame: Frame, *, modality: str = "OT", force_dicom: bool = False) -> tuple[bytes, str]:
    """(file content, suffix) from which `decode_image` gives back the same pixels, rescaling and window.

    The PNG of a plain frame leaves out spacing, view and laterality; `force_dicom` keeps them.
    """
    if frame.is_plain and not force_dicom:
        return encode_master(frame), ".png"
    return _dicom(frame, modality), ".dcm"


def _dicom(frame: Frame, modality: str) -> bytes:
    digest = pixel_sha256(frame)
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    # Derived from the pixels: the same film exports to the same bytes, without a site's identifiers.
    meta.MediaStorageSOPInstanceUID = UID(generate_uid(entropy_srcs=[digest, str(frame.instance_number)]))
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = Dataset()
    dataset.file_meta = meta
    dataset.SOPClassUID = meta.MediaStorageSOPClassUID
    dataset.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    dataset.StudyInstanceUID = generate_uid(entropy_srcs=[digest, "study"])
    dataset.SeriesInstanceUID = generate_uid(entropy_srcs=[digest, "series"])
    dataset.PatientID = dataset.PatientName = ""
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = "Second Read export"
    dataset.Modality = modality
    dataset.BurnedInAnnotation = "YES" if frame.burned_in else "NO"
    _describe(dataset, frame)
    _offer_windows(dataset, frame, modality)
    dataset.Rows, dataset.Columns = frame.height, frame.width
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.PixelRepresentation = 0
    dataset.BitsAllocated = 8 * frame.pixels.dtype.itemsize
    dataset.BitsStored = frame.bits
    dataset.HighBit = frame.bits - 1
    content = np.ascontiguousarray(frame.pixels).astype(frame.pixels.dtype.newbyteorder("<")).tobytes()
    dataset.PixelData = content + b"\0" * (len(content) % 2)
    dataset["PixelData"].VR = "OB" if frame.pixels.dtype == np.uint8 else "OW"
    if frame.pixels.dtype == np.uint16 and min(frame.width, frame.height) >= _SMALLEST_COMPRESSED:
        dataset.compress(JPEG2000Lossless, encoding_plugin="pylibjpeg", generate_instance_uid=False)
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def _describe(dataset: Dataset, frame: Frame) -> None:
    dataset.RescaleSlope = _decimal(frame.slope)
    dataset.RescaleIntercept = _decimal(frame.intercept)
    dataset.RescaleType = "US"
    if frame.window_center is not None and frame.window_width is not None:
        dataset.WindowCenter = _decimal(frame.window_center)
        dataset.WindowWidth = _decimal(frame.window_width)
    if frame.pixel_spacing_mm is not None:
        spacing = _decimal(frame.pixel_spacing_mm)
        dataset.PixelSpacing = [spacing, spacing]
    if frame.view:
        dataset.ViewPosition = frame.view
    if frame.laterality:
        dataset.ImageLaterality = frame.laterality
    if frame.orientation:
        dataset.PatientOrientation = frame.orientation.split("\\")
    if frame.instance_number is not None:
        dataset.InstanceNumber = frame.instance_number


def _offer_windows(dataset: Dataset, frame: Frame, modality: str) -> None:
    """Beside the frame's own window the usual ones of its modality, for any viewer that offers a choice."""
    others = WINDOWS.get(modality, ())
    if frame.window_center is None or frame.window_width is None or not others:
        return
    own = (frame.window_center, frame.window_width)
    named = [("AS SHOWN", *own), *((one.name.upper(), one.center, one.width) for one in others)]
    dataset.WindowCenter = [_decimal(center) for _, center, _ in named]
    dataset.WindowWidth = [_decimal(width) for _, _, width in named]
    dataset.WindowCenterWidthExplanation = [name for name, _, _ in named]


def _decimal(number: float) -> DSfloat:
    return DSfloat(f"{number:.10g}")
