"""Small DICOM files, made for each test, with identifiers planted in every kind of element."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

DIGITAL_XRAY = "1.2.840.10008.5.1.4.1.1.1.1"
CANARY = "CANARY"


def dicom_dataset(pixels: np.ndarray, **elements: Any) -> Dataset:
    """A greyscale dataset of [H, W] or [frames, H, W]; `elements` replace or add, None removes."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = elements.get("SOPClassUID", DIGITAL_XRAY)
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = Dataset()
    dataset.file_meta = meta
    dataset.SOPClassUID = meta.MediaStorageSOPClassUID
    dataset.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    dataset.Modality = "DX"
    dataset.BurnedInAnnotation = "NO"
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows, dataset.Columns = pixels.shape[-2:]
    if pixels.ndim == 3:
        dataset.NumberOfFrames = pixels.shape[0]
    dataset.BitsAllocated = 8 * pixels.dtype.itemsize
    dataset.BitsStored = dataset.BitsAllocated
    dataset.PixelRepresentation = int(pixels.dtype.kind == "i")
    dataset.PixelData = pixels.tobytes() + b"\0" * (pixels.nbytes % 2)
    dataset["PixelData"].VR = "OB" if pixels.dtype.itemsize == 1 else "OW"
    for keyword, value in elements.items():
        if value is None:
            delattr(dataset, keyword)
        else:
            setattr(dataset, keyword, value)
    if "HighBit" not in dataset:
        dataset.HighBit = dataset.BitsStored - 1
    return dataset


def to_bytes(dataset: Dataset) -> bytes:
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def dicom_bytes(pixels: np.ndarray, **elements: Any) -> bytes:
    return to_bytes(dicom_dataset(pixels, **elements))


def colour_dicom(pixels: np.ndarray, **elements: Any) -> bytes:
    """An RGB file of uint8 [H, W, 3]."""
    given = {
        "Rows": pixels.shape[0],
        "Columns": pixels.shape[1],
        "SamplesPerPixel": 3,
        "PlanarConfiguration": 0,
        "PhotometricInterpretation": "RGB",
    }
    return dicom_bytes(pixels, **{**given, "NumberOfFrames": None, **elements})


def plant_identifiers(dataset: Dataset) -> None:
    """Put the canary into names, ids, dates, free text, private elements, sequences and overlays."""
    dataset.PatientName = f"{CANARY}^Name"
    dataset.PatientID = f"{CANARY}-id"
    dataset.PatientBirthDate = "19010203"
    dataset.PatientComments = f"{CANARY} comments"
    dataset.InstitutionName = f"{CANARY} hospital"
    dataset.ReferringPhysicianName = f"{CANARY}^Referrer"
    dataset.StudyDescription = f"{CANARY} study"
    dataset.SeriesDescription = f"{CANARY} series"
    dataset.ImageComments = f"{CANARY} image"
    dataset.AccessionNumber = CANARY
    dataset.StationName = CANARY
    dataset.StudyID = CANARY
    dataset.ViewPosition = CANARY
    dataset.ImageLaterality = CANARY
    dataset.ProtocolName = CANARY
    block = dataset.private_block(0x0011, f"{CANARY} private", create=True)
    block.add_new(0x01, "LO", f"{CANARY} private")
    request = Dataset()
    request.RequestedProcedureDescription = f"{CANARY} nested"
    dataset.RequestAttributesSequence = Sequence([request])
    dataset.add_new(0x60000022, "LO", f"{CANARY} overlay")
