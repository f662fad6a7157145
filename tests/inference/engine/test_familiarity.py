"""Films like those a model was fitted to are near, others far."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from inference.engine.familiarity import Familiarity


def _features(count: int, seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    spread = torch.linspace(3, 0.1, 20, dtype=torch.float64)
    return torch.randn(count, 20, generator=generator, dtype=torch.float64) * spread + 5


def test_known_films_are_about_one_away() -> None:
    fitted = Familiarity.fit(_features(4000, 0), components=6)
    assert float((fitted.distance(_features(2000, 1)) ** 2).mean()) == pytest.approx(1, abs=0.05)


def test_a_shift_along_a_narrow_direction_is_noticed() -> None:
    fitted = Familiarity.fit(_features(4000, 0), components=6)
    strange = _features(100, 2)
    strange[:, -1] += 20
    assert float(fitted.distance(strange).min()) > float(fitted.distance(_features(500, 3)).max())


def test_distance_is_mahalanobis_where_every_direction_is_kept() -> None:
    values = _features(500, 4)
    fitted = Familiarity.fit(values, components=19)
    centred = (values - values.mean(0)).numpy()
    inverse = np.linalg.inv(np.cov(centred.T))
    expected = np.sqrt(np.einsum("ni,ij,nj->n", centred, inverse, centred) / 20)
    assert fitted.distance(values).numpy() == pytest.approx(expected, rel=1e-6)


def test_it_survives_being_stored() -> None:
    fitted = Familiarity.fit(_features(100, 5), components=4)
    again = Familiarity.from_tensors(fitted.tensors())
    assert torch.equal(again.distance(_features(10, 6)), fitted.distance(_features(10, 6)))
