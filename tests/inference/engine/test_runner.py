"""A film's opinion depends on the film and the weights alone, and nothing is left behind."""

from __future__ import annotations

import gc
from dataclasses import replace

import numpy as np
import pytest
import torch

from inference.engine.heatmaps.gradcam import GradCAMSession
from inference.engine.look import Look, described
from inference.engine.preprocessing import Film, to_input
from inference.engine.runner import Runner


def _probabilities(runner: Runner, films: list[Film], batch: int) -> list[float]:
    return [one.findings[0].probability for one in runner.read(films, batch=batch)]


@pytest.mark.parametrize("batch", [7, 16])
def test_same_film_same_probability_at_any_batch_size(runner: Runner, films: list[Film], batch: int) -> None:
    alone = _probabilities(runner, films, 1)
    assert np.ptp(alone) > 1e-3
    assert _probabilities(runner, films, batch) == pytest.approx(alone, abs=1e-5)


def test_reading_twice_gives_the_same_to_the_last_bit(runner: Runner, films: list[Film]) -> None:
    first, second = runner.read(films[:5]), runner.read(films[:5])
    for one, other in zip(first, second, strict=True):
        assert one.findings == other.findings
        assert one.ood_score == other.ood_score
        assert np.array_equal(one.heatmaps[0].values, other.heatmaps[0].values)


def test_a_finding_is_present_from_its_threshold_on(runner: Runner, films: list[Film]) -> None:
    for opinion in runner.read(films):
        one = opinion.findings[0]
        assert one.present == (one.probability >= one.threshold)


def test_a_heatmap_covers_the_film_with_its_peak_inside(runner: Runner, films: list[Film]) -> None:
    for film, opinion in zip(films, runner.read(films), strict=True):
        heatmap = opinion.heatmaps[0]
        height, width = film.shape
        assert heatmap.method == "gradcam"
        assert heatmap.values.shape == film.shape
        assert heatmap.values.dtype == np.float32
        assert heatmap.values.min() >= 0
        assert 0 <= heatmap.peak_x <= width
        assert 0 <= heatmap.peak_y <= height


def test_maps_equal_the_class_activation_map(runner: Runner, films: list[Film]) -> None:
    inputs, _ = to_input(films[:4], runner.info.input_size)
    network = runner.model.network
    with torch.no_grad():
        grid = network.features(inputs)
    weights = runner.model.module.get_parameter("classifier.weight")[0]
    expected = torch.einsum("nchw,c->nhw", grid, weights).clamp(min=0).numpy()
    with GradCAMSession(network) as session:
        assert session.maps(grid, 0) == pytest.approx(expected, abs=1e-4)


def test_hooks_are_released(runner: Runner, films: list[Film]) -> None:
    inputs, _ = to_input(films[:2], runner.info.input_size)
    with torch.no_grad():
        grid = runner.model.network.features(inputs)
    with GradCAMSession(runner.model.network) as session:
        session.maps(grid, 0)
        assert session.hook_count > 0
    assert session.hook_count == 0
    assert not any(module._forward_hooks for module in runner.model.module.modules())
    assert all(parameter.grad is None for parameter in runner.model.module.parameters())


def test_no_tensors_stay_behind(runner: Runner, films: list[Film]) -> None:
    def tensors() -> int:
        gc.collect()
        return sum(issubclass(type(thing), torch.Tensor) for thing in gc.get_objects())

    runner.read(films)
    before = tensors()
    for _ in range(3):
        runner.read(films)
    assert tensors() <= before


def test_no_films_no_opinions(runner: Runner) -> None:
    assert runner.read([]) == []


def test_a_film_far_from_the_known_ones_is_declined(runner: Runner, films: list[Film]) -> None:
    near = runner.read(films[:1])[0].ood_score
    assert near is not None
    strict = Runner(runner.model.__class__(**{**vars(runner.model), "familiarity": _stricter(runner, near)}))
    assert strict.read(films[:1])[0].declined
    assert not runner.read(films[:1])[0].declined


def test_the_score_is_the_larger_of_features_and_look(runner: Runner, films: list[Film]) -> None:
    inputs, _ = to_input(films, runner.info.input_size)
    fitted = Look.fit(described(inputs), components=4)
    # Strict enough that either of the two has the last word on some films.
    look = replace(fitted, familiarity=replace(fitted.familiarity, flag_at=torch.tensor(0.5)))
    guarded = Runner(replace(runner.model, look=look))
    by_features = [one.ood_score or 0.0 for one in runner.read(films, heatmaps=False)]
    by_look = look.score(inputs).tolist()
    pairs = list(zip(by_features, by_look, strict=True))
    assert {one > other for one, other in pairs} == {True, False}
    both = [one.ood_score for one in guarded.read(films, heatmaps=False)]
    assert both == pytest.approx([max(pair) for pair in pairs], rel=1e-6)


def _stricter(runner: Runner, score: float) -> object:
    values = {**vars(runner.model.familiarity), "decline_at": torch.tensor(score / 2)}
    return type(runner.model.familiarity)(**values)
