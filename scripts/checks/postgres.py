"""A throwaway PostgreSQL server for one test run: private data directory, no TCP port, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.checks.debian import NotHere

ACCOUNT = "postgres"
START_PATIENCE_S = 30.0
# Nothing of it is kept, so it needs not survive a crash: that makes it several times as fast.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")


@contextmanager
def temporary_server(programs: Path, *, log: Path) -> Iterator[str]:
    """Run a server while the block runs; yield its address for SECONDREAD_DATABASE_URL. Raises `NotHere`.

    PostgreSQL refuses to run as root, so root starts it as the account that Debian's package made.
    """
    account = ACCOUNT if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="second-read-pg-"))
    try:
        if account:
            os.chown(folder, pwd.getpwnam(ACCOUNT).pw_uid, -1)
        data = folder / "data"
        with log.open("ab") as output:
            _initialise(programs, data, account, output.fileno())
            settings = [f"unix_socket_directories={folder}", "listen_addresses=", *FAST]
            arguments = [part for setting in settings for part in ("-c", setting)]
            server = subprocess.Popen(
                [programs / "postgres", "-D", str(data), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=folder,
                user=account,
            )
        try:
            _wait(programs, folder, server, log)
            yield f"postgres://{ACCOUNT}@/{folder}/postgres"  # a path in place of a host: the socket's folder
        finally:
            server.send_signal(signal.SIGINT)  # its fast shutdown: open connections are cut
            server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _initialise(programs: Path, data: Path, account: str | None, output: int) -> None:
    try:
        done = subprocess.run(
            [
                programs / "initdb",
                *(
                    "-D",
                    str(data),
                    "-U",
                    ACCOUNT,
                    "--auth=trust",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--no-sync",
                ),
            ],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=data.parent,
            user=account,
            check=False,
        )
    except OSError as error:
        raise NotHere(f"PostgreSQL's initdb can't be started ({error.strerror})") from error
    if done.returncode:
        raise NotHere("PostgreSQL's initdb failed")


def _wait(programs: Path, folder: Path, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_PATIENCE_S
    ready = [str(programs / "pg_isready"), "-q", "-h", str(folder), "-U", ACCOUNT]
    while subprocess.run(ready, check=False).returncode:
        if server.poll() is not None or time.monotonic() > deadline:
            raise NotHere(f"PostgreSQL did not start (log: {log})")
        time.sleep(0.1)
