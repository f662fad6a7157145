"""Grad-CAM++ beside Grad-CAM: the library's own map, as strong as Grad-CAM's, the same in any company."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from pytorch_grad_cam import GradCAMPlusPlus
from pytorch_grad_cam.utils.image import scale_cam_image
from torch import Tensor, nn

from inference.contracts import GRAD_CAM, GRAD_CAM_PLUS_PLUS
from inference.engine.adapters.places_cnn import PlacesCNN
from inference.engine.heatmaps.gradcam import GradCAMSession, LabelTarget
from inference.engine.preprocessing import Film
from inference.engine.runner import Runner

BOTH = [GRAD_CAM, GRAD_CAM_PLUS_PLUS]


def test_every_film_has_a_map_by_both_methods(runner: Runner, films: list[Film]) -> None:
    for film, opinion in zip(films, runner.read(films), strict=True):
        assert [one.method for one in opinion.heatmaps] == BOTH
        first, second = opinion.heatmaps
        assert first.values.shape == second.values.shape == film.shape
        assert not np.array_equal(first.values, second.values)


@pytest.mark.parametrize("batch", [1, 7])
def test_same_film_same_maps_at_any_batch_size(runner: Runner, films: list[Film], batch: int) -> None:
    for one, other in zip(runner.read(films), runner.read(films, batch=batch), strict=True):
        for left, right in zip(one.heatmaps, other.heatmaps, strict=True):
            assert left.values == pytest.approx(right.values, abs=1e-4)


def test_it_is_the_librarys_own_map(runner: Runner, films: list[Film]) -> None:
    inputs, _ = runner.prepare(films[:1])
    size = inputs.shape[-1]
    network = copy.deepcopy(runner.model.module).requires_grad_(True)
    with GradCAMPlusPlus(model=network, target_layers=[network.get_submodule("head")]) as library:
        expected = library(input_tensor=inputs, targets=[LabelTarget(0)])[0]
    with torch.no_grad():
        grid = runner.model.network.features(inputs)
    with GradCAMSession(runner.model.network) as session:
        maps = session.maps_by_method(grid, 0)
    # The library scales to 0 … 1, enlarges, and scales again.
    ours = scale_cam_image(scale_cam_image(maps[GRAD_CAM_PLUS_PLUS], (size, size)))[0]
    assert ours == pytest.approx(expected, abs=1e-3)
    plain = scale_cam_image(scale_cam_image(maps[GRAD_CAM], (size, size)))[0]
    assert np.abs(plain - expected).max() > 0.05


def test_it_is_as_strong_as_grad_cam_on_each_film() -> None:
    torch.manual_seed(3)
    network = PlacesCNN(labels=2).eval()
    network.requires_grad_(False)
    with torch.no_grad():
        grid = network.features(torch.randn(6, 1, 64, 64)) * torch.linspace(0.2, 3, 6)[:, None, None, None]
        network.classifier.weight[1] = -network.classifier.weight[1].abs()
    with GradCAMSession(network) as session:
        maps, against = session.maps_by_method(grid, 0), session.maps_by_method(grid, 1)
    tops = maps[GRAD_CAM].max(axis=(1, 2))
    assert np.ptp(tops) > 0
    assert maps[GRAD_CAM_PLUS_PLUS].max(axis=(1, 2)) == pytest.approx(tops, rel=1e-5)
    # Where nothing on the film speaks for the label, neither method may draw anything.
    assert not against[GRAD_CAM].any() and not against[GRAD_CAM_PLUS_PLUS].any()


def test_both_methods_leave_no_hook(runner: Runner, films: list[Film]) -> None:
    inputs, _ = runner.prepare(films[:2])
    with torch.no_grad():
        grid = runner.model.network.features(inputs)
    with GradCAMSession(runner.model.network) as session:
        session.maps_by_method(grid, 0)
    assert session.hook_count == 0
    assert not any(module._forward_hooks for module in runner.model.module.modules())


class _TwoChannels(nn.Module):
    """A classifier that takes each channel of a grid times a weight, [L, 2]."""

    def __init__(self, weights: Tensor) -> None:
        super().__init__()
        self.weights = weights

    def features(self, films: Tensor) -> Tensor:
        return films

    def pooled(self, grid: Tensor) -> Tensor:
        return grid.mean(dim=(2, 3))

    def classify(self, grid: Tensor) -> Tensor:
        return grid.sum(dim=(2, 3)) @ self.weights.T


@pytest.mark.parametrize("sign", [-1, 1])
def test_a_channel_whose_divisor_is_nought_says_nothing(sign: int) -> None:
    """Grad-CAM++ divides by 2 g² + A g³ + 0.000001; a film that met nought got no opinion at all."""
    gradient, activation = _nought(sign)
    network = _TwoChannels(torch.tensor([[gradient, 1.0]]))
    grid = torch.tensor([activation, 1.0]).reshape(1, 2, 1, 1)
    with GradCAMSession(network) as session:
        maps = session.maps_by_method(grid, 0)
    assert np.isfinite(maps[GRAD_CAM_PLUS_PLUS]).all()
    assert maps[GRAD_CAM_PLUS_PLUS].max() == maps[GRAD_CAM].max()


def _nought(sign: int) -> tuple[float, float]:
    """A gradient of `sign` and an activation for which the divisor is exactly 0 in float32."""
    for gradient in np.float32(sign) * np.geomspace(1e-5, 1e-3, 500, dtype=np.float32):
        square = np.array([gradient**2])
        near = -(2 * square + np.float32(1e-6)) / (square * gradient)
        for activation in (near, np.nextafter(near, np.float32(0)), np.nextafter(near, 2 * near)):
            if (2 * square + activation * (square * gradient) + 0.000001 == 0).all():
                return float(gradient), float(activation[0])
    raise AssertionError("no such pair was found")
