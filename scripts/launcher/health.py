"""Waiting until the site answers."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable
from pathlib import Path

from scripts.launcher.console import Refusal
from scripts.launcher.processes import tail

POLL_S = 0.1
PATIENCE_S = 90.0
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - asked through loopback, never bound here


def answers(host: str, port: int, *, host_header: str) -> bool:
    """Return whether `/healthz` answers 200 there; `host_header` is a name that the site accepts."""
    bare = host.strip("[]")
    connection = http.client.HTTPConnection(_ANY_ADDRESS.get(bare, bare), port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": host_header})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def wait_until_healthy(
    host: str,
    port: int,
    *,
    host_header: str,
    log: Path,
    since: int,
    tend: Callable[[], None],
    patience_s: float = PATIENCE_S,
) -> None:
    """Return once the site answers, calling `tend` meanwhile; raises `Refusal` after `patience_s` seconds."""
    deadline = time.monotonic() + patience_s
    while not answers(host, port, host_header=host_header):
        if time.monotonic() > deadline:
            raise Refusal(f"The site did not start; its log is {log}.", tail(log, since=since))
        tend()
        time.sleep(POLL_S)
