"""Nothing that identifies a patient gets past decoding: canaries in every kind of element."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from radiology.imaging import (
    Limits,
    decode_image,
    encode_export,
    encode_master,
    encode_served,
    to_display,
)
from tests.radiology.imaging.dicom_files import CANARY, dicom_dataset, plant_identifiers, to_bytes
from tests.radiology.imaging.test_decode import encoded

PIXELS = (np.arange(40 * 50, dtype=np.uint16) * 2).reshape(40, 50)


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
def test_no_planted_identifier_survives_dicom(photometric: str) -> None:
    dataset = dicom_dataset(
        PIXELS, PhotometricInterpretation=photometric, WindowCenter="900", WindowWidth="800"
    )
    plant_identifiers(dataset)
    data = to_bytes(dataset)
    assert data.count(CANARY.encode()) > 10
    # An identifier in the preamble and one behind the last element.
    data = CANARY.encode().ljust(128, b"\0") + data[128:]
    (frame,) = decode_image(data, name="film", limits=Limits())
    for output in (
        encode_master(frame),
        encode_served(to_display(frame)),
        encode_export(frame)[0],
        encode_export(frame, force_dicom=True)[0],
        repr(frame).encode(),
    ):
        assert CANARY.encode() not in output
        assert b"19010203" not in output
    assert (frame.view, frame.laterality) == ("", "")


def test_standard_view_and_laterality_are_kept() -> None:
    data = to_bytes(dicom_dataset(PIXELS, ViewPosition="MLO", ImageLaterality="L"))
    (frame,) = decode_image(data, name="film", limits=Limits())
    assert (frame.view, frame.laterality) == ("MLO", "L")


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_no_planted_text_survives_png_and_jpeg(kind: str) -> None:
    image = Image.fromarray((PIXELS % 256).astype(np.uint8))
    exif = Image.Exif()
    exif[0x010E] = CANARY
    options: dict[str, object] = {"exif": exif}
    if kind == "PNG":
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_text("Name", CANARY)
    else:
        options["comment"] = CANARY
    data = encoded(image, kind, **options) + CANARY.encode()
    assert data.count(CANARY.encode()) >= 3
    (frame,) = decode_image(data, name="film", limits=Limits())
    for output in (encode_master(frame), encode_served(to_display(frame)), encode_export(frame)[0]):
        assert CANARY.encode() not in output
