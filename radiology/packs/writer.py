"""Writing a pack, as a folder or a zip, that `read_pack` takes and reads back equal."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType

import numpy as np
import numpy.typing as npt

from radiology.imaging import Frame, encode_export, encode_mask
from radiology.packs.contents import PackHeader
from radiology.packs.manifest import MANIFEST
from radiology.packs.tables import CASE_COLUMNS, CASES, REGION_COLUMNS, REGIONS
from radiology.regions import format_geometry

# The earliest time a zip can hold: the same content makes the same file.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_HEADER_KEYS = (
    "key",
    "version",
    "title",
    "description",
    "modality",
    "simulated",
    "rated",
    "truth_basis",
    "caveat",
)


@dataclass(frozen=True)
class WriteSeries:
    """One view, or with several frames one stack, in the order of slices."""

    frames: Iterable[Frame]
    view: str = ""
    laterality: str = ""
    months_before: int = 0
    """How long before the current examination it was made; 0 is of the current one."""
    as_stack: bool = False
    """Write a folder even where there is one frame only."""


@dataclass(frozen=True, eq=False)
class WriteRegion:
    """A region on the image at `series` and `slice` (from 0): numbers, or bool [H, W] for a mask."""

    series: int
    slice: int
    finding: str
    shape: str
    geometry: tuple[float, ...] = ()
    mask: npt.NDArray[np.bool_] | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class WriteCase:
    """A case to be written; the fields are those of `PackCase`."""

    case_id: str
    patient_id: str
    split: str
    series: Sequence[WriteSeries]
    findings: Sequence[str] = ()
    history: str = ""
    concepts: Sequence[str] = ()
    difficulty: str = ""
    teaching_point: str = ""
    references: str = ""
    acquisition: str = ""
    pixel_spacing_mm: float | None = None
    truth_basis: str = ""
    regions: Sequence[WriteRegion] = field(default=())


class PackWriter:
    """Writes a pack to `path` (a zip where it ends in .zip, else a new folder), whole or not at all.

    A context manager: what was added is written under another name and moved to `path` on leaving; an
    exception leaves nothing behind. Files are named by number, so that no case id meets a file system.
    Raises FileExistsError where `path` is there, and ValueError for texts that the format can't hold.
    """

    def __init__(self, path: Path, header: PackHeader) -> None:
        self._path, self._header = path, header
        if path.exists():
            raise FileExistsError(f"there is something at {path} already")
        self._cases = _Table(CASE_COLUMNS)
        self._regions = _Table(REGION_COLUMNS)
        self._count = 0

    def __enter__(self) -> PackWriter:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._target: _ZipTarget | _FolderTarget
        kind = _ZipTarget if self._path.suffix.lower() == ".zip" else _FolderTarget
        self._target = kind(self._path)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._target.abandon()
            return
        try:
            self._target.write(MANIFEST, manifest_text(self._header).encode())
            self._target.write(CASES, self._cases.content())
            if self._regions.rows:
                self._target.write(REGIONS, self._regions.content())
            self._target.finish()
        except BaseException:
            self._target.abandon()
            raise

    def add_case(self, case: WriteCase) -> None:
        """Write a case's images and masks, and its rows. Raises ValueError for what the format can't hold."""
        if not case.series:
            raise ValueError("a case needs at least one image")
        self._count += 1
        written = [self._write_series(case, number, series) for number, series in enumerate(case.series)]
        self._cases.add(
            {
                "case_id": case.case_id,
                "patient_id": case.patient_id,
                "split": case.split,
                "images": _joined([path for path, _ in written]),
                "findings": _joined(case.findings),
                "history": case.history,
                "view": _aligned([series.view for series in case.series]),
                "laterality": _aligned([series.laterality for series in case.series]),
                "concepts": _joined(case.concepts),
                "difficulty": case.difficulty,
                "teaching_point": case.teaching_point,
                "references": case.references,
                "acquisition": case.acquisition,
                "pixel_spacing_mm": repr(float(spacing)) if (spacing := case.pixel_spacing_mm) else "",
                "months_before": _aligned([str(series.months_before or "") for series in case.series]),
                "truth_basis": "" if case.truth_basis == self._header.truth_basis else case.truth_basis,
            }
        )
        for number, region in enumerate(case.regions, start=1):
            image = written[region.series][1][region.slice]
            self._regions.add(self._region_values(case.case_id, image, region, number))

    def _write_series(self, case: WriteCase, number: int, series: WriteSeries) -> tuple[str, list[str]]:
        """(path for the table, files) of a series; frames are taken one at a time."""
        base = f"images/{self._count:05d}" + (f"-{number + 1}" if len(case.series) > 1 else "")
        frames = iter(series.frames)
        first = next(frames, None)
        if first is None:
            raise ValueError("a series needs at least one frame")
        second = None if series.as_stack else next(frames, None)
        if not series.as_stack and second is None:
            content, suffix = self._encoded(first, case, series)
            self._target.write(base + suffix, content)
            return base + suffix, [base + suffix]
        files: list[str] = []
        deep = False
        for frame in _chain(first, second, frames):
            # The reader orders a stack by instance number, files without one first: number DICOM files
            # afresh, and stay with DICOM once a slice has needed it.
            numbered = replace(frame, instance_number=len(files) + 1)
            content, suffix = self._encoded(numbered, case, series, force_dicom=deep)
            deep = suffix == ".dcm"
            files.append(f"{base}/{len(files) + 1:05d}{suffix}")
            self._target.write(files[-1], content)
        return base, files

    def _encoded(
        self, frame: Frame, case: WriteCase, series: WriteSeries, *, force_dicom: bool = False
    ) -> tuple[bytes, str]:
        # What the table can't say of this one frame needs a file that can.
        told = (case.pixel_spacing_mm or frame.pixel_spacing_mm) == case.pixel_spacing_mm
        told = told and (series.view or frame.view) == series.view
        told = told and (series.laterality or frame.laterality) == series.laterality
        return encode_export(frame, modality=self._header.modality, force_dicom=force_dicom or not told)

    def _region_values(self, case_id: str, image: str, region: WriteRegion, number: int) -> dict[str, str]:
        geometry = format_geometry(region.geometry)
        if region.mask is not None:
            geometry = f"masks/{self._count:05d}-{number}.png"
            self._target.write(geometry, encode_mask(region.mask))
        return {
            "case_id": case_id,
            "image": image,
            "finding": region.finding,
            "shape": region.shape,
            "geometry": geometry,
        }


def manifest_text(header: PackHeader) -> str:
    """The text of pack.toml for a header."""
    lines = ["format = 1"]
    for name in _HEADER_KEYS:
        lines += _assigned(name, getattr(header, name))
    lines += ["", "[licence]"]
    for name in ("name", "attribution", "source_url"):
        lines += _assigned(name, getattr(header.licence, name))
    lines += ["", "[question]"]
    for name in ("prompt", "kind", "localise"):
        lines += _assigned(name, getattr(header.question, name))
    for finding in header.findings:
        lines += ["", "[[finding]]"]
        for name in ("key", "label", "radlex"):
            lines += _assigned(name, getattr(finding, name))
    if header.ai_model:
        lines += ["", "[ai]", *_assigned("model", header.ai_model)]
    return "\n".join(lines) + "\n"


# Columns that a site which doesn't know them yet is spared where they say nothing.
_SELDOM = {"months_before"}


class _Table:
    """Rows of a CSV file."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = columns
        self.rows: list[dict[str, str]] = []

    def add(self, row: dict[str, str]) -> None:
        self.rows.append(row)

    def content(self) -> bytes:
        """UTF-8 with a header row; empty columns are left in, they read back empty, but for `_SELDOM`."""
        columns = [
            name for name in self.columns if name not in _SELDOM or any(row[name] for row in self.rows)
        ]
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, fieldnames=columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(self.rows)
        return text.getvalue().encode()


class _ZipTarget:
    def __init__(self, path: Path) -> None:
        self._path = path
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-", suffix=".zip")
        self._temporary = Path(name)
        self._file = os.fdopen(handle, "wb")
        self._zip = zipfile.ZipFile(self._file, "w", allowZip64=True)

    def write(self, name: str, content: bytes) -> None:
        info = zipfile.ZipInfo(name, date_time=_ZIP_TIME)
        info.external_attr = 0o644 << 16
        # PNG is compressed already; tables and DICOM aren't.
        packed = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
        self._zip.writestr(info, content, compress_type=packed)

    def finish(self) -> None:
        self._zip.close()
        self._file.close()
        self._temporary.chmod(0o644)
        os.replace(self._temporary, self._path)

    def abandon(self) -> None:
        self._zip.close()
        self._file.close()
        self._temporary.unlink(missing_ok=True)


class _FolderTarget:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._temporary = Path(tempfile.mkdtemp(dir=path.parent, prefix=".writing-"))

    def write(self, name: str, content: bytes) -> None:
        target = self._temporary / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    def finish(self) -> None:
        self._temporary.chmod(0o755)
        os.rename(self._temporary, self._path)

    def abandon(self) -> None:
        shutil.rmtree(self._temporary, ignore_errors=True)


def _chain(first: Frame, second: Frame | None, rest: Iterable[Frame]) -> Iterable[Frame]:
    yield first
    if second is not None:
        yield second
    yield from rest


def _joined(parts: Sequence[str]) -> str:
    for part in parts:
        if ";" in part or not part.strip():
            raise ValueError(f"a list of a pack can't hold “{part}”")
    return ";".join(parts)


def _aligned(parts: Sequence[str]) -> str:
    for part in parts:
        if ";" in part:
            raise ValueError(f"a list of a pack can't hold “{part}”")
    return ";".join(parts) if any(parts) else ""


def _assigned(name: str, value: object) -> list[str]:
    """One line of TOML; none for a text that is empty, which is how the format says "not given"."""
    # JSON's texts, numbers and booleans are TOML's as well, but for DEL, which no pack may hold.
    return [] if value == "" else [f"{name} = {json.dumps(value, ensure_ascii=False)}"]
