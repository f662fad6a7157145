"""Running a model on films: batches in, one opinion a film out, with heatmaps carried back to the film."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from inference import registry
from inference.contracts import FindingOpinion, ModelInfo
from inference.engine.geometry import Letterbox, peak_of
from inference.engine.heatmaps.gradcam import GradCAMSession, RawMaps
from inference.engine.loading import LoadedModel, load_model
from inference.engine.preprocessing import Film, to_input
from inference.results import EngineHeatmap, EngineOpinion

BATCH = 16
# The network's grid has a dozen cells each way: more pixels than this would only be stored interpolation.
LONGEST_MAP_SIDE = 256


@dataclass(frozen=True)
class Measured:
    """What the network says of films before anything is decided: logits [N, L] and distances [N]."""

    logits: Tensor
    ood_scores: Tensor


class Runner:
    """One model in memory, ready to read films. Not to be shared between threads that read at the same time."""

    def __init__(self, model: LoadedModel) -> None:
        self.model = model

    @property
    def info(self) -> ModelInfo:
        """The model's registry entry and card."""
        return self.model.registered.info

    def read(
        self, films: Sequence[Film], *, heatmaps: bool = True, batch: int = BATCH
    ) -> list[EngineOpinion]:
        """Opinions on displayed films (uint8 [H, W], any sizes), in order; the same at any batch size to 1e-4.

        A heatmap's values are logits over the model's reference: 1 is a strong map, and maps compare from
        film to film. Deterministic on one machine. Raises ValueError for anything but two-dimensional bytes.
        """
        opinions: list[EngineOpinion] = []
        for start in range(0, len(films), batch):
            opinions.extend(self._read_batch(films[start : start + batch], heatmaps=heatmaps))
        return opinions

    def measure(self, films: Sequence[Film], *, batch: int = BATCH) -> Measured:
        """Uncalibrated logits and out-of-distribution scores, for fitting what is fitted on validation films."""
        parts = []
        for start in range(0, len(films), batch):
            inputs, _ = to_input(films[start : start + batch], self.info.input_size)
            parts.append(self._forward(inputs)[1:])
        logits, scores = zip(*parts, strict=True)
        return Measured(torch.cat(logits), torch.cat(scores))

    @torch.no_grad()
    def _forward(self, inputs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        network = self.model.network
        grid = network.features(inputs.contiguous(memory_format=torch.channels_last))
        return grid, network.classify(grid), self.model.familiarity.score(network.pooled(grid))

    def _read_batch(self, films: Sequence[Film], *, heatmaps: bool) -> list[EngineOpinion]:
        inputs, boxes = to_input(films, self.info.input_size)
        grid, logits, scores = self._forward(inputs)
        probabilities = self.model.calibration.probabilities(logits)
        maps = self._maps(grid, boxes) if heatmaps else [()] * len(films)
        decline_at = float(self.model.familiarity.decline_at)
        return [
            EngineOpinion(
                findings=tuple(self._findings(row.tolist())),
                heatmaps=film_maps,
                ood_score=float(score),
                declined=float(score) >= decline_at,
            )
            for row, score, film_maps in zip(probabilities, scores, maps, strict=True)
        ]

    def _findings(self, probabilities: Sequence[float]) -> list[FindingOpinion]:
        thresholds = self.info.thresholds
        return [
            FindingOpinion(label, probability, thresholds[label], probability >= thresholds[label])
            for label, probability in zip(self.info.labels, probabilities, strict=True)
        ]

    def _maps(self, grid: Tensor, boxes: Sequence[Letterbox]) -> list[tuple[EngineHeatmap, ...]]:
        """Maps of every label for each film of a batch; the hooks live only inside."""
        labels = self.info.labels
        with GradCAMSession(self.model.network) as session:
            raw = [session.maps(grid, index) for index in range(len(labels))]
        return [
            tuple(self._heatmap(index, raw[index][position], box) for index in range(len(labels)))
            for position, box in enumerate(boxes)
        ]

    def _heatmap(self, index: int, raw: RawMaps, box: Letterbox) -> EngineHeatmap:
        relative = raw / np.float32(self.model.map_reference[index])
        carried = box.carry_back(relative, longest=LONGEST_MAP_SIDE)
        peak_x, peak_y = peak_of(carried, width=box.width, height=box.height)
        return EngineHeatmap(
            finding=self.info.labels[index],
            method=self.model.registered.heatmap_method,
            values=carried,
            peak_x=peak_x,
            peak_y=peak_y,
        )


def load_runner(model_key: str, folder: Path) -> Runner:
    """The model `model_key` from `folder`, its weights verified. Raises registry.ModelRefused."""
    return Runner(load_model(registry.find(model_key, folder)))
