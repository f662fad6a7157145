"""Taking in somebody else's model: everything that could be wrong is tried before a file is copied."""

from __future__ import annotations

import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from inference import registry
from inference.contracts import ModelInfo
from inference.engine.loading import assemble_described
from inference.engine.preprocessing import Film
from inference.engine.runner import Runner
from inference.model_toml import FILE_NAME, Described
from inference.registry import ModelRefused, verified_weights
from inference.results import EngineOpinion


@dataclass(frozen=True)
class Installed:
    """A model that was taken in, what it answered to the test film, and whether it took another's place."""

    info: ModelInfo
    folder: Path
    answered: dict[str, float]
    grid: tuple[int, int]
    """Columns and rows of its feature grid, and so of its heatmaps before they are enlarged."""
    replaced: bool


def install(folder: Path, installed: Path) -> Installed:
    """Check the model in `folder` fully (description, weights, one film) and copy it to `installed`/key.

    The copy appears whole or not at all; an installed model of the same key is replaced. Raises ModelRefused.
    """
    registered = registry.find_described(folder)
    described, key = registered.described, registered.info.key
    assert described is not None
    if key in registry.ENTRIES:
        raise ModelRefused(
            f"“{key}” is the key of a model that ships with Second Read: choose another “key” in {FILE_NAME}."
        )
    target = installed / key
    _check_replacement(target, described)
    data = verified_weights(registered)
    runner = Runner(assemble_described(registered, described, data))
    opinion = _answer(runner)
    replaced = target.exists()
    _put(target, {FILE_NAME: (folder / FILE_NAME).read_bytes(), described.weights: data})
    return Installed(
        info=registered.info,
        folder=target,
        answered={one.finding: one.probability for one in opinion.findings},
        grid=_grid(runner),
        replaced=replaced,
    )


def trial_film(size: int) -> Film:
    """A film uint8 [size, size] of a bright disc on a ramp, the same at every call."""
    rows, columns = np.mgrid[0:size, 0:size] / size
    disc = (columns - 0.6) ** 2 + (rows - 0.4) ** 2 < 0.04
    return np.asarray(40 + 100 * rows + 90 * disc, dtype=np.uint8)


def _check_replacement(target: Path, described: Described) -> None:
    """Opinions are kept by the weights' SHA-256: the same weights must not decide in two ways under one key."""
    try:
        there = registry.find_described(target).described
    except ModelRefused:
        return
    same_weights = there is not None and there.info.sha256 == described.info.sha256
    if there is not None and same_weights and there.decides != described.decides:
        raise ModelRefused(
            f"“{described.info.key}” is installed with the same weights and other labels, thresholds or input, and "
            f"may have answered already: choose another “key” in {FILE_NAME}."
        )


def _answer(runner: Runner) -> EngineOpinion:
    films = [trial_film(runner.info.input_size)]
    # The logits first: what isn't a number there has no map either.
    if not torch.isfinite(runner.measure(films).logits).all():
        raise ModelRefused(
            f"“{runner.info.key}” answered a test film with values that aren't numbers: check “input.mean” and "
            f"“input.std” in {FILE_NAME}, or export the model again."
        )
    (opinion,) = runner.read(films)
    return opinion


def _grid(runner: Runner) -> tuple[int, int]:
    inputs, _ = runner.prepare([trial_film(runner.info.input_size)])
    rows, columns = runner.model.network.features(inputs).shape[2:]
    return int(columns), int(rows)


def _put(target: Path, files: dict[str, bytes]) -> None:
    """Write the files beside `target` and move them into its place with one rename."""
    target.parent.mkdir(parents=True, exist_ok=True)
    mark = secrets.token_hex(6)
    # The registry skips names that start with a dot.
    fresh, old = (target.with_name(f".{target.name}.{kind}-{mark}") for kind in ("new", "old"))
    try:
        fresh.mkdir()
        for name, data in files.items():
            _write(fresh / name, data)
        if target.exists():
            os.rename(target, old)
        os.rename(fresh, target)
    except OSError as error:
        if old.exists() and not target.exists():
            os.rename(old, target)
        raise ModelRefused(f"The model couldn't be written to {target}: {error.strerror}.") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
