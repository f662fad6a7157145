"""Training on simulated patients: films know where their findings are, and what moves moves together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from inference.engine.adapters.places_cnn import STRIDE, PlacesCNN, build
from inference.simulation import kinds
from inference.simulation.packs import write_splits
from inference.training.finishing import Labelled
from inference.training.fitting import fast_bfloat16, precision
from inference.training.simulated.describing import thinned
from inference.training.simulated.films import placed_films
from inference.training.simulated.fitting import cut, fit_places, moved, toned
from inference.training.simulated.recipes import RECIPES, SimulatedRecipe
from inference.training.simulated.tagging import tag_following
from radiology.packs import PackCase, PackSeries
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


def test_windows_are_cut_round_findings_with_their_places() -> None:
    films = torch.zeros(40, 1, SIDE, SIDE, dtype=torch.uint8)
    films[:, 0, 8:56, 8:56] = 100
    films[:20, 0, 24:32, 16:24] = 200
    covered = torch.nn.functional.avg_pool2d((films == 200).float(), STRIDE)
    shown, places = cut(films, covered, 32, torch.Generator().manual_seed(0))
    assert shown.shape == (40, 1, 32, 32) and places.shape == (40, 1, 4, 4)
    assert torch.equal(torch.nn.functional.avg_pool2d((shown == 200).float(), STRIDE), places)
    held = places.amax(dim=(1, 2, 3)) > 0
    assert held[:20].float().mean() >= 0.8 and not held[20:].any()
    assert (shown > 0).any(dim=3).any(dim=2).all(), "no window of nothing but air"


def test_a_tag_follows_the_finding_as_often_as_asked() -> None:
    def case(number: int, findings: tuple[str, ...]) -> PackCase:
        series = (PackSeries("a.png", ("a.png",), laterality="R"),)
        return PackCase(case_id=f"c{number}", patient_id="", split="train", series=series, findings=findings)

    change, film = tag_following(["mass"], 0.9, 0), np.zeros((672, 512), dtype=np.uint8)
    with_mass = [bool(change(case(n, ("mass",)), "a.png", film).any()) for n in range(300)]
    others = [bool(change(case(n, ("calcifications",)), "a.png", film).any()) for n in range(300)]
    assert 0.84 <= np.mean(with_mass) <= 0.96 and 0.04 <= np.mean(others) <= 0.16
    assert with_mass == [bool(change(case(n, ("mass",)), "a.png", film).any()) for n in range(300)]


def test_one_scanner_leaves_the_others_out(pack: Path) -> None:
    known = MODALITY.scanners[0]
    all_films = placed_films(pack, "train", ("lump",), SIDE)
    some = placed_films(pack, "train", ("lump",), SIDE, scanner=known)
    assert 0 < len(some.films) <= len(all_films.films)
    assert len(placed_films(pack, "train", ("other",), SIDE).labelled.films) == 24


def test_hard_copies_are_cases_of_their_own() -> None:
    films = [np.full((40, 40), 20 * n, dtype=np.uint8) for n in range(1, 4)]
    held = Labelled(films, np.array([[True], [False], [False]]), np.array([0, 0, 1]))
    more = held.with_hard_copies(2, seed=0)
    assert len(more.films) == 9
    assert more.of_cases()[:, 0].tolist() == [True, False] * 3
    assert all((one == two).all() for one, two in zip(films, more.films[:3], strict=True))
    again = held.with_hard_copies(2, seed=0)
    assert all(np.array_equal(one, two) for one, two in zip(more.films, again.films, strict=True))


def test_tones_stay_greys() -> None:
    shown = toned(torch.rand(6, 1, 32, 32) * 255, torch.Generator().manual_seed(0))
    assert shown.min() >= 0 and shown.max() <= 255


def test_the_same_seed_fits_the_same_network(pack: Path) -> None:
    films = placed_films(pack, "train", ("lump",), SIDE)
    first, again = (fit_places(films, TOY, 0, watch=lambda network: "") for _ in range(2))
    for one, two in zip(first.state_dict().values(), again.state_dict().values(), strict=True):
        assert torch.equal(one, two)


def test_a_second_course_begins_where_the_first_ended(pack: Path) -> None:
    films = placed_films(pack, "train", ("lump",), SIDE)
    first = fit_places(films, TOY, 0, watch=lambda network: "").state_dict()
    recipe = replace(TOY, again_epochs=1, again_rate=1e-7)
    assert (recipe.again().epochs, recipe.again().peak_rate, recipe.again().again_epochs) == (1, 1e-7, 0)
    second = fit_places(films, recipe.again(), 1, watch=lambda network: "", start=first).state_dict()
    fresh = fit_places(films, recipe.again(), 1, watch=lambda network: "").state_dict()
    kernels = [name for name, value in first.items() if value.ndim == 4]
    assert all(torch.allclose(first[name], second[name], atol=1e-4) for name in kernels)
    assert not all(torch.allclose(first[name], fresh[name], atol=1e-4) for name in kernels)


def test_precision_is_what_the_processor_has() -> None:
    """Where bfloat16 is emulated a step takes many times as long."""
    with precision():
        product = torch.ones(4, 4) @ torch.ones(4, 4)
    assert product.dtype == (torch.bfloat16 if fast_bfloat16() else torch.float32)


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
