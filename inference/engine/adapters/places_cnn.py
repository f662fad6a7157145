"""A small residual CNN that answers at every place: a stem of three strides, then dilated blocks, then logits.

A cell of its grid is 8 × 8 input pixels, fine enough for a small lesion; the dilated blocks (Yu & Koltun 2016)
see most of the image from each cell. As in `small_cnn`, the places are pooled by log mean exponential, and
Grad-CAM's map is a weighting of the logits at each place.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

STRIDE = 8
_STEM = (16, 32)
_DILATIONS = (1, 2, 4, 8, 1)
# 0 would be the mean over places, infinity the highest.
_SHARPNESS = 4.0


def _norm(channels: int, groups: int) -> nn.Module:
    return nn.GroupNorm(groups, channels) if groups else nn.BatchNorm2d(channels)


def _unit(inputs: int, outputs: int, groups: int, *, stride: int = 1, dilation: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, padding=dilation, dilation=dilation, bias=False),
        _norm(outputs, groups),
        nn.ReLU(inplace=True),
    )


class ResidualBlock(nn.Module):
    """Two 3 × 3 convolutions of one dilation, added to what came in."""

    def __init__(self, channels: int, dilation: int, groups: int = 0) -> None:
        super().__init__()
        self.first = _unit(channels, channels, groups, dilation=dilation)
        self.second = nn.Conv2d(channels, channels, 3, padding=dilation, dilation=dilation, bias=False)
        self.norm = _norm(channels, groups)

    def forward(self, input: Tensor) -> Tensor:
        return functional.relu(input + self.norm(self.second(self.first(input))))


class PlacesCNN(nn.Module):
    """Films [N, 1, S, S], standardised, to logits [N, labels]; S is a multiple of 8.

    With `groups` each film is normalised by itself, its channels in so many groups (Wu & He 2018): that suits
    networks that are fitted to whole films. 0 is batch normalisation, which also holds where they are fitted to
    windows and asked about whole films.
    """

    def __init__(self, *, labels: int, channels: int = 64, groups: int = 0, dropout: float = 0.1) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            _unit(1, _STEM[0], groups, stride=2),
            _unit(_STEM[0], _STEM[1], groups, stride=2),
            _unit(_STEM[1], _STEM[1], groups),
            _unit(_STEM[1], channels, groups, stride=2),
        )
        self.blocks = nn.Sequential(*(ResidualBlock(channels, dilation, groups) for dilation in _DILATIONS))
        self.dropout = nn.Dropout2d(dropout)
        self.classifier = nn.Linear(channels, labels)

    def features(self, films: Tensor) -> Tensor:
        """Films [N, 1, S, S] to the feature grid [N, C, S/8, S/8], all values ≥ 0."""
        grid: Tensor = self.blocks(self.stem(films))
        return grid

    def pooled(self, grid: Tensor) -> Tensor:
        """A feature grid [N, C, h, w] averaged over place to [N, C]."""
        return grid.mean(dim=(2, 3))

    def places(self, grid: Tensor) -> Tensor:
        """A feature grid [N, C, h, w] to the logits at each place [N, labels, h, w]."""
        logits: Tensor = self.classifier(self.dropout(grid).movedim(1, -1))
        return logits.movedim(-1, 1)

    def pool(self, places: Tensor) -> Tensor:
        """Logits at each place [N, labels, h, w] to those of the film [N, labels]."""
        flat = places.flatten(2)
        pooled = torch.logsumexp(_SHARPNESS * flat, dim=2) - math.log(flat.shape[2])
        return pooled / _SHARPNESS

    def classify(self, grid: Tensor) -> Tensor:
        """A feature grid [N, C, h, w] to logits [N, labels]."""
        return self.pool(self.places(grid))

    def forward(self, films: Tensor) -> Tensor:
        return self.classify(self.features(films))


def build(*, labels: int, channels: int = 64, groups: int = 0) -> PlacesCNN:
    """The network as `inference.registry` asks for it, in evaluation mode, weights not loaded."""
    return PlacesCNN(labels=labels, channels=channels, groups=groups).eval()
