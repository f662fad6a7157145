"""A site whose processes a test starts and kills one by one, with the launcher's own command lines."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.launcher import site as launcher_site
from scripts.launcher.command import programs
from scripts.launcher.options import Options, parse
from scripts.launcher.places import ROOT, Places
from tests.e2e.site import HOST, free_port, read_rows

SETTINGS = "tests.e2e.crash.settings"
WEB, LAB, PUBLISH, TIMETABLE = "web server", "worker for AI opinions", "worker for publishing", "timetable"
PATIENCE_S = 90.0
COMMAND_PATIENCE_S = 400.0


@dataclass
class CrashSite:
    """A data directory, an address, and the processes that run on them right now."""

    data: Path
    settings: str = SETTINGS
    port: int = field(default_factory=free_port)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def options(self) -> Options:
        """The flags that `./run` would have been given."""
        return parse(["--port", str(self.port), "--data", str(self.data)], root=ROOT, environ={})

    @property
    def env(self) -> dict[str, str]:
        """What `./run` gives its processes, but for the settings module and the built front end."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("SECONDREAD_") and name != "PYTHONWARNINGS"
        }
        env = launcher_site.site_environment(Places(ROOT, self.data), self.options, kept)
        own = {
            "DJANGO_SETTINGS_MODULE": self.settings,
            "SECONDREAD_VITE_MANIFEST": str(ROOT / "tests" / "vite-manifest.json"),
        }
        return {**env, **own}

    def start(self, name: str) -> subprocess.Popen[bytes]:
        """Start one of the site's programs in a process group of its own."""
        assert name not in self.running, f"{name} runs already"
        (self.data / "static").mkdir(parents=True, exist_ok=True)
        program = next(one for one in programs(Places(ROOT, self.data), self.options) if one.name == name)
        program.log.parent.mkdir(parents=True, exist_ok=True)
        with program.log.open("ab") as log:
            process = subprocess.Popen(
                program.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env=self.env,
                start_new_session=True,
            )
        self.running[name] = process
        return process

    def start_web(self) -> float:
        """Start the web server; return the seconds from the start of its process to its first answer."""
        began = time.monotonic()
        process = self.start(WEB)

        def up() -> bool:
            assert process.poll() is None, f"the web server ended:\n{self.log('web')}"
            return self.answers()

        wait_for(up, what="the web server's first answer", every_s=0.01)
        return time.monotonic() - began

    def answers(self) -> bool:
        """Whether /healthz answers 200."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def kill(self, name: str) -> None:
        """SIGKILL a program with every process of its group: nothing of it can tidy up."""
        process = self.running.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=PATIENCE_S)

    def end(self) -> None:
        """End everything that runs."""
        for process in self.running.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and any(one.poll() is None for one in self.running.values()):
            time.sleep(0.05)
        for name in list(self.running):
            self.kill(name)

    def python(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run Python with the site's environment to its end; fail with what it printed."""
        with self.python_process(*arguments) as process:
            out, err = process.communicate(timeout=COMMAND_PATIENCE_S)
        assert process.returncode == 0, f"{arguments}: {out}\n{err}"
        return subprocess.CompletedProcess(process.args, 0, out, err)

    def python_process(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """Start Python with the site's environment; the caller waits for it."""
        command = [sys.executable, *map(str, arguments)]
        return subprocess.Popen(
            command, cwd=ROOT, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def manage(self, *arguments: str | Path) -> str:
        """Run a management command; return what it wrote to the standard output."""
        return self.python("manage.py", *arguments).stdout

    def prepare(self) -> str:
        """Bring the database up to date as `./run` does; return the events."""
        return self.python("-m", "scripts.launcher.prepare").stdout

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """Return the rows of a query on the site's database, read only."""
        return read_rows(self.data / "secondread.sqlite3", query, *values)

    def count(self, query: str, *values: object) -> int:
        """Return the one number of a query."""
        return int(next(iter(self.rows(query, *values)[0].values())))

    def log(self, name: str) -> str:
        """The end of a process's log: web, worker-lab, worker-publish or beat."""
        path = self.data / "log" / f"{name}.log"
        return path.read_text(errors="replace")[-4000:] if path.exists() else ""


def wait_for(
    done: Callable[[], bool],
    *,
    what: str,
    patience_s: float = PATIENCE_S,
    every_s: float = 0.1,
    report: Callable[[], str] = lambda: "",
) -> float:
    """Wait until `done` says so; return the seconds it took, or fail with `what` and `report`."""
    began = time.monotonic()
    while not done():
        assert time.monotonic() - began < patience_s, f"no {what} after {patience_s:g} s\n{report()}"
        time.sleep(every_s)
    return time.monotonic() - began


@contextlib.contextmanager
def copied_site(template: Path, data: Path, **changes: str) -> Iterator[CrashSite]:
    """A site on a copy of a prepared data directory; whatever still runs at the end is ended."""
    shutil.copytree(template, data)
    site = CrashSite(data, **changes)
    try:
        yield site
    finally:
        site.end()


def group_members(leader: int) -> Mapping[int, str]:
    """Return the memory maps of every process of a group, by process id."""
    maps = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # After the command in parentheses: state, parent, group.
            group = int(status.read_text().rpartition(")")[2].split()[2])
            if group == leader:
                maps[int(status.parent.name)] = (status.parent / "maps").read_text()
    return maps
