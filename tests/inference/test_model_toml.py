"""A model.toml is taken as a whole or refused with one sentence that says what to do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from inference.contracts import Normalisation
from inference.model_toml import DEFAULT_FULL_STRENGTH, BadDescription, parse_description, read_description
from tests.inference.foreign import KEY, toml_of

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "bring-your-own-model.md"
INPUT = {"size": 64, "channels": 3, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}


def parsed(**changes: Any) -> Any:
    return parse_description(toml_of(**changes).encode())


def test_the_description_says_what_the_site_needs() -> None:
    found = parsed()
    assert (found.info.key, found.info.labels, dict(found.info.thresholds)) == (
        KEY,
        ("pneumonia",),
        {"pneumonia": 0.5},
    )
    assert found.outputs == ("normal", "pneumonia")
    assert found.info.normalisation.middle == pytest.approx((123.675, 116.28, 103.53))
    assert (found.temperature, found.full_strength) == (1.0, DEFAULT_FULL_STRENGTH)


def test_one_channel_and_a_sigmoid() -> None:
    found = parsed(
        activation="sigmoid",
        normal=None,
        labels=["mass", "calcification"],
        thresholds={"mass": 0.2, "calcification": 0.7},
        input={"size": 128, "channels": 1, "mean": [0.5], "std": [0.25]},
    )
    assert found.info.labels == ("mass", "calcification")
    assert found.info.normalisation == Normalisation((127.5,), (63.75,))


def test_a_softmax_without_normal_answers_for_every_output() -> None:
    found = parsed(normal=None, thresholds={"normal": 0.5, "pneumonia": 0.4})
    assert found.info.labels == ("normal", "pneumonia")


def test_the_card_says_that_there_is_no_guard_and_nothing_was_measured() -> None:
    card = parsed(known_failures=["Effusions."], trained_on="Films of children").info.card
    assert card["out_of_distribution"]["guard"].startswith("no guard")
    assert "measured nothing" in card["origin"]
    assert card["licence"]["name"] == "CC0-1.0"
    assert card["known_failures"] == ("Effusions.",)
    assert card["data"] == {"trained_on": "Films of children"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"key": None}, "lacks “key”"),
        ({"key": "../escape"}, "“key” .* may hold only"),
        ({"key": "Upper"}, "“key” .* may hold only"),
        ({"title": ""}, "“title” .* must be a text"),
        ({"version": 1}, "“version” .* must be a text"),
        ({"treshold": 0.5}, "“treshold” means nothing"),
        ({"sha256": "abc"}, "“sha256” .* 64 digits"),
        ({"weights": "model.pth"}, "“model.pth” is a pickle.*safetensors.torch.save_file"),
        ({"weights": "model.pt"}, "is a pickle"),
        ({"weights": "pytorch_model.bin"}, "is a pickle"),
        ({"weights": "../other.safetensors"}, "“weights” .* without a path"),
        ({"weights": "weights.npz"}, "“weights” .* must name a .safetensors"),
        ({"labels": []}, "“labels” .* is empty"),
        ({"labels": ["normal", "normal"]}, "has “normal” twice"),
        ({"labels": ["normal", "Lung mass"]}, "The label “Lung mass”"),
        ({"labels": "pneumonia"}, "“labels” .* must be a list of texts"),
        ({"labels": ["pneumonia"], "normal": None}, "softmax over one label"),
        ({"normal": "other"}, "“normal” .* isn't one of “labels”"),
        ({"activation": "sigmoid"}, "“normal” .* belongs to a softmax"),
        ({"activation": "relu"}, "“activation” .* must be “softmax” or “sigmoid”"),
        ({"thresholds": {}}, "lacks a threshold for “pneumonia”"),
        ({"thresholds": None}, "lacks “thresholds”"),
        ({"thresholds": {"pneumonia": 0.5, "mass": 0.5}}, "“thresholds.mass” means nothing"),
        ({"thresholds": {"pneumonia": 1.5}}, "threshold of “pneumonia” .* between 0 and 1"),
        ({"thresholds": {"pneumonia": "half"}}, "“pneumonia” .* must be a number"),
        ({"temperature": 0}, "“temperature” .* above 0"),
        ({"heatmap_full_strength": -1.0}, "“heatmap_full_strength” .* above 0"),
        ({"input": {**INPUT, "size": 8}}, "“input.size” .* 32 to 1024"),
        ({"input": {**INPUT, "size": 64.0}}, "“size” .* must be a whole number"),
        ({"input": {**INPUT, "channels": 2}}, "“input.channels” .* must be 1 or 3"),
        ({"input": {**INPUT, "mean": [0.5]}}, "“input.mean” .* has 1 numbers for 3 channels"),
        ({"input": {**INPUT, "mean": [123.7, 116.3, 103.5]}}, "divide numbers of pixels from 0 to 255 by 255"),
        ({"input": {**INPUT, "std": [0.0, 0.5, 0.5]}}, "pixels from 0 to 1"),
        ({"input": {**INPUT, "crop": 1}}, "“input.crop” means nothing"),
        ({"licence": {"name": "CC0-1.0"}}, "lacks “attribution”"),
        ({"licence": "CC0-1.0"}, "“licence” .* must be a table"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_in_a_sentence(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadDescription, match=sentence) as refused:
        parsed(**changes)
    assert "\n" not in str(refused.value)
    assert str(refused.value).endswith(".")


def test_what_is_not_toml_is_refused() -> None:
    with pytest.raises(BadDescription, match="isn't valid TOML"):
        parse_description(b"key = ")
    with pytest.raises(BadDescription, match="isn't valid TOML"):
        parse_description(b"\xff\xfe")


def test_a_folder_without_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadDescription, match="no readable model.toml"):
        read_description(tmp_path)
    (tmp_path / "model.toml").write_text("#" * 70_000)
    with pytest.raises(BadDescription, match="larger than 64 KB"):
        read_description(tmp_path)


def test_the_documents_example_is_a_description() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    found = parse_description(example.encode())
    assert found.info.labels == ("pneumonia",)
    assert found.info.key == "my-chest-model"
