"""Writes a model with random weights and its card into a folder, as the registry expects them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save
from torch.nn import functional

from inference.engine.adapters.efficientnet_lite import EfficientNetLite0
from inference.engine.familiarity import Familiarity
from inference.engine.loading import Calibration
from inference.training.finishing import as_shipped, constants, rounded

KEY = "cxr-pneumonia"
SIZE = 64


def write_model(folder: Path, *, flag_at: float = 1.0, decline_at: float = 1e9) -> Path:
    """A network of random weights that answers differently to different films; returns `folder`."""
    torch.manual_seed(7)
    network = EfficientNetLite0(labels=1, output_stride=16).eval()
    with torch.no_grad():
        # Untrained normalisation would squash everything to one answer: take the statistics of blurred noise.
        films = functional.interpolate(torch.randn(64, 1, 6, 6), (SIZE, SIZE), mode="bilinear")
        for module in network.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.momentum = 1.0
        network.train().features(films)
        features = network.eval().pooled(network.features(films))
        weights = torch.randn(features.shape[1])
        logits = features @ weights
        network.classifier.weight.copy_(weights[None] / logits.std())
        network.classifier.bias.copy_(-logits.mean()[None] / logits.std())
    fitted = Familiarity.fit(features, components=8)
    fitted = Familiarity(
        fitted.centre,
        fitted.components,
        fitted.variances,
        fitted.remainder,
        torch.tensor(flag_at),
        torch.tensor(decline_at),
    )
    tensors = rounded(network.state_dict()) | constants(
        Calibration(torch.ones(1), torch.zeros(1)), fitted, torch.tensor([2.0])
    )
    data = save(as_shipped(tensors))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{KEY}.safetensors").write_bytes(data)
    write_card(folder, weights_sha256=hashlib.sha256(data).hexdigest())
    return folder


def write_card(folder: Path, **changes: Any) -> None:
    card = {
        "key": KEY,
        "title": "A model of random weights",
        "version": "1",
        "labels": ["pneumonia"],
        "thresholds": {"pneumonia": 0.5},
        "input": {"size": SIZE},
        "weights_sha256": "0" * 64,
    }
    (folder / f"{KEY}.json").write_text(json.dumps(card | changes))
