"""Bringing the data directory up to date: runs `prepare` in the virtual environment, and shows it."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Mapping
from typing import Any

from scripts.launcher.console import Console, Refusal
from scripts.launcher.options import Options, is_loopback
from scripts.launcher.places import Places
from scripts.launcher.processes import open_log, tail
from scripts.launcher.stamps import Stamp, digest, digest_tree

LEAST_FREE_GIB = 0.3


def allowed_hosts(options: Options, environ: Mapping[str, str]) -> list[str]:
    """Return the names the site answers to: the operator's own, else loopback and its own address."""
    given = [name.strip() for name in environ.get("SECONDREAD_ALLOWED_HOSTS", "").split(",") if name.strip()]
    if given:
        return given
    names = ["localhost", "127.0.0.1", "[::1]"]
    if options.loopback or options.host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return names
    return [*names, f"[{options.host}]" if ":" in options.host else options.host]


def guests_allowed(options: Options, environ: Mapping[str, str]) -> bool:
    """Return whether demo accounts and guests may be: asked for, and nobody beyond this machine can come in.

    A reverse proxy in front brings others in; its signs are host names and trusted proxies.
    """
    proxies = environ.get("SECONDREAD_TRUSTED_PROXIES", "").strip() or "0"
    return (
        options.demo
        and options.loopback
        and all(is_loopback(name) for name in allowed_hosts(options, environ))
        and proxies == "0"
    )


def site_environment(places: Places, options: Options, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of every process of the site."""
    chosen = {
        "DJANGO_SETTINGS_MODULE": "quizsite.settings",
        "PYTHONPATH": str(places.root),
        "PYTHONUNBUFFERED": "1",
        "SECONDREAD_ALLOWED_HOSTS": ",".join(allowed_hosts(options, environ)),
        "SECONDREAD_DATA_DIR": str(places.data),
        "SECONDREAD_DEMO": "1" if guests_allowed(options, environ) else "0",
    }
    return {**environ, **chosen}


def prepare(
    places: Places, options: Options, console: Console, env: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Collect static files, back up, migrate, load demo content; return the demo accounts just made."""
    static_stamp = Stamp(places.stamps / "static")
    static_value = static_digest(places)
    arguments = ["--demo"] if options.demo else []
    if guests_allowed(options, os.environ):
        arguments.append("--accounts")
    collect = not static_stamp.matches(static_value) or not (places.data / "static").is_dir()
    if collect:
        arguments.append("--static")
    accounts = _run_prepare(places, console, arguments, env)
    if collect:
        static_stamp.write(static_value)
    return accounts


def static_digest(places: Places) -> str:
    """Return what static files depend on: the packages, the built front end and the apps' own files."""
    own = [
        digest_tree(folder) for folder in sorted(places.root.glob("*/static")) if folder.parent != places.data
    ]
    return digest(places.run_lock.read_bytes(), digest_tree(places.dist), *own)


def _run_prepare(
    places: Places, console: Console, arguments: list[str], env: Mapping[str, str]
) -> list[dict[str, Any]]:
    log = places.logs / "setup.log"
    descriptor = open_log(log)
    since = log.stat().st_size
    with subprocess.Popen(
        [places.python, "-m", "scripts.launcher.prepare", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=descriptor,
        text=True,
        cwd=places.root,
        env=dict(env),
    ) as process:
        os.close(descriptor)
        try:
            accounts, refused = _show_events(process, console)
        except BaseException:
            process.terminate()
            raise
    if refused:
        raise Refusal(f"{refused} (log: {log})", tail(log, since=since))
    if process.returncode:
        raise Refusal(f"Preparing the site failed; the whole log is {log}.", tail(log, since=since))
    return accounts


def _show_events(process: subprocess.Popen[str], console: Console) -> tuple[list[dict[str, Any]], str]:
    """Show the steps of `process` as they happen; return accounts made, and why it refused (or "")."""
    accounts: list[dict[str, Any]] = []
    refused = ""
    started = time.monotonic()
    for line in process.stdout or ():
        event = json.loads(line)
        if "step" in event:
            started = time.monotonic()
            console.begin(event["step"])
        elif "done" in event:
            console.end(time.monotonic() - started)
        elif "accounts" in event:
            accounts = event["accounts"]
        elif "refused" in event:
            refused = event["refused"]
    return accounts, refused
