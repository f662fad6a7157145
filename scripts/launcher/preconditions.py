"""What must hold before a step starts: each check raises `Refusal` with one sentence."""

from __future__ import annotations

import errno
import importlib.util
import os
import platform
import shutil
import socket
import sys
import tempfile
from pathlib import Path

from scripts.launcher.console import Refusal

GIB = 1024**3


def check_machine(*, system: str | None = None, machine: str | None = None, macos: str | None = None) -> None:
    """Refuse systems that the locked packages have no builds for (arguments default to this machine's)."""
    system = system or platform.system()
    machine = machine or platform.machine()
    if system == "Linux" and machine in {"x86_64", "aarch64", "arm64"}:
        return
    if system == "Darwin":
        release = macos or platform.mac_ver()[0]
        if machine == "arm64" and int(release.split(".")[0] or 0) >= 14:
            return
        raise Refusal(
            f"Second Read needs macOS 14 or newer on Apple silicon; this is macOS {release} on {machine}."
        )
    raise Refusal(
        f"Second Read runs on Linux (x86-64 or ARM) and macOS (Apple silicon), not on {system} {machine}."
    )


def check_ensurepip(*, found: bool | None = None) -> None:
    """Refuse a Python that can't put pip into a virtual environment."""
    if found is None:
        found = importlib.util.find_spec("ensurepip") is not None
    if not found:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise Refusal(
            f"Python {version} here has no ensurepip, which is needed to make .venv: install it"
            f" (on Debian and Ubuntu: apt install python{version}-venv) and start again."
        )


def check_writable(folder: Path) -> None:
    """Make `folder` where it is missing, and refuse one that can't be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise Refusal(f"The disk that holds {folder} is full.") from error
        reason = os.strerror(error.errno or errno.EACCES).lower()
        raise Refusal(f"The folder {folder} can't be written ({reason}).") from error


def check_disk(folder: Path, *, needed_gib: float, purpose: str, free_bytes: int | None = None) -> None:
    """Refuse to go on where the disk that holds `folder` has less than `needed_gib` GiB free."""
    free = shutil.disk_usage(folder).free if free_bytes is None else free_bytes
    if free < needed_gib * GIB:
        raise Refusal(
            f"{purpose} needs about {needed_gib:g} GB of free disk, and the disk that holds {folder}"
            f" has {free / GIB:.1f} GB left."
        )


def check_port(host: str, port: int) -> None:
    """Refuse a port that another program listens on, one that needs root, and an address that isn't ours."""
    bare = host.strip("[]")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(bare, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise Refusal(f"The host {host} is not known on this machine.") from error
    with socket.socket(family, kind, protocol) as probe:
        # As the server does it: without this, connections that lie in TIME_WAIT would count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen(1)
        except OSError as error:
            raise Refusal(_port_sentence(error, host, port)) from error


def _port_sentence(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken by another program: choose another with --port."
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"Port {port} may not be used by this account: choose one above 1023 with --port."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"The address {host} does not belong to this machine: choose another with --host."
    return f"Port {port} on {host} can't be used ({os.strerror(error.errno or 0).lower()})."
