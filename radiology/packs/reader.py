"""Reading a pack: tables against files, files against limits, and everything that is wrong in one refusal."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import fields, replace
from pathlib import Path

from radiology.imaging import ImageError
from radiology.packs.contents import FrameFacts, Pack, PackCase, PackHeader, PackRegion, PackSeries
from radiology.packs.images import decode_facts, region_problem
from radiology.packs.manifest import MANIFEST, parse_manifest
from radiology.packs.ordering import natural_key, slice_order
from radiology.packs.problems import PackRefused, Problems
from radiology.packs.sources import PackLimits, Source, open_source
from radiology.packs.tables import CASES, REGIONS, SPLITS, CaseRow, RegionRow, parse_cases, parse_regions
from radiology.packs.warnings import find_warnings


def read_pack(path: Path, *, limits: PackLimits, decode_splits: Set[str] | None = None) -> Pack:
    """The pack in the folder or zip at `path`, checked against everything that PACKS.md refuses.

    Every image of `decode_splits` (None: all) is decoded once, one file at a time; those of other splits
    have to be there but aren't opened. Use the result as a context manager. Raises PackRefused with all
    problems found, and ValueError for a split that there can't be.
    """
    if decode_splits is not None and (unknown := decode_splits - set(SPLITS)):
        raise ValueError(f"not a split: {', '.join(sorted(unknown))}")
    source = open_source(path, limits)
    try:
        return _Reading(source, limits, frozenset(decode_splits or SPLITS)).pack()
    except BaseException:
        source.close()
        raise


class _Reading:
    """One reading of one pack: what was found so far, and what is wrong."""

    def __init__(self, source: Source, limits: PackLimits, splits: frozenset[str]) -> None:
        self.source, self.limits, self.splits = source, limits, splits
        self.names = source.names()
        self.problems = Problems()
        self.used: set[str] = {MANIFEST, CASES, REGIONS}
        self.facts: dict[str, tuple[FrameFacts, ...]] = {}
        self.folders = _folders(self.names)

    def pack(self) -> Pack:
        header = self._manifest()
        rows = self._case_rows()
        cases = [case for row in rows if (case := self._case(row, header)) is not None]
        cases = self._with_regions(cases, header)
        for name in sorted(self.names - self.used, key=natural_key):
            self.problems.add(name, None, "No row names this file.")
        # A split that there can't be is no reason to leave the row's images unlooked at.
        unread = set(SPLITS) - self.splits
        cases = [case if case.split in unread else self._decoded(case) for case in cases]
        self._check_regions(cases)
        self.problems.raise_if_any()
        if header is None:
            raise AssertionError("a pack without a header and without a problem")
        return Pack(
            **{item.name: getattr(header, item.name) for item in fields(PackHeader)},
            cases=tuple(cases),
            warnings=find_warnings(cases, self.facts),
            prevalence=_prevalence(header, cases),
            source=self.source,
            limits=self.limits,
            facts=self.facts,
        )

    def _manifest(self) -> PackHeader | None:
        data = self._table(MANIFEST, required=True)
        return None if data is None else parse_manifest(data, self.problems)

    def _case_rows(self) -> list[CaseRow]:
        data = self._table(CASES, required=True)
        return [] if data is None else parse_cases(data, self.problems)

    def _table(self, name: str, *, required: bool) -> bytes | None:
        if name in self.names:
            return self._read(name, limit=self.limits.max_table_bytes)
        if required:
            self.problems.add(name, None, "The file is missing.")
        return None

    def _read(self, name: str, *, limit: int) -> bytes | None:
        try:
            return self.source.read(name, limit=limit)
        except PackRefused as error:
            for problem in error.problems:
                self.problems.add(problem.file, problem.row, problem.reason)
            return None

    def _case(self, row: CaseRow, header: PackHeader | None) -> PackCase | None:
        series = tuple(
            PackSeries(path, files, view, laterality, months)
            for path, view, laterality, months in zip(
                row.images, row.views, row.lateralities, row.months_before, strict=True
            )
            if (files := self._files(path, row.row))
        )
        if header is not None:
            self._check_findings(row, header)
        if len(series) != len(row.images):
            return None
        values = row.values
        return PackCase(
            case_id=values["case_id"],
            patient_id=values["patient_id"],
            split=values["split"],
            series=series,
            findings=row.findings,
            history=values["history"],
            concepts=row.concepts or row.findings or ("normal",),
            difficulty=values["difficulty"],
            teaching_point=values["teaching_point"],
            references=values["references"],
            acquisition=values["acquisition"],
            pixel_spacing_mm=row.pixel_spacing_mm,
            truth_basis=values["truth_basis"] or (header.truth_basis if header else ""),
            row=row.row,
        )

    def _files(self, path: str, row: int, file: str = CASES) -> tuple[str, ...]:
        """The files that a path means; none, and a problem, where it means nothing."""
        if path.startswith("/") or "\\" in path or ".." in path.split("/"):
            self.problems.add(file, row, f"The path “{path[:200]}” leaves the pack.")
        elif path in (MANIFEST, CASES, REGIONS):
            self.problems.add(file, row, f"“{path}” isn't an image.")
        elif path in self.names:
            self.used.add(path)
            return (path,)
        elif path in self.folders:
            self.used.update(self.folders[path])
            return tuple(sorted(self.folders[path], key=natural_key))
        elif path:
            self.problems.add(file, row, f"There is no file “{path[:200]}” in the pack.")
        return ()

    def _check_findings(self, row: CaseRow, header: PackHeader) -> None:
        known = {finding.key for finding in header.findings}
        for finding in row.findings:
            # Where pack.toml has no findings at all, that has been said once.
            if finding and known and finding not in known:
                self.problems.add(CASES, row.row, f"The finding “{finding[:80]}” isn't in pack.toml.")
        if header.question.kind == "single-choice" and len(row.findings) > 1:
            self.problems.add(CASES, row.row, "A single-choice case has one finding or none.")

    def _with_regions(self, cases: list[PackCase], header: PackHeader | None) -> list[PackCase]:
        data = self._table(REGIONS, required=False)
        found: dict[str, list[PackRegion]] = {}
        by_id = {case.case_id: case for case in cases}
        for row in parse_regions(data, self.problems) if data is not None else []:
            self._take_region(row, by_id, found)
        return [replace(case, regions=tuple(found.get(case.case_id, ()))) for case in cases]

    def _take_region(
        self, row: RegionRow, cases: dict[str, PackCase], found: dict[str, list[PackRegion]]
    ) -> None:
        # Named, whatever else is wrong with the row: the mask is no stray file.
        mask_there = row.mask_path is None or bool(self._files(row.mask_path, row.row, REGIONS))
        case = cases.get(row.case_id)
        if case is None:
            reason = f"There is no case “{row.case_id[:128]}”, or its row has problems."
            self.problems.add(REGIONS, row.row, reason)
        elif row.image not in case.files:
            self.problems.add(REGIONS, row.row, f"The case has no image “{row.image[:200]}”.")
        elif row.finding not in case.findings:
            self.problems.add(REGIONS, row.row, f"The case doesn't have the finding “{row.finding[:80]}”.")
        elif any(row.image in series.files and series.months_before for series in case.series):
            self.problems.add(
                REGIONS, row.row, "The region lies on a prior; the key is of the current examination."
            )
        elif mask_there:
            region = PackRegion(row.image, row.finding, row.shape, row.geometry, row.mask_path, row.row)
            found.setdefault(row.case_id, []).append(region)

    def _decoded(self, case: PackCase) -> PackCase:
        """The case with the slices of its stacks in order, and its files' facts noted."""
        return replace(case, series=tuple(self._decoded_series(case, series) for series in case.series))

    def _decoded_series(self, case: PackCase, series: PackSeries) -> PackSeries:
        sound = True
        for name in series.files:
            if name not in self.facts:
                self.facts[name] = self._facts(name, case.row)
            sound = sound and bool(self.facts[name])
        if not series.is_stack or not sound:
            return series
        return replace(series, files=slice_order(self.source, series.files, self.limits))

    def _facts(self, name: str, row: int) -> tuple[FrameFacts, ...]:
        """The facts of one image file; none, and a problem, for one that can't be taken."""
        try:
            return decode_facts(self.source.read(name, limit=self.limits.images.max_bytes), self.limits)
        except ImageError as error:
            self.problems.add(CASES, row, f"{name}: {error}")
        except PackRefused as error:
            for problem in error.problems:
                self.problems.add(CASES, row, f"{name}: {problem.reason}")
        return ()

    def _check_regions(self, cases: list[PackCase]) -> None:
        for case in cases:
            for region in case.regions:
                facts = self.facts.get(region.image)
                if facts and (reason := region_problem(self.source, region, facts, self.limits)):
                    self.problems.add(REGIONS, region.row, reason)


def _folders(names: frozenset[str]) -> dict[str, list[str]]:
    folders: dict[str, list[str]] = {}
    for name in names:
        folder, slash, _ = name.rpartition("/")
        if slash:
            folders.setdefault(folder, []).append(name)
    return folders


def _prevalence(header: PackHeader, cases: list[PackCase]) -> dict[str, dict[str, float]]:
    shares: dict[str, dict[str, float]] = {}
    for split in SPLITS:
        members = [case for case in cases if case.split == split]
        if members:
            counts = {"abnormal": sum(bool(case.findings) for case in members)}
            for finding in header.findings:
                counts[finding.key] = sum(finding.key in case.findings for case in members)
            shares[split] = {key: count / len(members) for key, count in counts.items()}
    return shares
