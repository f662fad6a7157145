"""`simulate_pack`: what it writes is a sound pack, and the committed demo pack is what it writes."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from PIL import Image

from inference.simulation import kinds
from inference.simulation.drawn.pack import STREAMS, write_splits
from inference.simulation.template import SimulationUnavailable
from radiology.packs import PackLimits, read_pack

DEMO = Path(settings.BASE_DIR) / "fixtures" / "packs" / "demo-drawn"
DEMO_SEED = 2026


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    out = tmp_path_factory.mktemp("packs") / "demo-drawn"
    said = StringIO()
    call_command("simulate_pack", "drawn", str(out), count=12, seed=DEMO_SEED, json=True, stdout=said)
    assert json.loads(said.getvalue()) == {
        "kind": "drawn",
        "out": str(out),
        "cases": 12,
        "abnormal": 6,
        "seed": DEMO_SEED,
    }
    return out


def test_pack_is_accepted_without_a_warning(drawn):
    with read_pack(drawn, limits=PackLimits()) as pack:
        assert pack.warnings == ()
        assert (pack.key, pack.simulated, pack.rated) == ("demo-drawn", True, False)
        assert (pack.licence.name, pack.ai_model) == ("CC0-1.0", "drawn-opacity")
        assert pack.question.localise
        assert {case.split for case in pack.cases} == {"practice"}
        abnormal = [case for case in pack.cases if case.findings]
        assert len(abnormal) == 6 and all(len(case.regions) == 1 for case in abnormal)
        assert sorted(case.difficulty for case in abnormal) == sorted(["easy", "medium", "hard"] * 2)
        assert all(case.teaching_point and case.concepts for case in pack.cases)
        assert all("no patient" in case.history for case in pack.cases)


def test_committed_demo_is_what_the_command_draws(drawn):
    with (
        read_pack(drawn, limits=PackLimits()) as fresh,
        read_pack(DEMO, limits=PackLimits()) as kept,
    ):
        assert kept.header_digest() == fresh.header_digest()
        for new, old in zip(fresh.cases, kept.cases, strict=True):
            assert new == old
            pixels, committed = (
                next(pack.frames(case))[3].pixels.astype(int) for pack, case in ((fresh, new), (kept, old))
            )
            # Processors differ in the last digit of exp and sin: a pixel may round to the next grey.
            assert np.abs(pixels - committed).max() <= 1
            assert (pixels != committed).mean() < 0.001


def test_committed_demo_is_small():
    assert sum(path.stat().st_size for path in DEMO.rglob("*") if path.is_file()) < 1_000_000


def test_no_demo_case_is_drawn_for_training(tmp_path):
    assert len(set(STREAMS.values())) == len(STREAMS)
    write_splits(tmp_path / "splits", seed=0, counts={"train": 2, "val": 2, "test": 2})
    with read_pack(tmp_path / "splits", limits=PackLimits()) as pack:
        assert pack.warnings == ()
        assert {case.split for case in pack.cases} == {"train", "val", "test"}
        assert [bool(case.findings) for case in pack.cases] == [False, True] * 3


@pytest.mark.parametrize(("count", "seed"), [(1, 0), (12, -1)])
def test_impossible_numbers_end_with_usage(tmp_path, count, seed):
    with pytest.raises(CommandError) as caught:
        call_command("simulate_pack", "drawn", str(tmp_path / "out"), count=count, seed=seed)
    assert caught.value.returncode == 2
    assert not list(tmp_path.iterdir())


@pytest.fixture
def toy(monkeypatch):
    monkeypatch.setitem(kinds.KINDS, "toy", "tests.inference.simulation.toy")
    monkeypatch.setattr("inference.management.commands.simulate_pack.KINDS", ["drawn", "toy"])


def test_a_simulated_pack_comes_with_its_contact_sheet(tmp_path, toy):
    said = StringIO()
    call_command(
        "simulate_pack", "demo-toy", str(tmp_path / "toys"), "--contact-sheet", "--outlines", "--json",
        "--processes=1", stdout=said, stderr=StringIO(),
    )  # fmt: skip
    assert json.loads(said.getvalue())["cases"] == 6
    assert {path.name for path in tmp_path.iterdir()} == {"toys", "toys.png"}
    with Image.open(tmp_path / "toys.png") as sheet:
        assert sheet.width >= 4 * 300


@pytest.mark.parametrize("option", [["--scanner", "nine"], ["--count", "1"]])
def test_what_a_kind_does_not_have_ends_with_usage(tmp_path, toy, option):
    with pytest.raises(CommandError) as caught:
        call_command("simulate_pack", "toy", str(tmp_path / "out"), *option)
    assert caught.value.returncode == 2


def test_drawn_pictures_have_no_scanner(tmp_path):
    with pytest.raises(CommandError, match="no scanner") as caught:
        call_command("simulate_pack", "drawn", str(tmp_path / "out"), scanner="one")
    assert caught.value.returncode == 2


def test_without_the_template_the_command_says_what_is_missing(tmp_path, toy, monkeypatch):
    def unavailable(*_, **__):
        raise SimulationUnavailable("Simulated heads need nilearn.")

    monkeypatch.setattr("inference.management.commands.simulate_pack.write_practice", unavailable)
    with pytest.raises(CommandError, match="need nilearn") as caught:
        call_command("simulate_pack", "toy", str(tmp_path / "out"))
    assert caught.value.returncode == 1


def test_what_is_there_already_is_refused_and_kept(tmp_path):
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(CommandError) as caught:
        call_command("simulate_pack", "drawn", str(tmp_path), count=2)
    assert caught.value.returncode == 1
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
