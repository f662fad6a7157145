"""Training on simulated patients: films know where their findings are, and what moves moves together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from inference.engine.adapters.places_cnn import STRIDE, PlacesCNN, build
from inference.simulation import kinds
from inference.simulation.packs import write_splits
from inference.training.finishing import Labelled
from inference.training.simulated.describing import thinned
from inference.training.simulated.films import placed_films
from inference.training.simulated.fitting import fit_places, moved, toned
from inference.training.simulated.recipes import RECIPES, SimulatedRecipe
from tests.inference.simulation.toy import MODALITY, RADIUS, SIDE

TOY = SimulatedRecipe(
    key="toy",
    kind="toy",
    title="Toys",
    size=SIDE,
    epochs=2,
    counts={"train": 24},
    batch=8,
    warmup_steps=2,
)


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(kinds.KINDS, "toy", "tests.inference.simulation.toy")
    write_splits(MODALITY, tmp_path / "toys", seed=0, counts=TOY.counts, processes=1)
    return tmp_path / "toys"


def test_every_recipe_is_of_a_kind_there_is() -> None:
    for key, recipe in RECIPES.items():
        assert recipe.key == key
        assert recipe.kind in kinds.KINDS
        assert recipe.size % STRIDE == 0
        assert set(recipe.counts) == {"train", "val", "test"}


def test_films_know_where_their_findings_are(pack: Path) -> None:
    films = placed_films(pack, "train", ("lump",), SIDE)
    assert films.films.shape == (24, 1, SIDE, SIDE)
    assert films.covered.shape == (24, 1, SIDE // STRIDE, SIDE // STRIDE)
    area = films.covered.sum(dim=(1, 2, 3)) * STRIDE**2
    present = films.labelled.positive[:, 0]
    assert present.sum() == 12
    assert np.allclose(area[torch.from_numpy(present)], np.pi * RADIUS**2, rtol=0.15)
    assert (area[torch.from_numpy(~present)] == 0).all()


def test_a_case_has_what_any_of_its_films_has() -> None:
    positive = np.array([[False], [True], [False], [False]])
    held = Labelled([np.zeros((2, 2), np.uint8)] * 4, positive, np.array([0, 0, 1, 1]))
    assert held.of_cases().tolist() == [[True], [False]]
    values = np.array([[0.1], [0.9], [0.4], [0.2]])
    assert held.highest(values).tolist() == [[0.9], [0.4]]
    assert held.mean(values[:, 0]).tolist() == pytest.approx([0.5, 0.3])
    assert len(thinned(held, 2).films) == 2


def test_films_and_places_move_together() -> None:
    films = torch.zeros(1, 1, SIDE, SIDE)
    films[0, 0, 24:32, 16:24] = 200
    covered = torch.nn.functional.avg_pool2d(films, STRIDE) / 200
    for seed in range(20):
        generator = torch.Generator().manual_seed(seed)
        shown, places = moved(films, covered, generator)
        assert torch.equal(torch.nn.functional.avg_pool2d(shown, STRIDE) / 200, places)


def test_tones_stay_greys() -> None:
    shown = toned(torch.rand(6, 1, 32, 32) * 255, torch.Generator().manual_seed(0))
    assert shown.min() >= 0 and shown.max() <= 255


def test_the_same_seed_fits_the_same_network(pack: Path) -> None:
    films = placed_films(pack, "train", ("lump",), SIDE)
    first, again = (fit_places(films, TOY, 0, watch=lambda network: "") for _ in range(2))
    for one, two in zip(first.state_dict().values(), again.state_dict().values(), strict=True):
        assert torch.equal(one, two)


def test_the_network_answers_at_every_place() -> None:
    network = build(labels=3)
    assert isinstance(network, PlacesCNN) and not network.training
    grid = network.features(torch.zeros(2, 1, 128, 128))
    assert grid.shape == (2, 64, 16, 16)
    assert network.places(grid).shape == (2, 3, 16, 16)
    # Pooling lies between the mean and the highest place.
    places = torch.randn(2, 3, 16, 16, generator=torch.Generator().manual_seed(1))
    pooled, flat = network.pool(places), places.flatten(2)
    assert (pooled <= flat.amax(dim=2)).all() and (pooled >= flat.mean(dim=2)).all()
