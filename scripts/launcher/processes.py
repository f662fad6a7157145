"""Programs that a set-up step runs to their end, their output going to a log file."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.launcher.console import Refusal

LOG_LIMIT_BYTES = 10 * 1024 * 1024
TAIL_LINES = 12
OFFLINE_SIGNS = (
    "name resolution",
    "Name or service not known",
    "nodename nor servname",
    "NameResolutionError",
    "Failed to establish a new connection",
    "Network is unreachable",
    "Connection refused",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "EAI_AGAIN",
    "ENETUNREACH",
    "ENOTFOUND",
    "ECONNREFUSED",
    "ETIMEDOUT",
    "npm error network",
    # pip's word for a package that no index it could reach has; a lock names only packages that exist.
    "(from versions: none)",
)
FULL_DISK_SIGNS = ("No space left on device", "ENOSPC", "Disk quota exceeded")


def open_log(path: Path) -> int:
    """Return a file descriptor that appends to `path`; a log beyond 10 MiB is first moved to `<name>.1`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_LIMIT_BYTES:
        path.replace(path.with_name(path.name + ".1"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)


def tail(path: Path, *, since: int = 0, lines: int = TAIL_LINES) -> list[str]:
    """Return the last non-empty `lines` of the log `path`, of what was written after byte `since`."""
    try:
        with path.open("rb") as log:
            log.seek(since)
            text = log.read().decode(errors="replace")
    except OSError:
        return []
    return [line.rstrip() for line in text.splitlines() if line.strip()][-lines:]


def run_logged(
    argv: Sequence[str | Path],
    *,
    log: Path,
    what: str,
    cwd: Path,
    env: Mapping[str, str] | None = None,
) -> None:
    """Run a program to its end with its output in `log`.

    Raises `Refusal` where it fails: `what` starts the sentence ("Installing the packages"), which names
    the network or the disk where the log shows that one of them was the reason.
    """
    descriptor = open_log(log)
    try:
        since = log.stat().st_size
        os.write(descriptor, f"$ {' '.join(map(str, argv))}\n".encode())
        try:
            process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=descriptor, stderr=descriptor, cwd=cwd, env=env
            )
        except OSError as error:
            raise Refusal(f"{what} failed: {argv[0]} can't be started ({error.strerror}).") from error
        try:
            code = process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise
    finally:
        os.close(descriptor)
    if code:
        raise explain_failure(log, since=since, what=what)


def explain_failure(log: Path, *, since: int, what: str) -> Refusal:
    """Return the refusal that fits what a failed program wrote to `log` after byte `since`."""
    written = "\n".join(tail(log, since=since, lines=400))
    if any(sign in written for sign in FULL_DISK_SIGNS):
        return Refusal(f"{what} failed: the disk is full.")
    if any(sign in written for sign in OFFLINE_SIGNS):
        return Refusal(
            f"{what} failed: the package index can't be reached; is this machine online? (log: {log})"
        )
    return Refusal(f"{what} failed; the whole log is {log}.", tail(log, since=since))
