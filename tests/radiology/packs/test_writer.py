"""Written packs read back equal, whole or not at all, and the same content makes the same bytes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from radiology.imaging import Frame
from radiology.packs import (
    Pack,
    PackCase,
    PackLimits,
    PackWriter,
    WriteCase,
    WriteRegion,
    WriteSeries,
    read_pack,
)
from tests.radiology.imaging.dicom_files import dicom_bytes
from tests.radiology.packs.pack_files import MANIFEST, grey, small_pack, write_folder


def as_written(pack: Pack, case: PackCase) -> WriteCase:
    """A case of a read pack, as an export would hand it to the writer."""
    frames: list[list[Frame]] = [[] for _ in case.series]
    places: dict[str, tuple[int, int]] = {}
    for series, index, file, frame in pack.frames(case):
        frames[series].append(frame)
        places[file] = (series, index)
    regions = [
        WriteRegion(
            *places[region.image],
            region.finding,
            region.shape,
            region.geometry,
            pack.mask(region.mask_path) if region.mask_path else None,
        )
        for region in case.regions
    ]
    same = ("case_id", "patient_id", "split", "findings", "history", "concepts", "difficulty")
    same += ("teaching_point", "references", "acquisition", "pixel_spacing_mm", "truth_basis")
    series = [
        WriteSeries(frames[number], series.view, series.laterality, as_stack=series.is_stack)
        for number, series in enumerate(case.series)
    ]
    return WriteCase(**{name: getattr(case, name) for name in same}, series=series, regions=regions)


def rewritten(pack: Pack, path: Path) -> Pack:
    with PackWriter(path, pack.header) as writer:
        for case in pack.cases:
            writer.add_case(as_written(pack, case))
    return read_pack(path, limits=PackLimits())


def tricky_pack() -> dict[str, bytes]:
    """Windows, spacing, inversion, several frames, and texts with all that CSV and TOML have to escape."""
    files = small_pack()
    deep = np.random.default_rng(5).integers(0, 4096, (12, 16), dtype=np.uint16)
    files["images/b1.png"] = dicom_bytes(
        deep,
        BitsStored=12,
        WindowCenter="1000.5",
        WindowWidth="333",
        RescaleSlope="0.25",
        RescaleIntercept="-1024",
        PixelSpacing=["0.1375", "0.1375"],
        PhotometricInterpretation="MONOCHROME1",
        ViewPosition="AP",
    )
    files["images/b2.png"] = dicom_bytes(np.stack([deep, deep + 1, deep + 2]))
    files["cases.csv"] = files["cases.csv"].replace(b"PA;LAT", b"")
    files["cases.csv"] = files["cases.csv"].replace(
        b"Cough, fever", '“Cough”; \n=1+1 ""fever"", \t café 🩻'.encode()
    )
    files["pack.toml"] = MANIFEST.replace("Small.", 'Say \\"no\\" \\\\ \\n café 🩻').encode()
    return files


@pytest.mark.parametrize("name", ["again", "again.zip"])
@pytest.mark.parametrize("files", [small_pack(), tricky_pack()], ids=["small", "tricky"])
def test_written_pack_reads_back_equal(tmp_path: Path, files: dict[str, bytes], name: str) -> None:
    pack = read_pack(write_folder(tmp_path / "p", files), limits=PackLimits())
    with rewritten(pack, tmp_path / name) as again:
        assert again.header == pack.header
        for before, after in zip(pack.cases, again.cases, strict=True):
            assert again.key_digest(after) == pack.key_digest(before)
            assert again.case_digest(after) == pack.case_digest(before)
        assert again.prevalence == pack.prevalence
        assert again.warnings == pack.warnings


def test_same_content_makes_the_same_zip(tmp_path: Path) -> None:
    pack = read_pack(write_folder(tmp_path / "p", tricky_pack()), limits=PackLimits())
    for name in ("one.zip", "two.zip"):
        rewritten(pack, tmp_path / name).close()
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_stack_of_mixed_frames_keeps_its_order(tmp_path: Path) -> None:
    plain = [Frame(grey(number), 8) for number in range(12)]
    frames = [*plain[:3], replace(plain[3], window_center=9.0, window_width=5.0), *plain[4:]]
    header = read_pack(write_folder(tmp_path / "p", small_pack()), limits=PackLimits()).header
    with PackWriter(tmp_path / "stack", header) as writer:
        writer.add_case(WriteCase(case_id="s", patient_id="s", split="test", series=[WriteSeries(frames)]))
    pack = read_pack(tmp_path / "stack", limits=PackLimits())
    assert [int(frame.pixels[0, 0]) for *_, frame in pack.frames(pack.cases[0])] == [
        int(frame.pixels[0, 0]) for frame in frames
    ]


@pytest.mark.parametrize("name", ["broken", "broken.zip"])
def test_failure_leaves_nothing_behind(tmp_path: Path, name: str) -> None:
    pack = read_pack(write_folder(tmp_path / "p", small_pack()), limits=PackLimits())
    with (
        pytest.raises(RuntimeError, match="half way"),
        PackWriter(tmp_path / name, pack.header) as writer,
    ):
        writer.add_case(as_written(pack, pack.cases[0]))
        raise RuntimeError("half way")
    assert [path.name for path in tmp_path.iterdir()] == ["p"]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    pack = read_pack(write_folder(tmp_path / "p", small_pack()), limits=PackLimits())
    with pytest.raises(FileExistsError):
        PackWriter(tmp_path / "p", pack.header)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"concepts": ["a;b"]},
        {"findings": [""]},
        {"series": []},
        {"series": [WriteSeries([])]},
        {"series": [WriteSeries([Frame(grey(1), 8)], view="A;B")]},
    ],
)
def test_what_the_format_cannot_hold_is_refused(tmp_path: Path, spoilt: dict[str, object]) -> None:
    pack = read_pack(write_folder(tmp_path / "p", small_pack()), limits=PackLimits())
    case = replace(as_written(pack, pack.cases[0]), regions=(), **spoilt)
    with (
        pytest.raises(ValueError, match="pack|frame|image"),
        PackWriter(tmp_path / "n", pack.header) as writer,
    ):
        writer.add_case(case)
    assert not (tmp_path / "n").exists()


def test_case_ids_never_become_file_names(tmp_path: Path) -> None:
    header = read_pack(write_folder(tmp_path / "p", small_pack()), limits=PackLimits()).header
    with PackWriter(tmp_path / "n", header) as writer:
        series = [WriteSeries([Frame(grey(1), 8)])]
        writer.add_case(WriteCase(case_id="../../evil", patient_id="p", split="test", series=series))
    assert read_pack(tmp_path / "n", limits=PackLimits()).cases[0].case_id == "../../evil"
    assert not list(tmp_path.rglob("evil*"))
