"""Running a model on films: batches in, one opinion a film out, with heatmaps carried back to the film."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from inference import registry
from inference.contracts import OCCLUSION, FindingOpinion, ModelInfo
from inference.engine.geometry import FloatMap, Letterbox, peak_of
from inference.engine.heatmaps.gradcam import GradCAMSession
from inference.engine.heatmaps.occlusion import logit_drops
from inference.engine.loading import LoadedModel, load_model
from inference.engine.preprocessing import Film, to_input
from inference.results import EngineHeatmap, EngineOpinion

BATCH = 16
# The network's grid has a dozen cells each way: more pixels than this would only be stored interpolation.
LONGEST_MAP_SIDE = 256
# The fall of log odds that an occlusion map shows at full strength: to a tenth of the odds.
FULL_STRENGTH_DROP = math.log(10)


@dataclass(frozen=True)
class Measured:
    """What the network says of films before anything is decided: logits [N, L] and distances [N]."""

    logits: Tensor
    ood_scores: Tensor | None
    """None for a model without a guard."""


class Runner:
    """One model in memory, ready to read films. Not to be shared between threads that read at the same time."""

    def __init__(self, model: LoadedModel) -> None:
        self.model = model

    @property
    def info(self) -> ModelInfo:
        """The model's registry entry and card."""
        return self.model.registered.info

    def prepare(self, films: Sequence[Film]) -> tuple[Tensor, list[Letterbox]]:
        """Displayed films as this model's network reads them [N, C, S, S], and where their pixels went."""
        return to_input(films, self.info.input_size, self.info.normalisation)

    def read(
        self, films: Sequence[Film], *, heatmaps: bool = True, batch: int = BATCH
    ) -> list[EngineOpinion]:
        """Opinions on displayed films (uint8 [H, W], any sizes), in order; the same at any batch size to 1e-5.

        Grad-CAM's values are logits over the model's reference: 1 is a strong map, and maps compare from film
        to film; a Grad-CAM++ map is as strong as the Grad-CAM map of its film. Deterministic on one machine.
        Raises ValueError for anything but two-dimensional bytes.
        """
        opinions: list[EngineOpinion] = []
        for start in range(0, len(films), batch):
            opinions.extend(self._read_batch(films[start : start + batch], heatmaps=heatmaps))
        return opinions

    def occlude(self, film: Film, finding: str) -> EngineHeatmap:
        """Where covering a displayed film (uint8 [H, W]) makes `finding` less likely: some hundred forward passes.

        Values are falls of the calibrated log odds over ln 10: 1 where covering a piece cuts the odds to a tenth.
        They don't depend on Grad-CAM's reference. Raises ValueError for a finding that the model doesn't know.
        """
        index = self.info.labels.index(finding)
        inputs, boxes = self.prepare([film])
        drops = logit_drops(self.model.network, inputs, boxes[0], index)
        relative = drops / np.float32(float(self.model.calibration.temperature[index]) * FULL_STRENGTH_DROP)
        return _heatmap(finding, OCCLUSION, boxes[0].carry_back(relative, longest=LONGEST_MAP_SIDE), boxes[0])

    def measure(self, films: Sequence[Film], *, batch: int = BATCH) -> Measured:
        """Uncalibrated logits and out-of-distribution scores, for fitting what is fitted on validation films."""
        parts = []
        for start in range(0, len(films), batch):
            inputs, _ = self.prepare(films[start : start + batch])
            parts.append(self._forward(inputs)[1:])
        scores = [score for _, score in parts if score is not None]
        return Measured(torch.cat([logits for logits, _ in parts]), torch.cat(scores) if scores else None)

    @torch.no_grad()
    def _forward(self, inputs: Tensor) -> tuple[Tensor, Tensor, Tensor | None]:
        network = self.model.network
        grid = network.features(inputs.contiguous(memory_format=torch.channels_last))
        return grid, network.classify(grid), self._unlike(grid, inputs)

    def _unlike(self, grid: Tensor, inputs: Tensor) -> Tensor | None:
        """How unlike what the model knows films are, [N]: by its features or, where it has one, by their look."""
        known, look = self.model.familiarity, self.model.look
        if known is None:
            return None
        by_features = known.score(self.model.network.pooled(grid))
        return by_features if look is None else torch.maximum(by_features, look.score(inputs))

    def _read_batch(self, films: Sequence[Film], *, heatmaps: bool) -> list[EngineOpinion]:
        inputs, boxes = self.prepare(films)
        grid, logits, scores = self._forward(inputs)
        probabilities = self.model.calibration.probabilities(logits)
        maps = self._maps(grid, boxes) if heatmaps else [()] * len(films)
        known = self.model.familiarity
        unlike = [None] * len(films) if known is None or scores is None else scores.tolist()
        return [
            EngineOpinion(
                findings=tuple(self._findings(row.tolist())),
                heatmaps=film_maps,
                ood_score=score,
                declined=known is not None and score is not None and score >= float(known.decline_at),
            )
            for row, score, film_maps in zip(probabilities, unlike, maps, strict=True)
        ]

    def _findings(self, probabilities: Sequence[float]) -> list[FindingOpinion]:
        thresholds = self.info.thresholds
        return [
            FindingOpinion(label, probability, thresholds[label], probability >= thresholds[label])
            for label, probability in zip(self.info.labels, probabilities, strict=True)
        ]

    def _maps(self, grid: Tensor, boxes: Sequence[Letterbox]) -> list[tuple[EngineHeatmap, ...]]:
        """Maps of every label by every method for each film of a batch; the hooks live only inside."""
        with GradCAMSession(self.model.network) as session:
            by_label = [session.maps_by_method(grid, index) for index in range(len(self.info.labels))]
        named = [
            (self.info.labels[index], method, raw / np.float32(self.model.map_reference[index]))
            for index, methods in enumerate(by_label)
            for method, raw in methods.items()
        ]
        # [N, maps, h, w]: what lies on one film is carried back to it in one go.
        stacked = np.stack([relative for _, _, relative in named], axis=1)
        return [
            tuple(
                _heatmap(label, method, values, box)
                for (label, method, _), values in zip(
                    named, box.carry_back(film, longest=LONGEST_MAP_SIDE), strict=True
                )
            )
            for film, box in zip(stacked, boxes, strict=True)
        ]


def _heatmap(finding: str, method: str, carried: FloatMap, box: Letterbox) -> EngineHeatmap:
    """A map that lies on its film already, with its peak."""
    peak_x, peak_y = peak_of(carried, width=box.width, height=box.height)
    return EngineHeatmap(finding, method, carried, peak_x, peak_y)


def load_runner(model_key: str, folder: Path, installed: Path | None = None) -> Runner:
    """The model `model_key` as `registry.find` finds it, its weights verified. Raises registry.ModelRefused."""
    return Runner(load_model(registry.find(model_key, folder, installed)))
