"""From fitted weights to what ships: what is fixed on validation films, and the float16 file."""

from __future__ import annotations

import math
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
from inference.engine.hard_copies import hardened
from inference.engine.heatmaps.gradcam import GradCAMSession
from inference.engine.loading import Calibration, LoadedModel, assemble
from inference.engine.look import Look, described
from inference.engine.preprocessing import Film, to_input
from inference.engine.runner import Runner
from inference.registry import RegisteredModel

COMPONENTS = 32
# A look has 199 numbers that go together less than a network's features do.
LOOK_COMPONENTS = 64
# At most 7 % of a model's own kind may be flagged; a threshold from a few hundred cases is itself uncertain.
FLAGGED_SHARE = 0.04
# At this many times the flagging distance the model declines: noise does, about one film in 500 of its own.
DECLINE_AT = 1.5
# A label whose maps are empty more often than not would otherwise have every map divided by nothing.
FAINTEST_MAP = 0.05
# However little a logit says, more of it never means less: the slope of the calibration stays positive.
FLATTEST_SLOPE = 0.02
BATCH = 32
# Of the constants, components are unit vectors and the centre is a mean of bounded features.
_HALF = (".components", ".centre")


@dataclass(frozen=True)
class Labelled:
    """Displayed films of a split, which findings each shows, bool [N, L], and the case each is of, int [N]."""

    films: Sequence[Film]
    positive: npt.NDArray[np.bool_]
    cases: npt.NDArray[np.int64]

    def with_hard_copies(self, copies: int, seed: int) -> Labelled:
        """The same films and `copies` hard copies of each, every copy a case of its own."""
        rng = np.random.default_rng(seed)
        hard = [hardened(film, rng) for _ in range(copies) for film in self.films]
        step = int(self.cases.max()) + 1
        return Labelled(
            [*self.films, *hard],
            np.tile(self.positive, (copies + 1, 1)),
            np.concatenate([self.cases + step * number for number in range(copies + 1)]),
        )

    @classmethod
    def one_film_a_case(cls, films: Sequence[Film], positive: npt.NDArray[np.bool_]) -> Labelled:
        """Films that are a case each, with one finding that they have or not, bool [N]."""
        return cls(films, positive[:, None], np.arange(len(films)))

    def of_cases(self) -> npt.NDArray[np.bool_]:
        """Which findings each case has, bool [C, L]."""
        return np.array([self.positive[self.cases == case].any(axis=0) for case in np.unique(self.cases)])

    def highest(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """For each case and finding the highest of its films' values [N, L], as [C, L]."""
        return np.array([values[self.cases == case].max(axis=0) for case in np.unique(self.cases)])

    def mean(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """For each case the mean of its films' values [N], as [C]."""
        return np.array([values[self.cases == case].mean() for case in np.unique(self.cases)])


def rounded(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights as they will come back from the shipped float16 file; counters are left out."""
    return {
        name: value.to(torch.float16).to(torch.float32)
        for name, value in weights.items()
        if value.is_floating_point()
    }


def unfinished(registered: RegisteredModel, weights: dict[str, Tensor]) -> LoadedModel:
    """A model that runs but decides nothing: identity calibration, no thresholds, map reference 1."""
    labels, channels = weights["classifier.weight"].shape
    plain = Familiarity(
        centre=torch.zeros(channels),
        components=torch.zeros(1, channels),
        variances=torch.ones(1),
        remainder=torch.ones(()),
        flag_at=torch.ones(()),
        decline_at=torch.tensor(float("inf")),
    )
    identity = Calibration(torch.ones(labels), torch.zeros(labels))
    return assemble(registered, weights | constants(identity, plain, torch.ones(labels)))


def constants(
    calibration: Calibration, familiarity: Familiarity, reference: Tensor, look: Look | None = None
) -> dict[str, Tensor]:
    """What is fixed on validation films, under the names that the engine reads; `reference` is [L]."""
    values = {
        "temperature": calibration.temperature.to(torch.float32),
        "offset": calibration.offset.to(torch.float32),
        "map_reference": reference,
        **familiarity.tensors(),
        **(look.tensors() if look else {}),
    }
    return {f"constants.{name}": value for name, value in values.items()}


def finish(
    registered: RegisteredModel,
    weights: dict[str, Tensor],
    train: Sequence[Film],
    val: Labelled,
    *,
    decide_on: Labelled | None = None,
    by_look: bool = False,
) -> tuple[bytes, list[float]]:
    """The bytes of the shipped safetensors file, and the operating threshold of each label.

    `train` are plain films that the model was fitted to: they give the centre and spread of its features.
    Everything else is from `val`: temperature and offset and threshold (of a case's highest logit, since that
    is what decides; from `decide_on` where given, `val` with hard copies of it), out-of-distribution thresholds
    and the map value (the median map maximum of the films with the finding) that is drawn at full strength.
    `by_look` guards by the look of a film as well as by its features; each may flag half of FLAGGED_SHARE.
    """
    half = rounded(weights)
    runner = Runner(unfinished(registered, half))
    decisive = decide_on or val
    measured = runner.measure(decisive.films, batch=BATCH).logits.double().numpy()
    logits, truth = torch.from_numpy(decisive.highest(measured)), decisive.of_cases()
    fitted = [fit_temperature(logits[:, label], truth[:, label]) for label in range(truth.shape[1])]
    calibration = Calibration(*(torch.tensor(values) for values in zip(*fitted, strict=True)))
    probabilities = calibration.probabilities(logits).numpy()
    share = FLAGGED_SHARE / 2 if by_look else FLAGGED_SHARE
    familiarity = fit_familiarity(
        pooled_features(runner, train), pooled_features(runner, val.films), val, share
    )
    look = fit_look(looks(runner, train), looks(runner, val.films), val, share) if by_look else None
    maxima = map_maxima(runner, val.films)
    columns = range(truth.shape[1])
    medians = [float(np.median(maxima[val.positive[:, one], one])) for one in columns]
    reference = torch.tensor(medians).clamp(min=FAINTEST_MAP)
    tensors = half | constants(calibration, familiarity, reference, look)
    thresholds = [balanced_threshold(probabilities[:, one], truth[:, one]) for one in columns]
    return save(as_shipped(tensors)), thresholds


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
    if slope < FLATTEST_SLOPE:
        rate = float(positive.mean())
        slope, offset = FLATTEST_SLOPE, math.log(rate / (1 - rate)) - FLATTEST_SLOPE * float(logits.mean())
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


def fit_familiarity(train: Tensor, val_features: Tensor, val: Labelled, share: float) -> Familiarity:
    """The spread of training features, with thresholds from validation cases (see the constants above)."""
    fitted = Familiarity.fit(train, components=min(COMPONENTS, train.shape[1] // 2))
    return _with_thresholds(fitted, fitted.distance(val_features), val, share)


def fit_look(train: Tensor, val_looks: Tensor, val: Labelled, share: float) -> Look:
    """The spread of the training films' looks, with thresholds from validation cases."""
    fitted = Look.fit(train, components=LOOK_COMPONENTS)
    distances = fitted.distance(val_looks)
    return replace(fitted, familiarity=_with_thresholds(fitted.familiarity, distances, val, share))


def _with_thresholds(fitted: Familiarity, of_films: Tensor, val: Labelled, share: float) -> Familiarity:
    """`fitted` with thresholds from the distances [N] of validation films: at most `share` of cases are flagged."""
    distances = torch.from_numpy(val.mean(of_films.numpy()))
    return replace(fitted, flag_at=flagging_distance(distances, share), decline_at=torch.tensor(DECLINE_AT))


def flagging_distance(distances: Tensor, share: float) -> Tensor:
    """The distance [] that at most `share` of fresh cases reach, on average, if they are like those of `distances` [N].

    The conformal quantile (Vovk et al. 2005): with few cases it is the highest of them, which isn't yet enough.
    """
    ordered = distances.sort().values
    below = math.ceil((len(ordered) + 1) * (1 - share))
    return ordered[min(below, len(ordered) - 1)]


@torch.no_grad()
def pooled_features(runner: Runner, films: Sequence[Film]) -> Tensor:
    """Pooled features [N, C] of displayed films."""
    network, parts = runner.model.network, []
    for start in range(0, len(films), BATCH):
        inputs, _ = to_input(films[start : start + BATCH], runner.info.input_size)
        parts.append(network.pooled(network.features(inputs)))
    return torch.cat(parts)


def looks(runner: Runner, films: Sequence[Film]) -> Tensor:
    """Looks [N, 199] of displayed films."""
    starts = range(0, len(films), BATCH)
    return torch.cat([described(runner.prepare(films[start : start + BATCH])[0]) for start in starts])


def map_maxima(runner: Runner, films: Sequence[Film]) -> npt.NDArray[np.float32]:
    """The highest raw map value, in logits, of each film and label [N, L]."""
    maxima, labels = [], range(len(runner.info.labels))
    for start in range(0, len(films), BATCH):
        inputs, _ = to_input(films[start : start + BATCH], runner.info.input_size)
        with torch.no_grad():
            grid = runner.model.network.features(inputs)
        with GradCAMSession(runner.model.network) as session:
            maxima.append(np.stack([session.maps(grid, label).max(axis=(1, 2)) for label in labels], axis=1))
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
