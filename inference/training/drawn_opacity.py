"""How `drawn-opacity` was made: `python -m inference.training.drawn_opacity --out DIR --seed 0`.

1. Draw pictures for the splits `train`, `val` and `test`; none of them is a demo case.
2. Fit a small CNN, from random weights, to `train`.
3. On `val` only: temperature and offset, operating threshold, out-of-distribution thresholds, map reference.
4. Write float16 weights, load them through the engine that ships, measure `val` and `test`, write the card.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from inference.engine.adapters.small_cnn import STRIDE, SmallCNN
from inference.engine.films import films_of_split, open_pack
from inference.engine.preprocessing import letterbox_film, to_input
from inference.engine.runner import Runner, load_runner
from inference.registry import ENTRIES, RegisteredModel
from inference.simulation.drawn.pack import write_splits
from inference.simulation.drawn.pictures import DIFFICULTIES, FINDING, LOOK_ALIKES, OPACITIES
from inference.training import card
from inference.training.augmentation import Strength
from inference.training.finishing import Labelled, draft_info, finish
from inference.training.fitting import Recipe, TrainingFilms, fit
from radiology.statistics import roc_auc, wilson

log = logging.getLogger(__name__)

KEY = "drawn-opacity"
TITLE = "Opacities in drawn chest pictures"
POPULATION = "no patients: schematic chest pictures drawn by inference/simulation, half with an opacity"
INPUT_SIZE = 128
COUNTS = {"train": 2400, "val": 600, "test": 600}
THREADS = 1


def recipe(seed: int) -> Recipe:
    """The numbers that made the shipped weights (seed 0)."""
    return Recipe(
        size=INPUT_SIZE,
        epochs=8,
        batch=32,
        peak_rate=3e-3,
        weight_decay=0.02,
        average_decay=0.98,
        warmup_steps=40,
        seed=seed,
        strength=Strength(
            smallest_crop=0.85,
            aspect=1.08,
            rotation_degrees=4.0,
            zoom_out=1.04,
            brightness=0.15,
            contrast=0.2,
            gamma=0.15,
            equalise_chance=0.0,
            erase_chance=0.0,
            border_chance=0.0,
        ),
    )


def displayed(pack_path: Path, split: str) -> Labelled:
    """A split's pictures as the engine gets them, with their labels."""
    with open_pack(pack_path, split) as pack:
        films = list(films_of_split(pack, split))
    positive = np.array([FINDING in film.findings for film in films], dtype=np.bool_)
    return Labelled.one_film_a_case([film.pixels for film in films], positive)


def fit_network(train: Labelled, val: Labelled, seed: int) -> dict[str, Tensor]:
    """The fitted weights, averaged; two minutes on one core."""
    squares = [letterbox_film(film, INPUT_SIZE)[0].round().clamp(0, 255) for film in train.films]
    films = torch.stack(squares)[:, None].to(torch.uint8)
    inputs, _ = to_input(val.films, INPUT_SIZE)

    @torch.no_grad()
    def watch(network: nn.Module) -> str:
        logits = torch.cat([network(batch)[:, 0] for batch in torch.split(inputs, 50)])
        return f"ROC area on val {roc_auc(logits.numpy(), val.positive[:, 0]):.4f}"

    torch.manual_seed(seed)
    network = SmallCNN(labels=1)
    return dict(
        fit(network, TrainingFilms(films, train.positive[:, 0]), recipe(seed), watch=watch).state_dict()
    )


def finish_and_describe(pack: Path, out: Path, fitted: dict[str, Tensor], seed: int) -> None:
    """Steps 3 and 4 of the recipe: the float16 file and its card, in `out`."""
    splits = {split: displayed(pack, split) for split in COUNTS}
    draft_model = RegisteredModel(
        entry=ENTRIES[KEY],
        info=draft_info(KEY, TITLE, (FINDING,), INPUT_SIZE),
        weights=out / f"{KEY}.safetensors",
    )
    weights, (threshold,) = finish(draft_model, fitted, splits["train"].films, splits["val"])
    draft_model.weights.write_bytes(weights)
    described = card.draft(
        key=KEY, title=TITLE, thresholds={FINDING: threshold}, size=INPUT_SIZE, weights=weights
    )
    card.write_card(described, out / f"{KEY}.json")
    runner = load_runner(KEY, out)
    counts = {
        split: {"n": len(held.films), "n_positive": int(held.positive.sum())}
        for split, held in splits.items()
    }
    with open_pack(pack, "val") as header:
        described["data"] = card.data_section(header, POPULATION, counts)
    described |= what_it_is(runner, threshold)
    described["figures"] = card.figures(runner, pack, ("val", "test"))
    described["called_present"] = called_by_difficulty(runner, pack)
    described["out_of_distribution"] = card.unfamiliar_section(runner, splits["test"], seed)
    described["known_failures"] = known_failures(described)
    command = f"python -m inference.training.drawn_opacity --out DIR --seed {seed}"
    described["training"] = card.training_section(command, recipe(seed), "random weights")
    card.write_card(described, out / f"{KEY}.json")


def called_by_difficulty(runner: Runner, pack_path: Path) -> dict[str, Any]:
    """Shares of test pictures that are called present, by difficulty and by what is drawn, with intervals."""
    with open_pack(pack_path, "test") as pack:
        films = list(films_of_split(pack, "test"))
        cases = pack.split_cases("test")
    opinions = runner.read([film.pixels for film in films], heatmaps=False)
    called = np.array([one.findings[0].present for one in opinions])
    groups = np.array([(case.concepts[0], case.difficulty) for case in cases])

    def share(chosen: npt.NDArray[np.bool_]) -> dict[str, float]:
        return asdict(wilson(int(called[chosen].sum()), int(chosen.sum())))

    return {
        str(kind): {grade: share((groups == (kind, grade)).all(axis=1)) for grade in DIFFICULTIES}
        | {"all": share(groups[:, 0] == kind)}
        for kind in np.unique(groups[:, 0])
    }


def what_it_is(runner: Runner, threshold: float) -> dict[str, Any]:
    """The parts of the card that say what the model is and how it decides."""
    model, cells = runner.model, INPUT_SIZE // STRIDE
    return {
        "architecture": "seven 3 × 3 convolutions, a logit at each place, places pooled by log mean exponential",
        "intended_use": "Showing how Second Read works, on drawn pictures only. Never for a film of a patient.",
        "operating_point": {
            "threshold": threshold,
            "how": "the threshold at which sensitivity and specificity on the validation pictures differ least",
        },
        "calibration": {
            "method": "temperature and offset by least cross-entropy on validation pictures",
            "temperature": float(model.calibration.temperature[0]),
            "offset": float(model.calibration.offset[0]),
            "prevalence": "one half, that of the validation pictures",
            "ece": "15 equal-mass bins, under figures",
        },
        "heatmap": {
            "method": f"Grad-CAM on the last feature grid, {cells} × {cells} cells over the picture",
            "full_strength": "the median map maximum of the validation pictures with an opacity",
            "validated": "pointing game and overlap with the drawn regions, under figures",
        },
    }


def known_failures(described: dict[str, Any]) -> list[str]:
    """Plain limits, and failures with the numbers they were measured with."""
    test, called = described["figures"]["test"], described["called_present"]
    missed = {kind: 1 - called[kind]["hard"]["value"] for kind in OPACITIES}
    alarms = {kind: called[kind]["all"]["value"] for kind in (*LOOK_ALIKES, "normal")}
    return [
        "It knows drawings by one program. On a real film its answer means nothing.",
        f"Of the hard test pictures it misses {missed['round-opacity']:.0%} of the round opacities and "
        f"{missed['patchy-opacity']:.0%} of the patchy ones.",
        f"False alarms on test pictures without an opacity: {alarms['nipple-shadow']:.0%} of those with nipple "
        f"shadows, {alarms['crossing-ribs']:.0%} with crossing ribs, {alarms['lead']:.0%} with electrodes, "
        f"{alarms['normal']:.0%} with none of these.",
        f"In {1 - test['pointing_game']['value']:.0%} of the test pictures with an opacity the heatmap's peak "
        "lies beside it.",
    ]


def main(arguments: list[str] | None = None) -> int:
    """Run the recipe; 0 done, 2 usage."""
    parser = argparse.ArgumentParser(prog="python -m inference.training.drawn_opacity", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the weights and the card")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pack", type=Path, help="keep the drawn splits here, or take them from here")
    parser.add_argument("--fitted", type=Path, help="keep the float32 weights here, or take them from here")
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(message)s")
    torch.set_num_threads(THREADS)
    chosen.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        pack = chosen.pack or Path(folder) / "drawn-splits"
        if not pack.exists():
            write_splits(pack, seed=chosen.seed, counts=COUNTS)
        log.info("pictures in %s", pack)
        if chosen.fitted is not None and chosen.fitted.exists():
            fitted = load_file(chosen.fitted)
        else:
            fitted = fit_network(displayed(pack, "train"), displayed(pack, "val"), chosen.seed)
        if chosen.fitted is not None:
            save_file({name: value.contiguous() for name, value in fitted.items()}, chosen.fitted)
        finish_and_describe(pack, chosen.out, fitted, chosen.seed)
    log.info("wrote %s", chosen.out / f"{KEY}.json")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
