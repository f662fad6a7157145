"""Occlusion finds what the answer rests on, by looking at the answer alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from inference.engine.geometry import Letterbox
from inference.engine.heatmaps.occlusion import logit_drops
from inference.engine.preprocessing import Film
from inference.engine.runner import Runner

SIZE = 70


class Brightest(nn.Module):
    """Answers with how bright the brightest neighbourhood is (label 0), and with its opposite (label 1)."""

    def features(self, films: Tensor) -> Tensor:
        return nn.functional.avg_pool2d(films, 5, stride=1)

    def pooled(self, grid: Tensor) -> Tensor:
        return grid.mean(dim=(2, 3))

    def classify(self, grid: Tensor) -> Tensor:
        top = grid.amax(dim=(1, 2, 3))
        return torch.stack([top, -top], dim=1)


def film_with_blob(x: int, y: int) -> Tensor:
    film = torch.zeros(1, 1, SIZE, SIZE)
    film[..., y - 3 : y + 3, x - 3 : x + 3] = 2.0
    return film


def drops(film: Tensor, label: int = 0, batch: int = 16, box: Letterbox | None = None) -> np.ndarray:
    return logit_drops(Brightest(), film, box or Letterbox(SIZE, SIZE, SIZE), label, batch=batch)


@pytest.mark.parametrize(("x", "y"), [(12, 12), (35, 20), (50, 61), (66, 35)])
def test_a_planted_blob_is_found(x: int, y: int) -> None:
    found = drops(film_with_blob(x, y))
    row, column = np.unravel_index(int(found.argmax()), found.shape)
    assert abs(column - x) <= 6 and abs(row - y) <= 6
    # Covering all of it would cost 2; pieces that cover a part of it only weigh in.
    assert 1.0 < found.max() <= 2.0
    far = np.hypot(*np.meshgrid(np.arange(SIZE) - x, np.arange(SIZE) - y)) > 20
    assert found[far].max() < 0.05


def test_what_speaks_against_it_is_left_out() -> None:
    assert not drops(film_with_blob(35, 35), label=1).any()


def test_an_even_film_changes_nothing() -> None:
    assert drops(torch.full((1, 1, SIZE, SIZE), 0.7)).max() < 1e-5


def test_batches_change_nothing() -> None:
    film = film_with_blob(30, 44) + torch.rand(1, 1, SIZE, SIZE, generator=torch.Generator().manual_seed(1))
    assert drops(film, batch=5) == pytest.approx(drops(film, batch=64), abs=1e-5)


def test_the_black_border_is_neither_covered_nor_marked() -> None:
    box = Letterbox(40, 70, SIZE)
    film = film_with_blob(35, 35)
    film[..., : box.left] = film[..., box.left + box.inner_width :] = -9.0
    found = drops(film, box=box)
    assert not found[:, : box.left].any() and not found[:, box.left + box.inner_width :].any()
    assert found.max() > 1.0


def test_a_runners_occlusion_map_lies_on_the_film(runner: Runner, films: list[Film]) -> None:
    film = films[1]
    label = runner.info.labels[0]
    one = runner.occlude(film, label)
    assert (one.finding, one.method) == (label, "occlusion")
    assert one.values.shape == film.shape and one.values.dtype == np.float32
    assert one.values.min() >= 0 and np.isfinite(one.values).all()
    assert 0 <= one.peak_x <= film.shape[1] and 0 <= one.peak_y <= film.shape[0]
    again = runner.occlude(film, label)
    assert np.array_equal(one.values, again.values)


def test_a_finding_the_model_does_not_know_is_refused(runner: Runner, films: list[Film]) -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        runner.occlude(films[0], "a finding it has never heard of")
