"""The heatmap figures of one finding, method by method, each beside the centred blob."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from inference.engine.evaluation import CaseReading, interval_or_none
from inference.engine.faithfulness import Areas, Randomised, perturbation_areas, randomisation
from inference.engine.placing import Placed, centred_blob
from inference.engine.runner import Runner
from inference.reports.findings import repeats_patients
from inference.reports.resampling import mean_by_patient
from inference.reports.subjects import Subject
from radiology.regions import MapGrade
from radiology.statistics import wilson

# This project's own bound: above it a map still resembles the one that it should have lost.
PASSES_BELOW = 0.3


def map_section(
    runner: Runner,
    readings: Sequence[CaseReading],
    chosen: Sequence[Subject],
    label: str,
    *,
    seed: int,
    say: Callable[[str], None],
) -> dict[str, Any]:
    """Per method: place on cases and images, deletion and insertion, randomisation. Empty without any map."""
    faithful = _faithful(runner, chosen, label, seed, say)
    say(f"randomising weights, {len(chosen)} films")
    films, findings = [one.film.pixels for one in chosen], [one.finding for one in chosen]
    random = randomisation(runner, films, findings, seed=seed)
    with_place = {one.method for reading in readings for one in reading.placed.get(label, [])}
    threshold = runner.info.thresholds[label]
    return {
        method: {
            "level": runner.info.heatmap_level,
            "place": _place(readings, label, method, threshold) if method in with_place else None,
            "faithfulness": _areas_figures(chosen, faithful[method]) if method in faithful else None,
            "randomisation": _random_figures(random[method]) if method in random else None,
        }
        for method in sorted(with_place | set(faithful) | set(random))
    }


def _place(readings: Sequence[CaseReading], label: str, method: str, threshold: float) -> dict[str, Any]:
    """The pointing game by case (ADR 8: on the image that decides) and by image, IoU and energy by image."""
    cases = [one for one in readings if any(map_.method == method for map_ in one.placed.get(label, []))]
    detected = [one for one in cases if one.probabilities[label] >= threshold]
    held = [(one, map_) for one in cases for map_ in one.placed[label] if map_.method == method]
    patients = [one.case.patient_id for one, _ in held]
    maps = [map_ for _, map_ in held]
    return {
        "of_all": _pointing(cases, label, method),
        "of_detected": _pointing(detected, label, method),
        "n_images": len(maps),
        "pointing_on_images": _beside_blob(patients, maps, lambda met: float(met.inside)),
        "energy": _beside_blob(patients, maps, lambda met: met.energy),
        "iou": _beside_blob(patients, maps, lambda met: met.overlap),
    }


def _pointing(cases: Sequence[CaseReading], label: str, method: str) -> dict[str, Any]:
    places = [_on_deciding_image(one, label, method) for one in cases]
    patients = [one.case.patient_id for one in cases]
    hits = [one is not None and one.map.inside for one in places]
    blob = [one is not None and one.blob.inside for one in places]
    centre = [one is not None and one.image_centre for one in places]
    gain = [float(a) - float(b) for a, b in zip(hits, blob, strict=True)]
    over_centre = [float(a) - float(b) for a, b in zip(hits, centre, strict=True)]
    return {
        "n": len(cases),
        "map": _share(cases, hits),
        "blob": _share(cases, blob),
        "image_centre": _share(cases, centre),
        "gain": interval_or_none(lambda: mean_by_patient(patients, gain)),
        "gain_over_image_centre": interval_or_none(lambda: mean_by_patient(patients, over_centre)),
    }


def _share(cases: Sequence[CaseReading], hits: Sequence[bool]) -> dict[str, float] | None:
    if repeats_patients(cases):
        patients = [one.case.patient_id for one in cases]
        return interval_or_none(lambda: mean_by_patient(patients, [float(one) for one in hits]))
    return interval_or_none(lambda: wilson(sum(hits), len(hits)))


def _on_deciding_image(reading: CaseReading, label: str, method: str) -> Placed | None:
    """The map that the AI would show; None where its image has no region of the finding, which is a miss."""
    at = reading.deciding(label)
    for one in reading.placed.get(label, []):
        if (one.method, one.position) == (method, at):
            return one
    return None


def _beside_blob(
    patients: Sequence[str], maps: Sequence[Placed], value: Callable[[MapGrade], float]
) -> dict[str, Any]:
    own, blind = [value(one.map) for one in maps], [value(one.blob) for one in maps]
    return _paired(patients, own, blind, sign=1.0)


def _paired(
    patients: Sequence[str], own: Sequence[float], blind: Sequence[float], *, sign: float
) -> dict[str, Any]:
    """Two means and the gain of the first over the second, in the direction that is good (`sign`)."""
    gain = [sign * (a - b) for a, b in zip(own, blind, strict=True)]
    return {
        "map": interval_or_none(lambda: mean_by_patient(patients, own)),
        "blob": interval_or_none(lambda: mean_by_patient(patients, blind)),
        "gain": interval_or_none(lambda: mean_by_patient(patients, gain)),
    }


def _faithful(
    runner: Runner, chosen: Sequence[Subject], label: str, seed: int, say: Callable[[str], None]
) -> dict[str, list[tuple[Areas, Areas]]]:
    """Per method each subject's areas, and those of the blob on the same film."""
    index = runner.info.labels.index(label)
    found: dict[str, list[tuple[Areas, Areas]]] = {}
    for number, subject in enumerate(chosen):
        film = subject.film.pixels
        (opinion,) = runner.read([film])
        maps = {one.method: one.values for one in opinion.heatmaps if one.finding == label}
        *own, blob = perturbation_areas(
            runner, film, index, [*maps.values(), centred_blob(film)], seed=seed + number
        )
        for method, areas in zip(maps, own, strict=True):
            found.setdefault(method, []).append((areas, blob))
        if not (number + 1) % 10:
            say(f"deletion and insertion, {number + 1} of {len(chosen)} films")
    return found


def _areas_figures(chosen: Sequence[Subject], pairs: Sequence[tuple[Areas, Areas]]) -> dict[str, Any]:
    patients = [one.reading.case.patient_id for one in chosen]
    own, blob = [one for one, _ in pairs], [two for _, two in pairs]
    return {
        "n": len(pairs),
        "deletion": _paired(
            patients, [one.deletion for one in own], [one.deletion for one in blob], sign=-1.0
        ),
        "insertion": _paired(
            patients, [one.insertion for one in own], [one.insertion for one in blob], sign=1.0
        ),
    }


def _random_figures(stages: Sequence[Randomised]) -> dict[str, Any]:
    """The mean over all stages decides. The blob's maps never depend on weights: its correlation is 1."""
    mean = float(np.mean([stage.spearman.mean() for stage in stages]))
    return {
        "n": len(stages[0].spearman),
        "mean": mean,
        "passes": mean < PASSES_BELOW,
        "passes_below": PASSES_BELOW,
        "blob": 1.0,
        "stages": [
            {
                "layers": stage.layers,
                "spearman": float(stage.spearman.mean()),
                "constant": float(stage.constant.mean()),
            }
            for stage in stages
        ],
    }
