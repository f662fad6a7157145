"""The virtual environment and the Python packages in it, as the lock files name them."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from scripts.launcher.console import Console
from scripts.launcher.places import Places
from scripts.launcher.preconditions import check_disk, check_ensurepip, check_writable
from scripts.launcher.processes import run_logged
from scripts.launcher.stamps import Stamp, digest

SUPPORTED = ("3.11", "3.12", "3.13")
WITH_CUDA_GIB = 8.0
WITHOUT_CUDA_GIB = 3.0
UPDATE_GIB = 1.5
_TORCH = ("torch", "torchvision")
_CUDA = re.compile(r"(nvidia|cuda)-|triton$")
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def ensure_venv(places: Places, console: Console) -> None:
    """Make `.venv` where it is missing, broken, or of a Python that isn't supported."""
    if venv_version(places.python) in SUPPORTED:
        return
    check_writable(places.root)
    check_ensurepip()
    with console.step(f"Virtual environment .venv, Python {platform.python_version()}"):
        shutil.rmtree(places.venv, ignore_errors=True)
        run_logged(
            [sys.executable, "-m", "venv", places.venv],
            log=places.logs / "pip.log",
            what="Making the virtual environment",
            cwd=places.root,
        )


def venv_version(python: Path) -> str:
    """Return the version of a virtual environment's Python as `3.11`; empty where it or pip doesn't run."""
    try:
        answer = subprocess.run(
            [python, "-c", "import pip, sys; print('%d.%d' % sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


def install_packages(places: Places, console: Console, *, torch_index: str) -> None:
    """Install `requirements.lock`, torch from `torch_index` if given; skipped while both are unchanged."""
    lock = places.run_lock.read_text()
    stamp, torch_stamp = run_stamp(places), Stamp(places.venv / ".stamp-torch")
    value = stamp_value(lock, torch_index)
    if stamp.matches(value):
        console.skipped("Python packages")
        return
    _check_room(places, torch_index)
    with console.step("Python packages (some minutes the first time)"):
        stamp.clear()
        torch_value = digest(torch_index, *torch_lines(lock))
        if torch_index:
            if not torch_stamp.matches(torch_value):
                _pip(places, ["--force-reinstall", "--index-url", torch_index, *torch_lines(lock)])
        elif torch_stamp.path.exists():
            # torch came from another index before, and its version alone doesn't tell the builds apart.
            _pip(places, ["--force-reinstall", *torch_lines(lock)])
            torch_stamp.clear()
        _install_lines(places, without_torch(lock) if torch_index else lock.splitlines())
        if torch_index:
            torch_stamp.write(torch_value)
        stamp.write(value)


def install_dev_packages(places: Places, console: Console) -> None:
    """Install `requirements-dev.lock` beside `requirements.lock`; skipped while both are unchanged."""
    lock = places.dev_lock.read_text()
    stamp = Stamp(places.venv / ".stamp-dev")
    value = digest(lock, run_stamp(places).path.read_text())
    if stamp.matches(value):
        console.skipped("Python packages for checks")
        return
    with console.step("Python packages for checks"):
        stamp.clear()
        _install_lines(places, lock.splitlines())
        stamp.write(value)


def run_stamp(places: Places) -> Stamp:
    """Return the stamp of `requirements.lock`; it lies in the virtual environment, and goes with it."""
    return Stamp(places.venv / ".stamp-run")


def stamp_value(lock: str, torch_index: str) -> str:
    """Return what the installed packages depend on: the lock and where torch comes from."""
    return digest(lock, torch_index)


def package_name(line: str) -> str:
    """Return the lower-case name of the package that a line of a lock file pins; empty for a comment."""
    found = _NAME.match(line.strip())
    return found.group().lower() if found else ""


def torch_lines(lock: str) -> list[str]:
    """Return the pins of torch and torchvision."""
    return [line.strip() for line in lock.splitlines() if package_name(line) in _TORCH]


def without_torch(lock: str) -> list[str]:
    """Return a lock's lines without torch, torchvision and the CUDA libraries of torch's default build."""
    return [
        line
        for line in lock.splitlines()
        if package_name(line) not in _TORCH and not _CUDA.match(package_name(line))
    ]


def needed_gib(*, torch_installed: bool, torch_index: str, system: str) -> float:
    """Return how much free disk, in GiB, the installation may need."""
    if torch_installed:
        return UPDATE_GIB
    return WITH_CUDA_GIB if system == "Linux" and not torch_index else WITHOUT_CUDA_GIB


def _check_room(places: Places, torch_index: str) -> None:
    torch_installed = any(places.venv.glob("lib/python*/site-packages/torch/__init__.py"))
    needed = needed_gib(torch_installed=torch_installed, torch_index=torch_index, system=platform.system())
    check_writable(places.venv)
    check_disk(places.root, needed_gib=needed, purpose="Installing the Python packages")


def _install_lines(places: Places, lines: Iterable[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="second-read-") as folder:
        wanted = Path(folder) / "requirements.txt"
        wanted.write_text("\n".join(lines) + "\n")
        _pip(places, ["-r", str(wanted)])


def _pip(places: Places, arguments: list[str]) -> None:
    # A lock is complete, so pip has nothing to resolve: --no-deps installs it as it stands.
    command = [str(places.python), "-m", "pip", "install", "--no-deps", "--no-input", "--progress-bar", "off"]
    run_logged(
        [*command, *arguments],
        log=places.logs / "pip.log",
        what="Installing the Python packages",
        cwd=places.root,
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
