"""The network of places: its two ways to normalise, and what they do to random weights."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from inference.engine.adapters.places_cnn import STRIDE, PlacesCNN, build

SIDE = 64


def films(count: int = 6) -> Tensor:
    """Films whose left half is busier than their right."""
    noise = torch.randn(count, 1, SIDE, SIDE, generator=torch.Generator().manual_seed(1))
    noise[..., SIDE // 2 :] *= 0.2
    return noise


@pytest.mark.parametrize("groups", [0, 8])
def test_a_place_is_a_cell_of_the_grid(groups: int) -> None:
    network = build(labels=2, groups=groups)
    assert not network.training
    with torch.no_grad():
        grid = network.features(films())
        assert network.places(grid).shape == (6, 2, SIDE // STRIDE, SIDE // STRIDE)
        assert torch.equal(network(films()), network.classify(grid))


def test_films_normalised_by_themselves_answer_alike_in_any_company() -> None:
    torch.manual_seed(0)
    network = PlacesCNN(labels=1, groups=8).train()
    network.dropout.p = 0.0
    with torch.no_grad():
        alone, together = network(films()[:1]), network(films())[:1]
        assert alone == pytest.approx(together, abs=1e-5)
        batch = PlacesCNN(labels=1).train()
        batch.dropout.p = 0.0
        assert (batch(films()[:1]) - batch(films())[:1]).abs().item() > 1e-3


def answers_everywhere_alike(network: PlacesCNN) -> bool:
    """Whether weights made random deep in a network leave the same features at every place of a film."""
    generator = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for name, values in network.named_parameters():
            if name.startswith("stem") and values.ndim == 4:
                # Random kernels without the mean that the statistics of the normalisation were gathered with.
                values.copy_(torch.randn(values.shape, generator=generator) * 1e-3)
        grid = network.features(films())
    return bool((grid.amax(dim=(2, 3)) - grid.amin(dim=(2, 3))).max() < 1e-2)


def test_random_kernels_leave_a_network_alive_where_films_are_normalised_by_themselves() -> None:
    torch.manual_seed(0)
    assert not answers_everywhere_alike(PlacesCNN(labels=1, groups=8).eval())
    assert answers_everywhere_alike(PlacesCNN(labels=1).eval())
