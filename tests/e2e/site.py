"""The real site for browser tests: web server, workers and timetable over a data directory of their own.

Its processes are started by the launcher's own code, so that what is tested is what `./run` starts.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.launcher import front_end
from scripts.launcher import site as launcher_site
from scripts.launcher.children import Supervisor
from scripts.launcher.command import programs
from scripts.launcher.console import Console
from scripts.launcher.health import wait_until_healthy
from scripts.launcher.options import Options, parse
from scripts.launcher.places import ROOT, Places

HOST = "127.0.0.1"
OPINIONS_PATIENCE_S = 300.0
MANAGE_PATIENCE_S = 300.0


@dataclass(frozen=True)
class Site:
    """A running site: where it answers, where its data lie, and ways to look behind it."""

    address: str
    data: Path
    env: dict[str, str]

    def url(self, path: str) -> str:
        """The full address of a path that starts with a slash."""
        return f"{self.address}{path}"

    def manage(self, *arguments: str | Path) -> str:
        """Run a management command as an operator would; fail with what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=MANAGE_PATIENCE_S,
            check=False,
        )
        assert done.returncode == 0, f"manage.py {arguments[0]}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """Return the rows of a query on the site's database, read only."""
        return read_rows(self.data / "secondread.sqlite3", query, *values)

    def wait_for_opinions(self, *, patience_s: float = OPINIONS_PATIENCE_S) -> float:
        """Wait until no AI job is left to do; return the seconds it took."""
        started = time.monotonic()
        counts: dict[str, int] = {}
        while time.monotonic() - started < patience_s:
            found = self.rows("SELECT state, count(*) AS n FROM inference_job GROUP BY state")
            counts = {row["state"]: row["n"] for row in found}
            if not set(counts) - {"done", "failed"}:
                return time.monotonic() - started
            time.sleep(0.5)
        raise AssertionError(
            f"AI jobs weren't done after {patience_s:.0f} s: {counts}\n{self.log('publish')}"
        )

    def log(self, name: str) -> str:
        """The end of a process's log: web, worker-lab, worker-publish or beat."""
        found = [path for path in sorted((self.data / "log").glob("*.log")) if name in path.name]
        return "\n".join(path.read_text(errors="replace")[-3000:] for path in found)


def read_rows(database: Path, query: str, *values: object) -> list[dict[str, Any]]:
    """Return the rows of a query as mappings, through a connection that can't write."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query, values)]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running_site(*, content: Callable[[Site], None]) -> Iterator[Site]:
    """Set a site up in a folder of its own, start it, load `content` while its workers run, and end all of it."""
    data = Path(tempfile.mkdtemp(prefix="secondread-site-"))
    try:
        with _started(data) as site:
            content(site)
            yield site
    finally:
        shutil.rmtree(data, ignore_errors=True)


@contextlib.contextmanager
def _started(data: Path) -> Iterator[Site]:
    places = Places(root=ROOT, data=data)
    options = parse(["--port", str(free_port()), "--data", str(data)], root=ROOT, environ={})
    console = Console(io.StringIO())
    front_end.build(places, console)
    env = _environment(places, options)
    # Static files and database; demo content comes through the management command, accounts from sign-ups.
    prepare = [places.python, "-m", "scripts.launcher.prepare", "--static"]
    done = subprocess.run(prepare, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"preparing the site: {done.stdout}\n{done.stderr}"
    supervisor = Supervisor(programs(places, options), cwd=ROOT, env=env, console=console)
    try:
        supervisor.start()
        web_log = places.logs / "web.log"
        wait_until_healthy(
            HOST, options.port, host_header=HOST, log=web_log, since=0, tend=lambda: None, patience_s=120
        )
        yield Site(f"http://{HOST}:{options.port}", data, env)
    finally:
        supervisor.stop(grace_s=8)
        supervisor.close()


def _environment(places: Places, options: Options) -> dict[str, str]:
    """What `./run` gives the site's processes, free of what the test run has set for itself."""
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("SECONDREAD_") and name not in {"DJANGO_SETTINGS_MODULE", "PYTHONWARNINGS"}
    }
    return launcher_site.site_environment(places, options, own)


def import_pack(site: Site, pack: Path, *flags: str) -> None:
    """Import and publish a pack with the operator's command."""
    site.manage("import_pack", pack, *flags, "--publish")


def demo_packs() -> Sequence[Path]:
    """The demo packs that come with the code."""
    return sorted(path.parent for path in (ROOT / "fixtures" / "packs").glob("*/pack.toml"))
