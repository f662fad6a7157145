"""Measuring a model on one split of a pack: what `evaluate_model` prints and the model's card states."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from inference.contracts import case_flagged
from inference.engine.films import LabelledFilm, films_of_case, open_pack
from inference.engine.runner import BATCH, Runner
from inference.results import EngineHeatmap
from radiology.packs import Pack, PackCase, PackRegion
from radiology.regions import Region, contains, iou, rasterise
from radiology.statistics import (
    Interval,
    UndefinedStatistic,
    brier,
    confusion,
    expected_calibration_error,
    roc_auc_delong,
    wilson,
)

SCHEMA = "second-read/evaluation/1"
# A map's own highest value times this bounds the region it is taken to mark, unless the card states another.
DEFAULT_MAP_LEVEL = 0.5
_T = TypeVar("_T")
Progress = Callable[[int, int], None]


class NothingToMeasure(Exception):
    """The pack and the model have nothing in common, or the split is empty. One clear sentence."""


@dataclass(frozen=True)
class Placed:
    """How one map met the regions of its finding on its image."""

    hit: bool
    overlap: float


@dataclass(frozen=True)
class CaseReading:
    """A model's reading of a case: per finding the highest probability of its images, and the maps' places."""

    findings: frozenset[str]
    probabilities: dict[str, float]
    flagged: bool
    declined: bool
    placed: dict[str, list[Placed]]


def evaluate(
    runner: Runner, path: Path, split: str, *, batch: int = BATCH, progress: Progress | None = None
) -> dict[str, Any]:
    """The model's figures on one split of the pack at `path`, as the JSON of `evaluate_model`.

    A figure that the split doesn't define (one class only, no regions) is None. Cases that the model would
    decline count with the probability it computed. Raises PackRefused, ValueError for an unknown split,
    and NothingToMeasure.
    """
    with open_pack(path, split) as pack:
        wanted = tuple(label for label in runner.info.labels if label in {one.key for one in pack.findings})
        if not wanted:
            raise NothingToMeasure(
                f"The pack “{pack.key}” has none of the findings of “{runner.info.key}”: "
                f"{', '.join(runner.info.labels)}."
            )
        readings = list(read_cases(runner, pack, split, batch=batch, progress=progress))
        if not readings:
            raise NothingToMeasure(f"The pack “{pack.key}” has no case in its split “{split}”.")
        head: dict[str, Any] = {
            "schema": SCHEMA,
            "model": runner.info.key,
            "model_sha256": runner.info.sha256,
            "pack": pack.key,
            "split": split,
            "n": len(readings),
        }
    figures = {label: finding_figures(readings, label, runner.info.thresholds[label]) for label in wanted}
    shared: dict[str, Any] = {
        "n_flagged": sum(reading.flagged for reading in readings),
        "n_declined": sum(reading.declined for reading in readings),
    }
    if len(figures) == 1:
        return head | figures[wanted[0]] | shared
    return head | shared | {"findings": figures}


def read_cases(
    runner: Runner, pack: Pack, split: str, *, batch: int = BATCH, progress: Progress | None = None
) -> Iterator[CaseReading]:
    """Every case of a split in order; films of several cases share a batch."""
    cases = pack.split_cases(split)
    for done, group in enumerate(_groups(iter(cases), batch)):
        films = [list(films_of_case(pack, case)) for case in group]
        flat = [film.pixels for of_case in films for film in of_case]
        opinions = iter(runner.read(flat, batch=batch, heatmaps=any(case.regions for case in group)))
        level = float(runner.info.card.get("heatmap_level", DEFAULT_MAP_LEVEL))
        for case, of_case in zip(group, films, strict=True):
            own = list(islice(opinions, len(of_case)))
            placed: dict[str, list[Placed]] = {}
            for film, opinion in zip(of_case, own, strict=True):
                _place_maps(pack, case, film, opinion.heatmaps, level, placed)
            best: dict[str, float] = {}
            for one in (one for opinion in own for one in opinion.findings):
                best[one.finding] = max(best.get(one.finding, 0.0), one.probability)
            yield CaseReading(
                findings=frozenset(case.findings),
                probabilities=best,
                flagged=case_flagged([opinion.ood_score for opinion in own]),
                declined=all(opinion.declined for opinion in own),
                placed=placed,
            )
        if progress is not None:
            progress(min((done + 1) * batch, len(cases)), len(cases))


def finding_figures(readings: Sequence[CaseReading], label: str, threshold: float) -> dict[str, Any]:
    """ROC area, sensitivity, specificity (95 % intervals), Brier score, calibration and place of one finding."""
    truth = [label in reading.findings for reading in readings]
    scores = [reading.probabilities[label] for reading in readings]
    table = confusion([score >= threshold for score in scores], truth)
    placed = [one for reading in readings for one in reading.placed.get(label, [])]
    return {
        "n_positive": sum(truth),
        "roc_auc": _interval(lambda: roc_auc_delong(scores, truth)),
        "sensitivity": _interval(table.sensitivity),
        "specificity": _interval(table.specificity),
        "threshold": threshold,
        "brier": brier(scores, truth),
        "ece": expected_calibration_error(scores, truth),
        "pointing_game": _interval(lambda: wilson(sum(one.hit for one in placed), len(placed))),
        "iou": float(np.mean([one.overlap for one in placed])) if placed else None,
    }


def _interval(compute: Callable[[], Interval]) -> dict[str, float] | None:
    try:
        return {name: float(value) for name, value in asdict(compute()).items()}
    except UndefinedStatistic:
        return None


def _place_maps(
    pack: Pack,
    case: PackCase,
    film: LabelledFilm,
    maps: Sequence[EngineHeatmap],
    level: float,
    placed: dict[str, list[Placed]],
) -> None:
    height, width = film.pixels.shape
    for one in maps:
        regions = [
            _region(pack, region)
            for region in case.regions
            if (region.image, region.finding) == (film.image, one.finding)
        ]
        if not regions:
            continue
        truth = np.zeros((height, width), dtype=np.bool_)
        for region in regions:
            truth |= rasterise(region, width, height)
        marked = _enlarged(one.values, width, height) >= level * max(float(one.values.max()), 1e-12)
        hit = any(contains(region, one.peak_x, one.peak_y) for region in regions)
        placed.setdefault(one.finding, []).append(Placed(hit, iou(marked, truth)))


def _region(pack: Pack, region: PackRegion) -> Region:
    mask = pack.mask(region.mask_path) if region.mask_path is not None else None
    return Region(region.shape, region.geometry, mask)


def _enlarged(values: npt.NDArray[np.float32], width: int, height: int) -> npt.NDArray[np.float32]:
    resized = functional.interpolate(
        torch.from_numpy(values)[None, None], (height, width), mode="bilinear", align_corners=False
    )
    result: npt.NDArray[np.float32] = resized[0, 0].numpy()
    return result


def _groups(items: Iterator[_T], size: int) -> Iterator[list[_T]]:
    while group := list(islice(items, size)):
        yield group
