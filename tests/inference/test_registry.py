"""The registry refuses, in one sentence, every model that isn't exactly the one its card describes."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from safetensors.torch import load, save

from inference import registry
from inference.engine.runner import load_runner
from tests.inference.models_on_disk import KEY, write_card


@pytest.fixture
def folder(models_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(models_folder, tmp_path / "models"))


def test_a_model_is_found_with_its_card(folder: Path) -> None:
    info = registry.find(KEY, folder).info
    assert (info.key, info.labels, info.thresholds) == (KEY, ("pneumonia",), {"pneumonia": 0.5})
    assert info.card["title"] == info.title


def test_an_unknown_key_is_refused(folder: Path) -> None:
    with pytest.raises(registry.ModelRefused, match="There is no AI model “no-such”"):
        registry.find("no-such", folder)


def test_a_missing_card_is_refused(folder: Path) -> None:
    (folder / f"{KEY}.json").unlink()
    with pytest.raises(registry.ModelRefused, match="card .* is missing"):
        registry.find(KEY, folder)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"key": "cxr-pneumonia"}'])
def test_a_card_that_cannot_be_read_is_refused(folder: Path, text: str) -> None:
    (folder / f"{KEY}.json").write_text(text)
    with pytest.raises(registry.ModelRefused, match="can't be read"):
        registry.find(KEY, folder)


def test_the_card_of_another_model_is_refused(folder: Path) -> None:
    write_card(folder, key="brain-mri-tumour")
    with pytest.raises(registry.ModelRefused, match="describes the AI model “brain-mri-tumour”"):
        registry.find(KEY, folder)


def test_weights_with_another_checksum_are_refused(folder: Path) -> None:
    weights = folder / f"{KEY}.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    with pytest.raises(registry.ModelRefused, match="aren't the ones its card describes"):
        load_runner(KEY, folder)


def test_missing_weights_are_refused(folder: Path) -> None:
    (folder / f"{KEY}.safetensors").unlink()
    with pytest.raises(registry.ModelRefused, match="are missing"):
        load_runner(KEY, folder)


def test_weights_of_another_network_are_refused(folder: Path) -> None:
    weights = folder / f"{KEY}.safetensors"
    tensors = load(weights.read_bytes())
    del tensors["classifier.weight"]
    data = save(tensors)
    weights.write_bytes(data)
    write_card(folder, weights_sha256=hashlib.sha256(data).hexdigest())
    with pytest.raises(registry.ModelRefused, match="don't fit its network"):
        load_runner(KEY, folder)


def test_a_changed_card_is_read_anew(folder: Path) -> None:
    assert registry.find(KEY, folder).info.version == "1"
    write_card(folder, version="2")
    assert registry.find(KEY, folder).info.version == "2"
