"""A network whose right map is known: it looks for brightness in the middle of a film's left half, nowhere else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from inference.contracts import ModelInfo
from inference.engine.familiarity import Familiarity
from inference.engine.loading import Calibration, LoadedModel
from inference.engine.preprocessing import Film
from inference.engine.runner import Runner
from inference.registry import Entry, RegisteredModel

SIDE = 32


class LooksLeft(nn.Module):
    """Channel 0 is the brightness of the cells it looks at; the logit is their mean, scaled and shifted."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, 2, 4, stride=4, bias=False)
        self.classifier = nn.Linear(2, 1)
        seen = torch.zeros(1, 1, SIDE // 4, SIDE // 4)
        seen[..., 3:5, 1:3] = 1
        self.register_buffer("seen", seen)
        with torch.no_grad():
            self.stem.weight.copy_(torch.stack([torch.full((1, 4, 4), 1 / 16), torch.zeros(1, 4, 4)]))
            self.classifier.weight.copy_(torch.tensor([[64.0, 0.0]]))
            self.classifier.bias.fill_(-4.0)

    def features(self, films: Tensor) -> Tensor:
        seen: Tensor = self.get_buffer("seen")
        return torch.relu(self.stem(films) + 1) * seen

    def pooled(self, grid: Tensor) -> Tensor:
        return grid.mean(dim=(2, 3))

    def classify(self, grid: Tensor) -> Tensor:
        logits: Tensor = self.classifier(self.pooled(grid))
        return logits


def toy_runner() -> Runner:
    """A runner of the toy network, for one finding called `spot`."""
    info = ModelInfo("toy", "Toy", "1", "0" * 64, ("spot",), {"spot": 0.5}, SIDE, card={})
    entry = Entry("toy", "nowhere:nothing", {})
    network = LooksLeft().eval().requires_grad_(False)
    return Runner(
        LoadedModel(
            RegisteredModel(entry, info, Path("nowhere")),
            network,
            Calibration(torch.ones(1), torch.zeros(1)),
            Familiarity.fit(torch.randn(40, 2, generator=torch.Generator().manual_seed(0)), components=1),
            torch.ones(1),
        )
    )


def film(seed: int, *, spot: bool = True) -> Film:
    """Noise, with a bright spot where the toy looks."""
    pixels = np.random.default_rng(seed).integers(30, 90, (SIDE, SIDE)).astype(np.uint8)
    if spot:
        pixels[12:20, 4:12] = 240
    return pixels
