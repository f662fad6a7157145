"""A small pack that is right in every way, to be spoilt in one way by each test."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from radiology.imaging import encode_mask
from tests.radiology.imaging.dicom_files import dicom_bytes

MANIFEST = """\
format = 1
key = "small-pack"
version = 3
title = "A small pack"
description = "Three cases."
modality = "DX"
simulated = false
rated = true
truth_basis = "consensus of three readers"
caveat = "Small."

[licence]
name = "CC-BY-4.0"
attribution = "A. Author, 2024."
source_url = "https://example.org/pack"

[question]
prompt = "Does this film show pneumonia?"
kind = "multi-label"
localise = true

[[finding]]
key = "pneumonia"
label = "Pneumonia"
radlex = "RID5350"

[[finding]]
key = "effusion"
label = "Pleural effusion"

[ai]
model = "cxr-pneumonia"
"""

CASES = """\
case_id,patient_id,split,images,findings,history,view,laterality,concepts,acquisition,pixel_spacing_mm,truth_basis
a,p1,practice,images/a.png,pneumonia;effusion,"Cough, fever",PA,,,site-1,0.5,
b,p2,practice,images/b1.png;images/b2.png,,,PA;LAT,;L,look-alike,,,CT
c,p3,train,images/stack,effusion,,,,,,,
"""

REGIONS = """\
case_id,image,finding,shape,geometry
a,images/a.png,pneumonia,circle,5 6 2.5
a,images/a.png,effusion,mask,masks/a.png
c,images/stack/slice1.dcm,effusion,box,-2 -2 6 6
"""


def grey(seed: int, height: int = 12, width: int = 16) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)


def png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG")
    return buffer.getvalue()


def mask_png(height: int = 12, width: int = 16) -> bytes:
    mask = np.zeros((height, width), dtype=bool)
    mask[2:4, 3:6] = True
    return encode_mask(mask)


def small_pack() -> dict[str, bytes]:
    """File names and contents. The stack's names run against its instance numbers."""
    files = {
        "pack.toml": MANIFEST.encode(),
        "cases.csv": CASES.encode(),
        "regions.csv": REGIONS.encode(),
        "images/a.png": png(grey(1)),
        "images/b1.png": png(grey(2)),
        "images/b2.png": png(grey(3)),
        "masks/a.png": mask_png(),
    }
    for number, name in ((3, "slice1"), (1, "slice2"), (2, "slice10")):
        files[f"images/stack/{name}.dcm"] = dicom_bytes(
            np.full((8, 9), 100 * number, dtype=np.uint16), InstanceNumber=number
        )
    return files


def write_folder(path: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return path


def write_zip(path: Path, files: Mapping[str, bytes], *, top: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(top + name, content)
    return path
