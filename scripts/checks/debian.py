"""Programs that checks need beyond Python and Node, taken from Debian's packages where that is possible."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


class NotHere(Exception):
    """A program can't be had on this machine; the message says why."""


def apt_install(packages: Sequence[str], *, log: Path) -> None:
    """Install Debian packages; raises `NotHere` where this account or system can't, or apt fails."""
    apt = shutil.which("apt-get")
    if apt is None:
        raise NotHere(f"{packages[0]} is not installed, and this machine has no apt-get")
    if os.geteuid() != 0:
        raise NotHere(f"{packages[0]} is not installed, and only root may install it")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        for arguments in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
            done = subprocess.run(
                [apt, "-q", "-o", "DPkg::Lock::Timeout=300", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=env,
                check=False,
            )
    if done.returncode:
        raise NotHere(f"apt-get could not install {packages[0]} (log: {log})")


def find_chromium() -> str | None:
    """Return the path of an installed Chromium."""
    return next((path for path in map(shutil.which, CHROMIUM_NAMES) if path), None)


def ensure_chromium(*, log: Path) -> str:
    """Return the path of Chromium, installing it where it is missing; raises `NotHere`."""
    found = find_chromium()
    if found is None:
        apt_install(["chromium"], log=log)
        found = find_chromium()
    if found is None:
        raise NotHere("chromium was installed but is not on the PATH")
    return found


def find_postgres() -> Path | None:
    """Return the folder with initdb and postgres of the newest installed PostgreSQL."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if debian:
        return debian[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


def ensure_postgres(*, log: Path) -> Path:
    """Return the folder of PostgreSQL's programs, installing them if missing; raises `NotHere`."""
    found = find_postgres()
    if found is None:
        apt_install(["postgresql"], log=log)
        found = find_postgres()
    if found is None:
        raise NotHere("postgresql was installed but has no initdb")
    return found
