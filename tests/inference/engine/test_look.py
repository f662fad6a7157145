"""A film's own look: what tells a head from a chest whatever a network was taught to see."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import ndimage

from inference.engine.look import BANDS, LAYOUT_SIDE, NINTHS, Look, described

SIDE = 192


def _films(count: int, seed: int, *, centre: float = 0.5, grain: float = 4.0) -> torch.Tensor:
    """Bright discs on black with some grain [N, 1, 192, 192]; the disc lies at `centre` of the width."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE
    made = []
    for _ in range(count):
        radius = rng.uniform(0.25, 0.35)
        disc = (np.hypot(x - centre - rng.normal(0, 0.02), y - 0.5) < radius).astype(float)
        noise = ndimage.gaussian_filter(rng.standard_normal((SIDE, SIDE)), grain)
        made.append(disc + 0.1 * noise / noise.std())
    return torch.from_numpy(np.stack(made))[:, None].float()


@pytest.fixture(scope="module")
def look() -> Look:
    return Look.fit(described(_films(400, 0)), components=64)


def test_a_look_has_a_layout_and_energies_of_each_band() -> None:
    looks = described(_films(3, 1))
    assert looks.shape == (3, LAYOUT_SIDE**2 + BANDS * (2 + NINTHS**2))
    assert looks.isfinite().all()


def test_an_empty_film_has_a_look_too() -> None:
    assert described(torch.zeros(1, 1, SIDE, SIDE)).isfinite().all()


def test_brightness_and_contrast_of_the_whole_film_say_nothing() -> None:
    films = _films(4, 2)
    assert torch.allclose(described(films * 0.4 + 0.3), described(films), atol=1e-3)


def test_channels_that_repeat_the_film_change_nothing() -> None:
    films = _films(4, 3)
    assert torch.allclose(described(films.expand(-1, 3, -1, -1)), described(films), atol=1e-5)


def test_known_films_are_near_and_another_layout_or_another_grain_is_far(look: Look) -> None:
    fresh = look.distance(described(_films(100, 4)))
    for strange in (_films(20, 5, centre=0.8), _films(20, 6, grain=0.5)):
        assert float(look.distance(described(strange)).min()) > float(fresh.max())


def test_the_score_is_the_distance_over_the_flagging_threshold(look: Look) -> None:
    films = _films(5, 7)
    assert torch.equal(look.score(films), look.distance(described(films)))


def test_a_film_scores_the_same_beside_others(look: Look) -> None:
    films = _films(6, 8)
    alone = torch.cat([look.score(film[None]) for film in films])
    assert torch.allclose(alone, look.score(films), atol=1e-5)


def test_it_survives_being_stored_and_a_model_may_have_none(look: Look) -> None:
    films = _films(5, 9)
    again = Look.from_tensors(look.tensors())
    assert again is not None
    assert torch.equal(again.score(films), look.score(films))
    assert Look.from_tensors({"familiarity.centre": torch.zeros(3)}) is None


def test_half_a_look_is_refused(look: Look) -> None:
    tensors = {name: value for name, value in look.tensors().items() if name != "look.variances"}
    with pytest.raises(KeyError):
        Look.from_tensors(tensors)
