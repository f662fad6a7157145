"""The site's running processes: started together, started again when one ends, ended together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.launcher import watchdog
from scripts.launcher.console import Console
from scripts.launcher.processes import open_log

POLL_S = 0.2
FIRST_DELAY_S = 1.0
LONGEST_DELAY_S = 30.0
STEADY_S = 60.0


@dataclass(frozen=True)
class Program:
    """One process of the site: what to call it, its command line and its log."""

    name: str
    argv: Sequence[str]
    log: Path


@dataclass
class Child:
    """A program that was started, with what the next restart depends on."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    delay_s: float = FIRST_DELAY_S
    restart_at: float | None = None


class Supervisor:
    """Starts programs, each in a process group of its own, and sees that none outlives the launcher."""

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        cwd: Path,
        env: Mapping[str, str],
        console: Console,
        keep_open: Sequence[int] = (),
    ) -> None:
        """Prepare `programs`; the file descriptors `keep_open` stay open until the last child has ended."""
        self.children = [Child(program) for program in programs]
        self._cwd = cwd
        self._env = dict(env)
        self._console = console
        self._watchdog = subprocess.Popen(
            [sys.executable, watchdog.__file__],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
            pass_fds=tuple(keep_open),
        )

    def start(self) -> None:
        """Start every program."""
        for child in self.children:
            self._launch(child)

    def running(self, name: str) -> bool:
        """Return whether the program `name` runs at this moment."""
        return any(
            child.program.name == name and child.process is not None and child.process.poll() is None
            for child in self.children
        )

    def tend(self) -> None:
        """Note children that ended, and start them again after a pause that grows while they keep ending."""
        now = time.monotonic()
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                self._note_end(child, child.process, now)
            if child.restart_at is not None and now >= child.restart_at:
                self._launch(child)

    def stop(self, *, grace_s: float, hurry: Callable[[], bool] = lambda: False) -> None:
        """End every child: ask, wait `grace_s` seconds (no longer once `hurry()` is true), then kill."""
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            watchdog.signal_group(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + grace_s
        while any(process.poll() is None for process in running):
            if time.monotonic() > deadline or hurry():
                break
            time.sleep(POLL_S / 4)
        for process in running:
            # A group can outlive its leader: gunicorn's workers, say, after a kill of their master.
            watchdog.signal_group(process.pid, signal.SIGKILL)
            process.wait()
            self._tell_watchdog(f"-{process.pid}")
        for child in self.children:
            child.process = child.restart_at = None

    def close(self) -> None:
        """Let the watchdog go; call it after `stop`."""
        if self._watchdog.stdin is not None:
            self._watchdog.stdin.close()
        self._watchdog.wait()

    def _launch(self, child: Child) -> None:
        log = open_log(child.program.log)
        try:
            child.process = subprocess.Popen(
                child.program.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._cwd,
                env=self._env,
                start_new_session=True,
            )
        finally:
            os.close(log)
        self._tell_watchdog(f"+{child.process.pid}")
        child.started_at = time.monotonic()
        child.restart_at = None

    def _note_end(self, child: Child, process: subprocess.Popen[bytes], now: float) -> None:
        watchdog.signal_group(process.pid, signal.SIGKILL)
        self._tell_watchdog(f"-{process.pid}")
        if now - child.started_at >= STEADY_S:
            child.delay_s = FIRST_DELAY_S
        self._console.say(
            f"The {child.program.name} ended ({describe_end(process.returncode)}); it is started again"
            f" in {child.delay_s:g} s. Its log: {child.program.log}"
        )
        child.process = None
        child.restart_at = now + child.delay_s
        child.delay_s = min(child.delay_s * 2, LONGEST_DELAY_S)

    def _tell_watchdog(self, line: str) -> None:
        if self._watchdog.stdin is None:
            return
        try:
            self._watchdog.stdin.write(line + "\n")
            self._watchdog.stdin.flush()
        except BrokenPipeError:
            # Somebody ended the watchdog: the site runs on, only unguarded against a kill of the launcher.
            self._watchdog.stdin = None


def describe_end(code: int) -> str:
    """Return how a process ended, in words: `exit code 1`, `signal SIGKILL`."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"
