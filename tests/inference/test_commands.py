"""`evaluate_model` and `benchmark_inference`: fixed names, JSON alone on stdout, one sentence when refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from django.core.management import call_command
from django.core.management.base import CommandError

from inference.engine.benchmark import Engine, Work
from inference.engine.preprocessing import Film
from inference.engine.runner import Runner
from radiology.filestore import FileStore
from radiology.imaging import Frame, encode_master
from radiology.packs import (
    FindingDef,
    Licence,
    PackHeader,
    PackWriter,
    Question,
    WriteCase,
    WriteRegion,
    WriteSeries,
)
from tests.inference.models_on_disk import KEY

FIXED = {
    "schema", "model", "model_sha256", "pack", "split", "n", "n_positive", "roc_auc", "sensitivity",
    "specificity", "threshold", "brier", "ece", "pointing_game", "iou",
}  # fmt: skip


def write_pack(
    folder: Path, *, finding: str = "pneumonia", present: tuple[bool, ...] = (True, False) * 5
) -> Path:
    head = PackHeader(
        key="small",
        version=1,
        title="Small",
        modality="DX",
        simulated=False,
        rated=True,
        truth_basis="two readers",
        licence=Licence("CC-BY-4.0", "Somebody"),
        question=Question("Is it there?", "detection", True),
        findings=(FindingDef(finding, finding.title()),),
        ai_model=KEY,
    )
    rng = np.random.default_rng(0)
    with PackWriter(folder, head) as pack:
        for number, there in enumerate(present):
            frame = Frame(pixels=rng.integers(0, 256, (48, 64), dtype=np.uint8), bits=8)
            pack.add_case(
                WriteCase(
                    case_id=f"c{number}",
                    patient_id=f"p{number}",
                    split="test",
                    series=[WriteSeries([frame])],
                    findings=[finding] if there else [],
                    regions=[WriteRegion(0, 0, finding, "circle", (30.0, 20.0, 9.0))] if there else [],
                )
            )
    return folder


@pytest.fixture(autouse=True)
def small_models(settings: Any, models_folder: Path) -> None:
    settings.SECONDREAD_MODELS_DIR = models_folder


def evaluated(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    call_command("evaluate_model", KEY, *arguments, "--json")
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_names_of_an_evaluation_are_fixed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = evaluated(capsys, str(write_pack(tmp_path / "pack")), "--split", "test")
    assert set(found) >= FIXED
    assert (found["model"], found["pack"], found["split"]) == (KEY, "small", "test")
    assert (found["n"], found["n_positive"]) == (10, 5)
    for name in ("roc_auc", "sensitivity", "specificity", "pointing_game"):
        assert set(found[name]) == {"value", "low", "high"}
        assert 0 <= found[name]["low"] <= found[name]["value"] <= found[name]["high"] <= 1
    assert 0 <= found["iou"] <= 1


def test_evaluating_twice_gives_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = str(write_pack(tmp_path / "pack"))
    assert evaluated(capsys, pack) == evaluated(capsys, pack)


def test_figures_that_one_class_cannot_give_are_null(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = evaluated(capsys, str(write_pack(tmp_path / "pack", present=(True,) * 4)))
    assert found["roc_auc"] is None
    assert found["specificity"] is None
    assert found["sensitivity"] is not None


def test_a_key_names_a_folder_of_packs(
    tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.SECONDREAD_SHARED_PACKS = tmp_path
    write_pack(tmp_path / "small")
    assert evaluated(capsys, "small")["pack"] == "small"


@pytest.mark.parametrize(
    ("key", "split", "finding", "reason", "code"),
    [
        ("no-such-model", "test", "pneumonia", "There is no AI model", 1),
        (KEY, "val", "pneumonia", "no case in its split “val”", 1),
        (KEY, "test", "mass", "none of the findings", 1),
    ],
)
def test_what_cannot_be_measured_is_refused_in_a_sentence(
    tmp_path: Path, key: str, split: str, finding: str, reason: str, code: int
) -> None:
    pack = write_pack(tmp_path / "pack", finding=finding)
    with pytest.raises(CommandError, match=reason) as refused:
        call_command("evaluate_model", key, str(pack), "--split", split)
    assert refused.value.returncode == code


def test_a_pack_that_is_not_there_is_a_mistake_of_usage(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no pack") as refused:
        call_command("evaluate_model", KEY, str(tmp_path / "nothing"))
    assert refused.value.returncode == 2


def test_a_person_gets_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("evaluate_model", KEY, str(write_pack(tmp_path / "pack")))
    captured = capsys.readouterr()
    assert "cxr-pneumonia on small (test, 10 cases): ROC area" in captured.out
    assert "10 of 10 cases" in captured.err


BENCHMARKED = {
    "images_per_s",
    "bare_images_per_s",
    "per_image_use_images_per_s",
    "ratio_to_bare",
    "ratio_to_per_image_use",
    "peak_rss_mb",
    "rss_after_imports_mb",
}


def benchmarked(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, float]:
    call_command("benchmark_inference", KEY, "--images", "4", *arguments, "--json")
    found: dict[str, float] = json.loads(capsys.readouterr().out)
    return found


def test_the_names_of_a_benchmark_are_fixed(capsys: pytest.CaptureFixture[str]) -> None:
    found = benchmarked(capsys)
    assert set(found) == BENCHMARKED
    assert all(value > 0 for value in found.values())
    assert found["ratio_to_bare"] == pytest.approx(
        found["images_per_s"] / found["bare_images_per_s"], rel=0.01
    )


def test_a_sustained_run_reports_how_memory_grows(capsys: pytest.CaptureFixture[str]) -> None:
    found = benchmarked(capsys, "--sustained", "240")
    assert set(found) == BENCHMARKED | {"rss_at_200_mb", "rss_at_240_mb", "rss_growth"}
    assert 0 < found["rss_at_200_mb"] <= found["peak_rss_mb"] + 5  # counted by the kernel in two ways
    assert found["rss_growth"] == pytest.approx(found["rss_at_240_mb"] / found["rss_at_200_mb"] - 1, abs=2e-3)


def test_a_benchmark_stores_what_a_worker_stores(runner: Runner, tmp_path: Path, films: list[Film]) -> None:
    work = Work([encode_master(Frame(pixels=film, bits=8)) for film in films[:3]], torch.empty(0))
    Engine(runner, FileStore(tmp_path)).read(work)
    maps = sum(len(opinion.heatmaps) for opinion in runner.read(films[:3]))
    assert len(list(tmp_path.rglob("*.png"))) == maps > 0
