"""`install_model` takes in a whole, working model or nothing; what it took in is a model like any other."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from safetensors.torch import save
from torchvision import models

from inference import registry, selectors, services, tasks
from inference.contracts import ImageRef
from inference.engine.installing import install, trial_film
from inference.engine.runner import load_runner
from inference.registry import ModelRefused
from quiz.admin.forms import model_choices
from quiz.models import CaseSet
from quiz.selectors.read_page import read_page
from radiology.filestore import FileStore
from tests.conftest import NOW
from tests.inference.foreign import KEY, WEIGHTS, weights_of, write_folder
from tests.inference.test_model_toml import DOCUMENT
from tests.quiz.browsers import signed_in
from tests.quiz.builders import advance, imported, opened_read, user

FIXED = {
    "key", "title", "version", "sha256", "labels", "thresholds", "folder", "replaced", "heatmap_grid", "test_film",
}  # fmt: skip


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("given"))


@pytest.fixture
def installed(settings: Any, tmp_path: Path) -> Path:
    settings.SECONDREAD_INSTALLED_MODELS_DIR = tmp_path / "models"
    return tmp_path / "models"


def test_the_command_says_what_it_installed(
    given: Path, installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("install_model", str(given), "--json")
    found = json.loads(capsys.readouterr().out)
    assert set(found) == FIXED
    assert (found["key"], found["labels"], found["replaced"]) == (KEY, ["pneumonia"], False)
    assert 0 < found["test_film"]["pneumonia"] < 1
    assert sorted(path.name for path in (installed / KEY).iterdir()) == ["model.toml", WEIGHTS]
    assert [path.name for path in installed.iterdir()] == [KEY]
    call_command("install_model", str(given))
    assert f"Installed “{KEY}” for pneumonia" in capsys.readouterr().out


def test_what_is_refused_ends_with_1_and_a_missing_folder_with_2(tmp_path: Path, installed: Path) -> None:
    with pytest.raises(CommandError, match="no readable model.toml") as refused:
        call_command("install_model", str(tmp_path))
    assert refused.value.returncode == 1
    with pytest.raises(CommandError, match="There is no folder") as refused:
        call_command("install_model", str(tmp_path / "nothing"))
    assert refused.value.returncode == 2
    assert not installed.exists()


def _pickled() -> bytes:
    # The first bytes of a torch.save file (a zip) and of a plain pickle; the rest is never read.
    return b"PK\x03\x04" + bytes(100)


@pytest.mark.parametrize(
    ("data", "changes", "sentence"),
    [
        (None, {"sha256": "1" * 64}, "aren't the ones its model.toml describes .* Copy the right file"),
        (_pickled(), {}, "is a pickle, which can run a stranger's code"),
        (b"\x80\x04." + bytes(50), {}, "is a pickle"),
        (b"not at all", {}, "isn't a safetensors file: write it with"),
        (b"", {}, "isn't a safetensors file"),
        (None, {"key": "cxr-pneumonia"}, "is the key of a model that ships"),
        (None, {"architecture": "resnet18"}, "which resnet18 doesn't have: save the state_dict"),
        (None, {"weights": "elsewhere.safetensors"}, "are missing or can't be read"),
    ],
)
def test_nothing_is_copied_of_a_model_that_is_refused(
    tmp_path: Path, data: bytes | None, changes: dict[str, Any], sentence: str
) -> None:
    folder = write_folder(tmp_path / "given", data=data, **changes)
    with pytest.raises(ModelRefused, match=sentence) as refused:
        install(folder, tmp_path / "models")
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "models").exists()


def test_answers_that_are_not_numbers_are_refused(tmp_path: Path) -> None:
    weights = weights_of()
    # Finite, but their products aren't.
    weights["fc.weight"] = weights["fc.weight"].sign() * 3e38
    with pytest.raises(ModelRefused, match="answered a test film with values that aren't numbers"):
        install(write_folder(tmp_path / "given", weights), tmp_path / "models")


def test_a_new_version_takes_the_old_ones_place(given: Path, tmp_path: Path) -> None:
    installed = tmp_path / "models"
    assert not install(given, installed).replaced
    weights = weights_of()
    weights["fc.bias"] += 1.0
    newer = install(write_folder(tmp_path / "newer", weights, version="2"), installed)
    assert newer.replaced
    assert registry.find(KEY, installed, installed).info.version == "2"
    assert [path.name for path in installed.iterdir()] == [KEY]


def test_the_same_weights_may_not_decide_in_two_ways(tmp_path: Path) -> None:
    installed = tmp_path / "models"
    install(write_folder(tmp_path / "one"), installed)
    install(write_folder(tmp_path / "renamed", title="Another title"), installed)
    with pytest.raises(
        ModelRefused, match="installed with the same weights and other .* choose another “key”"
    ):
        install(write_folder(tmp_path / "two", thresholds={"pneumonia": 0.3}), installed)
    assert registry.find(KEY, installed, installed).info.thresholds == {"pneumonia": 0.5}


def test_a_folder_that_names_another_key_is_not_that_model(given: Path, tmp_path: Path) -> None:
    installed = tmp_path / "models"
    install(given, installed).folder.rename(installed / "other-key")
    with pytest.raises(ModelRefused, match=f"describes the AI model “{KEY}”, not “other-key”"):
        registry.find("other-key", installed, installed)


def test_weights_changed_after_installing_are_refused(given: Path, tmp_path: Path) -> None:
    installed = tmp_path / "models"
    weights = install(given, installed).folder / WEIGHTS
    weights.write_bytes(weights.read_bytes()[:-1] + b"\0\0")
    with pytest.raises(ModelRefused, match="aren't the ones"):
        load_runner(KEY, installed, installed)


def test_its_opinions_have_no_score_of_unfamiliarity(given: Path, tmp_path: Path) -> None:
    install(given, tmp_path / "models")
    runner = load_runner(KEY, tmp_path, tmp_path / "models")
    (opinion,) = runner.read([trial_film(80)])
    assert opinion.ood_score is None
    assert not opinion.declined
    assert [one.finding for one in opinion.heatmaps[:1]] == ["pneumonia"]
    measured = runner.measure([trial_film(80)] * 3, batch=2)
    assert measured.ood_scores is None
    assert measured.logits.shape == (3, 1)


def test_an_installed_model_can_be_chosen(given: Path, installed: Path) -> None:
    assert selectors.model_info(KEY) is None
    install(given, installed)
    info = selectors.model_info(KEY)
    assert info is not None
    assert info in selectors.registered_models()
    assert (KEY, "Somebody's model") in model_choices()


def test_a_broken_installed_model_is_none_at_all(given: Path, installed: Path) -> None:
    (install(given, installed).folder / "model.toml").write_text("key = ")
    assert selectors.model_info(KEY) is None
    assert KEY not in [info.key for info in selectors.registered_models()]


@pytest.mark.django_db
def test_an_installed_model_has_a_page(given: Path, installed: Path, client: Client) -> None:
    assert client.get(f"/models/{KEY}/").status_code == 404
    install(given, installed)
    page = client.get(f"/models/{KEY}/").content.decode()
    assert "Somebody&#x27;s model" in page
    assert "no guard" in page
    assert "CC0-1.0" in page
    assert "measured nothing" in page


@pytest.mark.django_db
def test_the_worker_reads_with_an_installed_model(
    given: Path, installed: Path, store: FileStore, images: list[ImageRef]
) -> None:
    install(given, installed)
    assert services.queue_opinions(images=images, model_key=KEY, now=NOW, enqueue=lambda queue: None) == 5
    tasks.loaded_runner.cache_clear()
    tasks.run_batch(services.claim_jobs(queue="publish", limit=8, now=NOW))
    found = selectors.opinions_for(images, KEY)
    assert len(found) == 5
    for opinion in found.values():
        assert [one.finding for one in opinion.findings] == ["pneumonia"]
        assert opinion.heatmaps
        assert opinion.ood_score is None
        assert not opinion.out_of_distribution
        assert not opinion.declined


@pytest.mark.django_db
def test_a_set_with_an_installed_model_is_read_like_any_other(
    given: Path, installed: Path, store: FileStore, tmp_path: Path
) -> None:
    install(given, installed)
    report = imported(tmp_path / "packs", ai_model=KEY)
    assert report.warnings == ()
    tasks.loaded_runner.cache_clear()
    tasks.run_batch(services.claim_jobs(queue="publish", limit=8, now=NOW))
    case_set = CaseSet.objects.get(slug="lungs")
    learner = user("somebody")
    shown = advance(opened_read(learner, case_set), "ai_shown")
    page = read_page(shown)["ai"]
    assert page["status"] == "ready"
    assert page["out_of_distribution"] is False
    assert page["model"]["card_url"] == f"/models/{KEY}/"
    assert signed_in(learner).get(f"/reads/{shown.public_id}/").status_code == 200
    assert advance(shown, "truth_shown").outcome.ai in {"right", "wrong"}


@pytest.mark.slow
def test_the_documents_worked_example_can_be_installed(tmp_path: Path) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    (export,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (example,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", export], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    folder = tmp_path / "my-chest-model"
    assert done.stdout.strip() == hashlib.sha256((folder / "resnet18.safetensors").read_bytes()).hexdigest()
    (folder / "model.toml").write_text(example.replace("0" * 64, done.stdout.strip()), encoding="utf-8")
    assert install(folder, tmp_path / "models").grid == (7, 7)


def test_the_weights_of_another_classifier_are_refused(tmp_path: Path) -> None:
    tensors = models.get_model("shufflenet_v2_x0_5", weights=None, num_classes=3).state_dict()
    with pytest.raises(ModelRefused, match="has 3 outputs and model.toml lists 2 labels: list one label"):
        install(write_folder(tmp_path / "given", data=save(tensors)), tmp_path / "models")
