"""The shipped `drawn-opacity`: card and weights agree, and it does on fresh drawings what the card says."""

from __future__ import annotations

import hashlib
from dataclasses import asdict

import numpy as np
import pytest
import torch
from django.conf import settings

from inference import registry
from inference.engine.adapters.small_cnn import CHANNELS, STRIDE, build
from inference.engine.films import films_of_split, open_pack
from inference.engine.heatmaps.gradcam import GradCAMSession
from inference.engine.runner import load_runner
from inference.training.drawn_opacity import main, recipe
from tests.inference.simulation.test_simulate_pack import DEMO

KEY = "drawn-opacity"


@pytest.fixture(scope="module")
def drawn_runner():
    return load_runner(KEY, settings.SECONDREAD_MODELS_DIR)


def test_card_names_the_weights_that_ship():
    model = registry.find(KEY, settings.SECONDREAD_MODELS_DIR)
    data = model.weights.read_bytes()
    assert hashlib.sha256(data).hexdigest() == model.info.sha256
    assert len(data) < 500_000


def test_card_says_what_a_card_has_to():
    card = registry.find(KEY, settings.SECONDREAD_MODELS_DIR).info.card
    assert card["data"]["licence"]["name"] == "CC0-1.0"
    assert "no patients" in card["data"]["population"]
    assert "Never" in card["intended_use"]
    assert card["figures"]["test"]["n"] >= 400
    for figure in ("roc_auc", "sensitivity", "specificity", "pointing_game"):
        assert set(card["figures"]["test"][figure]) >= {"value", "low", "high"}
    # Through JSON the recipe's numbers come back as they are in the code.
    assert card["training"]["recipe"] == asdict(recipe(0))
    assert card["known_failures"]


def test_every_demo_case_gets_an_opinion_and_a_map(drawn_runner):
    with open_pack(DEMO, "practice") as pack:
        films = [film.pixels for film in films_of_split(pack, "practice")]
    opinions = drawn_runner.read(films)
    assert len(opinions) == 12
    for opinion in opinions:
        assert [one.finding for one in opinion.findings] == ["opacity"]
        assert 0 < opinion.findings[0].probability < 1
        assert opinion.heatmaps[0].values.shape == (256, 256)
    again = [one.findings[0].probability for one in drawn_runner.read(films, heatmaps=False, batch=5)]
    assert again == pytest.approx([one.findings[0].probability for one in opinions], abs=1e-4)


def test_map_of_the_small_cnn_is_its_logit_at_each_place():
    torch.manual_seed(0)
    network = build(labels=2)
    grid = torch.rand(1, CHANNELS, 4, 4)
    with GradCAMSession(network) as session:
        found = session.maps(grid, 1)[0]
    weights = network.classifier.weight.detach()[1]
    places = torch.einsum("c,chw->hw", weights, grid[0]).clamp(min=0).numpy()
    np.testing.assert_allclose(found, places, rtol=1e-4, atol=1e-6)


def test_pooling_lies_between_mean_and_highest_place():
    network = build(labels=1)
    films = torch.rand(3, 1, 8 * STRIDE, 8 * STRIDE)
    with torch.no_grad():
        grid = network.features(films)
        assert grid.shape == (3, CHANNELS, 8, 8)
        places = network.classifier(grid.flatten(2).transpose(1, 2))[..., 0]
        logits = network(films)[:, 0]
    assert (logits >= places.mean(dim=1) - 1e-5).all()
    assert (logits <= places.max(dim=1).values + 1e-5).all()


def test_recipe_without_a_folder_is_a_usage_error(capsys):
    with pytest.raises(SystemExit) as caught:
        main([])
    assert caught.value.code == 2
    assert "--out" in capsys.readouterr().err
