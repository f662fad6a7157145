"""Frames as files of a pack: PNG where pixels say everything, else a DICOM file with nothing of a patient."""

from __future__ import annotations

import io

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, SecondaryCaptureImageStorage, generate_uid
from pydicom.valuerep import DSfloat

from radiology.imaging.frames import Frame
from radiology.imaging.masters import encode_master, pixel_sha256


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
    dataset.Rows, dataset.Columns = frame.height, frame.width
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.PixelRepresentation = 0
    dataset.BitsAllocated = 8 * frame.pixels.dtype.itemsize
    dataset.BitsStored = frame.bits
    dataset.HighBit = frame.bits - 1
    content = np.ascontiguousarray(frame.pixels).astype(frame.pixels.dtype.newbyteorder("<")).tobytes()
    dataset.PixelData = content + b"\0" * (len(content) % 2)
    dataset["PixelData"].VR = "OB" if frame.pixels.dtype == np.uint8 else "OW"
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
    if frame.instance_number is not None:
        dataset.InstanceNumber = frame.instance_number


def _decimal(number: float) -> DSfloat:
    return DSfloat(f"{number:.10g}")
