"""The course of ./run: one launcher for a data directory, clear ends, and the site's programs."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from scripts.launcher import command, site
from scripts.launcher.console import Console, Refusal
from scripts.launcher.options import Options
from scripts.launcher.places import ROOT, Places


def options(data: Path, **changes: object) -> Options:
    chosen: dict[str, object] = {
        "host": "127.0.0.1",
        "port": 8000,
        "data_dir": data,
        "torch_index": "",
        "demo": True,
        "setup_only": False,
    }
    return Options(**{**chosen, **changes})  # type: ignore[arg-type]


def test_second_launcher_on_a_data_directory_is_refused_by_name(tmp_path: Path) -> None:
    with (
        command.only_launcher(tmp_path),
        pytest.raises(Refusal, match=f"already runs .* \\(process {os.getpid()}\\)"),
        command.only_launcher(tmp_path),
    ):
        pass
    with command.only_launcher(tmp_path):
        pass


def test_lock_of_a_killed_launcher_is_free_once_its_watchdog_ended(tmp_path: Path) -> None:
    code = f"""
import os, time
from pathlib import Path
from scripts.launcher.command import only_launcher
with only_launcher(Path({str(tmp_path)!r})):
    print("held", flush=True)
    time.sleep(60)
"""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", code], env=env, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        holder.kill()
    with command.only_launcher(tmp_path):
        pass


def test_programs_share_the_queues_between_two_workers(tmp_path: Path) -> None:
    made = command.programs(Places(tmp_path, tmp_path / "var"), options(tmp_path / "var"))
    lines = [" ".join(map(str, program.argv)) for program in made]
    assert [line.split(" -Q ")[1].split()[0] for line in lines if " -Q " in line] == ["lab", "publish"]
    assert all("--prefetch-multiplier=1" in line for line in lines if " worker " in line)
    assert f"--schedule={tmp_path / 'var' / 'celerybeat-schedule'}" in lines[-1]
    assert len({program.log for program in made}) == len(made)


@pytest.mark.parametrize(("host", "bind"), [("127.0.0.1", "127.0.0.1:81"), ("::1", "[::1]:81")])
def test_web_server_binds_the_chosen_address(tmp_path: Path, host: str, bind: str) -> None:
    places = Places(tmp_path, tmp_path)
    web = command.programs(places, options(tmp_path, host=host, port=81))[0]
    assert f"--bind={bind}" in web.argv


def test_accounts_are_shown_only_when_some_were_made() -> None:
    output = StringIO()
    command.show_accounts([], Console(output))
    assert output.getvalue() == ""
    account = {"username": "learner", "password": "p4ss", "role": "learner"}
    command.show_accounts([account], Console(output))
    assert "learner" in output.getvalue()
    assert "p4ss" in output.getvalue()


def events(*lines: dict[str, object], code: int = 0) -> list[str]:
    printed = "\n".join(json.dumps(line) for line in lines)
    return [sys.executable, "-c", f"print({printed!r}); raise SystemExit({code})"]


@pytest.fixture
def prepared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[list[str]], str]:
    """Runs made-up events through the launcher's reader and returns what it showed."""
    real = subprocess.Popen

    def run(argv: list[str]) -> str:
        monkeypatch.setattr(site.subprocess, "Popen", lambda _argv, **kw: real(argv, **kw))
        output = StringIO()
        places = Places(tmp_path, tmp_path)
        accounts = site._run_prepare(places, Console(output), [], dict(os.environ))
        return output.getvalue() + json.dumps(accounts)

    return run


def test_steps_of_the_preparation_are_shown_as_they_happen(prepared: Callable[[list[str]], str]) -> None:
    shown = prepared(events({"step": "Database"}, {"done": True}, {"accounts": [{"username": "a"}]}))
    assert "  Database … done in " in shown
    assert shown.endswith('[{"username": "a"}]')


def test_refusal_of_the_preparation_is_handed_on(prepared: Callable[[list[str]], str]) -> None:
    with pytest.raises(Refusal, match="The database is of a newer Second Read"):
        prepared(events({"refused": "The database is of a newer Second Read."}, code=1))


def test_broken_preparation_shows_its_log(prepared: Callable[[list[str]], str]) -> None:
    with pytest.raises(Refusal, match="Preparing the site failed") as refusal:
        prepared([sys.executable, "-c", "raise RuntimeError('what broke')"])
    assert refusal.value.details[-1] == "RuntimeError: what broke"


def test_taken_port_ends_the_command_with_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [ROOT / "run", "--port", str(port), "--data", tmp_path / "var"],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.strip().count("\n") == 0
    assert f"Port {port} on 127.0.0.1 is taken" in done.stderr
    assert "Traceback" not in done.stderr


def test_signal_during_the_set_up_stops_it(tmp_path: Path) -> None:
    code = f"""
import time
from scripts.launcher import command
def slow(*_, **__):
    print("busy", flush=True)
    time.sleep(60)
command.set_up_tree = slow
raise SystemExit(command.main(["--setup-only", "--data", {str(tmp_path)!r}]))
"""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", code], env=env, stdout=subprocess.PIPE, text=True
    ) as launcher:
        assert launcher.stdout is not None
        while launcher.stdout.readline() != "busy\n":
            pass
        started = time.monotonic()
        launcher.send_signal(signal.SIGTERM)
        assert launcher.wait() == 130
        assert time.monotonic() - started < 5
        assert "Stopped." in launcher.stdout.read()
