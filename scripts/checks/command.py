"""The course of `./check`: set up, run the checks in two lanes, show what failed, sum up."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from scripts.checks import plan
from scripts.checks.debian import NotHere, ensure_chromium, ensure_postgres
from scripts.checks.postgres import temporary_server
from scripts.checks.steps import Result, Step, closing_line, run_step
from scripts.launcher import preconditions
from scripts.launcher.command import set_up_tree
from scripts.launcher.console import Console, Refusal
from scripts.launcher.options import default_data_dir
from scripts.launcher.places import ROOT, Places

SHOWN_LINES = 200
# What the operator set for a running site must not reach the checks.
KEPT_VARIABLES = {"SECONDREAD_SHARED_PACKS", "SECONDREAD_TORCH_INDEX"}


class Lanes:
    """Runs checks and collects their results; several threads may use it at once."""

    def __init__(self, console: Console, *, root: Path, data: Path, logs: Path) -> None:
        """Run checks in `root`, each with a data directory in `data`, and keep what they print in `logs`."""
        self.results: list[Result] = []
        self._console = console
        self._root = root
        self._data = data
        self._logs = logs
        self._speaking = threading.Lock()

    def run(self, steps: Iterable[Step]) -> None:
        """Run `steps` one after the other; a failed one doesn't keep the next from running."""
        for step in steps:
            env = check_environment(os.environ, self._data / slug(step.name))
            self.add(run_step(step, root=self._root, env=env))

    def add(self, result: Result) -> None:
        """Note a result, and show what a failed check printed."""
        log = self._logs / f"{slug(result.name)}.log"
        log.write_text(result.output)
        with self._speaking:
            self.results.append(result)
            reason = f" ({result.reason})" if result.reason else ""
            self._console.say(f"  {result.name} … {result.outcome} in {result.seconds:.1f} s{reason}")
            if result.outcome == "failed":
                lines = result.output.splitlines()
                for line in lines[-SHOWN_LINES:]:
                    self._console.say(f"    | {line}")
                if len(lines) > SHOWN_LINES:
                    self._console.say(f"    (the last {SHOWN_LINES} of {len(lines)} lines; all of it: {log})")


def slug(name: str) -> str:
    """Return the name of a check as a file name."""
    return name.lower().replace(":", "").replace(" ", "-")


def main(argv: Sequence[str]) -> int:
    """Run the command; return 0 where every check passed, 1 where one failed or the set-up did."""
    parser = argparse.ArgumentParser(prog="./check", description="Run every check that CI runs.")
    parser.add_argument("--fast", action="store_true", help="leave out slow tests and the browser")
    parser.add_argument(
        "--postgres", action="store_true", help="also run the tests of services and API on PostgreSQL"
    )
    flags = parser.parse_args(argv)
    console = Console()
    places = Places(root=ROOT, data=default_data_dir(ROOT, os.environ))
    started = time.monotonic()
    try:
        results = check(places, console, fast=flags.fast, postgres=flags.postgres)
    except Refusal as refusal:
        console.refuse(refusal)
        return 1
    except KeyboardInterrupt:
        console.say("\nStopped.")
        return 130
    return sum_up(results, console, time.monotonic() - started)


def check(places: Places, console: Console, *, fast: bool, postgres: bool) -> list[Result]:
    """Set up, run every check and return the results."""
    preconditions.check_machine()
    preconditions.check_writable(places.root)
    console.say("Second Read: setting up")
    set_up_tree(places, console, torch_index=os.environ.get("SECONDREAD_TORCH_INDEX", ""), dev=True)
    console.say("Checking")
    logs = places.logs / "check"
    logs.mkdir(parents=True, exist_ok=True)
    data = Path(tempfile.mkdtemp(prefix="second-read-check-"))
    try:
        lanes = Lanes(console, root=places.root, data=data, logs=logs)
        static = [*plan.python_steps(places), *plan.front_end_steps(places)]

        # Two cores: what reads the code goes beside the tests that need no quiet machine.
        in_parallel([lambda: lanes.run(static), lambda: lanes.run([plan.fast_tests(places)])])
        if postgres:
            run_on_postgres(places, lanes, logs)
        if not fast:
            # Each is busy on one core; browser tests wait long enough to share the machine.
            browser = browser_step(places, logs)
            in_parallel([lambda: lanes.run([plan.slow_tests(places)]), lambda: lanes.run([browser])])
        return lanes.results
    finally:
        shutil.rmtree(data, ignore_errors=True)


def check_environment(environ: Mapping[str, str], data: Path) -> dict[str, str]:
    """Return the environment of the checks: the site's own variables point into the throwaway `data`."""
    kept = {
        name: value
        for name, value in environ.items()
        if not name.startswith("SECONDREAD_") or name in KEPT_VARIABLES
    }
    return {**kept, "SECONDREAD_DATA_DIR": str(data), "PYTHONUNBUFFERED": "1"}


def in_parallel(jobs: Sequence[Callable[[], None]]) -> None:
    """Run `jobs` in threads and return when all are done; an error in one is raised at the end."""
    errors: list[BaseException] = []

    def run(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(job,), daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def run_on_postgres(places: Places, lanes: Lanes, logs: Path) -> None:
    """Run the tests of services, selectors and API on a PostgreSQL that lives only for them."""
    log = logs / "postgresql.log"
    try:
        with temporary_server(ensure_postgres(log=log), log=log) as address:
            lanes.run([plan.postgres_tests(places, address)])
    except NotHere as reason:
        # It was asked for by name, so a machine that can't have it fails the check.
        lanes.add(Result(plan.POSTGRES, "failed", 0.0, output=str(reason)))


def browser_step(places: Places, logs: Path) -> Step:
    """Return the browser tests; skipped, with the reason, where Chromium can't be had, but never in CI."""
    try:
        ensure_chromium(log=logs / "chromium.log")
    except NotHere as reason:
        if os.environ.get("CI"):
            return Step(plan.BROWSER, [sys.executable, "-c", f"raise SystemExit({str(reason)!r})"])
        return Step(plan.BROWSER, skip=str(reason))
    return plan.browser_tests(places)


def sum_up(results: Sequence[Result], console: Console, seconds: float) -> int:
    """Print a line for each check, then how many tests passed; return the exit code."""
    console.say(f"\nSummary, {seconds:.0f} s in all")
    for result in results:
        console.say(f"  {result.outcome:<8}{result.seconds:7.1f} s  {result.name}")
    failed = [result.name for result in results if result.outcome == "failed"]
    console.say(f"Failed: {', '.join(failed)}" if failed else "Every check passed.")
    console.say(closing_line(results))
    return 1 if failed else 0
