"""The shipped pneumonia model: its card and weights agree, and it does on real films what the card says."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.conf import settings

from inference import registry
from inference.engine.evaluation import evaluate
from inference.engine.films import films_of_split, open_pack
from inference.engine.runner import load_runner

KEY = "cxr-pneumonia"


def test_the_card_names_the_weights_that_ship() -> None:
    model = registry.find(KEY, settings.SECONDREAD_MODELS_DIR)
    assert hashlib.sha256(model.weights.read_bytes()).hexdigest() == model.info.sha256


def test_the_card_says_what_a_card_has_to() -> None:
    card = registry.find(KEY, settings.SECONDREAD_MODELS_DIR).info.card
    assert card["data"]["licence"]["name"] == "CC-BY-4.0"
    assert card["data"]["licence"]["attribution"]
    for section in (
        "operating_point",
        "calibration",
        "figures",
        "known_failures",
        "training",
        "intended_use",
    ):
        assert card[section]
    for split in ("val", "test"):
        assert set(card["figures"][split]["roc_auc"]) == {"value", "low", "high"}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_it_tells_pneumonia_on_the_test_films_as_its_card_says(shared_packs: Path) -> None:
    runner = load_runner(KEY, settings.SECONDREAD_MODELS_DIR)
    found = evaluate(runner, shared_packs / "paediatric-cxr", "test")
    assert found["n"] == 261
    assert found["roc_auc"]["value"] >= 0.97
    stated = runner.info.card["figures"]["test"]
    for name in ("roc_auc", "sensitivity", "specificity"):
        assert found[name]["value"] == pytest.approx(stated[name]["value"], abs=0.01)
    assert found["ece"] == pytest.approx(stated["ece"], abs=0.01)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_it_seldom_declines_what_learners_read(shared_packs: Path) -> None:
    runner = load_runner(KEY, settings.SECONDREAD_MODELS_DIR)
    with open_pack(shared_packs / "paediatric-cxr", "practice") as pack:
        films = [film.pixels for film in films_of_split(pack, "practice")]
    opinions = runner.read(films, heatmaps=False)
    assert sum(one.declined for one in opinions) / len(opinions) < 0.02


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_real_films_get_the_same_probability_at_any_batch_size(shared_packs: Path) -> None:
    runner = load_runner(KEY, settings.SECONDREAD_MODELS_DIR)
    with open_pack(shared_packs / "paediatric-cxr", "practice") as pack:
        films = [film.pixels for film in films_of_split(pack, "practice")][:32]
    read = {
        batch: [one.findings[0].probability for one in runner.read(films, heatmaps=False, batch=batch)]
        for batch in (1, 7, 16)
    }
    assert read[7] == pytest.approx(read[1], abs=1e-4)
    assert read[16] == pytest.approx(read[1], abs=1e-4)
