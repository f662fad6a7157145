"""Deletion, insertion and random weights on a network whose right map is known."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from inference.engine.faithfulness import perturbation_areas, randomisation, spearman
from inference.engine.geometry import Letterbox
from inference.engine.perturb import area, blurred, order_of, stages
from inference.engine.placing import centred_blob
from inference.engine.runner import Runner
from inference.results import EngineHeatmap, EngineOpinion
from tests.inference.reports.toy import SIDE, film, toy_runner


def right_map() -> np.ndarray:  # type: ignore[type-arg]
    values = np.zeros((SIDE, SIDE), dtype=np.float32)
    values[12:20, 4:12] = 1
    return values


def test_the_right_map_beats_a_wrong_one_and_the_blob() -> None:
    right, wrong = right_map(), right_map()[:, ::-1].copy()
    good, bad, blob = perturbation_areas(
        toy_runner(), film(1), 0, [right, wrong, centred_blob(film(1))], seed=0
    )
    assert good.deletion < blob.deletion < bad.deletion
    assert good.insertion > blob.insertion > bad.insertion
    assert 0 <= good.deletion <= 1 and 0 <= good.insertion <= 1


def test_stages_change_pixels_in_the_maps_order_and_end_at_the_goal() -> None:
    start, goal = torch.zeros(1, 2, 2), torch.ones(1, 2, 2)
    order = order_of(
        np.array([[0.1, 0.9], [0.5, 0.3]], np.float32), Letterbox(2, 2, 2), np.random.default_rng(0)
    )
    assert order.tolist() == [1, 2, 3, 0]
    frames = stages(start, goal, order, 4)
    assert [one.flatten().tolist() for one in frames] == [
        [0, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 1, 1, 0],
        [0, 1, 1, 1],
        [1, 1, 1, 1],
    ]


def test_the_black_beside_a_film_is_never_taken_away() -> None:
    box = Letterbox(width=10, height=4, size=8)
    order = order_of(np.ones((4, 10), np.float32), box, np.random.default_rng(0))
    rows = np.unique(order.numpy() // 8)
    assert len(order) == box.inner_width * box.inner_height
    assert rows.min() == box.top and rows.max() == box.top + box.inner_height - 1


def test_areas_by_trapezia() -> None:
    assert area(torch.tensor([0.0, 0.5, 1.0])) == pytest.approx(0.5)
    assert area(torch.tensor([1.0, 1.0])) == pytest.approx(1.0)
    assert area(torch.tensor([1.0, 0.0, 0.0])) == pytest.approx(0.25)


def test_blurring_keeps_the_mean_and_loses_the_spot() -> None:
    pixels = torch.zeros(1, 64, 64)
    pixels[0, 32, 32] = 64.0
    soft = blurred(pixels)
    assert float(soft.sum()) == pytest.approx(64.0, rel=0.01)
    assert float(soft.max()) < 1.0


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([[1, 2], [3, 4]], [[10, 20], [30, 99]], 1.0),
        ([[1, 2], [3, 4]], [[4, 3], [2, 1]], -1.0),
        # Absolute values: −4 counts as the strongest.
        ([[1, 2], [3, 4]], [[1, 2], [3, -4]], 1.0),
        # With ties, by hand: ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4.
        ([[1, 2], [2, 4]], [[1, 2], [3, 4]], 4.5 / np.sqrt(4.5 * 5)),
        ([[1, 1], [1, 1]], [[1, 2], [3, 4]], None),
    ],
)
def test_spearman(first: object, second: object, expected: float | None) -> None:
    found = spearman(np.array(first, np.float32), np.array(second, np.float32))
    assert found == (None if expected is None else pytest.approx(expected))


class IgnoresWeights(Runner):
    """Its map is the film itself, whatever the network has learned."""

    def read(self, films, *, heatmaps=True, batch=16):  # type: ignore[no-untyped-def]
        return [
            EngineOpinion(
                opinion.findings,
                (EngineHeatmap("spot", "film itself", one.astype(np.float32), 0.5, 0.5),),
                opinion.ood_score,
                opinion.declined,
            )
            for opinion, one in zip(super().read(films, heatmaps=False), films, strict=True)
        ]


def test_a_map_that_ignores_the_weights_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inference.engine.faithfulness.Runner", IgnoresWeights)
    films = [film(seed) for seed in range(10)]
    (stages_of_it,) = randomisation(IgnoresWeights(toy_runner().model), films, ["spot"] * 10, seed=1).values()
    assert all(np.allclose(stage.spearman, 1.0) for stage in stages_of_it)


def test_a_map_that_follows_the_weights_changes(runner: Runner) -> None:
    """With several channels to choose from; the toy's two would leave little to randomise."""
    rng = np.random.default_rng(0)
    films = [rng.integers(0, 256, (64, 64), dtype=np.uint8) for _ in range(10)]
    before = [runner.model.module.state_dict()[name].clone() for name in ("classifier.weight",)]
    found = randomisation(runner, films, ["pneumonia"] * 10, seed=1)["gradcam"]
    assert found[0].layers == "classifier" and len(found) == 6
    assert float(np.mean([stage.spearman.mean() for stage in found])) < 0.6
    assert all(len(stage.spearman) == 10 for stage in found)
    assert torch.equal(before[0], runner.model.module.state_dict()["classifier.weight"])


def test_constant_maps_count_as_failures() -> None:
    """Of films in total darkness the toy sees nothing, before and after."""
    films = [np.zeros((SIDE, SIDE), np.uint8)] * 5
    model = toy_runner()
    model.model.module.get_parameter("classifier.weight").data.fill_(0)
    for stage in randomisation(model, films, ["spot"] * 5, seed=1)["gradcam"]:
        assert stage.constant.all() and (stage.spearman == 1.0).all()
