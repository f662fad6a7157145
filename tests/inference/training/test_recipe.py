"""The parts of the recipe do what the card says of them, and the same seed does the same."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch

from inference.training.augmentation import Strength, augment, blank_borders, equalise, erase
from inference.training.cxr_pneumonia import recipe
from inference.training.finishing import (
    FLATTEST_SLOPE,
    balanced_threshold,
    fit_temperature,
    flagging_distance,
)
from inference.training.fitting import WeightAverage, balanced_batches, rate_at


def _generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _films() -> torch.Tensor:
    return torch.rand(12, 1, 64, 64, generator=_generator(9)) * 255


def test_augmentation_is_fixed_by_its_seed() -> None:
    first, again = (augment(_films(), 48, Strength(), _generator(1)) for _ in range(2))
    assert torch.equal(first, again)
    assert not torch.equal(first, augment(_films(), 48, Strength(), _generator(2)))


def test_augmented_films_stay_films() -> None:
    changed = augment(_films(), 48, Strength(), _generator(1))
    assert changed.shape == (12, 1, 48, 48)
    assert changed.min() >= 0 and changed.max() <= 255


def test_equalising_spreads_the_histogram() -> None:
    dull = torch.linspace(100, 120, 64 * 64).reshape(1, 64, 64)
    spread = equalise(dull)
    assert (spread.min(), spread.max()) == (0, 255)
    constant = torch.full((1, 8, 8), 7.0)
    assert torch.equal(equalise(constant), constant)


def test_erasing_leaves_most_of_the_film() -> None:
    film = torch.rand(1, 64, 64, generator=_generator(3)) * 255
    kept = [float((erase(film, _generator(seed)) == film).float().mean()) for seed in range(20)]
    assert 0.8 < min(kept) < max(kept) < 1


def test_blank_borders_keep_the_middle() -> None:
    film = torch.full((1, 100, 100), 50.0)
    framed = blank_borders(film, 0.14, _generator(4))
    assert torch.equal(framed[:, 14:86, 14:86], film[:, 14:86, 14:86])
    assert (framed == 0).any()


def test_batches_are_balanced_and_use_every_film() -> None:
    positive = np.array([True] * 30 + [False] * 10)
    batches = list(balanced_batches(positive, 8, 10, np.random.default_rng(0)))
    assert all(positive[batch].sum() == 4 for batch in batches)
    drawn = np.bincount(np.concatenate(batches), minlength=40)
    assert drawn[:30].max() <= 2
    assert drawn[30:].tolist() == [4] * 10


def test_the_rate_rises_then_falls_to_nothing() -> None:
    chosen = recipe(0)
    rates = [rate_at(step, 500, chosen) for step in range(500)]
    peak = rates.index(max(rates))
    assert max(rates) == pytest.approx(chosen.peak_rate)
    assert all(a <= b for a, b in pairwise(rates[: peak + 1]))
    assert all(a >= b for a, b in pairwise(rates[peak:]))
    assert rates[-1] < chosen.peak_rate / 1000


def test_the_average_follows_the_network() -> None:
    network = torch.nn.Linear(2, 1)
    average = WeightAverage(network, 0.5)
    with torch.no_grad():
        network.weight.fill_(10.0)
    for _ in range(40):
        average.update(network)
    assert isinstance(average.network, torch.nn.Linear)
    assert average.network.weight.detach().numpy() == pytest.approx(10.0, abs=1e-3)


def test_the_threshold_balances_sensitivity_and_specificity() -> None:
    rng = np.random.default_rng(5)
    positive = rng.random(3000) < 0.6
    probabilities = np.clip(rng.normal(0.3, 0.2, 3000) + 0.4 * positive, 0, 1)
    threshold = balanced_threshold(probabilities, positive)
    sensitivity = (probabilities[positive] >= threshold).mean()
    assert (probabilities[~positive] < threshold).mean() == pytest.approx(sensitivity, abs=0.01)


def test_a_threshold_between_two_groups_lies_in_the_middle() -> None:
    found = balanced_threshold(np.array([0.1, 0.2, 0.8, 0.9]), np.array([False, False, True, True]))
    assert found == pytest.approx(0.5, abs=0.001)


def test_temperature_recovers_how_logits_were_bent() -> None:
    rng = np.random.default_rng(6)
    honest = rng.normal(0.5, 2, 40_000)
    positive = rng.random(40_000) < 1 / (1 + np.exp(-honest))
    temperature, offset = fit_temperature(torch.from_numpy((honest - 1) * 3), positive)
    assert temperature == pytest.approx(3, rel=0.05)
    assert offset == pytest.approx(1, abs=0.06)


def test_a_logit_that_says_the_opposite_is_flattened_not_turned_round() -> None:
    rng = np.random.default_rng(3)
    logits = rng.normal(0, 1, 4000)
    positive = rng.random(4000) < 1 / (1 + np.exp(1.5 + 2 * logits))
    temperature, offset = fit_temperature(torch.from_numpy(logits), positive)
    assert temperature == pytest.approx(1 / FLATTEST_SLOPE)
    mean = 1 / (1 + np.exp(-(logits / temperature + offset)))
    assert mean.mean() == pytest.approx(positive.mean(), abs=0.01)


def test_the_flagging_distance_holds_on_fresh_cases() -> None:
    rng = np.random.default_rng(0)
    drawn = torch.from_numpy(rng.normal(size=(400, 300)))
    shares = [
        float((drawn[:, column] >= flagging_distance(drawn[:99, column], 0.04)).double()[99:].mean())
        for column in range(300)
    ]
    assert 0.02 < np.mean(shares) <= 0.042
    few = torch.tensor([3.0, 1.0, 2.0])
    assert flagging_distance(few, 0.04) == 3.0
