"""A small process that ends the site's processes when the launcher is gone, even by SIGKILL.

It reads lines `+N` and `-N` (process group N started, ended) from a pipe that only the launcher holds open.
When the pipe closes it ends whatever groups are left. Run as a program; it works alike on Linux and macOS.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterable

GRACE_S = 10.0
POLL_S = 0.1


def follow(lines: Iterable[str]) -> set[int]:
    """Read `lines` to their end and return the process groups that were started and haven't ended."""
    groups: set[int] = set()
    for line in lines:
        group = int(line[1:])
        if line.startswith("+"):
            groups.add(group)
        else:
            groups.discard(group)
    return groups


def signal_group(group: int, number: int) -> bool:
    """Send a signal (0 only asks) to a process group; return whether there still is one."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    except PermissionError:  # macOS says so of a group whose members are all zombies.
        return False
    return True


def end_groups(groups: set[int], *, grace_s: float = GRACE_S) -> None:
    """Ask the process groups to end, and kill what is left after `grace_s` seconds."""
    left = {group for group in groups if signal_group(group, signal.SIGTERM)}
    deadline = time.monotonic() + grace_s
    while left and time.monotonic() < deadline:
        time.sleep(POLL_S)
        left = {group for group in left if signal_group(group, 0)}
    for group in left:
        signal_group(group, signal.SIGKILL)


def main() -> None:
    """Follow the launcher until it is gone, then end what it left."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    end_groups(follow(sys.stdin))


if __name__ == "__main__":
    main()
