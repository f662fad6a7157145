"""Which AI models there are: for each key its labels, weights and their SHA-256, and the adapter's name.

A model that ships is two files in a folder: `<key>.safetensors` (weights) and `<key>.json` (its card, which
states the rest). One that was installed on this site is a folder named by its key, with a `model.toml` and the
weights it names. Nothing here needs torch: the adapter is a dotted string that `inference.engine` resolves.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from inference.contracts import ModelInfo
from inference.model_toml import FILE_NAME, BadDescription, Described, read_description

SUFFIX = ".safetensors"


class ModelRefused(Exception):
    """A model that isn't used: unknown, incomplete, or other weights than its card says. One clear sentence."""


@dataclass(frozen=True)
class Entry:
    """What the code, rather than the card, decides about a model."""

    key: str
    adapter: str
    """`package.module:function`, returns the network.

    For a model that ships it is called with `labels` and `options` as keywords and the network is still empty;
    for one that was installed, with its description and weights.
    """
    options: Mapping[str, int]


_DESCRIBED = "inference.engine.adapters.torchvision_any:build"
_PLACES = "inference.engine.adapters.places_cnn:build"
# Networks fitted to whole films. Networks whose convolutions are made random keep answering by place, too, so
# that a check of their heatmaps against random weights says something (`inference.engine.faithfulness`).
_BY_FILM = {"groups": 8}

ENTRIES: dict[str, Entry] = {
    entry.key: entry
    for entry in (
        Entry(
            key="cxr-pneumonia",
            adapter="inference.engine.adapters.efficientnet_lite:build",
            options={"output_stride": 16},
        ),
        Entry(key="brain-mri-tumour", adapter=_PLACES, options=_BY_FILM),
        Entry(key="brain-mri-one-scanner", adapter=_PLACES, options={}),
        Entry(key="mammo-mass", adapter=_PLACES, options={}),
        Entry(key="mammo-shortcut", adapter=_PLACES, options={}),
        Entry(key="head-ct-bleed", adapter=_PLACES, options=_BY_FILM),
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
    described: Described | None = None
    """What its model.toml says, for a model that was installed."""


def keys(installed: Path | None = None) -> tuple[str, ...]:
    """The keys of all models that ship, then of those in the folder `installed`, whether or not they are usable."""
    return (*ENTRIES, *(key for key in _folders(installed) if key not in ENTRIES))


def find(key: str, folder: Path, installed: Path | None = None) -> RegisteredModel:
    """The model `key`: with its card from `folder` where it ships, else from its own folder in `installed`.

    Raises ModelRefused if it is unknown or its card unusable.
    """
    entry = ENTRIES.get(key)
    if entry is None:
        found = _folders(installed)
        if key in found:
            return find_described(found[key], key)
        raise ModelRefused(f"There is no AI model “{key[:80]}”; known are: {', '.join([*ENTRIES, *found])}.")
    card_path = folder / f"{key}.json"
    try:
        stat = card_path.stat()
    except OSError:
        raise ModelRefused(f"The card of the AI model “{key}” is missing: {card_path}.") from None
    info = _info_from_card(card_path, key, stat.st_mtime_ns)
    return RegisteredModel(entry=entry, info=info, weights=folder / f"{key}{SUFFIX}")


def find_described(folder: Path, key: str | None = None) -> RegisteredModel:
    """The model that the model.toml in `folder` describes, of that key where one is given. Raises ModelRefused."""
    try:
        described = _description(folder, (folder / FILE_NAME).stat().st_mtime_ns)
    except OSError:
        described = _description(folder, 0)
    if key is not None and described.info.key != key:
        raise ModelRefused(
            f"{folder / FILE_NAME} describes the AI model “{described.info.key}”, not “{key}”: install it again."
        )
    entry = Entry(key=described.info.key, adapter=_DESCRIBED, options={})
    return RegisteredModel(entry, described.info, folder / described.weights, described)


def verified_weights(model: RegisteredModel) -> bytes:
    """The weights file's bytes, their SHA-256 compared with the stated one. Raises ModelRefused if it differs."""
    try:
        data = model.weights.read_bytes()
    except OSError:
        raise ModelRefused(
            f"The weights of the AI model “{model.info.key}” are missing or can't be read: {model.weights}."
        ) from None
    found = hashlib.sha256(data).hexdigest()
    if found != model.info.sha256:
        source, remedy = ("card", "")
        if model.described is not None:
            source, remedy = (FILE_NAME, " Copy the right file there, or correct “sha256”.")
        raise ModelRefused(
            f"The weights of the AI model “{model.info.key}” aren't the ones its {source} describes "
            f"(SHA-256 {found[:12]}…, expected {model.info.sha256[:12]}…): {model.weights}.{remedy}"
        )
    return data


def _folders(installed: Path | None) -> dict[str, Path]:
    """Installed models' folders by key, in order; a name that starts with a dot is one half copied."""
    if installed is None or not installed.is_dir():
        return {}
    found = sorted(path for path in installed.iterdir() if (path / FILE_NAME).is_file())
    return {path.name: path for path in found if not path.name.startswith(".")}


@lru_cache(maxsize=64)
def _description(folder: Path, changed: int) -> Described:
    """`changed` as in `_info_from_card`."""
    try:
        return read_description(folder)
    except BadDescription as error:
        raise ModelRefused(str(error)) from error


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
