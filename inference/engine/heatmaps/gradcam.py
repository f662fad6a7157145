"""Grad-CAM and Grad-CAM++ by pytorch-grad-cam, for a batch at a time and without image scaling.

Selvaraju et al. 2017; Chattopadhyay et al. 2018. Both weigh the channels of one grid by the same gradients.
"""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from pytorch_grad_cam import GradCAM, GradCAMPlusPlus
from torch import Tensor, nn

from inference.contracts import GRAD_CAM, GRAD_CAM_PLUS_PLUS
from inference.engine.loading import ClassifierNetwork

RawMaps = npt.NDArray[np.float32]


class FromFeatures(nn.Module):
    """The network behind its features: a tap that hooks can hold on to, then the classifier.

    The features are computed once, without gradients; asking the classifier alone for gradients gives the
    same maps as asking the whole network, at a fraction of the time and memory.
    """

    def __init__(self, network: ClassifierNetwork) -> None:
        super().__init__()
        # A bound method, not a submodule: the network is shared, and must not change mode or gain hooks.
        self._classify: Callable[[Tensor], Tensor] = network.classify
        self.tap = nn.Identity()
        # pytorch-grad-cam finds the device by the first parameter.
        self.anchor = nn.Parameter(torch.zeros(()), requires_grad=False)

    def forward(self, grid: Tensor) -> Tensor:
        return self._classify(self.tap(grid))


class _UnscaledGradCAM(GradCAM):  # type: ignore[misc]
    """Maps as they are, on the grid: the library scales each film's map to 0 … 1, which hides a weak one."""

    def compute_cam_per_layer(
        self, input_tensor: Tensor, targets: list[Callable[[Tensor], Tensor]], eigen_smooth: bool
    ) -> list[RawMaps]:
        pairs = zip(self.activations_and_grads.activations, self.activations_and_grads.gradients, strict=True)
        maps = []
        for layer, (activations, gradients) in zip(self.target_layers, pairs, strict=True):
            cam = self.get_cam_image(
                input_tensor, layer, targets, activations.numpy(), gradients.numpy(), eigen_smooth
            )
            maps.append(np.maximum(cam, 0).astype(np.float32)[:, None])
        return maps

    def aggregate_multi_layers(self, cam_per_target_layer: list[RawMaps]) -> RawMaps:
        maps: RawMaps = np.concatenate(cam_per_target_layer, axis=1).mean(axis=1)
        return maps


class LabelTarget:
    """The logit of one label, as pytorch-grad-cam calls it: with the logits [L] of one film."""

    def __init__(self, label: int) -> None:
        self.label = label

    def __call__(self, logits: Tensor) -> Tensor:
        return logits[self.label]


class GradCAMSession:
    """A context in which maps can be had; leaving it takes the hooks off and lets the tensors go."""

    def __init__(self, network: ClassifierNetwork) -> None:
        self._behind = FromFeatures(network)
        self._cam: Any = _UnscaledGradCAM(model=self._behind, target_layers=[self._behind.tap])

    def __enter__(self) -> GradCAMSession:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cam.activations_and_grads.release()
        self._cam.outputs = None

    def maps(self, grid: Tensor, label: int) -> RawMaps:
        """Grad-CAM's raw maps float32 [N, h, w] for one label of a feature grid [N, C, h, w]; 0 and up, in logits.

        For a network that averages over place before one linear layer this is the class activation map:
        its mean over place, negative parts included, is the logit without its bias.
        """
        leaf = grid.detach().requires_grad_(True)
        with torch.enable_grad():
            raw: RawMaps = self._cam(input_tensor=leaf, targets=[LabelTarget(label)] * len(grid))
        # Grad-CAM's weights are mean gradients; the mean over h × w cells makes them 1/(h·w) of the logit's.
        return raw * np.float32(grid.shape[2] * grid.shape[3])

    def maps_by_method(self, grid: Tensor, label: int) -> dict[str, RawMaps]:
        """Maps [N, h, w] for one label of a feature grid [N, C, h, w] by both methods, from one backward pass.

        Grad-CAM's as `maps` returns it. Grad-CAM++ has no unit of its own (its weights are sums of ratios), so
        each film's map is scaled to Grad-CAM's maximum on that film: a faint film stays faint, and a film with
        nothing that speaks for the label has an empty map by both.
        """
        first = self.maps(grid, label)
        kept = self._cam.activations_and_grads
        activations, gradients = kept.activations[0].numpy(), kept.gradients[0].numpy()
        # Asked of the class: its weights depend on these two arrays alone, so no second pass is needed. It drops what
        # speaks against the label after dividing, and there the divisor can be nought: so it is dropped before.
        speaking = np.maximum(gradients, 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            weights = GradCAMPlusPlus.get_cam_weights(self._cam, None, None, None, activations, speaking)
        # Channels that can be negative may still meet it: one that can't be weighed says nothing.
        weights = np.where(np.isfinite(weights), weights, 0)
        second = np.maximum(np.einsum("nc,nchw->nhw", weights, activations, optimize=True), 0)
        return {GRAD_CAM: first, GRAD_CAM_PLUS_PLUS: _as_strong_as(first, second)}

    @property
    def hook_count(self) -> int:
        """Hooks still held; 0 after leaving the context."""
        return len(self._cam.activations_and_grads.handles) + len(self._behind.tap._forward_hooks)


def _as_strong_as(reference: RawMaps, maps: RawMaps) -> RawMaps:
    """`maps` [N, h, w] with each film's maximum that of `reference`; zero where either film's map is empty."""
    wanted, found = (each.max(axis=(1, 2), keepdims=True) for each in (reference, maps))
    scale = np.divide(wanted, found, out=np.zeros_like(wanted), where=found > 0)
    scaled: RawMaps = (maps * scale).astype(np.float32)
    return scaled
