"""What a pack holds once it has been read: frozen dataclasses, frames decoded only when asked for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from radiology.imaging import Frame, decode_image, decode_mask, pixel_sha256
from radiology.packs.ordering import slice_order
from radiology.packs.sources import PackLimits, Source
from radiology.regions import Region

_TOLD_OF_A_CASE = (
    "case_id",
    "patient_id",
    "split",
    "history",
    "difficulty",
    "teaching_point",
    "references",
    "acquisition",
)


@dataclass(frozen=True)
class Licence:
    """`name` is an SPDX identifier where there is one; `attribution` is shown with every case."""

    name: str
    attribution: str
    source_url: str = ""


@dataclass(frozen=True)
class Question:
    """What the learner is asked: `kind` is detection, single-choice or multi-label."""

    prompt: str
    kind: str
    localise: bool = False


@dataclass(frozen=True)
class FindingDef:
    """A finding that cases of the pack may have; `radlex` is a RadLex code or empty."""

    key: str
    label: str
    radlex: str = ""


@dataclass(frozen=True, kw_only=True)
class PackHeader:
    """The content of pack.toml. Texts that are optional there are empty here."""

    key: str
    version: int
    title: str
    description: str = ""
    modality: str
    simulated: bool
    rated: bool
    truth_basis: str
    caveat: str = ""
    licence: Licence
    question: Question
    findings: tuple[FindingDef, ...]
    ai_model: str | None = None

    def header_digest(self) -> str:
        """SHA-256 (hex) of everything in pack.toml but its version."""
        return _digest({name: value for name, value in _header_values(self).items() if name != "version"})


@dataclass(frozen=True)
class PackSeries:
    """One view or stack of a case: `path` as the table names it, `files` in the order of slices."""

    path: str
    files: tuple[str, ...]
    view: str = ""
    laterality: str = ""
    months_before: int = 0
    """How long before the current examination it was made; 0 is of the current one."""

    @property
    def is_stack(self) -> bool:
        """Whether the path is a folder."""
        return self.files != (self.path,)


@dataclass(frozen=True)
class PackRegion:
    """Where a finding is on an image; `geometry` in that image's pixels, or `mask_path` for a mask."""

    image: str
    finding: str
    shape: str
    geometry: tuple[float, ...] = ()
    mask_path: str | None = None
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, kw_only=True)
class PackCase:
    """One row of cases.csv with its regions.

    `concepts` and `truth_basis` are filled as PACKS.md says: findings or `normal`, and the pack's own.
    """

    case_id: str
    patient_id: str
    split: str
    series: tuple[PackSeries, ...]
    findings: tuple[str, ...]
    history: str = ""
    concepts: tuple[str, ...] = ()
    difficulty: str = ""
    teaching_point: str = ""
    references: str = ""
    acquisition: str = ""
    pixel_spacing_mm: float | None = None
    truth_basis: str = ""
    regions: tuple[PackRegion, ...] = ()
    row: int = field(default=0, compare=False)

    @property
    def files(self) -> tuple[str, ...]:
        """Every image file of the case, in order."""
        return tuple(name for series in self.series for name in series.files)

    @property
    def current(self) -> PackCase:
        """The case without its priors: what the question, the key and the AI are about."""
        return replace(self, series=tuple(one for one in self.series if not one.months_before))


@dataclass(frozen=True)
class FrameFacts:
    """What is remembered of a decoded frame, so that no pixels need to stay in memory."""

    sha256: str
    width: int
    height: int
    view: str
    laterality: str
    pixel_spacing_mm: float | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Pack(PackHeader):
    """A pack that passed every check. A context manager: leaving it closes the zip file.

    `prevalence` is, per split, the share of cases that have each finding, and `abnormal` for any finding.
    """

    cases: tuple[PackCase, ...]
    warnings: tuple[str, ...]
    prevalence: Mapping[str, Mapping[str, float]]
    source: Source = field(repr=False)
    limits: PackLimits = field(repr=False)
    facts: Mapping[str, tuple[FrameFacts, ...]] = field(repr=False)
    """Facts of the files that were decoded while reading."""

    def __enter__(self) -> Pack:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the zip file; frames, masks and digests can't be had afterwards."""
        self.source.close()

    @property
    def header(self) -> PackHeader:
        """The content of pack.toml alone, as `PackWriter` takes it."""
        return PackHeader(**{item.name: getattr(self, item.name) for item in fields(PackHeader)})

    def split_cases(self, split: str) -> tuple[PackCase, ...]:
        """The cases of one split, in the table's order."""
        return tuple(case for case in self.cases if case.split == split)

    def frames(self, case: PackCase) -> Iterator[tuple[int, int, str, Frame]]:
        """(series index, slice index, file, frame) of each frame in order, decoded one file at a time.

        The slices of a multi-frame file count on within its series. A frame's view and laterality are the
        table's where it states them, and its spacing the case's. Raises ImageError or PackRefused for a file
        of a split that wasn't decoded on reading and turns out bad.
        """
        for series_index, series in enumerate(case.series):
            slice_index = 0
            for name in self._ordered(series):
                data = self.source.read(name, limit=self.limits.images.max_bytes)
                for frame in decode_image(data, name=name, limits=self.limits.images):
                    yield series_index, slice_index, name, replace(frame, **_told(frame, case, series))
                    slice_index += 1

    def mask(self, path: str) -> npt.NDArray[np.bool_]:
        """The mask of a region as bool [H, W]. Raises ImageError or PackRefused if it can't be read."""
        data = self.source.read(path, limit=self.limits.images.max_bytes)
        return decode_mask(data, limits=self.limits.images)

    def region(self, row: PackRegion) -> Region:
        """A row of regions.csv with its mask read. Raises as `mask` does."""
        mask = self.mask(row.mask_path) if row.mask_path is not None else None
        return Region(row.shape, row.geometry, mask)

    def key_digest(self, case: PackCase) -> str:
        """SHA-256 (hex) of the answer key: findings, regions, truth basis. Names of files don't enter."""
        regions = [
            {
                "place": self._place(case, region.image),
                "finding": region.finding,
                "shape": region.shape,
                "geometry": list(region.geometry),
                "mask": self._mask_digest(region),
            }
            for region in case.regions
        ]
        regions.sort(key=lambda region: json.dumps(region, sort_keys=True))
        findings = sorted(case.findings)
        return _digest({"findings": findings, "regions": regions, "truth_basis": case.truth_basis})

    def case_digest(self, case: PackCase) -> str:
        """SHA-256 (hex) of all that a case says and shows, its key included.

        Images enter by their pixels, rescaling and window, not by their bytes or names: a case that was
        exported and comes back in another file format has the same digest.
        """
        images = [
            [
                series_index,
                facts.sha256,
                facts.view,
                facts.laterality,
                facts.pixel_spacing_mm,
                # Nothing where there is no prior: digests of before there were any still hold.
                *([months] if (months := case.series[series_index].months_before) else []),
            ]
            for series_index, facts in self._case_facts(case)
        ]
        said = {name: getattr(case, name) for name in _TOLD_OF_A_CASE} | {"concepts": sorted(case.concepts)}
        return _digest({**said, "key": self.key_digest(case), "images": images})

    def _case_facts(self, case: PackCase) -> Iterator[tuple[int, FrameFacts]]:
        if all(name in self.facts for name in case.files):
            for series_index, series in enumerate(case.series):
                for name in series.files:
                    for facts in self.facts[name]:
                        yield series_index, replace(facts, **_told(facts, case, series))
        else:
            for series_index, _, _, frame in self.frames(case):
                yield series_index, facts_of(frame)

    def _ordered(self, series: PackSeries) -> tuple[str, ...]:
        if not series.is_stack or all(name in self.facts for name in series.files):
            return series.files
        return slice_order(self.source, series.files, self.limits)

    def _place(self, case: PackCase, image: str) -> list[int]:
        for series_index, series in enumerate(case.series):
            if image in series.files:
                return [series_index, self._ordered(series).index(image)]
        raise KeyError(image)

    def _mask_digest(self, region: PackRegion) -> str | None:
        if region.mask_path is None:
            return None
        mask = self.mask(region.mask_path)
        return hashlib.sha256(repr(mask.shape).encode() + np.packbits(mask).tobytes()).hexdigest()


def facts_of(frame: Frame) -> FrameFacts:
    """What is remembered of a frame."""
    return FrameFacts(
        sha256=pixel_sha256(frame),
        width=frame.width,
        height=frame.height,
        view=frame.view,
        laterality=frame.laterality,
        pixel_spacing_mm=frame.pixel_spacing_mm,
    )


def _told(image: Frame | FrameFacts, case: PackCase, series: PackSeries) -> dict[str, Any]:
    """What the table says of an image, where it says something, before what the file says."""
    return {
        "view": series.view or image.view,
        "laterality": series.laterality or image.laterality,
        "pixel_spacing_mm": case.pixel_spacing_mm or image.pixel_spacing_mm,
    }


def _header_values(header: PackHeader) -> dict[str, object]:
    return {
        "key": header.key,
        "version": header.version,
        "title": header.title,
        "description": header.description,
        "modality": header.modality,
        "simulated": header.simulated,
        "rated": header.rated,
        "truth_basis": header.truth_basis,
        "caveat": header.caveat,
        "licence": asdict(header.licence),
        "question": asdict(header.question),
        "findings": [asdict(finding) for finding in header.findings],
        "ai_model": header.ai_model,
    }


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
