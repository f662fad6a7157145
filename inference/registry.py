"""Which AI models there are: for each key its labels, weights and their SHA-256, and the adapter's name.

A model is two files in a folder: `<key>.safetensors` (weights) and `<key>.json` (its card, which states the
rest). Nothing here needs torch: the adapter is a dotted string that `inference.engine` resolves.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from inference.contracts import ModelInfo

SUFFIX = ".safetensors"


class ModelRefused(Exception):
    """A model that isn't used: unknown, incomplete, or other weights than its card says. One clear sentence."""


@dataclass(frozen=True)
class Entry:
    """What the code, rather than the card, decides about a model."""

    key: str
    adapter: str
    """`package.module:function`, called with `labels` and `options` as keywords, returns the empty network."""
    options: Mapping[str, int]
    method: str = "gradcam"


_PLACES = "inference.engine.adapters.places_cnn:build"

ENTRIES: dict[str, Entry] = {
    entry.key: entry
    for entry in (
        Entry(
            key="cxr-pneumonia",
            adapter="inference.engine.adapters.efficientnet_lite:build",
            options={"output_stride": 16},
        ),
        Entry(key="brain-mri-tumour", adapter=_PLACES, options={}),
        Entry(key="mammo-mass", adapter=_PLACES, options={}),
        Entry(key="head-ct-bleed", adapter=_PLACES, options={}),
        Entry(
            key="drawn-opacity",
            adapter="inference.engine.adapters.small_cnn:build",
            options={},
        ),
    )
}


@dataclass(frozen=True)
class RegisteredModel:
    """An entry with its card and the place of its weights; the weights are not checked yet."""

    entry: Entry
    info: ModelInfo
    weights: Path

    @property
    def heatmap_method(self) -> str:
        """The heatmap method whose maps are kept."""
        return self.entry.method


def keys() -> tuple[str, ...]:
    """The keys of all registered models."""
    return tuple(ENTRIES)


def find(key: str, folder: Path) -> RegisteredModel:
    """The model `key` with its card from `folder`. Raises ModelRefused if it is unknown or its card unusable."""
    entry = ENTRIES.get(key)
    if entry is None:
        raise ModelRefused(f"There is no AI model “{key[:80]}”; known are: {', '.join(ENTRIES)}.")
    card_path = folder / f"{key}.json"
    try:
        stat = card_path.stat()
    except OSError:
        raise ModelRefused(f"The card of the AI model “{key}” is missing: {card_path}.") from None
    info = _info_from_card(card_path, key, stat.st_mtime_ns)
    return RegisteredModel(entry=entry, info=info, weights=folder / f"{key}{SUFFIX}")


def verified_weights(model: RegisteredModel) -> bytes:
    """The weights file's bytes, their SHA-256 compared with the card's. Raises ModelRefused if it differs."""
    try:
        data = model.weights.read_bytes()
    except OSError:
        raise ModelRefused(
            f"The weights of the AI model “{model.info.key}” are missing or can't be read: {model.weights}."
        ) from None
    found = hashlib.sha256(data).hexdigest()
    if found != model.info.sha256:
        raise ModelRefused(
            f"The weights of the AI model “{model.info.key}” aren't the ones its card describes "
            f"(SHA-256 {found[:12]}…, expected {model.info.sha256[:12]}…): {model.weights}."
        )
    return data


@cache
def _info_from_card(path: Path, key: str, changed: int) -> ModelInfo:
    """`changed`, the file's time of change, is there so that a new card isn't answered from the cache."""
    try:
        card: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if card["key"] != key:
            raise ModelRefused(f"The card {path} describes the AI model “{card['key']}”, not “{key}”.")
        labels = tuple(str(label) for label in card["labels"])
        return ModelInfo(
            key=key,
            title=str(card["title"]),
            version=str(card["version"]),
            sha256=str(card["weights_sha256"]),
            labels=labels,
            thresholds={label: float(card["thresholds"][label]) for label in labels},
            input_size=int(card["input"]["size"]),
            card=card,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelRefused(f"The card of the AI model “{key}” can't be read: {path} ({error!r}).") from error
