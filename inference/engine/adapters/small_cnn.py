"""A small plain CNN for grey films: seven convolutions, averaged over place, one linear layer."""

from __future__ import annotations

from torch import Tensor, nn

# (channels, stride) of each 3 × 3 convolution; a cell of the grid they end in is 8 × 8 input pixels.
_LAYERS = ((16, 2), (24, 1), (40, 2), (40, 1), (64, 2), (64, 1), (96, 1))
CHANNELS = _LAYERS[-1][0]
STRIDE = 8


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
        self.dropout = nn.Dropout(dropout)
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
        logits: Tensor = self.classifier(self.dropout(self.pooled(grid)))
        return logits

    def forward(self, films: Tensor) -> Tensor:
        return self.classify(self.features(films))


def build(*, labels: int) -> SmallCNN:
    """The network as `inference.registry` asks for it, in evaluation mode, weights not loaded."""
    return SmallCNN(labels=labels).eval()
