"""How `cxr-pneumonia` was made: `python -m inference.training.cxr_pneumonia --packs DIR --out DIR --seed 0`.

1. Fit EfficientNet-Lite0, started from ImageNet, to the `train` split.
2. On `val` only: temperature and offset, operating threshold, out-of-distribution thresholds, map reference.
3. Write float16 weights, load them through the engine that ships, measure `val` and `test`, write the card.
"""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from inference.engine.adapters.efficientnet_lite import EfficientNetLite0
from inference.engine.films import films_of_split, open_pack
from inference.engine.preprocessing import letterbox_film, to_input
from inference.training.augmentation import Strength
from inference.training.fitting import Recipe, TrainingFilms, fit
from inference.training.imagenet_start import load_imagenet
from radiology.statistics import roc_auc

log = logging.getLogger(__name__)

KEY = "cxr-pneumonia"
PACK = "paediatric-cxr"
FINDING = "pneumonia"
INPUT_SIZE = 192
OUTPUT_STRIDE = 16
# Films are kept at the pack's own 224 pixels, so that crops are cut from all there is.
CACHE_SIZE = 224
THREADS = 2


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
    log.info("fitted weights in %s: %d tensors", fitted, len(load_file(fitted)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
