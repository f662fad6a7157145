"""Hard copies: every change is one, is repeatable, moderate, and leaves a film a film."""

from __future__ import annotations

import numpy as np
import pytest

from inference.engine.hard_copies import HARD_COPIES, hardened
from inference.engine.preprocessing import Film


@pytest.fixture(scope="module")
def chest() -> Film:
    """A film with some structure: two dark fields on grey, and a little noise."""
    y, x = np.mgrid[:160, :200]
    values = 150.0 - 90 * (((x - 60) / 35.0) ** 2 + ((y - 80) / 55.0) ** 2 < 1)
    values -= 90 * (((x - 140) / 35.0) ** 2 + ((y - 80) / 55.0) ** 2 < 1)
    noise = np.random.default_rng(0).normal(0, 4, values.shape)
    return np.clip(values + noise, 1, 255).astype(np.uint8)


def test_every_kind_that_was_asked_for_is_there() -> None:
    assert set(HARD_COPIES) == {
        "exposure", "contrast_curve", "sharpening", "blur", "jpeg", "crop", "markers",
    }  # fmt: skip


@pytest.mark.parametrize("name", HARD_COPIES)
def test_a_change_is_repeatable_and_changes_something(name: str, chest: Film) -> None:
    before = chest.copy()
    first, again, other = (HARD_COPIES[name](chest, np.random.default_rng(seed)) for seed in (5, 5, 6))
    assert first.dtype == np.uint8 and first.ndim == 2
    assert np.array_equal(first, again)
    assert first.shape != chest.shape or not np.array_equal(first, chest)
    assert first.shape != other.shape or not np.array_equal(first, other)
    assert np.array_equal(chest, before)


@pytest.mark.parametrize("name", [one for one in HARD_COPIES if one != "crop"])
def test_what_was_darker_stays_darker(name: str, chest: Film) -> None:
    for seed in range(20):
        changed = HARD_COPIES[name](chest, np.random.default_rng(seed))
        lung, beside = changed[60:100, 45:75].mean(), changed[60:100, 92:108].mean()
        assert lung + 15 < beside


def test_a_crop_takes_little(chest: Film) -> None:
    shapes = [HARD_COPIES["crop"](chest, np.random.default_rng(seed)).shape for seed in range(30)]
    assert min(height for height, _ in shapes) >= 0.85 * 160
    assert min(width for _, width in shapes) >= 0.85 * 200
    assert len(set(shapes)) > 20


def test_the_black_outside_a_film_stays_black() -> None:
    half = np.zeros((40, 40), np.uint8)
    half[:, 20:] = 120
    for seed in range(10):
        assert not HARD_COPIES["exposure"](half, np.random.default_rng(seed))[:, :20].any()


def test_several_changes_at_once_never_sharpen_and_blur(chest: Film, monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[str] = []
    for name in HARD_COPIES:
        monkeypatch.setitem(HARD_COPIES, name, lambda film, rng, name=name: used.append(name) or film)
    for seed in range(200):
        used.clear()
        hardened(chest, np.random.default_rng(seed))
        assert len(used) in (2, 3) and len(set(used)) == len(used)
        assert not {"sharpening", "blur"} <= set(used)
