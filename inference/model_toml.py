"""Reading `model.toml`: how somebody else's model describes itself, and what is refused of such a description."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from inference.contracts import ModelInfo, Normalisation

FILE_NAME = "model.toml"
SOFTMAX, SIGMOID = "softmax", "sigmoid"
# Networks that average over place before one linear layer have maps of this height, in logits, where they are sure.
DEFAULT_FULL_STRENGTH = 10.0
INTENDED_USE = "Education only. Never for a patient."

_LARGEST = 64 * 1024
_LONGEST_TEXT = 2000
_SIZES = range(32, 1025)
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# As packs write findings, so that a label can be the finding of a pack.
_LABEL = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PICKLES = {".pt", ".pth", ".bin", ".ckpt", ".pkl", ".pickle", ".tar"}
_ENTRIES = {
    "key", "title", "version", "architecture", "weights", "sha256", "labels", "normal", "activation",
    "temperature", "heatmap_full_strength", "thresholds", "input", "licence", "intended_use", "trained_on",
    "known_failures",
}  # fmt: skip
_INPUT = {"size", "channels", "mean", "std"}
_LICENCE = {"name", "attribution", "source_url"}


class BadDescription(ValueError):
    """A model.toml that isn't used. One sentence that says what to do."""


@dataclass(frozen=True)
class Described:
    """What a model.toml says of a network; `info` is what the site needs of it, the rest is for the engine."""

    info: ModelInfo
    architecture: str
    """A name of torchvision's classification models, not looked up yet."""
    weights: str
    """File name beside the model.toml."""
    outputs: tuple[str, ...]
    """What each output of the classifier stands for, in order."""
    activation: str
    temperature: float
    full_strength: float

    @property
    def decides(self) -> tuple[object, ...]:
        """All that an opinion depends on beside the weights."""
        return (
            self.architecture, self.outputs, self.activation, self.temperature, self.full_strength,
            self.info.labels, dict(self.info.thresholds), self.info.input_size, self.info.normalisation,
        )  # fmt: skip


def read_description(folder: Path) -> Described:
    """The model described in `folder`; its weights aren't opened. Raises BadDescription."""
    try:
        with (folder / FILE_NAME).open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError:
        _refuse(
            f"There is no readable {FILE_NAME} in {folder}: write one as docs/bring-your-own-model.md shows."
        )
    if len(data) > _LARGEST:
        _refuse(
            f"{FILE_NAME} is larger than {_LARGEST // 1024} KB: keep only the entries that describe the model."
        )
    return parse_description(data)


def parse_description(data: bytes) -> Described:
    """The model that the bytes of a model.toml describe. Raises BadDescription."""
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadDescription(f"{FILE_NAME} isn't valid TOML ({error}): correct it at that place.") from None
    _known(table, _ENTRIES, "")
    key = _text(table, "key")
    if not _KEY.fullmatch(key) or len(key) > 80:
        _refuse(
            f"“key” in {FILE_NAME} may hold only a–z, 0–9 and single hyphens, at most 80: change “{key[:80]}”."
        )
    sha256 = _text(table, "sha256")
    if not _SHA256.fullmatch(sha256):
        _refuse(
            f"“sha256” in {FILE_NAME} must be the weights file's SHA-256, 64 digits 0–9 a–f: see sha256sum."
        )
    activation = _choice(table, "activation", (SOFTMAX, SIGMOID))
    outputs = _labels(table, activation)
    normal = _text(table, "normal", "")
    labels = _findings(outputs, normal, activation)
    size, normalisation = _input(_table(table, "input"))
    licence = _licence(_table(table, "licence"))
    info = ModelInfo(
        key=key,
        title=_text(table, "title"),
        version=_text(table, "version"),
        sha256=sha256,
        labels=labels,
        thresholds=_thresholds(_table(table, "thresholds"), labels),
        input_size=size,
        card={},
        normalisation=normalisation,
    )
    described = Described(
        info=info,
        architecture=_text(table, "architecture"),
        weights=_weights(table),
        outputs=outputs,
        activation=activation,
        temperature=_positive(table, "temperature", 1.0),
        full_strength=_positive(table, "heatmap_full_strength", DEFAULT_FULL_STRENGTH),
    )
    return replace(described, info=replace(info, card=_card(described, table, licence)))


def _card(described: Described, table: Mapping[str, Any], licence: Mapping[str, str]) -> dict[str, Any]:
    info = described.info
    source = _text(table, "trained_on", "")
    return {
        "key": info.key,
        "title": info.title,
        "version": info.version,
        "labels": list(info.labels),
        "thresholds": dict(info.thresholds),
        "weights_sha256": info.sha256,
        "architecture": f"{described.architecture} of torchvision, {described.activation} over "
        + ", ".join(described.outputs),
        "intended_use": _text(table, "intended_use", INTENDED_USE),
        "origin": f"installed on this site from a {FILE_NAME}; Second Read has measured nothing of it",
        "known_failures": _texts(table, "known_failures") if "known_failures" in table else None,
        "data": {"trained_on": source or f"not stated in its {FILE_NAME}"},
        "licence": licence,
        "input": {
            "size": info.input_size,
            "channels": info.normalisation.channels,
            "preprocessing": "display window to 8 bits, longer side scaled to fit, centred on black, "
            "the same grey in each channel",
        },
        "operating_point": {"threshold": dict(info.thresholds), "how": f"as stated in its {FILE_NAME}"},
        "calibration": {
            "method": "none" if described.temperature == 1.0 else f"temperature as stated in its {FILE_NAME}",
            "temperature": described.temperature,
        },
        "heatmap": {
            "method": "Grad-CAM on the last feature grid before pooling",
            "full_strength": described.full_strength,
        },
        "out_of_distribution": {
            "guard": "no guard: this model is never flagged as unsure of an unfamiliar image, and never declines"
        },
    }


def _labels(table: Mapping[str, Any], activation: str) -> tuple[str, ...]:
    labels = _texts(table, "labels")
    if not labels:
        _refuse(
            f"“labels” in {FILE_NAME} is empty: list what each output of the classifier stands for, in order."
        )
    for label in labels:
        if not _LABEL.fullmatch(label) or len(label) > 80:
            _refuse(
                f"The label “{label[:80]}” in {FILE_NAME} may hold only a–z, 0–9 and single hyphens or underscores: "
                f"write it as packs write that finding."
            )
        if labels.count(label) > 1:
            _refuse(
                f"“labels” in {FILE_NAME} has “{label}” twice: give each output of the classifier its own label."
            )
    if activation == SOFTMAX and len(labels) < 2:
        _refuse(f"A softmax over one label in {FILE_NAME} is always 1: set “activation” to “{SIGMOID}”.")
    return labels


def _findings(outputs: tuple[str, ...], normal: str, activation: str) -> tuple[str, ...]:
    if not normal:
        return outputs
    if activation != SOFTMAX:
        _refuse(
            f"“normal” in {FILE_NAME} belongs to a softmax: remove it, or set “activation” to “{SOFTMAX}”."
        )
    if normal not in outputs:
        _refuse(f"“normal” in {FILE_NAME} is “{normal[:80]}”, which isn't one of “labels”: name one of them.")
    return tuple(label for label in outputs if label != normal)


def _thresholds(table: Mapping[str, Any], labels: Sequence[str]) -> dict[str, float]:
    _known(table, set(labels), "thresholds.")
    missing = [label for label in labels if label not in table]
    if missing:
        _refuse(f"{FILE_NAME} lacks a threshold for “{missing[0]}”: add it under [thresholds].")
    thresholds = {label: _number(table, label) for label in labels}
    for label, value in thresholds.items():
        if not 0.0 < value < 1.0:
            _refuse(
                f"The threshold of “{label}” in {FILE_NAME} is a probability between 0 and 1: change {value:g}."
            )
    return thresholds


def _input(table: Mapping[str, Any]) -> tuple[int, Normalisation]:
    _known(table, _INPUT, "input.")
    size, channels = (_whole(table, name) for name in ("size", "channels"))
    if size not in _SIZES:
        _refuse(f"“input.size” in {FILE_NAME} must be {_SIZES[0]} to {_SIZES[-1]} pixels: change {size}.")
    if channels not in (1, 3):
        _refuse(f"“input.channels” in {FILE_NAME} must be 1 or 3: change {channels}.")
    mean, std = (_numbers(table, name) for name in ("mean", "std"))
    for name, numbers in (("mean", mean), ("std", std)):
        if len(numbers) != channels:
            _refuse(
                f"“input.{name}” in {FILE_NAME} has {len(numbers)} numbers for {channels} channels: give one each."
            )
    if any(not 0.0 <= value <= 1.0 for value in mean) or any(not 0.0 < value <= 1.0 for value in std):
        _refuse(
            f"“input.mean” and “input.std” in {FILE_NAME} are of pixels from 0 to 1, as ToTensor gives them: "
            f"divide numbers of pixels from 0 to 255 by 255."
        )
    return size, Normalisation(tuple(value * 255 for value in mean), tuple(value * 255 for value in std))


def _licence(table: Mapping[str, Any]) -> dict[str, str]:
    _known(table, _LICENCE, "licence.")
    return {
        "name": _text(table, "name"),
        "attribution": _text(table, "attribution"),
        "source_url": _text(table, "source_url", ""),
    }


def _weights(table: Mapping[str, Any]) -> str:
    name = _text(table, "weights")
    if Path(name).suffix.lower() in _PICKLES:
        _refuse(pickle_sentence(name))
    if Path(name).name != name or not name.endswith(".safetensors") or name.startswith("."):
        _refuse(
            f"“weights” in {FILE_NAME} must name a .safetensors file beside it, without a path: change “{name[:80]}”."
        )
    return name


def pickle_sentence(name: str) -> str:
    """Why a file that would have to be unpickled is refused, and what to do."""
    return (
        f"“{name[:80]}” is a pickle, which can run a stranger's code when it is opened: where you trust it, save its "
        f"state dict with safetensors.torch.save_file and name that file in {FILE_NAME}."
    )


def unreadable_sentence(name: str, data: bytes) -> str:
    """Why a weights file that isn't safetensors is refused: a pickle by its first bytes, or something else."""
    if data[:2] in (b"PK", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"):
        return pickle_sentence(name)
    return f"“{name}” isn't a safetensors file: write it with safetensors.torch.save_file."


def _known(table: Mapping[str, Any], names: set[str], prefix: str) -> None:
    for name in table:
        if name not in names:
            _refuse(f"“{prefix}{name}” means nothing in {FILE_NAME}: correct its spelling or remove it.")


def _value(table: Mapping[str, Any], name: str, *default: Any) -> Any:
    if name not in table and not default:
        _refuse(f"{FILE_NAME} lacks “{name}”: add it as docs/bring-your-own-model.md shows.")
    return table.get(name, *default)


def _table(table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = _value(table, name)
    if not isinstance(value, dict):
        _refuse(f"“{name}” in {FILE_NAME} must be a table: write it under [{name}].")
    return value


def _text(table: Mapping[str, Any], name: str, *default: str) -> str:
    value = _value(table, name, *default)
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT or (not value.strip() and not default):
        _refuse(f"“{name}” in {FILE_NAME} must be a text of 1 to {_LONGEST_TEXT} characters: correct it.")
    return value.strip()


def _texts(table: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = _value(table, name)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        _refuse(f"“{name}” in {FILE_NAME} must be a list of texts: correct it.")
    return tuple(value)


def _choice(table: Mapping[str, Any], name: str, choices: tuple[str, ...]) -> str:
    value = _text(table, name)
    if value not in choices:
        _refuse(f"“{name}” in {FILE_NAME} must be {' or '.join(f'“{one}”' for one in choices)}: correct it.")
    return value


def _whole(table: Mapping[str, Any], name: str) -> int:
    value = _value(table, name)
    if not isinstance(value, int) or isinstance(value, bool):
        _refuse(f"“{name}” in {FILE_NAME} must be a whole number: correct it.")
    return value


def _number(table: Mapping[str, Any], name: str, *default: float) -> float:
    value = _value(table, name, *default)
    if not isinstance(value, int | float) or isinstance(value, bool):
        _refuse(f"“{name}” in {FILE_NAME} must be a number: correct it.")
    return float(value)


def _numbers(table: Mapping[str, Any], name: str) -> list[float]:
    value = _value(table, name)
    if not isinstance(value, list):
        _refuse(f"“{name}” in {FILE_NAME} must be a list of numbers: correct it.")
    return [_number({name: one}, name) for one in value]


def _positive(table: Mapping[str, Any], name: str, default: float) -> float:
    value = _number(table, name, default)
    if not 0.0 < value < 1e6:
        _refuse(f"“{name}” in {FILE_NAME} must be a number above 0: change {value:g}.")
    return value


def _refuse(sentence: str) -> NoReturn:
    raise BadDescription(sentence)
