"""Reading a split's cases again after every film was changed: hard copies, films turned, inverted or cut."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from inference.engine.evaluation import CaseReading, case_reading, scores_and_truth
from inference.engine.films import films_of_case
from inference.engine.hard_copies import HARD_COPIES, Change, hardened
from inference.engine.runner import Runner
from inference.reports.findings import clustered_figures, decision_figures, repeats_patients
from inference.reports.subjects import spread
from radiology.packs import Pack
from radiology.statistics import expected_calibration_error

MOST_FILMS = 2000


def affordable(readings: Sequence[CaseReading], films: int = MOST_FILMS) -> list[CaseReading]:
    """Cases evenly spread over the split, so many that they have about `films` images."""
    images = sum(len(one.images) for one in readings)
    return spread(readings, max(round(len(readings) * min(films / images, 1.0)), 1)) if images else []


def read_changed(
    runner: Runner,
    pack: Pack,
    readings: Sequence[CaseReading],
    changes: Mapping[str, Change],
    *,
    seed: int,
    say: Callable[[str], None],
) -> dict[str, list[CaseReading]]:
    """The cases read again under each change; all films of a case are changed alike."""
    found: dict[str, list[CaseReading]] = {name: [] for name in changes}
    for number, reading in enumerate(readings):
        films = list(films_of_case(pack, reading.case))
        for which, (name, change) in enumerate(changes.items()):
            changed = [change(film.pixels, np.random.default_rng([seed, number, which])) for film in films]
            opinions = runner.read(changed, heatmaps=False)
            found[name].append(case_reading(reading.case, films, opinions, {}))
        if not (number + 1) % 50:
            say(f"changed films, {number + 1} of {len(readings)} cases")
    return found


def hard_copy_section(
    runner: Runner,
    pack: Pack,
    readings: Sequence[CaseReading],
    labels: Sequence[str],
    *,
    seed: int,
    say: Callable[[str], None],
) -> dict[str, Any]:
    """Per finding the decision figures and calibration of the films as they are and of each kind of hard copy."""
    chosen = affordable(readings)
    changes = HARD_COPIES | {"several at once": hardened}
    copies = {"as they are": chosen} | read_changed(runner, pack, chosen, changes, seed=seed, say=say)
    figures = clustered_figures if repeats_patients(chosen) else decision_figures
    return {
        label: [
            {"copy": name.replace("_", " ")}
            | figures(held, label, runner.info.thresholds[label])
            | {"ece": _calibration_error(held, label)}
            for name, held in copies.items()
        ]
        for label in labels
    }


def _calibration_error(readings: Sequence[CaseReading], label: str) -> float:
    return expected_calibration_error(*scores_and_truth(readings, label))
