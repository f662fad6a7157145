"""From fitted weights to what ships: what is fixed on validation films, and the float16 file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import save
from torch import Tensor
from torch.nn import functional

from inference.contracts import ModelInfo
from inference.engine.familiarity import Familiarity
from inference.engine.heatmaps.gradcam import GradCAMSession
from inference.engine.loading import Calibration, LoadedModel, assemble
from inference.engine.preprocessing import Film, to_input
from inference.engine.runner import Runner
from inference.registry import RegisteredModel

COMPONENTS = 32
FLAGGED_SHARE = 0.05
# At this many times the flagging distance the model declines: noise does, about one film in 500 of its own.
DECLINE_AT = 1.5
BATCH = 32
# Of the constants, components are unit vectors and the centre is a mean of bounded features.
_HALF = (".components", ".centre")


@dataclass(frozen=True)
class Labelled:
    """Displayed films of a split and whether each has the finding, bool [N]."""

    films: Sequence[Film]
    positive: npt.NDArray[np.bool_]


def rounded(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights as they will come back from the shipped float16 file; counters are left out."""
    return {
        name: value.to(torch.float16).to(torch.float32)
        for name, value in weights.items()
        if value.is_floating_point()
    }


def unfinished(registered: RegisteredModel, weights: dict[str, Tensor]) -> LoadedModel:
    """A model that runs but decides nothing: identity calibration, no thresholds, map reference 1."""
    channels = weights["classifier.weight"].shape[1]
    plain = Familiarity(
        centre=torch.zeros(channels),
        components=torch.zeros(1, channels),
        variances=torch.ones(1),
        remainder=torch.ones(()),
        flag_at=torch.ones(()),
        decline_at=torch.tensor(float("inf")),
    )
    return assemble(registered, weights | constants(1.0, 0.0, plain, 1.0))


def constants(
    temperature: float, offset: float, familiarity: Familiarity, reference: float
) -> dict[str, Tensor]:
    """What is fixed on validation films, under the names that the engine reads."""
    values = {
        "temperature": torch.tensor([temperature]),
        "offset": torch.tensor([offset]),
        "map_reference": torch.tensor([reference]),
        **familiarity.tensors(),
    }
    return {f"constants.{name}": value for name, value in values.items()}


def finish(
    registered: RegisteredModel, weights: dict[str, Tensor], train: Sequence[Film], val: Labelled
) -> tuple[bytes, float]:
    """The bytes of the shipped safetensors file, and the operating threshold.

    `train` are plain films that the model was fitted to: they give the centre and spread of its features.
    Everything else is from `val`: temperature and offset, threshold, out-of-distribution thresholds and the
    map value (the median map maximum of the films with the finding) that is drawn at full strength.
    """
    half = rounded(weights)
    runner = Runner(unfinished(registered, half))
    logits = runner.measure(val.films, batch=BATCH).logits[:, 0]
    temperature, offset = fit_temperature(logits, val.positive)
    calibration = Calibration(torch.tensor([temperature]), torch.tensor([offset]))
    probabilities = calibration.probabilities(logits[:, None])[:, 0].numpy()
    familiarity = fit_familiarity(pooled_features(runner, train), pooled_features(runner, val.films))
    maxima = map_maxima(runner, val.films)
    reference = float(np.median(maxima[val.positive]))
    tensors = half | constants(temperature, offset, familiarity, reference)
    return save(as_shipped(tensors)), balanced_threshold(probabilities, val.positive)


def fit_temperature(logits: Tensor, positive: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Temperature and offset with the least cross-entropy (Platt 1999; Guo et al. 2017 without the offset).

    The offset takes back what training with as many positives as negatives did to the prevalence.
    """
    wanted = torch.from_numpy(positive).to(torch.float64)
    parameters = torch.tensor([1.0, 0.0], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([parameters], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimiser.zero_grad()
        value = functional.binary_cross_entropy_with_logits(
            logits.to(torch.float64) * parameters[0] + parameters[1], wanted
        )
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    slope, offset = parameters.detach().tolist()
    return 1.0 / slope, offset


def balanced_threshold(probabilities: npt.NDArray[np.float64], positive: npt.NDArray[np.bool_]) -> float:
    """The threshold, to four digits, at which sensitivity and specificity differ least.

    Where several do equally well it is the middle one, so that it doesn't lie on any film's own probability.
    """
    candidates = np.arange(1, 10_000) / 1e4
    ordered_positive, ordered_negative = np.sort(probabilities[positive]), np.sort(probabilities[~positive])
    missed = np.searchsorted(ordered_positive, candidates, side="left") / len(ordered_positive)
    passed = np.searchsorted(ordered_negative, candidates, side="left") / len(ordered_negative)
    gap = np.abs((1 - missed) - passed)
    best = np.flatnonzero(gap <= gap.min() + 1e-12)
    return float(candidates[best[len(best) // 2]])


def fit_familiarity(train: Tensor, val: Tensor) -> Familiarity:
    """The spread of training features, with thresholds from validation features (see the constants above)."""
    fitted = Familiarity.fit(train, components=COMPONENTS)
    distances = fitted.distance(val)
    flag_at = torch.quantile(distances, 1 - FLAGGED_SHARE)
    return replace(fitted, flag_at=flag_at, decline_at=torch.tensor(DECLINE_AT))


@torch.no_grad()
def pooled_features(runner: Runner, films: Sequence[Film]) -> Tensor:
    """Pooled features [N, C] of displayed films."""
    network, parts = runner.model.network, []
    for start in range(0, len(films), BATCH):
        inputs, _ = to_input(films[start : start + BATCH], runner.info.input_size)
        parts.append(network.pooled(network.features(inputs)))
    return torch.cat(parts)


def map_maxima(runner: Runner, films: Sequence[Film]) -> npt.NDArray[np.float32]:
    """The highest raw map value, in logits, of each film [N]."""
    maxima = []
    for start in range(0, len(films), BATCH):
        inputs, _ = to_input(films[start : start + BATCH], runner.info.input_size)
        with torch.no_grad():
            grid = runner.model.network.features(inputs)
        with GradCAMSession(runner.model.network) as session:
            maxima.append(session.maps(grid, 0).max(axis=(1, 2)))
    return np.concatenate(maxima)


def draft_info(key: str, title: str, labels: tuple[str, ...], size: int) -> ModelInfo:
    """A registry entry for a model that isn't finished: nothing is ever called present."""
    thresholds = dict.fromkeys(labels, 1.0)
    return ModelInfo(key, title, "draft", "", labels, thresholds, size, card={})


def as_shipped(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Tensors in the precision they ship in: float16, but float32 for variances and scalars, which need it."""
    return {
        name: value.to(
            torch.float32 if name.startswith("constants.") and not name.endswith(_HALF) else torch.float16
        ).contiguous()
        for name, value in tensors.items()
    }
