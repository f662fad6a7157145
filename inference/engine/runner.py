"""Running a model on films: batches in, one answer a film out, with heatmaps carried back to the film."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from inference.engine.geometry import FloatMap, Letterbox, peak_of
from inference.engine.heatmaps.gradcam import GradCAMSession, RawMaps
from inference.engine.loading import LoadedModel
from inference.engine.preprocessing import Film, to_input

BATCH = 16
# A heatmap has a dozen cells each way: more pixels than this would only be stored interpolation.
LONGEST_MAP_SIDE = 256


@dataclass(frozen=True)
class FilmMap:
    """A heatmap of one label over one film.

    `values` are bytes [h, w] of which 255 stands for the map's own highest value; `scale` is that value over
    the model's reference, so that strength compares from film to film. The peak is in film pixels.
    """

    label: str
    method: str
    values: npt.NDArray[np.uint8]
    scale: float
    peak_x: float
    peak_y: float
    width: int
    height: int


@dataclass(frozen=True)
class FilmAnswer:
    """One model's answer to one film: calibrated probability per label, distance from known films, maps."""

    probabilities: dict[str, float]
    ood_score: float
    declined: bool
    maps: tuple[FilmMap, ...]


def read_films(
    model: LoadedModel, films: Sequence[Film], *, heatmaps: bool = True, batch: int = BATCH
) -> list[FilmAnswer]:
    """Answers to displayed films (uint8 [H, W], any sizes), in order; the same at any batch size to 1e-4.

    Deterministic on one machine. Raises ValueError for anything but two-dimensional bytes.
    """
    answers: list[FilmAnswer] = []
    for start in range(0, len(films), batch):
        answers.extend(_read_batch(model, films[start : start + batch], heatmaps=heatmaps))
    return answers


def _read_batch(model: LoadedModel, films: Sequence[Film], *, heatmaps: bool) -> list[FilmAnswer]:
    inputs, boxes = to_input(films, model.registered.info.input_size)
    with torch.no_grad():
        grid = model.network.features(inputs.contiguous(memory_format=torch.channels_last))
        probabilities = model.calibration.probabilities(model.network.classify(grid))
        scores = model.familiarity.score(model.network.pooled(grid))
    maps = _maps(model, grid, boxes) if heatmaps else [()] * len(films)
    decline_at = float(model.familiarity.decline_at)
    return [
        FilmAnswer(
            probabilities=dict(zip(model.registered.info.labels, row.tolist(), strict=True)),
            ood_score=float(score),
            declined=float(score) >= decline_at,
            maps=film_maps,
        )
        for row, score, film_maps in zip(probabilities, scores, maps, strict=True)
    ]


def _maps(model: LoadedModel, grid: Tensor, boxes: Sequence[Letterbox]) -> list[tuple[FilmMap, ...]]:
    """Maps of every label for each film of a batch; the hooks live only inside."""
    labels = model.registered.info.labels
    with GradCAMSession(model.network) as session:
        raw = [session.maps(grid, index) for index in range(len(labels))]
    return [
        tuple(
            _film_map(model, index, label, raw[index][position], box) for index, label in enumerate(labels)
        )
        for position, box in enumerate(boxes)
    ]


def _film_map(model: LoadedModel, index: int, label: str, raw: RawMaps, box: Letterbox) -> FilmMap:
    carried = box.carry_back(raw, longest=LONGEST_MAP_SIDE)
    highest = float(carried.max())
    peak_x, peak_y = peak_of(carried, width=box.width, height=box.height)
    return FilmMap(
        label=label,
        method=model.registered.heatmap_method,
        values=_as_bytes(carried, highest),
        scale=highest / float(model.map_reference[index]),
        peak_x=peak_x,
        peak_y=peak_y,
        width=box.width,
        height=box.height,
    )


def _as_bytes(values: FloatMap, highest: float) -> npt.NDArray[np.uint8]:
    if highest <= 0:
        return np.zeros(values.shape, dtype=np.uint8)
    return np.rint(values / highest * 255).astype(np.uint8)
