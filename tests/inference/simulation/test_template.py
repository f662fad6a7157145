"""The head template that simulated brains are deformed from."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from inference.simulation import template as template_module
from inference.simulation.template import NOTICE, SimulationUnavailable, load_template


def test_template_is_a_brain_of_known_grid_and_range() -> None:
    loaded = load_template()
    for volume in (loaded.t1, loaded.grey, loaded.white):
        assert volume.shape == (197, 233, 189)
        assert volume.dtype == np.float32
        assert volume.min() == 0.0 and volume.max() == 1.0
        assert not volume.flags.writeable
    assert (loaded.grey + loaded.white).max() <= 1.0 + 1e-6
    assert load_template() is loaded


def test_template_axes_are_right_front_up() -> None:
    loaded = load_template()
    inside = np.argwhere(loaded.grey + loaded.white > 0.5)
    low, high = inside.min(axis=0) + loaded.origin_mm, inside.max(axis=0) + loaded.origin_mm
    # The brain reaches further back and further up than forward and down from the anterior commissure.
    assert low[1] < -98 and 65 < high[1] < 80
    assert low[2] < -60 and high[2] > 75
    # The corpus callosum's body is white matter on the midline, and it's the front horn that lies before it.
    x, y, z = (round(value) for value in loaded.voxel(0, 2, 26))
    assert loaded.white[x, y, z] > 0.5


def test_grey_is_darker_than_white_and_fluid_darker_than_grey() -> None:
    loaded = load_template()
    inside = loaded.t1 > 0
    white = loaded.t1[loaded.white > 0.9].mean()
    grey = loaded.t1[loaded.grey > 0.9].mean()
    fluid = loaded.t1[inside & (loaded.grey + loaded.white < 0.1)].mean()
    assert white > grey > fluid


def test_missing_nilearn_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    load_template.cache_clear()
    with pytest.raises(SimulationUnavailable, match="install nilearn"):
        load_template()


def test_changed_nilearn_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(template_module, "_data_folder", lambda: tmp_path)
    load_template.cache_clear()
    with pytest.raises(SimulationUnavailable, match="t1_tal"):
        load_template()


def test_notice_is_in_the_repository() -> None:
    notice = (Path(__file__).parents[3] / "NOTICE").read_text()
    assert " ".join(NOTICE.split()) in " ".join(notice.split())
