"""The recipe of a model of simulated patients.

1. Simulate patients for the splits `train`, `val` and `test`; none of them is a practice case.
2. Fit a small CNN, from random weights, to the films of `train` and to where their findings are.
3. On `val` only: temperature and offset, operating thresholds, out-of-distribution thresholds, map references.
4. Write float16 weights, load them through the engine that ships, measure `val` and `test`, write the card.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from inference.engine.preprocessing import standardise
from inference.engine.runner import load_runner
from inference.registry import ENTRIES, RegisteredModel
from inference.simulation import kinds
from inference.simulation.packs import write_splits
from inference.training import card
from inference.training.finishing import Labelled, draft_info, finish
from inference.training.simulated.describing import described
from inference.training.simulated.films import PlacedFilms, placed_films
from inference.training.simulated.fitting import fit_places
from inference.training.simulated.recipes import RECIPES, SimulatedRecipe
from inference.training.simulated.tagging import tag_following
from radiology.statistics import UndefinedStatistic, roc_auc

log = logging.getLogger(__name__)


def fit(
    train: PlacedFilms,
    val: PlacedFilms,
    recipe: SimulatedRecipe,
    seed: int,
    start: Mapping[str, Tensor] | None = None,
) -> dict[str, Tensor]:
    """The fitted weights, averaged, from random ones or from `start`."""

    @torch.no_grad()
    def watch(network: nn.Module) -> str:
        network.eval()
        parts = [network(standardise(part.to(torch.float32))) for part in torch.split(val.films, 32)]
        scores = val.labelled.highest(torch.cat(parts).double().numpy())
        truth = val.labelled.of_cases()
        areas = [_area(scores[:, one], truth[:, one]) for one in range(truth.shape[1])]
        return f"ROC areas of val cases {', '.join(areas)}"

    options = ENTRIES[recipe.key].options
    return dict(fit_places(train, recipe, seed, watch=watch, options=options, start=start).state_dict())


def fitted_to_the_end(
    train: PlacedFilms, val: PlacedFilms, recipe: SimulatedRecipe, seed: int
) -> dict[str, Tensor]:
    """The fitted weights; where the recipe says so, after a second course from where the first one ended."""
    weights = fit(train, val, recipe, seed)
    return weights if not recipe.again_epochs else fit(train, val, recipe.again(), seed + 1, weights)


def _area(scores: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_]) -> str:
    try:
        return f"{roc_auc(scores, truth):.3f}"
    except UndefinedStatistic:
        return "undefined"


def fitted_to(recipe: SimulatedRecipe) -> tuple[str, ...]:
    """The findings that the network is fitted to."""
    return recipe.looks_for or tuple(finding.key for finding in kinds.find(recipe.kind).header.findings)


def films_by_split(recipe: SimulatedRecipe, pack: Path, seed: int) -> dict[str, PlacedFilms]:
    """The films of each split; only those that the network learns from are chosen or tagged."""
    labels, found = fitted_to(recipe), {}
    for split in recipe.counts:
        learned = split != "test"
        tag = tag_following(labels, recipe.tag_follows, seed) if recipe.tag_follows and learned else None
        scanner = recipe.scanner if learned else ""
        found[split] = placed_films(pack, split, labels, recipe.size, scanner=scanner, change=tag)
    return found


def answered(held: Labelled, kept: list[int]) -> Labelled:
    """The same films with only those findings that the shipped model answers for."""
    return replace(held, positive=held.positive[:, kept])


def finish_and_describe(
    recipe: SimulatedRecipe,
    pack: Path,
    out: Path,
    fitted: dict[str, Tensor],
    splits: dict[str, Labelled],
    seed: int,
    *,
    again: bool,
) -> None:
    """Steps 3 and 4 of the recipe: the float16 file and its card, in `out`; `again` where an earlier run fitted."""
    modality = kinds.find(recipe.kind)
    labels = recipe.answers or fitted_to(recipe)
    model = RegisteredModel(
        entry=ENTRIES[recipe.key],
        info=draft_info(recipe.key, recipe.title, labels, recipe.size),
        weights=out / f"{recipe.key}.safetensors",
    )
    weights, thresholds = finish(model, fitted, splits["train"].films, splits["val"])
    model.weights.write_bytes(weights)
    path = out / f"{recipe.key}.json"
    draft = card.draft(
        key=recipe.key,
        title=recipe.title,
        thresholds=dict(zip(labels, thresholds, strict=True)),
        size=recipe.size,
        weights=weights,
    )
    card.write_card(draft, path)
    runner = load_runner(recipe.key, out)
    told = described(recipe, modality, runner, pack, splits, seed=seed, weights=weights, again=again)
    card.write_card(told, path)


def main(arguments: list[str] | None = None) -> int:
    """Run the recipe; 0 done, 2 usage."""
    parser = argparse.ArgumentParser(prog="python -m inference.training.simulated", description=__doc__)
    parser.add_argument("key", choices=sorted(RECIPES))
    parser.add_argument("--out", type=Path, required=True, help="folder for the weights and the card")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pack", type=Path, help="keep the simulated splits here, or take them from here")
    parser.add_argument("--fitted", type=Path, help="keep the float32 weights here, or take them from here")
    parser.add_argument("--only-draw", action="store_true", help="simulate the patients, and stop")
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(message)s")
    torch.set_num_threads(os.cpu_count() or 1)
    recipe = RECIPES[chosen.key]
    chosen.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        pack = chosen.pack or Path(folder) / f"{recipe.kind}-splits"
        if not pack.exists():
            write_splits(kinds.find(recipe.kind), pack, seed=chosen.seed, counts=recipe.counts)
        log.info("patients in %s", pack)
        if chosen.only_draw:
            return 0
        labels = fitted_to(recipe)
        films = films_by_split(recipe, pack, chosen.seed)
        again = chosen.fitted is not None and chosen.fitted.exists()
        fitted = (
            load_file(chosen.fitted)
            if again
            else fitted_to_the_end(films["train"], films["val"], recipe, chosen.seed)
        )
        if chosen.fitted is not None:
            save_file({name: value.contiguous() for name, value in fitted.items()}, chosen.fitted)
        kept = [place for place, label in enumerate(labels) if label in (recipe.answers or labels)]
        splits = {split: answered(held.labelled, kept) for split, held in films.items()}
        for name in ("classifier.weight", "classifier.bias"):
            fitted[name] = fitted[name][kept]
        finish_and_describe(recipe, pack, chosen.out, fitted, splits, chosen.seed, again=again)
    log.info("wrote %s", chosen.out / f"{recipe.key}.json")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
