"""Fitting a one-label network to films in memory: sampling, schedule, weight averaging."""

from __future__ import annotations

import copy
import logging
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Generator, Tensor, nn
from torch.nn import functional

from inference.engine.preprocessing import standardise
from inference.training.augmentation import Strength, augment

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Recipe:
    """What a fit depends on beside its films; `epochs` count as many draws as there are films."""

    size: int
    epochs: int
    batch: int
    peak_rate: float
    weight_decay: float
    average_decay: float
    warmup_steps: int
    seed: int
    strength: Strength


@dataclass(frozen=True)
class TrainingFilms:
    """Films uint8 [N, 1, S, S] and whether each has the finding, bool [N]."""

    films: Tensor
    positive: npt.NDArray[np.bool_]


def balanced_batches(
    positive: npt.NDArray[np.bool_], batch: int, steps: int, rng: np.random.Generator
) -> Iterator[npt.NDArray[np.int64]]:
    """`steps` batches of film numbers, half of each with the finding; a class repeats only when used up."""
    half = batch // 2
    streams = [_endless(np.flatnonzero(positive == wanted), rng) for wanted in (True, False)]
    for _ in range(steps):
        yield np.array([next(stream) for stream in streams for _ in range(half)], dtype=np.int64)


def _endless(members: npt.NDArray[np.int64], rng: np.random.Generator) -> Iterator[int]:
    while True:
        for number in rng.permutation(members):
            yield int(number)


class Schedule(Protocol):
    """What the course of a fit depends on: see `Recipe`, which has it."""

    @property
    def epochs(self) -> int: ...

    @property
    def batch(self) -> int: ...

    @property
    def peak_rate(self) -> float: ...

    @property
    def weight_decay(self) -> float: ...

    @property
    def average_decay(self) -> float: ...

    @property
    def warmup_steps(self) -> int: ...


def rate_at(step: int, steps: int, recipe: Schedule) -> float:
    """The learning rate: a straight rise over `warmup_steps`, then half a cosine to zero."""
    if step < recipe.warmup_steps:
        return recipe.peak_rate * (step + 1) / recipe.warmup_steps
    done = (step - recipe.warmup_steps) / max(steps - recipe.warmup_steps, 1)
    return recipe.peak_rate * 0.5 * (1 + math.cos(math.pi * done))


class WeightAverage:
    """A running average of a network's weights and statistics, the thing that is shipped."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network = copy.deepcopy(network).eval()
        self._decay, self._updates = decay, 0

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        """Move the average towards `network`; early updates count more, so that the start is forgotten."""
        self._updates += 1
        decay = min(self._decay, (1 + self._updates) / (10 + self._updates))
        source = network.state_dict()
        for name, value in self.network.state_dict().items():
            if value.is_floating_point():
                value.lerp_(source[name], 1 - decay)
            else:
                value.copy_(source[name])


def parameter_groups(network: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """Weights that decay (kernels) and those that don't (normalisation, biases), for the optimiser."""
    kernels = [value for value in network.parameters() if value.ndim > 1]
    others = [value for value in network.parameters() if value.ndim <= 1]
    return [{"params": kernels, "weight_decay": weight_decay}, {"params": others, "weight_decay": 0.0}]


def deterministic(seed: int) -> None:
    """Make torch do the same for the same seed, from here on."""
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True)
    # Its safety net, filling every new tensor, costs half the time and changes nothing here.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]


def fast_bfloat16() -> bool:
    """Whether this processor computes in bfloat16; where it has to be emulated a step takes 14 times as long."""
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def precision() -> torch.autocast:
    """The arithmetic of a step: bfloat16 where autocast allows it and the processor has it, else float32."""
    return torch.autocast("cpu", torch.bfloat16, enabled=fast_bfloat16())


def fit(
    network: nn.Module, films: TrainingFilms, recipe: Recipe, *, watch: Callable[[nn.Module], str]
) -> nn.Module:
    """Fit `network` in place and return its weight average; see `optimise`.

    Arithmetic as `precision` says; the same machine and seed give the same weights.
    """
    deterministic(recipe.seed)

    def loss(chosen: npt.NDArray[np.int64], generator: Generator) -> Tensor:
        return _step(network, films, chosen, recipe, generator)

    return optimise(network, network, films.positive, recipe, recipe.seed, loss=loss, watch=watch)


def optimise(
    trained: nn.Module,
    averaged: nn.Module,
    positive: npt.NDArray[np.bool_],
    schedule: Schedule,
    seed: int,
    *,
    loss: Callable[[npt.NDArray[np.int64], Generator], Tensor],
    watch: Callable[[nn.Module], str],
) -> nn.Module:
    """Fit `trained` in place by `loss` of chosen films, and return the weight average of its part `averaged`.

    Half of each batch is `positive`. `watch` is called with the average after each epoch and says something for
    the log; nothing is decided by it.
    """
    generator, rng = Generator().manual_seed(seed), np.random.default_rng(seed)
    trained.train().to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(parameter_groups(trained, schedule.weight_decay), lr=schedule.peak_rate)
    average = WeightAverage(averaged, schedule.average_decay)
    per_epoch = len(positive) // schedule.batch
    steps, started = per_epoch * schedule.epochs, time.monotonic()
    for step, chosen in enumerate(balanced_batches(positive, schedule.batch, steps, rng)):
        for group in optimiser.param_groups:
            group["lr"] = rate_at(step, steps, schedule)
        value = loss(chosen, generator)
        optimiser.zero_grad(set_to_none=True)
        value.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        average.update(averaged)
        if step % 20 == 19:
            spent = time.monotonic() - started
            log.info("step %d of %d, loss %.4f, %.0f s", step + 1, steps, float(value.detach()), spent)
        if (step + 1) % per_epoch == 0:
            log.info("epoch %d: %s", (step + 1) // per_epoch, watch(average.network))
    return average.network


def _step(
    network: nn.Module,
    films: TrainingFilms,
    chosen: npt.NDArray[np.int64],
    recipe: Recipe,
    generator: Generator,
) -> Tensor:
    raw = films.films[torch.from_numpy(chosen)].to(torch.float32)
    batch = standardise(augment(raw, recipe.size, recipe.strength, generator))
    batch = batch.to(memory_format=torch.channels_last)
    wanted = torch.from_numpy(films.positive[chosen]).to(torch.float32)
    with precision():
        logits = network(batch)
    return functional.binary_cross_entropy_with_logits(logits.to(torch.float32)[:, 0], wanted)
