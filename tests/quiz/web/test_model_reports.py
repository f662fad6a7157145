"""The model page with a report card, and who gets to see its pictures."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from inference.report_cards.files import SCHEMA
from quiz.models import CaseSet, Image
from tests.conftest import FAKE_MODEL

pytestmark = pytest.mark.django_db
PAGE = f"/models/{FAKE_MODEL.key}/"
SHARE = {"value": 0.75, "low": 0.5, "high": 0.9}
PAIR = {"map": SHARE, "blob": SHARE, "gain": SHARE}
POINTING = PAIR | {"n": 7, "image_centre": SHARE, "gain_over_image_centre": SHARE}
FIGURES: dict[str, Any] = {
    "n": 20,
    "n_positive": 8,
    "roc_auc": {"value": 0.871, "low": 0.8, "high": 0.93},
    "sensitivity": SHARE,
    "specificity": SHARE,
    "threshold": 0.4,
    "prevalence": 0.4,
    "confusion": {"true_positive": 6, "false_positive": 3, "true_negative": 9, "false_negative": 2},
    "right_when_called": SHARE,
    "right_when_not_called": None,
    "brier": 0.1234,
    "ece": 0.05,
    "average_precision": 0.8,
    "roc": [[0.0, 0.0], [0.2, 0.8], [1.0, 1.0]],
    "precision_recall": [[0.5, 1.0], [1.0, 0.4]],
    "reliability": [{"n": 10, "stated": 0.3, "observed": SHARE}],
    "scores": {"edges": [0.0, 0.5, 1.0], "with": [2, 6], "without": [9, 3]},
    "by_acquisition": [
        {
            "group": "scanner-z",
            "n": 9,
            "n_positive": 4,
            "roc_auc": None,
            "sensitivity": SHARE,
            "specificity": None,
        }
    ],
    "by_difficulty": [],
    "heatmaps": {
        "gradcam": {
            "level": 0.5,
            "place": {
                "of_all": POINTING,
                "of_detected": POINTING,
                "n_images": 8,
                "pointing_on_images": PAIR,
                "energy": PAIR,
                "iou": PAIR,
            },
            "faithfulness": {"n": 5, "deletion": PAIR, "insertion": PAIR},
            "randomisation": {
                "n": 100,
                "mean": 0.123,
                "passes": True,
                "passes_below": 0.3,
                "blob": 1.0,
                "stages": [{"layers": "classifier", "spearman": 0.2, "constant": 0.0}],
            },
        }
    },
}
STRANGE = {"what": "photographs", "n": 22, "flagged": SHARE, "score_roc_auc": SHARE, "wrong": SHARE}
PICTURE = {
    "kind": "miss",
    "finding": "pneumonia",
    "case": "case-secret-id",
    "concepts": ["hidden-behind-heart"],
    "difficulty": "subtle",
    "probability": 0.03,
    "picture": "miss-pneumonia-1.jpg",
    "pixel_sha256": "1" * 64,
    "case_sha256": ["1" * 64, "2" * 64],
    "size": [300, 200],
}


def report(**changes: Any) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "model": FAKE_MODEL.key,
        "title": FAKE_MODEL.title,
        "model_sha256": FAKE_MODEL.sha256,
        "pack": {
            "key": "other-lungs",
            "version": 1,
            "title": "Other lungs",
            "caveat": "Mind the gap.",
            "truth_basis": "two readers",
            "licence": {"name": "CC0-1.0", "attribution": "Somebody", "source_url": ""},
        },
        "split": "test",
        "n": 20,
        "n_images": 20,
        "n_patients": 20,
        "labels": {"pneumonia": "Pneumonia"},
        "findings": {"pneumonia": FIGURES},
        "unfamiliar": {
            "n": 20,
            "flagged": SHARE,
            "declined": SHARE,
            "wrong_among_flagged": None,
            "wrong_among_unflagged": SHARE,
            "far": [STRANGE],
            "far_together": STRANGE,
            "near": [STRANGE],
        },
        "hard_copies": {
            "pneumonia": [
                {
                    "copy": "jpeg",
                    "n": 20,
                    "n_positive": 8,
                    "roc_auc": SHARE,
                    "sensitivity": SHARE,
                    "specificity": SHARE,
                }
            ]
        },
        "worst": [PICTURE],
    } | changes


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.SECONDREAD_DATA_DIR = tmp_path
    return tmp_path / "reports" / FAKE_MODEL.key


def put(folder: Path, **changes: Any) -> None:
    folder.mkdir(parents=True)
    (folder / "report.json").write_text(json.dumps(report(**changes)))
    (folder / PICTURE["picture"]).write_bytes(b"a picture")  # type: ignore[operator]


def test_every_part_is_on_the_page_in_words(client: Client, folder: Path) -> None:
    put(folder)
    page = client.get(PAGE).content.decode()
    for words in (
        "Report card", "Other lungs", "Mind the gap.", "0.871 (0.800 to 0.930)", "75.0 % (50.0 to 90.0)",
        "2 missed", "3 false alarms", "the prevalence", "scanner-z", "Heatmaps by Grad-CAM", "Pointing game",
        "Gain over the centred blob", "It passes", "photographs", "jpeg", "How to read this", "hidden behind heart",
    ):  # fmt: skip
        assert words in page, words
    assert page.count('<svg class="chart-plane"') == 4
    assert {"chart-curve", "chart-whisker", "chart-bar", "chart-hollow"} <= set(
        re.findall(r"chart-\w+", page)
    )
    assert "case-secret-id" not in page and PICTURE["pixel_sha256"] not in page  # type: ignore[operator]


def test_a_report_of_other_weights_is_not_shown(client: Client, folder: Path) -> None:
    put(folder, model_sha256="e" * 64)
    page = client.get(PAGE).content.decode()
    assert "No report card has been made of these weights" in page and "Other lungs" not in page
    assert client.get(f"{PAGE}pictures/{PICTURE['picture']}").status_code == 404


def test_a_report_that_ships_is_shown_where_none_was_made_here(
    client: Client, settings: Any, folder: Path, tmp_path: Path
) -> None:
    settings.SECONDREAD_MODELS_DIR = tmp_path / "shipped"
    put(tmp_path / "shipped" / "reports" / FAKE_MODEL.key)
    assert b"Other lungs" in client.get(PAGE).content


def test_a_picture_is_served_and_no_other_file(client: Client, folder: Path) -> None:
    put(folder)
    response = client.get(f"{PAGE}pictures/{PICTURE['picture']}")
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
    assert response.content == b"a picture"
    assert "private" in response["Cache-Control"]
    assert b"miss-pneumonia-1.jpg" in client.get(PAGE).content
    for name in ("report.json", "index.html", "miss-pneumonia-2.jpg", "..%2Freport.json"):
        assert client.get(f"{PAGE}pictures/{name}").status_code == 404
    assert client.get(f"/models/nothing/pictures/{PICTURE['picture']}").status_code == 404
    assert client.post(f"{PAGE}pictures/{PICTURE['picture']}").status_code == 405


@pytest.mark.parametrize("which", [0, 1], ids=["the image shown", "another image of its case"])
@pytest.mark.parametrize("status", CaseSet.Status.values)
def test_no_picture_of_a_case_of_this_site(
    client: Client, browser: Client, folder: Path, case_set: CaseSet, which: int, status: str
) -> None:
    """Whatever the state of the set, for visitors and learners alike: neither picture nor words about it."""
    put(folder)
    CaseSet.objects.update(status=status)
    sha256 = PICTURE["case_sha256"][which]  # type: ignore[index]
    Image.objects.filter(pk=Image.objects.first().pk).update(sha256=sha256)  # type: ignore[union-attr]
    for visitor in (client, browser):
        page = visitor.get(PAGE).content.decode()
        assert "miss-pneumonia-1.jpg" not in page and "hidden behind heart" not in page
        assert "1 picture is held back" in page
        assert visitor.get(f"{PAGE}pictures/{PICTURE['picture']}").status_code == 404


def test_a_report_without_pictures_says_so(client: Client, folder: Path) -> None:
    put(folder, worst=[PICTURE | {"picture": None, "pixel_sha256": None}])
    page = client.get(PAGE).content.decode()
    assert "made without pictures" in page and "<img" not in page.split("Its worst cases")[1]


def test_figures_on_training_cases_are_called_what_they_are(client: Client, folder: Path) -> None:
    put(folder, split="train", unfamiliar=None, hard_copies=None, worst=[])
    page = client.get(PAGE).content.decode()
    assert "the figures flatter it" in page and "has no guard" in page and "Its worst cases" not in page


def test_the_number_of_pictures_costs_no_queries(
    client: Client, folder: Path, django_assert_max_num_queries: Any
) -> None:
    put(folder, worst=[PICTURE] * 12)
    with django_assert_max_num_queries(8):
        client.get(PAGE)
