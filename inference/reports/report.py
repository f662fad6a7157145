"""The whole report of a model on one split: gathered in one pass, then again for what costs more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from inference.engine.evaluation import CaseReading, measurable, rounded
from inference.engine.films import open_pack
from inference.engine.runner import Runner
from inference.report_cards.files import SCHEMA
from inference.reports.again import hard_copy_section
from inference.reports.findings import finding_section
from inference.reports.maps import map_section
from inference.reports.subjects import subjects
from inference.reports.unfamiliar import unfamiliar_section
from inference.reports.worst import described, picture, worst_cases
from radiology.packs import Pack

SAMPLE = 100
SEED = 4
# More would be noise, and a report is to stay small.
DIGITS = 4
Say = Callable[[str], None]


@dataclass(frozen=True)
class Wanted:
    """What to measure beside the figures of the split itself."""

    split: str = "test"
    far: Sequence[Path] = ()
    near: Sequence[Path] = ()
    hard_copies: bool = False
    pictures: bool = True
    sample: int = SAMPLE


@dataclass(frozen=True)
class Made:
    """A report as JSON holds it, and its pictures by file name."""

    report: dict[str, Any]
    pictures: dict[str, bytes] = field(default_factory=dict)


def make_report(runner: Runner, path: Path, wanted: Wanted, *, say: Say) -> Made:
    """Everything `model_report` writes. Raises PackRefused, ValueError for an unknown split, NothingToMeasure."""
    with open_pack(path, wanted.split) as pack:
        labels, readings = measurable(
            runner, pack, wanted.split, progress=lambda at, of: say(f"{at} of {of} cases")
        )
        report = _head(runner, pack, wanted, readings)
        report["findings"] = {label: _finding(runner, pack, readings, label, wanted, say) for label in labels}
        report["unfamiliar"] = unfamiliar_section(
            runner, pack, readings, labels, far=wanted.far, near=wanted.near, seed=SEED, say=say
        )
        report["hard_copies"] = (
            hard_copy_section(runner, pack, readings, labels, seed=SEED, say=say)
            if wanted.hard_copies
            else None
        )
        report["worst"], pictures = _worst(runner, pack, readings, labels, wanted)
    return Made(rounded(report, DIGITS), pictures)


def _head(runner: Runner, pack: Pack, wanted: Wanted, readings: Sequence[CaseReading]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "model": runner.info.key,
        "title": runner.info.title,
        "model_version": runner.info.version,
        "model_sha256": runner.info.sha256,
        "pack": {
            "key": pack.key,
            "version": pack.version,
            "title": pack.title,
            "simulated": pack.simulated,
            "truth_basis": pack.truth_basis,
            "caveat": pack.caveat,
            "licence": asdict(pack.licence),
        },
        "split": wanted.split,
        "n": len(readings),
        "n_images": sum(len(one.images) for one in readings),
        "n_patients": len({one.case.patient_id for one in readings}),
        "labels": {one.key: one.label for one in pack.findings},
        "sample": wanted.sample,
    }


def _finding(
    runner: Runner, pack: Pack, readings: Sequence[CaseReading], label: str, wanted: Wanted, say: Say
) -> dict[str, Any]:
    threshold = runner.info.thresholds[label]
    chosen = subjects(pack, readings, label, threshold, wanted.sample)
    figures = finding_section(readings, label, threshold)
    return figures | {"heatmaps": map_section(runner, readings, chosen, label, seed=SEED, say=say)}


def _worst(
    runner: Runner, pack: Pack, readings: Sequence[CaseReading], labels: Sequence[str], wanted: Wanted
) -> tuple[list[dict[str, Any]], dict[str, bytes]]:
    pictures: dict[str, bytes] = {}
    said = []
    for one in worst_cases(readings, {label: runner.info.thresholds[label] for label in labels}):
        told = described(one) | {"picture": None, "pixel_sha256": None}
        if wanted.pictures:
            data, film = picture(runner, pack, one)
            pictures[one.name] = data
            told |= {"picture": one.name, "pixel_sha256": film.sha256, "size": list(film.pixels.shape[::-1])}
        said.append(told)
    return said, pictures
