"""Writes a folder as docs/bring-your-own-model.md asks for: a torchvision network's weights and a model.toml."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save
from torch import Tensor
from torchvision import models

KEY = "somebodys-model"
SIZE = 64
WEIGHTS = "weights.safetensors"


def toml_of(**changes: Any) -> str:
    """The model.toml of two outputs, normal and pneumonia; a change of None leaves that entry out."""
    entries: dict[str, Any] = {
        "key": KEY,
        "title": "Somebody's model",
        "version": "1",
        "architecture": "shufflenet_v2_x0_5",
        "weights": WEIGHTS,
        "sha256": "0" * 64,
        "labels": ["normal", "pneumonia"],
        "activation": "softmax",
        "normal": "normal",
        "thresholds": {"pneumonia": 0.5},
        "input": {"size": SIZE, "channels": 3, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]},
        "licence": {"name": "CC0-1.0", "attribution": "Somebody"},
    } | changes
    flat = {name: value for name, value in entries.items() if not isinstance(value, dict)}
    lines = [f"{name} = {_literal(value)}" for name, value in flat.items() if value is not None]
    for name, table in entries.items():
        if isinstance(table, dict):
            lines += [f"[{name}]", *(f"{one} = {_literal(value)}" for one, value in table.items())]
    return "\n".join(lines)


def _literal(value: Any) -> str:
    # TOML writes texts, numbers and lists of them as Python's repr does.
    return repr(value)


def weights_of(
    architecture: str = "shufflenet_v2_x0_5", *, outputs: int = 2, **options: Any
) -> dict[str, Tensor]:
    """Random weights of a torchvision network that answers differently to different films."""
    torch.manual_seed(5)
    network = models.get_model(architecture, weights=None, num_classes=outputs, **options)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0
    with torch.no_grad():
        # Untrained normalisation squashes everything to one answer: take the statistics of noise.
        network.train()(torch.randn(8, 3, SIZE, SIZE))
    state: dict[str, Tensor] = network.eval().state_dict()
    return {name: value.contiguous().clone() for name, value in state.items()}


def write_folder(
    folder: Path, tensors: dict[str, Tensor] | None = None, *, data: bytes | None = None, **changes: Any
) -> Path:
    """A folder with `tensors` (or the bytes `data`) as weights, whose model.toml states their SHA-256."""
    data = data if data is not None else save(weights_of() if tensors is None else tensors)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WEIGHTS).write_bytes(data)
    stated = {"sha256": hashlib.sha256(data).hexdigest()} | changes
    (folder / "model.toml").write_text(toml_of(**stated), encoding="utf-8")
    return folder
