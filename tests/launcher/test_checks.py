"""./check: it counts tests rightly, runs every check, and lets no variable of a running site through."""

from __future__ import annotations

import os
import sys
from io import StringIO
from pathlib import Path

import pytest

from scripts.checks import command
from scripts.checks.command import Lanes, check_environment, in_parallel, sum_up
from scripts.checks.debian import NotHere
from scripts.checks.steps import Result, Step, closing_line, count_tests
from scripts.launcher.console import Console
from scripts.launcher.places import Places


def python(name: str, code: str, **options: object) -> Step:
    return Step(name, [sys.executable, "-c", code], **options)  # type: ignore[arg-type]


def lanes(tmp_path: Path) -> tuple[Lanes, StringIO]:
    output = StringIO()
    return Lanes(Console(output), root=tmp_path, data=tmp_path / "data", logs=tmp_path), output


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("87 passed in 1.75s", (87, 0, 0)),
        ("FAILED a - 3 passed\n1 failed, 86 passed, 2 skipped in 1.75s", (86, 1, 2)),
        ("== 5 passed, 1 xfailed, 2 errors in 0.10s (0:00:00) ==", (6, 2, 0)),
        ("1 passed, 3 deselected, 1 warning in 0.1s", (1, 0, 0)),
        ("no tests ran in 0.01s", (0, 0, 0)),
        ("Traceback", (0, 0, 0)),
    ],
)
def test_tests_are_counted_from_the_closing_line(output: str, expected: tuple[int, int, int]) -> None:
    assert tuple(count_tests(output).values()) == expected


def test_closing_line_adds_all_runs_and_counts_other_failures() -> None:
    results = [
        Result("pytest", "passed", 1.0, counts={"passed": 10, "failed": 0, "skipped": 1}),
        Result("pytest: slow", "failed", 1.0, counts={"passed": 3, "failed": 2, "skipped": 0}),
        Result("pytest: browser", "failed", 1.0, counts={"passed": 0, "failed": 0, "skipped": 0}),
        Result("lint", "failed", 1.0),
        Result("types", "passed", 1.0),
    ]
    assert closing_line(results) == "13 passed, 4 failed, 1 skipped"


def test_failed_check_shows_its_output_and_keeps_none_from_running(tmp_path: Path) -> None:
    lane, output = lanes(tmp_path)
    lane.run(
        [
            python("first one", "print('what is wrong'); raise SystemExit(1)"),
            Step("not a program", [tmp_path / "missing"]),
            Step("elsewhere", skip="no browser"),
            python("last", "print('quiet')"),
        ]
    )
    assert [result.outcome for result in lane.results] == ["failed", "failed", "skipped", "passed"]
    assert "what is wrong" in output.getvalue()
    assert "can't be started" in output.getvalue()
    assert "no browser" in output.getvalue()
    assert "quiet" not in output.getvalue()
    assert (tmp_path / "first-one.log").read_text() == "what is wrong\n"
    assert sum_up(lane.results, Console(output), 1.0) == 1
    assert "Failed: first one, not a program" in output.getvalue()


def test_test_run_that_collects_nothing_fails(tmp_path: Path) -> None:
    lane, _ = lanes(tmp_path)
    lane.run([python("pytest", "print('no tests ran in 0.01s'); raise SystemExit(5)", counts_tests=True)])
    assert lane.results[0].outcome == "failed"


def test_each_check_has_a_data_directory_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDREAD_DATABASE_URL", "postgres://production")
    lane, _ = lanes(tmp_path)
    code = "import os; print(os.environ['SECONDREAD_DATA_DIR'], os.environ.get('SECONDREAD_DATABASE_URL'))"
    lane.run([python("pytest: one", code), python("two", code, env={"SECONDREAD_DATABASE_URL": "given"})])
    assert lane.results[0].output == f"{tmp_path / 'data' / 'pytest-one'} None\n"
    assert lane.results[1].output == f"{tmp_path / 'data' / 'two'} given\n"


def test_packs_and_torch_index_pass_through(tmp_path: Path) -> None:
    environ = {"SECONDREAD_SHARED_PACKS": "/packs", "SECONDREAD_SECRET_KEY": "secret", "PATH": "/bin"}
    kept = check_environment(environ, tmp_path)
    assert kept["SECONDREAD_SHARED_PACKS"] == "/packs"
    assert kept["PATH"] == "/bin"
    assert "SECONDREAD_SECRET_KEY" not in kept


def test_error_in_one_lane_is_raised_after_the_other_is_done() -> None:
    done: list[str] = []

    def fail() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        in_parallel([fail, lambda: done.append("other")])
    assert done == ["other"]


@pytest.mark.parametrize(("ci", "outcome"), [("", "skipped"), ("true", "failed")])
def test_missing_browser_is_a_skip_but_a_failure_in_ci(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ci: str, outcome: str
) -> None:
    def missing(**_: object) -> str:
        raise NotHere("chromium is not installed")

    monkeypatch.setattr(command, "ensure_chromium", missing)
    monkeypatch.setenv("CI", ci)
    lane, _ = lanes(tmp_path)
    lane.run([command.browser_step(Places(tmp_path, tmp_path), tmp_path)])
    result = lane.results[0]
    assert result.outcome == outcome
    assert "chromium is not installed" in result.output + result.reason


def test_environment_is_not_changed_for_this_process(tmp_path: Path) -> None:
    before = dict(os.environ)
    lanes(tmp_path)[0].run([python("one", "")])
    assert dict(os.environ) == before
