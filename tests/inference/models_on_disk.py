"""Writes a model with random weights and its card into a folder, as the registry expects them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save

from inference.engine.adapters.efficientnet_lite import EfficientNetLite0
from inference.engine.familiarity import Familiarity
from inference.training.finishing import constants, rounded

KEY = "cxr-pneumonia"
SIZE = 64


def write_model(folder: Path, *, flag_at: float = 1.0, decline_at: float = 1e9) -> Path:
    """A network of random weights that answers differently to different films; returns `folder`."""
    torch.manual_seed(7)
    network = EfficientNetLite0(labels=1, output_stride=16).eval()
    with torch.no_grad():
        network.classifier.weight.normal_(std=0.05)
        # Untrained normalisation would squash everything to one answer: take the statistics of noise.
        network.train()
        for _ in range(3):
            network(torch.randn(4, 1, SIZE, SIZE))
        network.eval()
        features = network.pooled(network.features(torch.randn(48, 1, SIZE, SIZE)))
    fitted = Familiarity.fit(features, components=8)
    fitted = Familiarity(
        fitted.centre,
        fitted.components,
        fitted.variances,
        fitted.remainder,
        torch.tensor(flag_at),
        torch.tensor(decline_at),
    )
    tensors = rounded(network.state_dict()) | constants(1.0, 0.0, fitted, 2.0)
    data = save({name: value.to(torch.float16).contiguous() for name, value in tensors.items()})
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
