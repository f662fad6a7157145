"""A small plain CNN for grey films: seven convolutions, one linear layer at each place, the places pooled.

The pooling lies between the mean and the highest of all places (log of the mean exponential; Pinheiro &
Collobert 2015), so that a finding of a few cells isn't lost in the average. Grad-CAM's map of such a network
is exactly its logit at each place.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

# (channels, stride) of each 3 × 3 convolution; a cell of the grid they end in is 8 × 8 input pixels.
_LAYERS = ((16, 2), (24, 1), (40, 2), (40, 1), (64, 2), (64, 1), (96, 1))
CHANNELS = _LAYERS[-1][0]
STRIDE = 8
# 0 would be the mean over places, infinity the highest.
_SHARPNESS = 2.0


def _unit(inputs: int, outputs: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class SmallCNN(nn.Module):
    """Films [N, 1, S, S], standardised, to logits [N, labels]; S is a multiple of 8."""

    def __init__(self, *, labels: int, dropout: float = 0.2) -> None:
        super().__init__()
        inputs = (1, *(channels for channels, _ in _LAYERS))
        self.trunk = nn.Sequential(
            *(_unit(before, after, stride) for before, (after, stride) in zip(inputs, _LAYERS, strict=False))
        )
        self.dropout = nn.Dropout2d(dropout)
        self.classifier = nn.Linear(CHANNELS, labels)

    def features(self, films: Tensor) -> Tensor:
        """Films [N, 1, S, S] to the feature grid [N, 96, S/8, S/8], all values ≥ 0."""
        grid: Tensor = self.trunk(films)
        return grid

    def pooled(self, grid: Tensor) -> Tensor:
        """A feature grid [N, 96, h, w] averaged over place to [N, 96]."""
        return grid.mean(dim=(2, 3))

    def classify(self, grid: Tensor) -> Tensor:
        """A feature grid [N, 96, h, w] to logits [N, labels]."""
        places = self.classifier(self.dropout(grid).flatten(2).transpose(1, 2))
        pooled = torch.logsumexp(_SHARPNESS * places, dim=1) - math.log(places.shape[1])
        return pooled / _SHARPNESS

    def forward(self, films: Tensor) -> Tensor:
        return self.classify(self.features(films))


def build(*, labels: int) -> SmallCNN:
    """The network as `inference.registry` asks for it, in evaluation mode, weights not loaded."""
    return SmallCNN(labels=labels).eval()
