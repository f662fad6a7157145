"""Oddities that are told and not refused: the same film twice, sizes that give the answer away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from radiology.packs import PackLimits, read_pack
from tests.radiology.imaging.dicom_files import dicom_bytes
from tests.radiology.packs.pack_files import CASES, MANIFEST, grey, png, small_pack, write_folder


def warnings_of(path: Path, files: dict[str, bytes], decode: set[str] | None = None) -> tuple[str, ...]:
    return read_pack(write_folder(path, files), limits=PackLimits(), decode_splits=decode).warnings


def test_identical_pixels_in_two_cases_are_a_warning(tmp_path: Path) -> None:
    (warning,) = warnings_of(tmp_path / "p", small_pack() | {"images/b2.png": png(grey(1))})
    assert warning == (
        "cases.csv, row 3: “images/b2.png” of case “b” has the same pixels as an image of case “a” in row 2."
    )


def test_identical_pixels_in_one_case_or_one_slice_are_none(tmp_path: Path) -> None:
    files = small_pack() | {"images/b2.png": png(grey(2))}
    assert warnings_of(tmp_path / "views", files) == ()
    files = small_pack() | {"images/b2.png": dicom_bytes(np.full((8, 9), 100, dtype=np.uint16))}
    assert warnings_of(tmp_path / "slice", files) == ()


def test_identical_pixels_beyond_the_decoded_splits_are_not_looked_for(tmp_path: Path) -> None:
    files = small_pack()
    files["cases.csv"] = CASES.replace("a,p1,practice", "a,p1,test").encode()
    files["images/b2.png"] = files["images/a.png"]
    assert len(warnings_of(tmp_path / "all", files)) == 1
    assert warnings_of(tmp_path / "practice", files, {"practice"}) == ()


def sized_pack(size: Callable[[int, bool], tuple[int, int]], per_class: int) -> dict[str, bytes]:
    """A pack whose film number n, abnormal or not, has `size(n, abnormal)` = (width, height)."""
    files = {"pack.toml": MANIFEST.encode()}
    rows = ["case_id,patient_id,split,images,findings"]
    for number in range(2 * per_class):
        abnormal = number % 2 == 1
        width, height = size(number // 2, abnormal)
        files[f"images/{number}.png"] = png(grey(number, height, width))
        rows.append(f"c{number},p{number},practice,images/{number}.png,{'effusion' if abnormal else ''}")
    files["cases.csv"] = "\n".join(rows).encode()
    return files


def test_telling_width_is_a_warning(tmp_path: Path) -> None:
    found = warnings_of(tmp_path / "p", sized_pack(lambda n, abnormal: (20 + n + 30 * abnormal, 20), 10))
    assert found[0] == (
        "Image width alone tells normal from abnormal cases apart (ROC area 1.00): "
        "a learner could answer without looking."
    )
    assert [warning.partition(" alone")[0] for warning in found] == ["Image width", "Image aspect ratio"]


@pytest.mark.parametrize(
    ("size", "names"),
    [
        (lambda n, abnormal: (20, 40 + n - 15 * abnormal), ["Image height", "Image aspect ratio"]),
        (lambda n, abnormal: (20 + n, 20 + n), []),
        (lambda n, abnormal: (20, 20), []),
    ],
)
def test_what_tells_is_named(
    tmp_path: Path, size: Callable[[int, bool], tuple[int, int]], names: list[str]
) -> None:
    found = warnings_of(tmp_path / "p", sized_pack(size, 10))
    assert [warning.partition(" alone")[0] for warning in found] == names


def test_few_cases_tell_nothing(tmp_path: Path) -> None:
    assert warnings_of(tmp_path / "p", sized_pack(lambda n, abnormal: (20 + n + 30 * abnormal, 20), 9)) == ()


def test_a_telling_age_of_priors_is_a_warning(tmp_path: Path) -> None:
    """Here every case has a prior, and the normal ones' are older; the priors' own sizes are no matter."""
    files = {"pack.toml": MANIFEST.encode()}
    rows = ["case_id,patient_id,split,images,findings,months_before"]
    for number in range(20):
        abnormal = number % 2 == 1
        names = [f"images/{number}-{which}.png" for which in ("prior", "current")]
        width = 20 if abnormal else 30
        files |= {names[0]: png(grey(number, 20, width)), names[1]: png(grey(number + 50, 20, 20))}
        found, months = ("effusion", 3) if abnormal else ("", 24)
        rows.append(f"c{number},p{number},practice,{';'.join(names)},{found},{months};")
    files["cases.csv"] = "\n".join(rows).encode()
    told = warnings_of(tmp_path / "p", files)
    assert [warning.partition(" alone")[0] for warning in told] == ["The age of the oldest prior"]
