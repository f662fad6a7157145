"""What every test may use: an AI that needs no torch, the shared packs, and a clock."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from inference import selectors
from inference.contracts import ModelInfo

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
FAKE_MODEL = ModelInfo(
    key="fake-model",
    title="A model for tests",
    version="1",
    sha256="f" * 64,
    labels=("pneumonia", "mass"),
    thresholds={"pneumonia": 0.4, "mass": 0.5},
    input_size=32,
    card={"title": "A model for tests"},
)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(autouse=True)
def fake_model(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelInfo]:
    """Registers `fake-model` beside the real ones."""
    real, real_all = selectors.model_info, selectors.registered_models
    monkeypatch.setattr(selectors, "registered_models", lambda: [*real_all(), FAKE_MODEL])
    monkeypatch.setattr(
        selectors, "model_info", lambda key: FAKE_MODEL if key == FAKE_MODEL.key else real(key)
    )
    yield FAKE_MODEL


@pytest.fixture
def shared_packs() -> Path:
    """The folder of real packs; skips where it is absent, fails where CI is set."""
    default = Path(__file__).resolve().parents[2] / "shared" / "packs"
    folder = Path(os.environ.get("SECONDREAD_SHARED_PACKS") or default)
    if not (folder / "paediatric-cxr" / "pack.toml").is_file():
        if os.environ.get("CI"):
            pytest.fail(f"CI needs the shared packs at {folder}.")
        pytest.skip(f"The shared packs aren't at {folder} (set SECONDREAD_SHARED_PACKS).")
    return folder
