"""Backups while files are being written: none of them breaks, and no half file gets in."""

from __future__ import annotations

import tarfile
import threading
from pathlib import Path
from typing import Any

import pytest

from quiz.services import backups
from radiology.filestore import FileStore
from tests.conftest import NOW

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 3


def test_files_that_come_and_go_do_not_break_a_backup(tmp_path: Path, settings: Any) -> None:
    settings.SECONDREAD_FILES_DIR = tmp_path / "files"
    store, stop = FileStore(tmp_path / "files"), threading.Event()

    def write(writer: int) -> None:
        number = 0
        while not stop.is_set():
            store.put(f"{writer} {number}".encode(), folder="masters", suffix=".png")
            number += 1

    threads = [threading.Thread(target=write, args=(n,), daemon=True) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    try:
        archives = [backups.backup(target=tmp_path / f"{n}.tar.gz", now=NOW) for n in range(4)]
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
    with tarfile.open(archives[-1]) as archive:
        files = [member.name for member in archive.getmembers() if member.name.startswith("files/")]
        assert files and all(Path(name).name[0] != "." for name in files)
        for name in files:
            content = archive.extractfile(name)
            assert content and content.read() == store.path(name.removeprefix("files/")).read_bytes()
