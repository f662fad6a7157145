"""The MNI152 head template that simulated brains are deformed from, as nilearn ships it (notice in NOTICE)."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from radiology.packs import Licence

Volume = npt.NDArray[np.float32]

NOTICE = (
    "Copyright (C) 1993-2009 Louis Collins, McConnell Brain Imaging Centre, Montreal Neurological Institute, "
    "McGill University. Permission to use, copy, modify, and distribute this software and its documentation "
    "for any purpose and without fee is hereby granted, provided that the above copyright notice appear in all "
    "copies. The authors and McGill University make no representations about the suitability of this software "
    'for any purpose. It is provided "as is" without express or implied warranty. The authors are not '
    "responsible for any data loss, equipment damage, property loss, or injury to subjects or patients "
    "resulting from the use or misuse of this software package."
)
"""The template's licence, which has to appear in all copies: in the repository's NOTICE and in each pack's licence."""

_FILE = "mni_icbm152_{}_tal_nlin_sym_09a_converted.nii.gz"
_SHAPE = (197, 233, 189)


def licence(made: str) -> Licence:
    """The licence of a pack made from the template; `made` is the sentence that says how."""
    return Licence(
        name="ICBM-152-notice",
        attribution=f"{made} {NOTICE}",
        source_url="https://www.bic.mni.mcgill.ca/ServicesAtlases/ICBM152NLin2009",
    )


class SimulationUnavailable(RuntimeError):
    """What a simulation needs isn't installed; the message is a sentence that says what."""


@dataclass(frozen=True, eq=False)
class Template:
    """The ICBM 152 average brain of 2009 (symmetric, non-linear), skull-stripped, on a grid of 1 mm.

    Axes are RAS: the first index grows to the patient's right, the second to the front, the third upwards.
    The arrays are read-only, since everyone who loads the template shares them.
    """

    t1: Volume
    """T1-weighted intensity float32 [197, 233, 189], 0 outside the brain to 1; not in any physical unit."""
    grey: Volume
    """Share of grey matter in each voxel, float32 [197, 233, 189], 0–1."""
    white: Volume
    """Share of white matter, the same way; what grey and white leave inside the brain is fluid."""
    spacing_mm: float
    """Millimetres from voxel to voxel, the same along all axes."""
    origin_mm: tuple[float, float, float]
    """MNI coordinates (right, front, up) of voxel (0, 0, 0): voxel + origin is the MNI coordinate."""

    def voxel(self, right: float, front: float, up: float) -> tuple[float, float, float]:
        """The voxel (not rounded) of an MNI coordinate in millimetres."""
        x, y, z = self.origin_mm
        return (
            (right - x) / self.spacing_mm,
            (front - y) / self.spacing_mm,
            (up - z) / self.spacing_mm,
        )


@cache
def load_template() -> Template:
    """The template, read once from nilearn's own files (about 0.3 s, 105 MB) without importing nilearn.

    Raises SimulationUnavailable where nilearn isn't installed or ships other files than it did.
    """
    folder = _data_folder()
    t1, origin = _read(folder / _FILE.format("t1"))
    grey, _ = _read(folder / _FILE.format("gm"))
    white, _ = _read(folder / _FILE.format("wm"))
    return Template(t1=t1, grey=grey, white=white, spacing_mm=1.0, origin_mm=origin)


def _data_folder() -> Path:
    # The files are found without importing nilearn, which takes seconds and pulls in pandas.
    found = importlib.util.find_spec("nilearn")
    if found is None or found.origin is None or importlib.util.find_spec("nibabel") is None:
        raise SimulationUnavailable(
            "Simulated heads need nilearn, which brings the MNI152 brain template: install nilearn and try again."
        )
    return Path(found.origin).parent / "datasets" / "data"


def _read(path: Path) -> tuple[Volume, tuple[float, float, float]]:
    import nibabel

    if not path.is_file():
        raise SimulationUnavailable(
            f"The installed nilearn has no {path.name}: install the version that the requirements name."
        )
    image = nibabel.nifti1.Nifti1Image.from_filename(str(path))
    affine = np.asarray(image.affine, dtype=float)
    if image.shape != _SHAPE or not np.allclose(affine[:3, :3], np.eye(3)):
        raise SimulationUnavailable(
            f"The installed nilearn's {path.name} lies on another grid: install the version that the "
            "requirements name."
        )
    values = np.asarray(image.dataobj, dtype=np.float32) / np.float32(255.0)
    values.setflags(write=False)
    return values, (float(affine[0, 3]), float(affine[1, 3]), float(affine[2, 3]))
