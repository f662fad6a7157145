"""What is installed: the lock as it stands, or torch from another index without its CUDA libraries."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from scripts.launcher import packages
from scripts.launcher.console import Console, Refusal
from scripts.launcher.places import ROOT, Places
from scripts.launcher.processes import run_logged

LOCK = """# made
cuda-toolkit==13.0.3.0 ; sys_platform == 'linux'
django==5.2.19
nvidia-cublas==13.1.1.3 ; sys_platform == 'linux'
torch==2.14.1
torchvision==0.29.1
triton==3.8.0 ; sys_platform == 'linux'
"""


@pytest.fixture
def places(tmp_path: Path) -> Places:
    (tmp_path / "requirements.lock").write_text(LOCK)
    (tmp_path / "requirements-dev.lock").write_text("pytest==9.2.0\n")
    (tmp_path / ".venv").mkdir()
    return Places(tmp_path, tmp_path / "var")


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What pip was asked for: the last arguments, a requirements file by its content."""
    calls: list[str] = []

    def note(argv: Sequence[Any], **_: object) -> None:
        asked = [str(part) for part in argv[argv.index("off") + 1 :]]
        if asked[0] == "-r":
            asked = ["-r", *Path(asked[1]).read_text().split("\n")]
        calls.append(" ".join(asked).strip())

    monkeypatch.setattr(packages, "run_logged", note)
    monkeypatch.setattr(packages, "_check_room", lambda *_: None)
    return calls


def install(places: Places, torch_index: str = "") -> None:
    packages.install_packages(places, Console(StringIO()), torch_index=torch_index)


def test_unchanged_lock_is_installed_once(places: Places, installed: list[str]) -> None:
    install(places)
    install(places)
    assert len(installed) == 1
    assert "nvidia-cublas" in installed[0]
    places.run_lock.write_text(LOCK + "six==1.17.0\n")
    install(places)
    assert len(installed) == 2


def test_other_torch_index_leaves_the_cuda_libraries_out(places: Places, installed: list[str]) -> None:
    install(places, "https://index/cpu")
    assert installed == [
        "--force-reinstall --index-url https://index/cpu torch==2.14.1 torchvision==0.29.1",
        "-r # made django==5.2.19",
    ]
    install(places, "https://index/cpu")
    assert len(installed) == 2


def test_change_of_index_changes_the_build(places: Places, installed: list[str]) -> None:
    install(places, "https://index/cpu")
    installed.clear()
    install(places)
    assert installed[0] == "--force-reinstall torch==2.14.1 torchvision==0.29.1"
    assert "nvidia-cublas" in installed[1]


def test_interrupted_installation_is_done_again(
    places: Places, installed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise Refusal("no network")

    install(places)
    places.run_lock.write_text(LOCK + "six==1.17.0\n")
    with monkeypatch.context() as broken:
        broken.setattr(packages, "run_logged", fail)
        with pytest.raises(Refusal):
            install(places)
    places.run_lock.write_text(LOCK)
    install(places)
    assert len(installed) == 2


def test_dev_packages_follow_both_locks(places: Places, installed: list[str]) -> None:
    console = Console(StringIO())
    install(places)
    packages.install_dev_packages(places, console)
    packages.install_dev_packages(places, console)
    assert installed[1:] == ["-r pytest==9.2.0"]
    install(places, "https://index/cpu")
    installed.clear()
    packages.install_dev_packages(places, console)
    assert installed == ["-r pytest==9.2.0"]


@pytest.mark.parametrize(
    ("torch_installed", "torch_index", "system", "expected"),
    [
        (False, "", "Linux", packages.WITH_CUDA_GIB),
        (False, "https://index/cpu", "Linux", packages.WITHOUT_CUDA_GIB),
        (False, "", "Darwin", packages.WITHOUT_CUDA_GIB),
        (True, "", "Linux", packages.UPDATE_GIB),
    ],
)
def test_needed_disk(torch_installed: bool, torch_index: str, system: str, expected: float) -> None:
    needed = packages.needed_gib(torch_installed=torch_installed, torch_index=torch_index, system=system)
    assert needed == expected


def test_the_real_locks_pin_every_line_and_torch_exactly() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        lines = [line for line in (ROOT / name).read_text().splitlines() if not line.startswith("#")]
        assert lines
        assert all("==" in line for line in lines)
    lock = (ROOT / "requirements.lock").read_text()
    assert packages.torch_lines(lock) == ["torch==2.14.1", "torchvision==0.29.1"]


def test_the_real_lock_asks_for_cuda_on_linux_only() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    left = set(packages.without_torch(lock)) | set(packages.torch_lines(lock))
    cuda = [line for line in lock.splitlines() if line not in left]
    assert len(cuda) > 10
    assert all("sys_platform == 'linux'" in line for line in cuda)


@pytest.mark.parametrize(
    ("printed", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("Failed to establish a new connection: Name or service not known", "is this machine online"),
        ("ERROR: Could not find a version of amqp==5.4.2 (from versions: none)", "is this machine online"),
        ("npm error code EAI_AGAIN", "is this machine online"),
        ("error: metadata-generation-failed", "the whole log is"),
    ],
)
def test_failed_installation_says_why(tmp_path: Path, printed: str, sentence: str) -> None:
    script = f"echo '{printed}' >&2; exit 1"
    with pytest.raises(Refusal, match=sentence):
        run_logged(["/bin/sh", "-c", script], log=tmp_path / "pip.log", what="Installing", cwd=tmp_path)


def test_reason_is_sought_in_this_run_only(tmp_path: Path) -> None:
    log = tmp_path / "pip.log"
    log.write_text("No space left on device\n")
    with pytest.raises(Refusal, match="whole log") as refusal:
        run_logged(["/bin/sh", "-c", "echo bad; exit 1"], log=log, what="Installing", cwd=tmp_path)
    assert refusal.value.details[-1] == "bad"


def test_broken_virtual_environment_has_no_version(tmp_path: Path) -> None:
    assert packages.venv_version(tmp_path / "bin" / "python") == ""
