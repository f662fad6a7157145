"""One check: a command line, its outcome, and what it printed."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_PYTEST_COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)\b")
_COLUMN = {"passed": "passed", "xfailed": "passed", "skipped": "skipped"}


@dataclass(frozen=True)
class Step:
    """A check named `name`; `env` comes on top of the environment of all checks.

    `skip` is the reason why it can't run here ("" where it can); `counts_tests` marks a pytest run.
    """

    name: str
    argv: Sequence[str | Path] = ()
    cwd: Path | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    skip: str = ""
    counts_tests: bool = False


@dataclass(frozen=True)
class Result:
    """How a check went: `outcome` is passed, failed or skipped."""

    name: str
    outcome: str
    seconds: float
    output: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    reason: str = ""


def run_step(step: Step, *, root: Path, env: Mapping[str, str]) -> Result:
    """Run one check to its end and return how it went; its output is kept, not shown."""
    if step.skip:
        return Result(step.name, "skipped", 0.0, reason=step.skip)
    started = time.monotonic()
    try:
        done = subprocess.run(
            step.argv,
            cwd=step.cwd or root,
            env={**env, **step.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        code, output = done.returncode, done.stdout
    except OSError as error:
        code, output = 1, f"{step.argv[0]} can't be started: {error.strerror}"
    counts = count_tests(output) if step.counts_tests else {}
    outcome = "failed" if code else "passed"
    return Result(step.name, outcome, time.monotonic() - started, output, counts)


def count_tests(output: str) -> dict[str, int]:
    """Return passed, failed (errors included) and skipped of a pytest run's last line; zeros without one."""
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    closing = [line for line in output.splitlines() if _PYTEST_COUNT.search(line) and " in " in line]
    for number, word in _PYTEST_COUNT.findall(closing[-1]) if closing else []:
        counts[_COLUMN.get(word, "failed")] += int(number)
    return counts


def closing_line(results: Sequence[Result]) -> str:
    """Return `N passed, N failed, N skipped` over all test runs.

    Any other check that failed, and a test run that broke before it counted, adds one to the failed.
    """
    totals = {"passed": 0, "failed": 0, "skipped": 0}
    for result in results:
        for word, number in result.counts.items():
            totals[word] += number
        if result.outcome == "failed" and not result.counts.get("failed"):
            totals["failed"] += 1
    return ", ".join(f"{number} {word}" for word, number in totals.items())
