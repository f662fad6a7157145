"""Packs of simulated patients: planned evenly, drawn alike on any number of processes, and told honestly."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from inference.simulation import kinds
from inference.simulation.cases import CLEAR, GRADES
from inference.simulation.packs import write_practice, write_splits
from inference.simulation.planning import STREAMS, plans
from radiology.packs import PackLimits, folder_digest, read_pack
from tests.inference.simulation.toy import MODALITY, NOISE


@pytest.fixture(autouse=True)
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kinds.KINDS, "toy", "tests.inference.simulation.toy")


def test_half_are_abnormal_and_grades_are_even() -> None:
    planned = plans(MODALITY, split="practice", seed=3, count=40)
    concepts = Counter(plan.concept for plan in planned)
    assert concepts == {"lump": 20, "shadow": 10, CLEAR: 10}
    assert Counter(plan.grade for plan in planned if plan.concept == "lump") == dict.fromkeys(GRADES, 4)
    assert planned != plans(MODALITY, split="practice", seed=4, count=40)


def test_scanners_say_nothing_of_the_finding() -> None:
    planned = plans(MODALITY, split="train", seed=0, count=4000)
    shares = {
        concept: np.mean([plan.scanner == "one" for plan in planned if plan.concept == concept])
        for concept in ("lump", "shadow", CLEAR)
    }
    assert all(abs(share - 0.5) < 0.05 for share in shares.values()), shares


@pytest.mark.parametrize(
    "wrong", [{"count": 1}, {"seed": -1}, {"scanner": "three"}, {"difficulty": "impossible"}]
)
def test_impossible_plans_are_refused(wrong: dict[str, object]) -> None:
    options = {"split": "practice", "seed": 0, "count": 4, **wrong}
    with pytest.raises(ValueError, match=r"at least two|there is no"):
        plans(MODALITY, **options)  # type: ignore[arg-type]


def test_one_scanner_and_one_difficulty_can_be_asked_for() -> None:
    planned = plans(MODALITY, split="practice", seed=0, count=10, scanner="two", difficulty="hidden")
    assert {(plan.scanner, plan.grade) for plan in planned} == {("two", "hidden")}


def test_processes_change_nothing(tmp_path: Path) -> None:
    for processes in (1, 2):
        write_practice(MODALITY, tmp_path / str(processes), count=6, seed=9, processes=processes)
    assert folder_digest(tmp_path / "1") == folder_digest(tmp_path / "2")


def test_what_is_written_is_a_sound_pack_with_graded_difficulty(tmp_path: Path) -> None:
    seen = []
    planned = write_practice(
        MODALITY, tmp_path / "toys", count=12, seed=1, processes=1, seen=lambda plan, case: seen.append(plan)
    )
    assert seen == planned
    with read_pack(tmp_path / "toys", limits=PackLimits()) as pack:
        assert pack.warnings == ()
        for plan, case in zip(planned, pack.cases, strict=True):
            assert case.acquisition == plan.scanner
            assert bool(case.findings) == (plan.concept == "lump") == bool(case.regions)
            if plan.concept == "lump":
                assert case.difficulty.startswith(f"{plan.grade}: CNR ")
                assert case.difficulty.endswith(tuple("0123456789"))
            else:
                assert case.difficulty == ("" if plan.concept == CLEAR else plan.grade)
            assert not any(word in case.case_id for word in ("lump", *GRADES))


def test_measures_are_what_was_put_in(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    case = MODALITY.draw(rng, plans(MODALITY, split="train", seed=0, count=2)[0])
    for seed in range(20):
        plan = plans(MODALITY, split="train", seed=seed, count=2, difficulty="clear")
        case = MODALITY.draw(rng, next(one for one in plan if one.concept == "lump"))
        assert case.measures is not None
        assert case.measures.cnr == pytest.approx(10 / NOISE)
        assert case.measures.size_mm == pytest.approx(10, rel=0.1)
        assert case.measures.conspicuity == pytest.approx(1.25, rel=0.3)


def test_no_patient_of_one_split_is_drawn_in_another(tmp_path: Path) -> None:
    assert len(set(STREAMS.values())) == len(STREAMS)
    write_splits(MODALITY, tmp_path / "splits", seed=0, counts={"train": 4, "val": 4, "test": 4}, processes=1)
    with read_pack(tmp_path / "splits", limits=PackLimits()) as pack:
        assert pack.warnings == ()
        assert not pack.rated
        assert Counter(case.split for case in pack.cases) == {"train": 4, "val": 4, "test": 4}


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least two"):
        write_practice(MODALITY, tmp_path / "toys", count=1, seed=0)
    assert not list(tmp_path.iterdir())
