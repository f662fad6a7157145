"""Fixtures of inference tests: a small model of random weights, films, and images in the file store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference.contracts import ImageRef
from inference.engine.preprocessing import Film
from inference.engine.runner import Runner, load_runner
from radiology.filestore import FileStore
from radiology.imaging import Frame, encode_master, pixel_sha256
from tests.inference.models_on_disk import KEY, write_model


@pytest.fixture(scope="session")
def models_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def runner(models_folder: Path) -> Runner:
    return load_runner(KEY, models_folder)


@pytest.fixture(scope="session")
def films() -> list[Film]:
    """Seventeen films of several sizes, none alike."""
    rng = np.random.default_rng(3)
    sizes = [(64, 64), (90, 70), (50, 120)]
    made = []
    for number in range(17):
        height, width = sizes[number % 3]
        ramp = np.linspace(0, 120 + number * 5, width)[None] + rng.normal(0, 20, (height, width))
        made.append(np.clip(ramp, 0, 255).astype(np.uint8))
    return made


@pytest.fixture
def store(settings: Any, tmp_path: Path) -> FileStore:
    settings.SECONDREAD_FILES_DIR = tmp_path / "files"
    return FileStore(tmp_path / "files")


@pytest.fixture
def images(store: FileStore) -> list[ImageRef]:
    """Five masters in the file store."""
    refs = []
    for seed in range(5):
        pixels = np.random.default_rng(seed).integers(0, 256, (40, 30), dtype=np.uint8)
        frame = Frame(pixels=pixels, bits=8)
        key = store.put(encode_master(frame), folder="masters", suffix=".png")
        refs.append(ImageRef(key, pixel_sha256(frame)))
    return refs
