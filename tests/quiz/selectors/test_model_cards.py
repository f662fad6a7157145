"""Model cards as pages read them: every measured number appears, with its interval and a name for people."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from inference import selectors as inference_selectors
from quiz.selectors.model_cards import card_sections
from tests.conftest import FAKE_MODEL

CARD: dict[str, Any] = {
    "key": "fake-model",
    "architecture": "a small network",
    "figures": {
        "val": {"n": 10, "roc_auc": {"value": 0.9, "low": 0.8, "high": 0.95}, "iou": None},
        "test": {"n": 20, "roc_auc": {"value": 0.85, "low": 0.7, "high": 0.9}, "iou": None},
    },
    "out_of_distribution": {"flag": "beyond 95 %", "measured": {"noise": {"n": 3, "flagged": None}}},
    "known_failures": ["It fails."],
    "elsewhere": {"other-pack": {"n": 7}},
}


def test_figures_stand_side_by_side() -> None:
    sections = {section.title: section for section in card_sections(replace(FAKE_MODEL, card=CARD))}
    table = sections["Measured figures"].table
    assert table is not None
    assert table.head == ["Figure", "Validation", "Test"]
    assert table.rows == [
        ["Images", "10", "20"],
        ["ROC area", "0.900 (0.800 to 0.950)", "0.850 (0.700 to 0.900)"],
    ]
    assert sections["In short"].facts == [("Architecture", "a small network")]
    assert sections["What it fails on"].points == ["It fails."]
    assert sections["At another place: other-pack"].facts == [("Images", "7")]
    assert sections["Images that don't belong: measured"].table is not None


@pytest.mark.parametrize("info", inference_selectors.registered_models(), ids=lambda info: info.key)
def test_every_shipped_card_can_be_shown(info: Any) -> None:
    sections = card_sections(info)
    titles = [section.title for section in sections]
    assert {"Data", "Operating point", "Measured figures", "What it fails on"} <= set(titles)
    assert all(section.facts or section.points or section.table for section in sections)
