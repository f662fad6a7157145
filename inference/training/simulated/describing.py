"""The card of a model of simulated patients: figures measured with the weights that ship."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from inference.engine.evaluation import CaseReading, read_cases
from inference.engine.films import open_pack
from inference.engine.runner import Runner
from inference.simulation import kinds
from inference.simulation.cases import CLEAR, GRADES, Modality
from inference.training import card
from inference.training.finishing import Labelled
from inference.training.simulated.recipes import SimulatedRecipe
from radiology.statistics import wilson

COMMAND = "python -m inference.training.simulated"
FITTED_BEFORE = (
    "random weights, fitted in an earlier run, perhaps to an earlier drawing of these patients; calibration, "
    "thresholds and figures are of this one"
)
# A look-alike that is called present in this share of its cases is named on the card.
_OFTEN = 0.2


def described(
    recipe: SimulatedRecipe,
    modality: Modality,
    runner: Runner,
    pack: Path,
    splits: Mapping[str, Labelled],
    *,
    seed: int,
    weights: bytes,
    again: bool = False,
) -> dict[str, Any]:
    """The whole card, from the shipped weights and the pack of training patients; `again`: an earlier run fitted."""
    counts = {
        split: {"n": len(held.of_cases()), "n_positive": int(held.of_cases().any(axis=1).sum())}
        for split, held in splits.items()
    }
    made = card.draft(
        key=recipe.key,
        title=recipe.title,
        thresholds=runner.info.thresholds,
        size=recipe.size,
        weights=weights,
    )
    made["data"] = card.data_section(
        modality.header, "no patients: simulated by this product's own code, half with a finding", counts
    )
    made |= what_it_is(runner, recipe)
    made["figures"] = card.figures(runner, pack, ("val", "test"))
    made["called_present"] = called_by_concept(runner, pack)
    made["out_of_distribution"] = card.unfamiliar_section(runner, thinned(splits["test"]), seed)
    made["known_failures"] = known_failures(made, recipe)
    made["training"] = card.training_section(
        f"{COMMAND} {recipe.key} --out DIR --seed {seed}",
        recipe,
        FITTED_BEFORE if again else "random weights",
    )
    return made


def thinned(held: Labelled, most: int = 400) -> Labelled:
    """At most about `most` of the films, evenly spread: neighbouring slices of a stack say the same."""
    step = max(1, -(-len(held.films) // most))
    return Labelled(held.films[::step], held.positive[::step], held.cases[::step])


def what_it_is(runner: Runner, recipe: SimulatedRecipe) -> dict[str, Any]:
    """The parts of the card that say what the model is and how it decides."""
    cells, calibration = recipe.size // 8, runner.model.calibration
    return {
        "architecture": "a residual CNN with dilated blocks, a logit for each finding at each place of "
        f"{cells} × {cells}, places pooled by log mean exponential",
        "intended_use": "Education with simulated patients only. Never for a patient.",
        "operating_point": {
            "threshold": dict(runner.info.thresholds),
            "how": "for each finding the threshold at which sensitivity and specificity on the validation "
            "cases differ least; a case's probability is the highest of its images",
        },
        "calibration": {
            "method": "temperature and offset by least cross-entropy on validation cases",
            "temperature": calibration.temperature.tolist(),
            "offset": calibration.offset.tolist(),
            "prevalence": "that of the validation cases",
            "ece": "15 equal-mass bins, under figures",
        },
        "heatmap": {
            "method": f"Grad-CAM on the last feature grid, {cells} × {cells} cells over the image",
            "full_strength": "the median map maximum of the validation images with the finding",
            "validated": "pointing game and overlap with the exact regions, under figures",
        },
    }


def called_by_concept(runner: Runner, pack_path: Path) -> dict[str, Any]:
    """Shares of test cases in which anything is called present, by concept and grade, with intervals."""
    with open_pack(pack_path, "test") as pack:
        readings = list(read_cases(runner, pack, "test"))
        groups = [(case.concepts[0], case.difficulty.partition(":")[0]) for case in pack.split_cases("test")]
    thresholds = runner.info.thresholds
    called = np.array([_called(one, thresholds) for one in readings])
    concepts, grades = np.array([one for one, _ in groups]), np.array([two for _, two in groups])
    found: dict[str, Any] = {}
    for concept in sorted(set(concepts)):
        chosen = concepts == concept
        by_grade = {grade: chosen & (grades == grade) for grade in GRADES}
        found[str(concept)] = {"all": asdict(wilson(int(called[chosen].sum()), int(chosen.sum())))} | {
            grade: asdict(wilson(int(called[held].sum()), int(held.sum())))
            for grade, held in by_grade.items()
            if held.any()
        }
    return found


def _called(reading: CaseReading, thresholds: Mapping[str, float]) -> bool:
    return any(reading.probabilities[label] >= threshold for label, threshold in thresholds.items())


def known_failures(made: Mapping[str, Any], recipe: SimulatedRecipe) -> list[str]:
    """Plain limits, and failures with the numbers they were measured with."""
    called = made["called_present"]
    test = made["figures"]["test"]
    figures = test.get("findings", {recipe.key: test})
    overlooked = {name: 1 - one["sensitivity"]["value"] for name, one in figures.items()}
    beside = {name: 1 - one["pointing_game"]["value"] for name, one in figures.items()}
    said = [
        "It knows simulated patients by one program. On a real image its answer means nothing.",
        "It reads one image at a time: it can't compare views, slices or sides.",
    ]
    if len(figures) == 1:
        (missed,), (aside,) = overlooked.values(), beside.values()
        said.append(f"Of the test cases with the finding, from obvious to hidden, it misses {missed:.0%}.")
        said.append(f"On {aside:.0%} of the test images with the finding the heatmap's peak lies beside it.")
    else:
        for name, missed in overlooked.items():
            said.append(
                f"It misses {missed:.0%} of the test cases with {name}; on {beside[name]:.0%} of the images "
                "with it the heatmap's peak lies beside it."
            )
    if CLEAR in called:
        said.append(
            f"It calls something present in {called[CLEAR]['all']['value']:.0%} of the test cases with "
            "neither finding nor look-alike."
        )
    alike = {
        name: called[name]["all"]["value"]
        for name in kinds.find(recipe.kind).look_alikes
        if name in called and called[name]["all"]["value"] >= _OFTEN
    }
    if alike:
        shares = ", ".join(
            f"{name.replace('-', ' ')} ({alike[name]:.0%})"
            for name in sorted(alike, key=lambda one: -alike[one])
        )
        said.append(f"It takes look-alikes for a finding: of the test cases with them it calls {shares}.")
    return [*said, *recipe.known_failures]
