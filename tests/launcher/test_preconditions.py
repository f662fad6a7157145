"""Every reason not to start is one clear sentence."""

from __future__ import annotations

import errno
import socket
import tempfile
from pathlib import Path
from typing import NoReturn

import pytest

from scripts.launcher import preconditions
from scripts.launcher.console import Refusal


def test_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Refusal, match=f"Port {port} on 127.0.0.1 is taken .* --port"):
            preconditions.check_port("127.0.0.1", port)


def test_free_port_passes_right_after_a_server_had_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            server.accept()[0].close()
            client.recv(1)
    preconditions.check_port("127.0.0.1", port)


def test_address_of_another_machine_is_refused() -> None:
    with pytest.raises(Refusal, match="does not belong to this machine"):
        preconditions.check_port("192.0.2.1", 8000)


def test_missing_ensurepip_says_what_to_install() -> None:
    with pytest.raises(Refusal, match=r"no ensurepip.*python3\.\d+-venv"):
        preconditions.check_ensurepip(found=False)
    preconditions.check_ensurepip(found=True)


def test_small_disk_is_refused_with_both_numbers(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"about 8 GB .* has 2\.0 GB left"):
        preconditions.check_disk(
            tmp_path, needed_gib=8, purpose="Installing", free_bytes=2 * preconditions.GIB
        )
    preconditions.check_disk(tmp_path, needed_gib=8, purpose="Installing", free_bytes=9 * preconditions.GIB)


@pytest.mark.parametrize(
    ("code", "words"),
    [(errno.EROFS, "can't be written"), (errno.EACCES, "can't be written"), (errno.ENOSPC, "is full")],
)
def test_unwritable_folder_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    def refuse(**_: object) -> NoReturn:
        raise OSError(code, "refused")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    with pytest.raises(Refusal, match=words) as refusal:
        preconditions.check_writable(tmp_path)
    assert str(tmp_path) in str(refusal.value)


def test_missing_folder_is_made(tmp_path: Path) -> None:
    preconditions.check_writable(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()


@pytest.mark.parametrize(
    ("system", "machine", "macos"),
    [
        ("Linux", "x86_64", ""),
        ("Linux", "aarch64", ""),
        ("Darwin", "arm64", "14.0"),
        ("Darwin", "arm64", "26.1"),
    ],
)
def test_supported_machines_pass(system: str, machine: str, macos: str) -> None:
    preconditions.check_machine(system=system, machine=machine, macos=macos)


@pytest.mark.parametrize(
    ("system", "machine", "macos", "words"),
    [
        ("Darwin", "arm64", "13.6", "macOS 13.6 on arm64"),
        ("Darwin", "x86_64", "14.2", "macOS 14.2 on x86_64"),
        ("Linux", "riscv64", "", "Linux riscv64"),
        ("Windows", "AMD64", "", "Windows AMD64"),
    ],
)
def test_other_machines_are_refused(system: str, machine: str, macos: str, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        preconditions.check_machine(system=system, machine=machine, macos=macos)
