"""No child outlives the launcher: really started, really killed."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts.launcher import children, watchdog
from scripts.launcher.children import Program, Supervisor, describe_end
from scripts.launcher.console import Console
from scripts.launcher.places import ROOT

# Writes its process id, and does as it is told with the request to end.
CHILD = """
import os, signal, sys, time
if sys.argv[2] == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if sys.argv[2] == "parent":
    if os.fork() == 0:
        sys.argv[1] += ".grandchild"
open(sys.argv[1] + ".new", "w").write(str(os.getpid()))
os.rename(sys.argv[1] + ".new", sys.argv[1])
time.sleep(60)
"""

LAUNCHER = """
import sys, time
from pathlib import Path
from scripts.launcher import watchdog
from scripts.launcher.children import Program, Supervisor
from scripts.launcher.console import Console
folder = Path(sys.argv[1])
programs = [
    Program(kind, [sys.executable, "-c", sys.argv[2], str(folder / kind), kind], folder / f"{kind}.log")
    for kind in ("willing", "parent")
]
supervisor = Supervisor(programs, cwd=folder, env={}, console=Console())
supervisor.start()
time.sleep(60)
"""


def wait_for(condition: Callable[[], bool], *, seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    """Whether the process runs; a zombie, which only waits to be noticed, doesn't count."""
    answer = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return answer.returncode == 0 and not answer.stdout.strip().startswith("Z")


def written_pid(path: Path) -> int:
    wait_for(path.exists)
    return int(path.read_text())


@pytest.fixture
def output() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def supervise(tmp_path: Path, output: io.StringIO) -> Iterator[Callable[..., Supervisor]]:
    made: list[Supervisor] = []

    def start(*kinds: str, code: str = CHILD) -> Supervisor:
        programs = [
            Program(kind, [sys.executable, "-c", code, str(tmp_path / kind), kind], tmp_path / f"{kind}.log")
            for kind in kinds
        ]
        supervisor = Supervisor(programs, cwd=tmp_path, env={}, console=Console(output))
        made.append(supervisor)
        supervisor.start()
        return supervisor

    yield start
    for supervisor in made:
        supervisor.stop(grace_s=0)
        supervisor.close()


def test_stop_ends_willing_children_at_once(tmp_path: Path, supervise: Callable[..., Supervisor]) -> None:
    supervisor = supervise("one", "two")
    pids = [written_pid(tmp_path / name) for name in ("one", "two")]
    assert supervisor.running("one")
    started = time.monotonic()
    supervisor.stop(grace_s=10)
    assert time.monotonic() - started < 5
    assert not any(alive(pid) for pid in pids)
    assert not supervisor.running("one")


def test_stop_kills_a_stubborn_child_after_the_grace(
    tmp_path: Path, supervise: Callable[..., Supervisor]
) -> None:
    supervisor = supervise("stubborn")
    pid = written_pid(tmp_path / "stubborn")
    supervisor.stop(grace_s=0.3)
    assert not alive(pid)


def test_second_request_cuts_the_grace_short(tmp_path: Path, supervise: Callable[..., Supervisor]) -> None:
    supervisor = supervise("stubborn")
    written_pid(tmp_path / "stubborn")
    started = time.monotonic()
    supervisor.stop(grace_s=30, hurry=lambda: True)
    assert time.monotonic() - started < 5


def test_stop_reaches_grandchildren(tmp_path: Path, supervise: Callable[..., Supervisor]) -> None:
    supervisor = supervise("parent")
    grandchild = written_pid(tmp_path / "parent.grandchild")
    supervisor.stop(grace_s=5)
    wait_for(lambda: not alive(grandchild))


def test_killed_child_is_started_again_and_said_so(
    tmp_path: Path,
    supervise: Callable[..., Supervisor],
    output: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(children, "FIRST_DELAY_S", 0.05)
    supervisor = supervise("one")
    supervisor.children[0].delay_s = 0.05
    first = written_pid(tmp_path / "one")
    (tmp_path / "one").unlink()
    os.kill(first, signal.SIGKILL)

    def again() -> bool:
        supervisor.tend()
        return (tmp_path / "one").exists()

    wait_for(again)
    assert written_pid(tmp_path / "one") != first
    assert "The one ended (signal SIGKILL); it is started again in 0.05 s." in output.getvalue()


def test_pause_doubles_while_a_child_keeps_ending(supervise: Callable[..., Supervisor]) -> None:
    supervisor = supervise("one", code="raise SystemExit(3)")
    child = supervisor.children[0]
    child.delay_s = 0.01
    pauses = set()

    def grown() -> bool:
        supervisor.tend()
        pauses.add(child.delay_s)
        return child.delay_s >= 0.08

    wait_for(grown)
    assert pauses >= {0.02, 0.04, 0.08}
    for _ in range(20):
        child.delay_s = min(child.delay_s * 2, children.LONGEST_DELAY_S)
    assert child.delay_s == children.LONGEST_DELAY_S


def test_children_end_when_the_launcher_is_killed(tmp_path: Path) -> None:
    launcher = subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, str(tmp_path), CHILD],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    names = ("willing", "parent", "parent.grandchild")
    pids = [written_pid(tmp_path / name) for name in names]
    launcher.kill()
    launcher.wait()
    wait_for(lambda: not any(alive(pid) for pid in pids))


def test_watchdog_forgets_groups_that_ended() -> None:
    assert watchdog.follow(["+10\n", "+11\n", "-10\n", "-99\n"]) == {11}


def test_watchdog_kills_what_does_not_end(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path / "pid"), "stubborn"], start_new_session=True
    )
    written_pid(tmp_path / "pid")
    watchdog.end_groups({child.pid}, grace_s=0.2)
    assert child.wait() == -signal.SIGKILL


def test_end_is_described_in_words() -> None:
    assert describe_end(1) == "exit code 1"
    assert describe_end(-9) == "signal SIGKILL"
