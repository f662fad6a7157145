"""Reading cases.csv and regions.csv: columns, rows and values, before any image is looked at."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass

from radiology.packs.problems import Problems
from radiology.packs.text import check_text, split_list
from radiology.regions import SHAPES, RegionError, parse_geometry

CASES, REGIONS = "cases.csv", "regions.csv"
SPLITS = ("practice", "train", "val", "test")
CASE_COLUMNS = (
    "case_id",
    "patient_id",
    "split",
    "images",
    "findings",
    "history",
    "view",
    "laterality",
    "concepts",
    "difficulty",
    "teaching_point",
    "references",
    "acquisition",
    "pixel_spacing_mm",
    "truth_basis",
    "months_before",
)
MOST_MONTHS = 600
REQUIRED_CASE_COLUMNS = CASE_COLUMNS[:4]
REGION_COLUMNS = ("case_id", "image", "finding", "shape", "geometry")
_LONGEST = {
    "case_id": 128,
    "patient_id": 128,
    "view": 500,
    "laterality": 500,
    "difficulty": 64,
    "acquisition": 64,
    "concepts": 1_000,
    "images": 100_000,
    "geometry": 120_000,
    "truth_basis": 1_000,
}


@dataclass(frozen=True)
class CaseRow:
    """A row of cases.csv whose values are sound in themselves; `values` has every column."""

    row: int
    values: dict[str, str]
    images: tuple[str, ...]
    findings: tuple[str, ...]
    concepts: tuple[str, ...]
    views: tuple[str, ...]
    lateralities: tuple[str, ...]
    months_before: tuple[int, ...]
    """Of each image, how long before the current examination it was made; 0 of the current one's."""
    pixel_spacing_mm: float | None


@dataclass(frozen=True)
class RegionRow:
    """A row of regions.csv whose values are sound in themselves; a mask has a path and no geometry."""

    row: int
    case_id: str
    image: str
    finding: str
    shape: str
    geometry: tuple[float, ...]
    mask_path: str | None


def parse_cases(data: bytes, problems: Problems) -> list[CaseRow]:
    """The rows of cases.csv that can be used; everything wrong is added to `problems`."""
    rows: list[CaseRow] = []
    seen: dict[str, int] = {}
    for row, values in _rows(CASES, data, CASE_COLUMNS, REQUIRED_CASE_COLUMNS, problems):
        case_id = values["case_id"]
        if case_id and case_id in seen:
            problems.add(CASES, row, f"The case id “{case_id}” is already in row {seen[case_id]}.")
        seen.setdefault(case_id, row)
        if (parsed := _case_row(row, values, problems)) is not None:
            rows.append(parsed)
    if not seen and not problems:
        problems.add(CASES, None, "The table has no cases.")
    _check_patients(rows, problems)
    return rows


def parse_regions(data: bytes, problems: Problems) -> list[RegionRow]:
    """The rows of regions.csv that can be used; everything wrong is added to `problems`."""
    rows: list[RegionRow] = []
    for row, values in _rows(REGIONS, data, REGION_COLUMNS, REGION_COLUMNS, problems):
        missing = [column for column in REGION_COLUMNS if not values[column]]
        for column in missing:
            problems.add(REGIONS, row, f"“{column}” is empty.")
        if missing:
            continue
        shape, text = values["shape"], values["geometry"]
        geometry: tuple[float, ...] = ()
        if shape not in SHAPES:
            problems.add(REGIONS, row, f"“{shape[:40]}” isn't a shape; shapes are {', '.join(SHAPES)}.")
            continue
        if shape != "mask":
            try:
                geometry = parse_geometry(shape, text)
            except RegionError as error:
                problems.add(REGIONS, row, str(error))
                continue
        mask_path = text if shape == "mask" else None
        rows.append(
            RegionRow(row, values["case_id"], values["image"], values["finding"], shape, geometry, mask_path)
        )
    return rows


def _rows(
    file: str, data: bytes, known: tuple[str, ...], required: tuple[str, ...], problems: Problems
) -> Iterator[tuple[int, dict[str, str]]]:
    """(row, values of every known column) of each row that isn't blank."""
    try:
        # Spreadsheets put a byte order mark before UTF-8.
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        problems.add(file, row, "The text isn't UTF-8.")
        return
    reader = enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1)
    row = 0
    try:
        row, header = next(reader, (1, []))
        columns = [column.strip() for column in header]
        if not _check_columns(file, columns, known, required, problems):
            return
        for row, fields in reader:
            if not any(field.strip() for field in fields):
                continue
            if len(fields) != len(columns):
                reason = f"The row has {len(fields)} fields, the header {len(columns)}."
                problems.add(file, row, reason)
                continue
            given = dict(zip(columns, (field.strip() for field in fields), strict=True))
            yield row, {column: given.get(column, "") for column in known}
    except csv.Error as error:
        problems.add(file, row + 1, f"This isn't valid CSV: {error}.")


def _check_columns(
    file: str, columns: list[str], known: tuple[str, ...], required: tuple[str, ...], problems: Problems
) -> bool:
    sound = True
    for column in dict.fromkeys(columns):
        if column not in known:
            problems.add(file, 1, f"The column “{column[:80]}” isn't known.")
            sound = False
        elif columns.count(column) > 1:
            problems.add(file, 1, f"The column “{column}” is there twice.")
            sound = False
    for column in required:
        if column not in columns:
            problems.add(file, 1, f"The column “{column}” is missing.")
            sound = False
    return sound


def _case_row(row: int, values: dict[str, str], problems: Problems) -> CaseRow | None:
    found = Problems()
    for column in REQUIRED_CASE_COLUMNS:
        if not values[column]:
            found.add(CASES, row, f"“{column}” is empty.")
    for column, value in values.items():
        if reason := check_text(value, longest=_LONGEST.get(column, 20_000)):
            found.add(CASES, row, f"“{column}” {reason}.")
    if values["split"] and values["split"] not in SPLITS:
        found.add(CASES, row, f"“{values['split'][:40]}” isn't a split; splits are {', '.join(SPLITS)}.")
    images = tuple(image.rstrip("/") for image in split_list(values["images"]))
    findings, concepts = split_list(values["findings"]), split_list(values["concepts"])
    for column, parts in (("images", images), ("findings", findings), ("concepts", concepts)):
        _check_parts(row, column, parts, found)
    views = _aligned(row, "view", values["view"], len(images), found)
    lateralities = _aligned(row, "laterality", values["laterality"], len(images), found)
    months = _months_before(row, values["months_before"], len(images), found)
    spacing = _spacing(row, values["pixel_spacing_mm"], found)
    found.into(problems)
    # A row with a flaw still names its files and patient: going on finds the rest of what is wrong.
    if not values["case_id"] or not images:
        return None
    return CaseRow(row, values, images, findings, concepts, views, lateralities, months, spacing)


def _check_parts(row: int, column: str, parts: tuple[str, ...], problems: Problems) -> None:
    if "" in parts:
        problems.add(CASES, row, f"“{column}” has an empty part between its “;”.")
    for part in dict.fromkeys(parts):
        if part and parts.count(part) > 1:
            problems.add(CASES, row, f"“{column}” names “{part[:80]}” twice.")


def _aligned(row: int, column: str, text: str, count: int, problems: Problems) -> tuple[str, ...]:
    parts = split_list(text)
    if not parts:
        return ("",) * count
    if len(parts) != count:
        problems.add(CASES, row, f"“{column}” has {len(parts)} parts, “images” {count}: they have to align.")
        return ("",) * count
    if any(len(part) > 16 for part in parts):
        problems.add(CASES, row, f"“{column}” has a part of more than 16 characters.")
    return parts


def _months_before(row: int, text: str, count: int, problems: Problems) -> tuple[int, ...]:
    parts = _aligned(row, "months_before", text, count, problems)
    if any(part and not (part.isascii() and part.isdigit() and int(part) <= MOST_MONTHS) for part in parts):
        reason = f"“months_before” has to be whole months from 0 to {MOST_MONTHS}; empty is the current examination."
        problems.add(CASES, row, reason)
        return (0,) * count
    months = tuple(int(part or 0) for part in parts)
    if months and all(months):
        problems.add(CASES, row, "Every image is a prior: a case needs one of the current examination.")
    return months


def _spacing(row: int, text: str, problems: Problems) -> float | None:
    if not text:
        return None
    try:
        spacing = float(text)
    except ValueError:
        spacing = math.nan
    if not 0 < spacing < 1_000:
        problems.add(CASES, row, "“pixel_spacing_mm” has to be a number of millimetres above 0.")
        return None
    return spacing


def _check_patients(rows: list[CaseRow], problems: Problems) -> None:
    first: dict[str, CaseRow] = {}
    for row in rows:
        patient, split = row.values["patient_id"], row.values["split"]
        if not patient:
            continue
        other = first.setdefault(patient, row)
        if other.values["split"] != split:
            reason = (
                f"The patient “{patient}” is in the split “{split}” here and in "
                f"“{other.values['split']}” in row {other.row}."
            )
            problems.add(CASES, row.row, reason)
