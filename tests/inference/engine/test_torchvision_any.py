"""torchvision's networks, cut in two, answer as they do whole; other weights than theirs are refused."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor
from torchvision import models

from inference.engine.adapters.torchvision_any import SplitNetwork, build, empty_network
from inference.engine.heatmaps.gradcam import GradCAMSession
from inference.model_toml import Described, parse_description
from inference.registry import ModelRefused
from tests.inference.foreign import SIZE, toml_of, weights_of

LABELS = {"labels": ["a", "b", "c"], "normal": None, "thresholds": {"a": 0.5, "b": 0.5, "c": 0.5}}
SIGMOID = {**LABELS, "activation": "sigmoid"}
# The larger of them are too slow to build for every run.
QUICK = (
    "resnet18", "densenet121", "efficientnet_b0", "mobilenet_v3_small", "regnet_y_400mf", "shufflenet_v2_x0_5",
    "squeezenet1_1", "mnasnet0_5",
)  # fmt: skip
LARGE = ("convnext_tiny", "swin_t", "swin_v2_t", "vgg11", "alexnet", "googlenet", "mobilenet_v2")


def described(architecture: str = "shufflenet_v2_x0_5", **changes: Any) -> Described:
    return parse_description(toml_of(**{"architecture": architecture, **changes}).encode())


def _whole(description: Described) -> torch.nn.Module:
    torch.manual_seed(1)
    network = empty_network(description)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0
    with torch.no_grad():
        network.train()(torch.randn(4, 3, SIZE, SIZE))
    return network.eval()


def check_split(architecture: str) -> None:
    description = described(architecture, **SIGMOID)
    whole = _whole(description)
    split = build(described=description, tensors=whole.state_dict()).eval().requires_grad_(False)
    films = torch.randn(3, 3, SIZE, SIZE)
    with torch.no_grad():
        expected, grid = whole(films), split.features(films)
        found = split.classify(grid)
    assert torch.allclose(found, expected, atol=1e-5)
    assert expected.std() > 1e-6
    assert grid.ndim == 4
    assert min(grid.shape[2:]) > 1
    assert split.pooled(grid).shape == grid.shape[:2]
    with GradCAMSession(split) as session:
        maps = [session.maps(grid, label) for label in range(3)]
    assert all(one.shape == (3, *grid.shape[2:]) for one in maps)
    assert max(one.max() for one in maps) > 0


@pytest.mark.parametrize("architecture", QUICK)
def test_a_network_in_two_parts_answers_as_the_whole(architecture: str) -> None:
    check_split(architecture)


@pytest.mark.slow
@pytest.mark.parametrize("architecture", LARGE)
def test_a_large_network_in_two_parts_answers_as_the_whole(architecture: str) -> None:
    check_split(architecture)


def test_the_grid_is_the_last_before_pooling() -> None:
    split = build(described=described(), tensors=weights_of())
    assert split.features(torch.zeros(1, 3, SIZE, SIZE)).shape == (1, 1024, 2, 2)


def _outputs(split: SplitNetwork, films: Tensor) -> Tensor:
    outputs: Tensor = split.back(split.features(films))
    return outputs


def test_a_softmax_becomes_log_odds_over_the_temperature() -> None:
    weights = weights_of(outputs=3)
    description = described(labels=["normal", "a", "b"], temperature=2.5, thresholds={"a": 0.5, "b": 0.5})
    split = build(described=description, tensors=weights).eval()
    films = torch.randn(4, 3, SIZE, SIZE)
    with torch.no_grad():
        expected = torch.softmax(_outputs(split, films) / 2.5, dim=1)[:, 1:]
        found = torch.sigmoid(split(films))
    assert torch.allclose(found, expected, atol=1e-6)
    assert found.std() > 1e-3


def test_a_grey_film_is_read_by_one_channel() -> None:
    grey = {"input": {"size": SIZE, "channels": 1, "mean": [0.5], "std": [0.5]}}
    weights = weights_of()
    weights["conv1.0.weight"] = weights["conv1.0.weight"].sum(dim=1, keepdim=True)
    films = torch.randn(2, 1, SIZE, SIZE)
    one = build(described=described(**grey), tensors=weights).eval()
    three = build(described=described(), tensors=weights_of()).eval()
    with torch.no_grad():
        assert torch.allclose(one(films), three(films.expand(-1, 3, -1, -1)), atol=1e-5)


def test_half_precision_weights_and_missing_counters_are_taken() -> None:
    weights = {
        name: value.half() if value.is_floating_point() else value
        for name, value in weights_of().items()
        if not name.endswith("num_batches_tracked")
    }
    split = build(described=described(), tensors=weights)
    assert all(one.dtype == torch.float32 for one in split.parameters())


def _changed(name: str) -> dict[str, Tensor]:
    weights = weights_of()
    if name == "missing":
        del weights["fc.weight"]
    elif name == "foreign name":
        weights["module.fc.weight"] = weights.pop("fc.weight")
    elif name == "shape":
        weights["conv5.0.weight"] = torch.zeros(7, 192, 1, 1)
    elif name == "numbers":
        weights["fc.bias"] = torch.tensor([0.0, float("nan")])
    return weights


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("missing", "The weights lack “fc.weight” of shufflenet_v2_x0_5: save the state_dict"),
        ("foreign name", "The weights hold “module.fc.weight”, which .* without a wrapper"),
        (
            "shape",
            "“conv5.0.weight” in the weights has the shape 7 × 192 × 1 × 1 where .* 1024 × 192 × 1 × 1",
        ),
        ("numbers", "“fc.bias” that aren't numbers: export the model again"),
    ],
)
def test_weights_that_do_not_fit_are_refused(name: str, sentence: str) -> None:
    with pytest.raises(ModelRefused, match=sentence):
        build(described=described(), tensors=_changed(name))


@pytest.mark.parametrize("outputs", [1, 3, 1000])
def test_another_number_of_labels_than_outputs_is_refused(outputs: int) -> None:
    with pytest.raises(ModelRefused, match=f"has {outputs} outputs and model.toml lists 2 labels"):
        build(described=described(), tensors=weights_of(outputs=outputs))


@pytest.mark.parametrize("name", ["resnet19", "fcn_resnet50", "os.system", "get_model"])
def test_an_unknown_architecture_is_refused(name: str) -> None:
    with pytest.raises(ModelRefused, match="torchvision has no classification architecture"):
        empty_network(described(name))


@pytest.mark.slow
def test_a_network_without_a_grid_is_refused() -> None:
    weights = models.get_model("vit_b_32", weights=None, num_classes=2, image_size=SIZE).state_dict()
    with pytest.raises(ModelRefused, match="no feature grid .* choose a convolutional network, or Swin"):
        build(described=described("vit_b_32"), tensors=weights)


def test_films_too_small_for_the_network_are_refused() -> None:
    small = {"input": {"size": 32, "channels": 3, "mean": [0.5] * 3, "std": [0.5] * 3}}
    weights = models.get_model("alexnet", weights=None, num_classes=2).state_dict()
    with pytest.raises(ModelRefused, match="can't read films of 32 pixels: change “input.size”"):
        build(described=described("alexnet", **small), tensors=weights)


def test_a_size_that_an_architecture_is_not_made_for_is_refused() -> None:
    with pytest.raises(ModelRefused, match="can't read films of 64 pixels: change “input.size”") as refused:
        empty_network(described("maxvit_t"))
    assert "\n" not in str(refused.value)
