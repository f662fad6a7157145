"""How fast a model reads on this machine, against the bare network and the usual way to use Grad-CAM; its memory."""

from __future__ import annotations

import copy
import gc
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torch import Tensor, nn

from inference import heatmap_files
from inference.engine.preprocessing import Film
from inference.engine.runner import Runner
from radiology.filestore import FileStore
from radiology.imaging import Frame, decode_master, encode_master, to_display

WARM_UP = 2
# Memory is noted here and at the end of a sustained run; before, allocators and caches still fill.
SETTLED = 200


@dataclass(frozen=True)
class Work:
    """One batch as each way of reading gets it: stored masters, and the tensors made of them beforehand."""

    masters: list[bytes]
    inputs: Tensor


def benchmark(runner: Runner, *, images: int, batch: int) -> dict[str, float]:
    """Images a second in three ways, batch by batch in turns, so that whatever else runs slows down all alike.

    `images_per_s` is what a worker does: stored masters are decoded, predicted, given a heatmap for each finding
    and method, and these are encoded and written to disk. `bare_images_per_s`: the network's forward and backward
    pass on the same tensors in the same batches, from the sum of its logits to its input; nothing is decoded or
    kept. `per_image_use_images_per_s`: decoding, then pytorch-grad-cam on the whole network, one image and finding
    at a time, as its README shows. Each rate is from the median time of a batch.
    """
    firsts = range(0, WARM_UP * batch + max(images, batch), batch)
    with tempfile.TemporaryDirectory() as folder:
        ways: list[Callable[[Work], None]] = [
            Engine(runner, FileStore(Path(folder))).read,
            _Bare(runner).read,
            _PerImageUse(runner).read,
        ]
        seconds: list[list[float]] = [[] for _ in ways]
        for turn, first in enumerate(firsts):
            work = _work(runner, first, batch)
            for way, taken in zip(ways, seconds, strict=True):
                started = time.perf_counter()
                way(work)
                if turn >= WARM_UP:
                    taken.append(time.perf_counter() - started)
    engine, bare, single = (batch / statistics.median(taken) for taken in seconds)
    return {
        "images_per_s": engine,
        "bare_images_per_s": bare,
        "per_image_use_images_per_s": single,
        "ratio_to_bare": engine / bare,
        "ratio_to_per_image_use": engine / single,
    }


def sustained(runner: Runner, *, images: int, batch: int) -> dict[str, float]:
    """Resident memory in MB after image 200 and after image `images`, read as a worker does, and its growth."""
    noted: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(runner, FileStore(Path(folder)))
        for first in range(0, images, batch):
            engine.read(_work(runner, first, batch))
            for mark in (SETTLED, images):
                if first < mark <= first + batch:
                    gc.collect()
                    noted[mark] = rss_mb()
    settled, end = noted.get(SETTLED, noted[images]), noted[images]
    return {f"rss_at_{SETTLED}_mb": settled, f"rss_at_{images}_mb": end, "rss_growth": end / settled - 1.0}


def rss_mb() -> float:
    """The memory this process holds now, in MB; where the system doesn't say, the most it has held."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return peak_rss_mb()
    return pages * resource.getpagesize() / 2**20


def peak_rss_mb() -> float:
    """The most memory this process has held so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts in KiB, macOS in bytes.
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def _work(runner: Runner, first: int, batch: int) -> Work:
    films = [_film(number, runner.info.input_size) for number in range(first, first + batch)]
    inputs, _ = runner.prepare(films)
    masters = [encode_master(Frame(pixels=film, bits=8)) for film in films]
    return Work(masters, inputs.contiguous(memory_format=torch.channels_last))


def _film(number: int, size: int) -> Film:
    """A film of the network's own size, no two alike: a few soft blobs under noise, which compress like anatomy."""
    rng = np.random.default_rng(number)
    rows, columns = np.mgrid[0:size, 0:size] / size
    film = np.full((size, size), 60.0)
    for _ in range(5):
        distance = (columns - rng.random()) ** 2 + (rows - rng.random()) ** 2
        film += rng.uniform(10, 90) * np.exp(-distance / rng.uniform(5e-4, 5e-2))
    return np.clip(film + rng.normal(0, 3, film.shape), 0, 255).astype(np.uint8)


class Engine:
    """Stored master to stored heatmaps, as a worker does it but for the database."""

    def __init__(self, runner: Runner, files: FileStore) -> None:
        self._runner, self._files = runner, files

    def read(self, work: Work) -> None:
        films = [to_display(decode_master(master)) for master in work.masters]
        for opinion in self._runner.read(films, batch=len(films)):
            heatmap_files.store(self._files, [one.values for one in opinion.heatmaps])


class _Bare:
    """The network alone, its weights frozen, as the engine has it."""

    def __init__(self, runner: Runner) -> None:
        self._network = runner.model.module

    def read(self, work: Work) -> None:
        films = work.inputs.detach().requires_grad_(True)
        logits = self._network(films)
        torch.autograd.grad(logits.sum(), films)


class _PerImageUse:
    """pytorch-grad-cam as its README uses it: a network and its last layer, one image a call."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._network = _WithLastLayer(runner.model.module).requires_grad_(True)

    def read(self, work: Work) -> None:
        targets = [ClassifierOutputTarget(label) for label in range(len(self._runner.info.labels))]
        with GradCAM(model=self._network, target_layers=[self._network.last]) as cam:
            for master in work.masters:
                inputs, _ = self._runner.prepare([to_display(decode_master(master))])
                for target in targets:
                    cam(input_tensor=inputs, targets=[target])


class _WithLastLayer(nn.Module):
    """A copy of a network whose feature grid passes through a layer that hooks can be put on."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = copy.deepcopy(network)
        self.last = nn.Identity()

    def forward(self, films: Tensor) -> Tensor:
        # By attribute: an adapter's network has both, and to torch it is a plain module.
        grid = self.last(self.network.features(films))  # type: ignore[operator]
        logits: Tensor = self.network.classify(grid)  # type: ignore[operator]
        return logits
