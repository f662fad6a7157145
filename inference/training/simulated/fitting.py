"""Fitting a network to films whose findings are known place by place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import torch
from torch import Generator, Tensor, nn
from torch.nn import functional

from inference.engine.adapters.places_cnn import STRIDE, PlacesCNN
from inference.engine.preprocessing import standardise
from inference.training.fitting import deterministic, optimise, precision
from inference.training.simulated.films import PlacedFilms
from inference.training.simulated.recipes import SimulatedRecipe

# A cell counts as holding a finding from this share on; what is covered less says neither yes nor no.
_COVERED = 0.25
_HEAVIEST = 30.0
_FARTHEST_SHIFT = 3
# Grey value above which a cell isn't the empty space around a patient.
_TISSUE = 8
_ROUND_A_FINDING = 0.8


class _Supervised(nn.Module):
    """A network with one more offset per label for its places: a place and a whole film differ in prevalence."""

    def __init__(self, network: PlacesCNN, labels: int) -> None:
        super().__init__()
        self.network = network
        self.offset = nn.Parameter(torch.zeros(labels, 1, 1))

    def forward(self, films: Tensor) -> tuple[Tensor, Tensor]:
        places = self.network.places(self.network.features(films))
        return self.network.pool(places), places + self.offset


def fit_places(
    films: PlacedFilms,
    recipe: SimulatedRecipe,
    seed: int,
    *,
    watch: Callable[[nn.Module], str],
    options: Mapping[str, int] = MappingProxyType({}),
    start: Mapping[str, Tensor] | None = None,
) -> PlacesCNN:
    """Fit a network and return its weight average; the same machine and seed give the same weights.

    `options` are those that `inference.registry` builds the network with; it is fresh, or has the weights `start`.
    """
    deterministic(seed)
    labels = films.covered.shape[1]
    network = PlacesCNN(labels=labels, **options)
    if start is not None:
        network.load_state_dict(start)
    model = _Supervised(network, labels)
    positive: npt.NDArray[np.bool_] = np.asarray(films.labelled.positive.any(axis=1))

    def loss(chosen: npt.NDArray[np.int64], generator: Generator) -> Tensor:
        return _loss(model, films, torch.from_numpy(chosen), recipe, generator)

    averaged = optimise(model, model.network, positive, recipe, seed, loss=loss, watch=watch)
    if not isinstance(averaged, PlacesCNN):
        raise TypeError("the average of a network is of its kind")
    return averaged


def _loss(
    model: nn.Module, films: PlacedFilms, chosen: Tensor, recipe: SimulatedRecipe, generator: Generator
) -> Tensor:
    raw, covered = films.films[chosen], films.covered[chosen].to(torch.float32)
    present = torch.from_numpy(films.labelled.positive)[chosen].to(torch.float32)
    if recipe.window:
        raw, covered = cut(raw, covered, recipe.window, generator)
        present = (covered.amax(dim=(2, 3)) >= _COVERED).to(torch.float32)
    raw, covered = moved(raw.to(torch.float32), covered, generator)
    batch = standardise(toned(raw, generator)).contiguous(memory_format=torch.channels_last)
    with precision():
        whole, places = model(batch)
    whole_loss = functional.binary_cross_entropy_with_logits(whole.to(torch.float32), present)
    return whole_loss + recipe.place_weight * _place_loss(places.to(torch.float32), covered)


def _place_loss(places: Tensor, covered: Tensor) -> Tensor:
    """Cross-entropy over cells; the few with a finding count as much together as the many without, to a limit."""
    held, empty = covered >= _COVERED, covered == 0
    # A finding smaller than a cell still has one: the cell it covers most.
    highest = covered.amax(dim=(2, 3), keepdim=True)
    held = held | ((covered == highest) & (highest > 0))
    ratio = (empty.sum() / held.sum().clamp(min=1)).clamp(max=_HEAVIEST)
    weight = held * ratio + empty
    each = functional.binary_cross_entropy_with_logits(places, held.to(torch.float32), reduction="none")
    return (each * weight).sum() / weight.sum().clamp(min=1)


def cut(films: Tensor, covered: Tensor, side: int, generator: Generator) -> tuple[Tensor, Tensor]:
    """A window of `side` pixels of each film uint8 [N, 1, S, S], and its cells of `covered` [N, L, S/8, S/8].

    It lies round a cell with a finding four times in five where there is one, and else round any cell with tissue.
    """
    cells, last = side // STRIDE, films.shape[-1] // STRIDE - side // STRIDE
    tissue = functional.max_pool2d(films.to(torch.float32), STRIDE)[:, 0] > _TISSUE
    held = covered.amax(dim=1) > 0
    windows = []
    for film in range(len(films)):
        usable = torch.nonzero(tissue[film])
        found = torch.nonzero(held[film])
        if len(found) and torch.rand((), generator=generator) < _ROUND_A_FINDING:
            usable = found
        if not len(usable):
            usable = torch.zeros(1, 2, dtype=torch.long)
        place = usable[int(torch.randint(len(usable), (), generator=generator))]
        inside = torch.randint(cells // 8, cells - cells // 8, (2,), generator=generator)
        windows.append([int(one) for one in (place - inside).clamp(0, last)])
    pixels = [
        film[:, row * STRIDE :, column * STRIDE :][:, :side, :side]
        for film, (row, column) in zip(films, windows, strict=True)
    ]
    kept = [
        one[:, row : row + cells, column : column + cells]
        for one, (row, column) in zip(covered, windows, strict=True)
    ]
    return torch.stack(pixels), torch.stack(kept)


def moved(films: Tensor, covered: Tensor, generator: Generator) -> tuple[Tensor, Tensor]:
    """Films [N, 1, S, S] and their cells, each batch mirrored or not and shifted by whole cells together."""
    if torch.rand((), generator=generator) < 0.5:
        films, covered = films.flip(-1), covered.flip(-1)
    down, right = (
        int(torch.randint(-_FARTHEST_SHIFT, _FARTHEST_SHIFT + 1, (), generator=generator)) for _ in range(2)
    )
    return _shifted(films, down * STRIDE, right * STRIDE), _shifted(covered, down, right)


def _shifted(values: Tensor, down: int, right: int) -> Tensor:
    shifted = functional.pad(values, (max(right, 0), max(-right, 0), max(down, 0), max(-down, 0)))
    height, width = values.shape[-2:]
    top, left = max(-down, 0), max(-right, 0)
    return shifted[..., top : top + height, left : left + width]


def toned(films: Tensor, generator: Generator) -> Tensor:
    """Films 0 … 255 with a brightness, contrast and gamma of their own."""
    count = len(films)

    def drawn(low: float, high: float) -> Tensor:
        return (torch.rand(count, generator=generator) * (high - low) + low)[:, None, None, None]

    gamma = torch.exp(drawn(-0.15, 0.15))
    bent = (films / 255).clamp(min=1e-6) ** gamma * 255
    middle = bent.mean(dim=(2, 3), keepdim=True)
    return ((bent - middle) * drawn(0.85, 1.18) + middle + drawn(-18, 18)).clamp(0, 255)
