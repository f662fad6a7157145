"""Measuring a model on one split of a pack: what `evaluate_model` prints and the model's card states."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from inference.contracts import PRIMARY_METHOD, case_flagged, case_ood_score
from inference.engine.films import LabelledFilm, films_of_case, open_pack
from inference.engine.placing import Placed, place_maps
from inference.engine.runner import BATCH, Runner
from inference.results import EngineOpinion
from radiology.packs import Pack, PackCase
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
_T = TypeVar("_T")
Progress = Callable[[int, int], None]


class NothingToMeasure(Exception):
    """The pack and the model have nothing in common, or the split is empty. One clear sentence."""


@dataclass(frozen=True)
class ImageReading:
    """One image of a case: what identifies its pixels, and the probability of each finding."""

    sha256: str
    probabilities: dict[str, float]


@dataclass(frozen=True)
class CaseReading:
    """A model's reading of a case: per finding the highest probability of its images, and the maps' places.

    `ood_score` is the mean of its images' scores, None for a model without a guard.
    """

    case: PackCase
    images: tuple[ImageReading, ...]
    probabilities: dict[str, float]
    ood_score: float | None
    flagged: bool
    declined: bool
    placed: dict[str, list[Placed]]

    @property
    def findings(self) -> frozenset[str]:
        """The findings that the key says are there."""
        return frozenset(self.case.findings)

    def deciding(self, finding: str) -> int:
        """The position of the image that decides (ADR 8): the first of those with the highest probability."""
        return max(range(len(self.images)), key=lambda at: self.images[at].probabilities[finding])


def evaluate(
    runner: Runner, path: Path, split: str, *, batch: int = BATCH, progress: Progress | None = None
) -> dict[str, Any]:
    """The model's figures on one split of the pack at `path`, as the JSON of `evaluate_model`.

    A figure that the split doesn't define (one class only, no regions) is None. Cases that the model would
    decline count with the probability it computed. Raises PackRefused, ValueError for an unknown split,
    and NothingToMeasure.
    """
    with open_pack(path, split) as pack:
        wanted, readings = measurable(runner, pack, split, batch=batch, progress=progress)
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


def measurable(
    runner: Runner, pack: Pack, split: str, *, batch: int = BATCH, progress: Progress | None = None
) -> tuple[list[str], list[CaseReading]]:
    """The findings that model and pack have in common, and every case of the split read. Raises NothingToMeasure."""
    known = {one.key for one in pack.findings}
    labels = [label for label in runner.info.labels if label in known]
    if not labels:
        raise NothingToMeasure(
            f"The pack “{pack.key}” has none of the findings of “{runner.info.key}”: "
            f"{', '.join(runner.info.labels)}."
        )
    readings = list(read_cases(runner, pack, split, batch=batch, progress=progress))
    if not readings:
        raise NothingToMeasure(f"The pack “{pack.key}” has no case in its split “{split}”.")
    return labels, readings


def read_cases(
    runner: Runner,
    pack: Pack,
    split: str,
    *,
    cases: Sequence[PackCase] | None = None,
    batch: int = BATCH,
    progress: Progress | None = None,
) -> Iterator[CaseReading]:
    """Every case of a split in order, or of `cases` where they are given; films of several share a batch."""
    chosen = pack.split_cases(split) if cases is None else cases
    level = runner.info.heatmap_level
    for done, group in enumerate(_groups(iter(chosen), batch)):
        films = [list(films_of_case(pack, case)) for case in group]
        flat = [film.pixels for of_case in films for film in of_case]
        opinions = iter(runner.read(flat, batch=batch, heatmaps=any(case.regions for case in group)))
        for case, of_case in zip(group, films, strict=True):
            own = list(islice(opinions, len(of_case)))
            placed: dict[str, list[Placed]] = {}
            for film, opinion in zip(of_case, own, strict=True):
                for finding, places in place_maps(pack, case, film, opinion.heatmaps, level).items():
                    placed.setdefault(finding, []).extend(places)
            yield case_reading(case, of_case, own, placed)
        if progress is not None:
            progress(min((done + 1) * batch, len(chosen)), len(chosen))


def case_reading(
    case: PackCase,
    films: Sequence[LabelledFilm],
    opinions: Sequence[EngineOpinion],
    placed: dict[str, list[Placed]],
) -> CaseReading:
    """What the opinions on a case's films, in the same order, come to for the case."""
    images = tuple(
        ImageReading(film.sha256, {one.finding: one.probability for one in opinion.findings})
        for film, opinion in zip(films, opinions, strict=True)
    )
    best: dict[str, float] = {}
    for image in images:
        for finding, probability in image.probabilities.items():
            best[finding] = max(best.get(finding, 0.0), probability)
    scores = [opinion.ood_score for opinion in opinions]
    return CaseReading(
        case=case,
        images=images,
        probabilities=best,
        ood_score=case_ood_score(scores),
        flagged=case_flagged(scores),
        declined=all(opinion.declined for opinion in opinions),
        placed=placed,
    )


def finding_figures(readings: Sequence[CaseReading], label: str, threshold: float) -> dict[str, Any]:
    """ROC area, sensitivity, specificity (95 % intervals), Brier score, calibration and place of one finding.

    Place is of the primary method's maps, on every image that shows the finding.
    """
    scores, truth = scores_and_truth(readings, label)
    maps = [one for reading in readings for one in reading.placed.get(label, [])]
    placed = [one.map for one in maps if one.method == PRIMARY_METHOD]
    return {
        **decisions(scores, truth, threshold),
        "threshold": threshold,
        "brier": brier(scores, truth),
        "ece": expected_calibration_error(scores, truth),
        "pointing_game": interval_or_none(lambda: wilson(sum(one.inside for one in placed), len(placed))),
        "iou": float(np.mean([one.overlap for one in placed])) if placed else None,
    }


def scores_and_truth(readings: Sequence[CaseReading], label: str) -> tuple[list[float], list[bool]]:
    """Each case's probability of a finding, and whether the key says that it is there."""
    scores = [reading.probabilities[label] for reading in readings]
    return scores, [label in reading.findings for reading in readings]


def decisions(scores: Sequence[float], truth: Sequence[bool], threshold: float) -> dict[str, Any]:
    """ROC area (DeLong), sensitivity and specificity (Wilson), cases taken as independent."""
    table = confusion([score >= threshold for score in scores], truth)
    return {
        "n_positive": sum(truth),
        "roc_auc": interval_or_none(lambda: roc_auc_delong(scores, truth)),
        "sensitivity": interval_or_none(table.sensitivity),
        "specificity": interval_or_none(table.specificity),
    }


def rounded(value: Any, digits: int) -> Any:
    """Figures as a JSON file keeps them: floats at any depth to so many digits, tuples as lists."""
    if isinstance(value, dict):
        return {name: rounded(one, digits) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(one, digits) for one in value]
    return round(value, digits) if isinstance(value, float) else value


def interval_or_none(compute: Callable[[], Interval]) -> dict[str, float] | None:
    """An interval as the JSON has it, None where the data don't define it."""
    try:
        return {name: float(value) for name, value in asdict(compute()).items()}
    except UndefinedStatistic:
        return None


def _groups(items: Iterator[_T], size: int) -> Iterator[list[_T]]:
    while group := list(islice(items, size)):
        yield group
