"""Scripts and styles tell nothing of how they were written: no source map of ours is made, served or named."""

from __future__ import annotations

import sysconfig
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import get_finders
from django.core.files.storage import FileSystemStorage
from django.test import Client

from tests.quizsite import front_end

MARKS = (b"sourceMappingURL", b"sourcesContent", b"webpack://")


def test_the_build_holds_no_source_map() -> None:
    front_end.manifest()
    files = [file for file in front_end.DIST.rglob("*") if file.is_file()]
    assert any(file.suffix == ".js" for file in files)
    assert [file.name for file in files if file.suffix == ".map"] == []
    telling = [file.name for file in files if any(mark in file.read_bytes() for mark in MARKS)]
    assert telling == []


def test_static_files_come_from_the_build_and_from_packages_alone() -> None:
    # Packages publish theirs to the world anyway, maps included.
    packages = Path(sysconfig.get_path("purelib"))
    strange = []
    for finder in get_finders():
        for path, storage in finder.list([]):
            assert isinstance(storage, FileSystemStorage)
            folder = Path(storage.location)
            if folder != front_end.DIST and not folder.is_relative_to(packages):
                strange.append(path)
    assert strange == []


@pytest.mark.django_db
def test_asking_for_a_map_finds_nothing(client: Client) -> None:
    for entry in front_end.entries():
        address = f"/static/{front_end.manifest()[entry]['file']}.map"
        assert client.get(address).status_code == 404
