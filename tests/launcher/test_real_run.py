"""./run itself, on a data directory of its own: it serves, says so, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.launcher.health import answers
from scripts.launcher.places import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
START_S = 120.0


class Run:
    """A started ./run, with what it printed so far."""

    def __init__(self, data: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.data = data
        # What the test run set for its own site must not reach this one.
        env = {name: value for name, value in os.environ.items() if not name.startswith("SECONDREAD_")}
        self.process = subprocess.Popen(
            [ROOT / "run", "--port", str(self.port), "--data", str(data)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=env,
        )
        self.printed = ""
        self.started = time.monotonic()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.printed += line

    def wait_until_ready(self) -> None:
        """Return once it said that the site is ready."""
        while "is ready after" not in self.printed:
            assert self.process.poll() is None, self.printed
            assert time.monotonic() - self.started < START_S, self.printed
            time.sleep(0.05)

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        code = self.process.wait()
        self._reader.join(timeout=30)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code

    def descendants(self) -> set[int]:
        """The process ids of all that the launcher started, and of what those started."""
        found: set[int] = {self.process.pid}
        pairs = [(int(pid), int(parent)) for pid, parent, _ in processes()]
        while more := {pid for pid, parent in pairs if parent in found} - found:
            found |= more
        return found - {self.process.pid}


def processes() -> list[list[str]]:
    """Every process as [id, parent's id, state]."""
    command = ["ps", "-eo", "pid=,ppid=,stat="]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return [line.split()[:3] for line in lines]


def left_of(pids: set[int]) -> set[int]:
    """Those of `pids` that still run; a zombie, which only waits to be noticed, doesn't."""
    return {int(pid) for pid, _, state in processes() if int(pid) in pids and not state.startswith("Z")}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    if not (ROOT / ".venv" / ".stamp-run").exists():
        pytest.skip("The set-up was not done by ./run or ./check, and doing it here would take minutes.")
    return tmp_path / "data"


@pytest.fixture
def run(data: Path) -> Iterator[Run]:
    started = Run(data)
    yield started
    if started.process.poll() is None:
        started.end(signal.SIGTERM)


def test_run_serves_says_the_accounts_once_ends_whole_and_is_never_outlived(run: Run) -> None:
    """One first start, which takes a minute, serves all that is to be seen of a run."""
    run.wait_until_ready()
    assert answers("127.0.0.1", run.port, host_header="localhost")
    assert f"http://127.0.0.1:{run.port}/" in run.printed
    assert len(re.findall(r"^    (learner|instructor|admin) +\S{8,}", run.printed, re.MULTILINE)) == 3
    started = run.descendants()
    # The web server with two processes more, two workers, the timetable and the watchdog.
    assert len(started) >= 7
    assert run.end(signal.SIGINT) == 0
    assert "Everything has ended." in run.printed
    assert left_of(started) == set()

    again = Run(run.data)
    try:
        again.wait_until_ready()
        # What makes the second start quick: none of the long steps is done again.
        assert "Python packages … up to date" in again.printed
        assert "Front end … up to date" in again.printed
        assert not re.search("Static files|Database|Backup|Demo accounts", again.printed)
        started = again.descendants()
        assert len(started) >= 7
        again.end(signal.SIGKILL)
        deadline = time.monotonic() + 20
        while left := left_of(started):
            assert time.monotonic() < deadline, left
            time.sleep(0.1)
        assert not answers("127.0.0.1", again.port, host_header="localhost")
    finally:
        if again.process.poll() is None:
            again.end(signal.SIGTERM)
