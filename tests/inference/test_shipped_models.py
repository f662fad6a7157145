"""What holds for every model that ships: the same answer at any batch size and in any process, and small weights."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from django.conf import settings

from inference import registry
from inference.engine.preprocessing import Film
from inference.engine.runner import Runner, load_runner

SAME = 1e-5
LARGEST_MB = 60
FILMS = 16
READ_ELSEWHERE = """
import json, sys
from pathlib import Path
from inference.engine.runner import load_runner
from tests.inference.test_shipped_models import films_of, probabilities
runner = load_runner(sys.argv[1], Path(sys.argv[2]))
print(json.dumps(probabilities(runner, films_of(runner), 7).tolist()))
"""


def films_of(runner: Runner) -> list[Film]:
    """Grey discs and blobs under noise, the same in every process."""
    size = runner.info.input_size
    rows, columns = np.mgrid[0:size, 0:size] / size
    made = []
    for number in range(FILMS):
        rng = np.random.default_rng(number)
        film = 60 + 80 * np.exp(-6 * ((columns - 0.5) ** 2 + (rows - 0.5) ** 2))
        for _ in range(4):
            distance = (columns - rng.random()) ** 2 + (rows - rng.random()) ** 2
            film = film + rng.uniform(-60, 90) * np.exp(-distance / rng.uniform(2e-4, 2e-2))
        made.append(np.clip(film + rng.normal(0, 8, film.shape), 0, 255).astype(np.uint8))
    return made


def probabilities(runner: Runner, films: list[Film], batch: int) -> np.ndarray:
    """Calibrated probabilities [N, L] of films read in batches of that size."""
    opinions = runner.read(films, batch=batch, heatmaps=False)
    return np.array([[one.probability for one in opinion.findings] for opinion in opinions])


@pytest.mark.slow
@pytest.mark.parametrize("key", registry.ENTRIES)
def test_the_same_film_has_the_same_probability_at_any_batch_size(key: str) -> None:
    runner = load_runner(key, settings.SECONDREAD_MODELS_DIR)
    films = films_of(runner)
    alone = probabilities(runner, films, 1)
    logits = runner.measure(films, batch=1).logits
    assert np.ptp(alone) > SAME
    # However steep the curve is where a film happens to lie, it is nowhere steeper than a quarter of this.
    slope = 1.0 / runner.model.calibration.temperature
    for batch in (7, FILMS):
        assert np.abs(probabilities(runner, films, batch) - alone).max() <= SAME
        moved = (runner.measure(films, batch=batch).logits - logits).abs().double()
        assert float((moved * slope / 4).max()) <= SAME


@pytest.mark.slow
@pytest.mark.parametrize("key", registry.ENTRIES)
def test_the_same_film_has_the_same_probability_in_another_process(key: str) -> None:
    runner = load_runner(key, settings.SECONDREAD_MODELS_DIR)
    # One thread there, as many as this process has here.
    done = subprocess.run(
        [sys.executable, "-c", READ_ELSEWHERE, key, str(settings.SECONDREAD_MODELS_DIR)],
        env={**os.environ, "PYTHONPATH": str(settings.BASE_DIR), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    elsewhere = np.array(json.loads(done.stdout.splitlines()[-1]))
    assert np.abs(elsewhere - probabilities(runner, films_of(runner), 1)).max() <= SAME


def test_all_weights_together_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in settings.SECONDREAD_MODELS_DIR.glob("*.safetensors")}
    assert {f"{key}.safetensors" for key in registry.ENTRIES} == set(sizes)
    assert sum(sizes.values()) <= LARGEST_MB * 1_000_000
