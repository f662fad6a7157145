"""EfficientNet-Lite0 for grey films: the network, written from the architecture's published facts.

Source: Tan & Le 2019 (arXiv 1905.11946) for the stages, and the EfficientNet-Lite release of 2020 for what
"Lite" changes: ReLU6 in place of swish, no squeeze-and-excitation, stem and head not scaled.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

# Batch normalisation as in the TensorFlow original: momentum 0.99 there is 0.01 here.
_BN_EPSILON = 1e-3
_BN_MOMENTUM = 0.01
STEM_CHANNELS = 32
HEAD_CHANNELS = 1280


class Stage(NamedTuple):
    """One row of the architecture's table: inverted residual blocks that share their shape."""

    repeats: int
    kernel: int
    stride: int
    expand: int
    channels: int


LITE0_STAGES = (
    Stage(1, 3, 1, 1, 16),
    Stage(2, 3, 2, 6, 24),
    Stage(2, 5, 2, 6, 40),
    Stage(3, 3, 2, 6, 80),
    Stage(3, 5, 1, 6, 112),
    Stage(4, 5, 2, 6, 192),
    Stage(1, 3, 1, 6, 320),
)


@dataclass(frozen=True)
class BlockShape:
    """What one inverted residual block is made of; `index` counts from the stem."""

    index: int
    inputs: int
    outputs: int
    kernel: int
    stride: int
    dilation: int
    expand: int


def block_shapes(output_stride: int = 32) -> Iterator[BlockShape]:
    """The 16 blocks of Lite0 in order.

    `output_stride` 16 keeps the last downsampling out and dilates the kernels behind it instead, so that the
    same weights see the same field at twice the grid. Raises ValueError for anything but 16 or 32.
    """
    if output_stride not in (16, 32):
        raise ValueError(f"output stride must be 16 or 32, not {output_stride}")
    index, inputs, reached, dilation = 0, STEM_CHANNELS, 2, 1
    for stage in LITE0_STAGES:
        for repeat in range(stage.repeats):
            stride, used_dilation = (stage.stride if repeat == 0 else 1), dilation
            if stride == 2 and reached == output_stride:
                stride, dilation = 1, 2
            reached *= stride
            yield BlockShape(index, inputs, stage.channels, stage.kernel, stride, used_dilation, stage.expand)
            index, inputs = index + 1, stage.channels


class SameConv(nn.Conv2d):
    """A convolution with TensorFlow's "same" padding: the odd pixel goes to the right and the bottom."""

    def forward(self, input: Tensor) -> Tensor:
        top, bottom = self._padding_for(input.shape[-2], 0)
        left, right = self._padding_for(input.shape[-1], 1)
        if (top, left) == (bottom, right):
            return functional.conv2d(
                input, self.weight, self.bias, self.stride, (top, left), self.dilation, self.groups
            )
        padded = functional.pad(input, (left, right, top, bottom))
        return functional.conv2d(padded, self.weight, self.bias, self.stride, 0, self.dilation, self.groups)

    def _padding_for(self, size: int, axis: int) -> tuple[int, int]:
        stride, reach = self.stride[axis], (self.kernel_size[axis] - 1) * self.dilation[axis] + 1
        total = max((math.ceil(size / stride) - 1) * stride + reach - size, 0)
        return total // 2, total - total // 2


def _unit(inputs: int, outputs: int, *, activate: bool, conv: SameConv) -> nn.Sequential:
    layers: list[nn.Module] = [conv, nn.BatchNorm2d(outputs, eps=_BN_EPSILON, momentum=_BN_MOMENTUM)]
    if activate:
        layers.append(nn.ReLU6(inplace=True))
    return nn.Sequential(*layers)


def _pointwise(inputs: int, outputs: int, *, activate: bool) -> nn.Sequential:
    return _unit(inputs, outputs, activate=activate, conv=SameConv(inputs, outputs, 1, bias=False))


class InvertedResidual(nn.Module):
    """Expand, filter per channel, project; added to its input where the shapes agree."""

    def __init__(self, shape: BlockShape, *, drop_path: float = 0.0) -> None:
        super().__init__()
        wide = shape.inputs * shape.expand
        self.expand = _pointwise(shape.inputs, wide, activate=True) if shape.expand != 1 else nn.Identity()
        depthwise = SameConv(
            wide, wide, shape.kernel, shape.stride, dilation=shape.dilation, groups=wide, bias=False
        )
        self.filter = _unit(wide, wide, activate=True, conv=depthwise)
        self.project = _pointwise(wide, shape.outputs, activate=False)
        self.residual = shape.stride == 1 and shape.inputs == shape.outputs
        self.drop_path = drop_path

    def forward(self, input: Tensor) -> Tensor:
        output: Tensor = self.project(self.filter(self.expand(input)))
        if not self.residual:
            return output
        if self.training and self.drop_path:
            keep = 1.0 - self.drop_path
            kept = torch.rand(output.shape[0], 1, 1, 1, dtype=output.dtype) < keep
            output = output * kept / keep
        return input + output


class EfficientNetLite0(nn.Module):
    """Films [N, 1, S, S], standardised, to logits [N, labels]; S is best a multiple of 32."""

    def __init__(
        self, *, labels: int, output_stride: int = 32, dropout: float = 0.2, drop_path: float = 0.0
    ) -> None:
        super().__init__()
        shapes = tuple(block_shapes(output_stride))
        self.stem = _unit(1, STEM_CHANNELS, activate=True, conv=SameConv(1, STEM_CHANNELS, 3, 2, bias=False))
        self.blocks = nn.Sequential(
            *(InvertedResidual(shape, drop_path=drop_path * shape.index / len(shapes)) for shape in shapes)
        )
        self.head = _pointwise(shapes[-1].outputs, HEAD_CHANNELS, activate=True)
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(HEAD_CHANNELS, labels)

    def features(self, films: Tensor) -> Tensor:
        """Films [N, 1, S, S] to the feature grid [N, 1280, S/stride, S/stride], all values in 0 … 6."""
        grid: Tensor = self.head(self.blocks(self.stem(films)))
        return grid

    def pooled(self, grid: Tensor) -> Tensor:
        """A feature grid [N, 1280, h, w] averaged over place to [N, 1280]."""
        return grid.mean(dim=(2, 3))

    def classify(self, grid: Tensor) -> Tensor:
        """A feature grid [N, 1280, h, w] to logits [N, labels]."""
        logits: Tensor = self.classifier(self.dropout(self.pooled(grid)))
        return logits

    def forward(self, films: Tensor) -> Tensor:
        return self.classify(self.features(films))


def build(*, labels: int, output_stride: int = 32) -> EfficientNetLite0:
    """The network as `inference.registry` asks for it, in evaluation mode, weights not loaded."""
    return EfficientNetLite0(labels=labels, output_stride=output_stride).eval()
