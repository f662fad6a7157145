"""Management commands: exit codes, JSON alone on stdout, idempotent demo content."""

from __future__ import annotations

import io
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from quiz.management import benchmark
from quiz.models import CaseSet, Pack, Sitting, Tally, User
from tests.conftest import FAKE_MODEL
from tests.quiz.builders import advance, ai_for_all, opened_read, user, write_pack

pytestmark = pytest.mark.django_db


def as_json(capsys: pytest.CaptureFixture[str], *command: Any, **options: Any) -> dict[str, Any]:
    call_command(*command, json=True, **options)
    return dict(json.loads(capsys.readouterr().out))


def test_import_and_export_answer_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    user("anna", is_staff=True)
    report = as_json(capsys, "import_pack", write_pack(tmp_path), publish=True, instructor="anna")
    assert (report["created"], report["published"]) == (4, True)
    assert CaseSet.objects.get().owner.username == "anna"
    out = as_json(capsys, "export_pack", "lungs", tmp_path / "out.zip")
    assert out["cases"] == 4 and (tmp_path / "out.zip").is_file()


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("export_pack", "no-such-pack", "/tmp/nowhere"), 1),
        (("import_pack", "/nowhere/at/all"), 1),
        (("erase_learner", "nobody"), 2),
        (("close_rating_period", "--scale", "XX"), 1),
        (("rebuild_progress", "--learners", "0"), 2),
        (("seed_activity", "--learners", "2", "--reads", "9"), 1),
        (("benchmark_pages",), 1),
    ],
)
def test_refusals_have_their_exit_code(command: tuple[str, ...], code: int) -> None:
    with pytest.raises(CommandError) as error:
        call_command(*command)
    assert error.value.returncode == code


def test_demo_loads_once(tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.SECONDREAD_PACKS_DIR = tmp_path
    write_pack(tmp_path).rename(tmp_path / "lungs")
    assert as_json(capsys, "load_demo") == {"packs": ["lungs"], "loaded": ["lungs"]}
    assert CaseSet.objects.get().status == "published"
    CaseSet.objects.update(status="closed")
    assert as_json(capsys, "load_demo") == {"packs": ["lungs"], "loaded": []}
    assert CaseSet.objects.get().status == "closed"


def test_a_changed_demo_pack_or_model_is_loaded_again(
    tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SECONDREAD_PACKS_DIR = tmp_path
    write_pack(tmp_path).rename(tmp_path / "lungs")
    as_json(capsys, "load_demo")
    shutil.rmtree(tmp_path / "lungs")
    write_pack(tmp_path, version=2, title="Better lungs").rename(tmp_path / "lungs")
    assert as_json(capsys, "load_demo")["loaded"] == ["lungs"]
    assert Pack.objects.get().title == "Better lungs"
    newer = replace(FAKE_MODEL, sha256="9" * 64)
    monkeypatch.setattr("inference.selectors.model_info", lambda key: newer)
    assert as_json(capsys, "load_demo")["loaded"] == ["lungs"]
    assert as_json(capsys, "load_demo")["loaded"] == []


def test_demo_accounts_are_printed_once(capsys: pytest.CaptureFixture[str]) -> None:
    accounts = as_json(capsys, "create_demo_accounts")["accounts"]
    assert {one["role"] for one in accounts} == {"learner", "instructor", "administrator"}
    assert as_json(capsys, "create_demo_accounts") == {"accounts": []}


def test_erase_keeps_reads_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    user("leaver")
    assert as_json(capsys, "erase_learner", "leaver", keep_reads=True)["fate"] == "unlinked"
    assert not User.objects.filter(username="leaver").exists()


def test_rebuild_progress_checks(capsys: pytest.CaptureFixture[str]) -> None:
    assert as_json(capsys, "rebuild_progress", check=True) == {"reads": 0, "learners": 0, "different": []}


def test_a_rating_period_closes_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_pack", write_pack(tmp_path), publish=True)
    ai_for_all(CaseSet.objects.get())
    capsys.readouterr()
    closed = as_json(capsys, "close_rating_period")
    assert closed["closed"] == [{"scale": "DX", "number": 1, "games": 4, "cases": 4, "models": 1}]
    assert as_json(capsys, "close_rating_period") == {"closed": [], "case_statistics": 0}
    call_command("close_rating_period", scale="DX")
    assert "no rating moved" in capsys.readouterr().out


def test_rebuild_ends_with_1_where_something_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("import_pack", write_pack(tmp_path), publish=True)
    advance(opened_read(user("learner"), CaseSet.objects.get()), "truth_shown")
    capsys.readouterr()
    assert as_json(capsys, "rebuild_progress", check=True, learners=1)["different"] == []
    Tally.objects.update(counts={"reads": 5})
    with pytest.raises(CommandError) as error:
        call_command("rebuild_progress", check=True)
    assert error.value.returncode == 1
    capsys.readouterr()
    assert len(as_json(capsys, "rebuild_progress")["different"]) == Tally.objects.count()
    assert as_json(capsys, "rebuild_progress", check=True)["different"] == []


def test_seeded_learners_are_timed_and_nothing_stays(
    case_set: CaseSet, capsys: pytest.CaptureFixture[str]
) -> None:
    seeded = as_json(capsys, "seed_activity", learners=2, reads=8, seed=3)
    assert (seeded["learners"], seeded["reads"], seeded["seed"]) == (2, 8, 3)
    sittings = Sitting.objects.count()
    measured = as_json(capsys, "benchmark_pages", samples=2)
    assert {"home", "next_case", "progress"} <= measured["pages"].keys()
    assert all(page["queries_least"] == page["queries_most"] for page in measured["pages"].values())
    assert (measured["reads"], Sitting.objects.count()) == (8, sittings)


def test_two_databases_are_timed_by_turns(
    case_set: CaseSet, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    as_json(capsys, "seed_activity", learners=2, reads=8, seed=3)
    answers = io.StringIO()
    benchmark.answer(["home\n", "progress\n"], answers, seed=1)
    site, home, progress = (json.loads(line) for line in answers.getvalue().splitlines())
    assert (site["learners"], site["reads"]) == (2, 8)
    assert home["taken_ms"] > 0
    assert progress["queries"] > home["queries"] > 0
    with pytest.raises(CommandError, match="Nothing to measure") as error:
        call_command("benchmark_pages", samples=1, beside=f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    assert error.value.returncode == 1


def test_the_ratio_is_of_the_medians() -> None:
    def measured(milliseconds: float, beside: benchmark.Benchmark | None = None) -> benchmark.Benchmark:
        timing = benchmark.Timing(3, milliseconds, milliseconds, milliseconds, 5, 5)
        return benchmark.Benchmark("sqlite", 2, 8, {"home": timing}, beside)

    assert measured(60.0, measured(40.0)).ratios() == {"home": 1.5}
    assert measured(60.0).ratios() == {}
