"""How fast a model reads on this machine, against the bare network and against the usual way to use Grad-CAM."""

from __future__ import annotations

import copy
import resource
import sys
import time
from collections.abc import Callable

import numpy as np
import torch
from pytorch_grad_cam import GradCAM

from inference.engine.heatmaps.gradcam import LabelTarget
from inference.engine.preprocessing import Film, to_input
from inference.engine.runner import BATCH, Runner

FILM_SIZE = 224
WARM_UP = 16


def benchmark(runner: Runner, *, images: int) -> dict[str, float]:
    """Images a second in three ways, and the engine's speed over the other two.

    `images_per_s`: displayed films to opinions with heatmaps, through `Runner.read`. `bare_images_per_s`: the
    network's forward pass alone, same batch size, inputs ready. `per_image_use_images_per_s`: predictions and
    heatmaps by pytorch-grad-cam on the whole network, one image at a time, as its own examples do.
    """
    films = _films(images)
    engine = _rate(lambda some: runner.read(some), films)
    bare = _rate(lambda some: _bare(runner, some), films)
    single = _rate(_PerImageUse(runner).read, films)
    return {
        "images_per_s": engine,
        "bare_images_per_s": bare,
        "per_image_use_images_per_s": single,
        "ratio_to_bare": engine / bare,
        "ratio_to_per_image_use": engine / single,
    }


def peak_rss_mb() -> float:
    """The most memory this process has held so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts in KiB, macOS in bytes.
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def _films(count: int) -> list[Film]:
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, (FILM_SIZE, FILM_SIZE), dtype=np.uint8) for _ in range(count)]


def _rate(read: Callable[[list[Film]], object], films: list[Film]) -> float:
    read(films[:WARM_UP])
    started = time.perf_counter()
    read(films)
    return len(films) / (time.perf_counter() - started)


@torch.no_grad()
def _bare(runner: Runner, films: list[Film]) -> None:
    # The same few inputs over and over: preparing them isn't what is timed.
    inputs, _ = to_input(films[:BATCH], runner.info.input_size)
    inputs = inputs.contiguous(memory_format=torch.channels_last)
    for start in range(0, len(films), BATCH):
        runner.model.module(inputs[: min(BATCH, len(films) - start)])


class _PerImageUse:
    """pytorch-grad-cam as its examples use it: hooks on the network, one image a call."""

    def __init__(self, runner: Runner) -> None:
        self._network = copy.deepcopy(runner.model.module).requires_grad_(True)
        self._size = runner.info.input_size

    def read(self, films: list[Film]) -> None:
        head = self._network.get_submodule("head")
        with GradCAM(model=self._network, target_layers=[head]) as cam:
            for film in films:
                inputs, _ = to_input([film], self._size)
                with torch.no_grad():
                    self._network(inputs)
                cam(input_tensor=inputs, targets=[LabelTarget(0)])
