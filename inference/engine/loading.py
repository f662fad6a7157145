"""From a registered model to a network that can run: verified weights, constants beside them, one in memory."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast

import torch
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor, nn

from inference.engine.familiarity import Familiarity
from inference.engine.look import Look
from inference.model_toml import Described, unreadable_sentence
from inference.registry import ModelRefused, RegisteredModel, verified_weights


class ClassifierNetwork(Protocol):
    """What an adapter's network offers beside being an nn.Module."""

    def features(self, films: Tensor) -> Tensor:
        """Standardised films [N, channels, S, S] to a feature grid [N, C, h, w]."""

    def pooled(self, grid: Tensor) -> Tensor:
        """A feature grid to one vector a film [N, C]."""

    def classify(self, grid: Tensor) -> Tensor:
        """A feature grid to logits [N, labels]."""


@dataclass(frozen=True)
class Calibration:
    """Logits to probabilities: sigmoid(logit / temperature + offset), per label [L]."""

    temperature: Tensor
    offset: Tensor

    def probabilities(self, logits: Tensor) -> Tensor:
        """Logits [N, L] to calibrated probabilities [N, L], in float64 so that no batch size shows."""
        scaled = logits.to(torch.float64) / self.temperature + self.offset
        return torch.sigmoid(scaled)


@dataclass(frozen=True)
class LoadedModel:
    """A network in memory with what was fixed on validation films."""

    registered: RegisteredModel
    network: ClassifierNetwork
    calibration: Calibration
    familiarity: Familiarity | None
    """None for a model that has no guard against unfamiliar films."""
    map_reference: Tensor
    """Per label [L]: the map value, in logits, that is drawn at full strength."""
    look: Look | None = None
    """None for a model whose guard is its own features alone."""

    @property
    def module(self) -> nn.Module:
        """The network as torch sees it."""
        return cast(nn.Module, self.network)


_CONSTANTS = "constants."


def load_model(registered: RegisteredModel) -> LoadedModel:
    """Read, verify and build a model: weights of any float, float32 arithmetic, gradients of weights off.

    Raises ModelRefused for missing or other weights than the card's, and for weights that don't fit.
    """
    data = verified_weights(registered)
    if registered.described is not None:
        return assemble_described(registered, registered.described, data)
    try:
        tensors = {name: value.to(torch.float32) for name, value in load(data).items()}
        return assemble(registered, tensors)
    except (SafetensorError, RuntimeError, KeyError) as error:
        raise ModelRefused(
            f"The weights of the AI model “{registered.info.key}” don't fit its network: {registered.weights}."
        ) from error


def assemble_described(registered: RegisteredModel, described: Described, data: bytes) -> LoadedModel:
    """A model from its model.toml and the bytes of its weights file.

    Nothing of it was fixed on validation films here: its logits count as they are, it has no guard against
    unfamiliar films, and every label shares one map reference. Raises ModelRefused as the adapter does.
    """
    try:
        tensors = load(data)
    except SafetensorError as error:
        raise ModelRefused(unreadable_sentence(described.weights, data)) from error
    network = _adapter(registered)(described=described, tensors=tensors)
    labels = len(registered.info.labels)
    return _in_memory(
        registered,
        network,
        calibration=Calibration(
            torch.ones(labels, dtype=torch.float64), torch.zeros(labels, dtype=torch.float64)
        ),
        familiarity=None,
        map_reference=torch.full((labels,), described.full_strength),
    )


def assemble(registered: RegisteredModel, tensors: dict[str, Tensor]) -> LoadedModel:
    """A model from its tensors, the network's own and those under `constants.`"""
    constants = {
        name.removeprefix(_CONSTANTS): value for name, value in tensors.items() if name.startswith(_CONSTANTS)
    }
    weights = {name: value for name, value in tensors.items() if not name.startswith(_CONSTANTS)}
    network = build_network(registered)
    network.load_state_dict(weights)
    return _in_memory(
        registered,
        network,
        calibration=Calibration(
            constants["temperature"].to(torch.float64), constants["offset"].to(torch.float64)
        ),
        familiarity=Familiarity.from_tensors(constants),
        map_reference=constants["map_reference"],
        look=Look.from_tensors(constants),
    )


def build_network(registered: RegisteredModel) -> nn.Module:
    """The adapter's network with random weights, of a model that ships."""
    network = _adapter(registered)(labels=len(registered.info.labels), **registered.entry.options)
    if not isinstance(network, nn.Module):
        raise TypeError(f"{registered.entry.adapter} didn't return a network")
    return network


def _adapter(registered: RegisteredModel) -> Callable[..., nn.Module]:
    module, _, function = registered.entry.adapter.partition(":")
    build: Callable[..., nn.Module] = getattr(importlib.import_module(module), function)
    return build


def _in_memory(
    registered: RegisteredModel,
    network: nn.Module,
    *,
    calibration: Calibration,
    familiarity: Familiarity | None,
    map_reference: Tensor,
    look: Look | None = None,
) -> LoadedModel:
    network.eval().requires_grad_(False)
    network.to(memory_format=torch.channels_last)
    return LoadedModel(
        registered, cast(ClassifierNetwork, network), calibration, familiarity, map_reference, look
    )
