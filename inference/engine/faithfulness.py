"""Whether a map says what the network uses: deletion and insertion, and maps of networks with random weights.

Deletion and insertion after Petsiuk et al. 2018; randomisation cascading from the classifier after Adebayo et
al. 2018.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from inference.engine.geometry import FloatMap
from inference.engine.loading import ClassifierNetwork
from inference.engine.perturb import area, blurred, flat, order_of, stages
from inference.engine.preprocessing import Film
from inference.engine.runner import Runner

STEPS = 12
BLOCKS = 6
# One random classifier can resemble the trained one by chance: films are shared out among several draws.
DRAWS = 5


@dataclass(frozen=True)
class Areas:
    """Mean probability 0 … 1 while a map's pixels are taken away (low is good), and given back (high is good)."""

    deletion: float
    insertion: float


@dataclass(frozen=True)
class Randomised:
    """One stage of the cascade: Spearman per film [N] of maps before and after, and which were constant [N].

    A pair with a constant map counts as 1, a failure: nothing shows that it depends on the weights.
    """

    layers: str
    spearman: npt.NDArray[np.float64]
    constant: npt.NDArray[np.bool_]


def perturbation_areas(
    runner: Runner, film: Film, label: int, maps: Sequence[FloatMap], *, seed: int, steps: int = STEPS
) -> list[Areas]:
    """Deletion and insertion areas of each map over one film [h, w], for the probability of label number `label`.

    Deletion replaces pixels by the film's mean grey, insertion starts from the blurred film.
    """
    inputs, (box,) = runner.prepare([film])
    whole = inputs[0]
    found = []
    for values in maps:
        order = order_of(values, box, np.random.default_rng(seed))
        taken = _probabilities(runner, stages(whole, flat(whole, order), order, steps), label)
        given = _probabilities(runner, stages(blurred(whole), whole, order, steps), label)
        found.append(Areas(area(taken), area(given)))
    return found


def randomisation(
    runner: Runner, films: Sequence[Film], findings: Sequence[str], *, seed: int, blocks: int = BLOCKS
) -> dict[str, list[Randomised]]:
    """Per method, how maps of films change as weights are made random from the classifier down to the first layer.

    `findings` names each film's finding whose map is judged. Weights of one tensor are drawn from a normal
    distribution of the tensor's own spread; stages are cumulative.
    """
    draws = [
        _cascaded(runner, films[at::DRAWS], findings[at::DRAWS], seed=seed + at, blocks=blocks)
        for at in range(min(DRAWS, len(films)))
    ]
    return {
        method: [_joined(stage) for stage in zip(*(draw[method] for draw in draws), strict=True)]
        for method in (draws[0] if draws else {})
    }


def _cascaded(
    runner: Runner, films: Sequence[Film], findings: Sequence[str], *, seed: int, blocks: int
) -> dict[str, list[Randomised]]:
    before = _maps(runner, films, findings)
    network = copy.deepcopy(runner.model.module)
    random = Runner(replace(runner.model, network=cast(ClassifierNetwork, network)))
    generator = torch.Generator().manual_seed(seed)
    found: dict[str, list[Randomised]] = {method: [] for method in before}
    for layers in _cascade(network, blocks):
        for _, layer in layers:
            _randomise(layer, generator)
        after = _maps(random, films, findings)
        name = layers[0][0] if len(layers) == 1 else f"{layers[-1][0]} … {layers[0][0]}"
        for method, maps in before.items():
            found[method].append(_compared(name, maps, after[method]))
    return found


def _joined(parts: Sequence[Randomised]) -> Randomised:
    return Randomised(
        parts[0].layers,
        np.concatenate([one.spearman for one in parts]),
        np.concatenate([one.constant for one in parts]),
    )


def spearman(first: FloatMap, second: FloatMap) -> float | None:
    """Spearman's rank correlation of two maps' absolute values; None where one is constant."""
    ranks = [_ranks(np.abs(values).ravel()) for values in (first, second)]
    if any(np.ptp(one) == 0 for one in ranks):
        return None
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def _compared(name: str, before: Sequence[FloatMap], after: Sequence[FloatMap]) -> Randomised:
    found = [spearman(one, two) for one, two in zip(before, after, strict=True)]
    return Randomised(
        name,
        np.array([1.0 if value is None else value for value in found]),
        np.array([value is None for value in found]),
    )


def _ranks(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Ranks of values, ties sharing their mean rank."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: npt.NDArray[np.float64] = (last - (counts - 1) / 2)[inverse]
    return ranks


@torch.no_grad()
def _probabilities(runner: Runner, inputs: Tensor, label: int) -> Tensor:
    network = runner.model.network
    logits = network.classify(network.features(inputs.contiguous(memory_format=torch.channels_last)))
    return runner.model.calibration.probabilities(logits)[:, label]


def _maps(runner: Runner, films: Sequence[Film], findings: Sequence[str]) -> dict[str, list[FloatMap]]:
    found: dict[str, list[FloatMap]] = {}
    for opinion, finding in zip(runner.read(films), findings, strict=True):
        for one in opinion.heatmaps:
            if one.finding == finding:
                found.setdefault(one.method, []).append(one.values)
    return found


def _cascade(network: nn.Module, blocks: int) -> list[list[tuple[str, nn.Module]]]:
    """Layers with weights from the last to the first: the classifier alone, then the rest in equal groups.

    An adapter registers its layers in the order in which a film meets them.
    """
    layers = [(name, module) for name, module in network.named_modules() if _own_weights(module)][::-1]
    rest = [list(group) for group in np.array_split(np.arange(1, len(layers)), max(blocks - 1, 1))]
    return [layers[:1], *([layers[at] for at in group] for group in rest if group)]


def _own_weights(module: nn.Module) -> bool:
    return next(module.parameters(recurse=False), None) is not None


def _randomise(layer: nn.Module, generator: torch.Generator) -> None:
    for values in layer.parameters(recurse=False):
        spread = float(values.detach().std(correction=0)) if values.numel() > 1 else 0.0
        drawn = torch.randn(values.shape, generator=generator) * (
            spread or float(values.detach().abs().mean())
        )
        # A normalisation's scales stand around 1, and around 0 it would only switch channels off.
        offset = float(values.detach().mean()) if isinstance(layer, nn.BatchNorm2d | nn.GroupNorm) else 0.0
        values.data.copy_(drawn + offset)
