"""The file store: content-named, atomic, and closed to keys that lead out of it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from radiology.filestore import FileStore, UnsafeKey


def test_key_is_the_hash_of_the_content(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    key = store.put(b"film", folder="masters", suffix=".png")
    digest = hashlib.sha256(b"film").hexdigest()
    assert key == f"masters/{digest[:2]}/{digest}.png"
    assert store.exists(key)
    assert store.read(key) == b"film"
    assert store.path(key) == tmp_path / key


def test_same_content_twice_is_one_file(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    first = store.put(b"film", folder="masters", suffix=".png")
    changed = store.path(first).stat().st_mtime_ns
    assert store.put(b"film", folder="masters", suffix=".png") == first
    assert store.path(first).stat().st_mtime_ns == changed
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_damaged_file_is_written_anew(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    key = store.put(b"film", folder="masters", suffix=".png")
    store.path(key).write_bytes(b"fi")
    store.put(b"film", folder="masters", suffix=".png")
    assert store.read(key) == b"film"


def test_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("radiology.filestore.os.replace", no_space)
    with pytest.raises(OSError, match="no space"):
        FileStore(tmp_path).put(b"film", folder="masters", suffix=".png")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_delete_twice_is_harmless(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    key = store.put(b"film", folder="masters", suffix=".png")
    store.delete(key)
    store.delete(key)
    assert not store.exists(key)
    with pytest.raises(FileNotFoundError):
        store.read(key)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "../secret",
        "masters/../../secret",
        "masters/ab/../../../x",
        "masters\\ab\\x.png",
        f"masters/ab/{'a' * 64}",
        f"masters/ab/{'A' * 64}.png",
        f"masters/ab/{'a' * 64}.png\n",
        f"masters/ab/{'a' * 63}.png",
    ],
)
def test_foreign_keys_are_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(UnsafeKey):
        FileStore(tmp_path).path(key)


def test_link_inside_the_store_does_not_lead_out(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    root = tmp_path / "files"
    root.mkdir()
    (root / "masters").symlink_to(outside)
    with pytest.raises(UnsafeKey):
        FileStore(root).put(b"film", folder="masters", suffix=".png")


@pytest.mark.parametrize(
    ("folder", "suffix"), [("../x", ".png"), ("", ".png"), ("masters", "png"), ("m", "./x")]
)
def test_folder_and_suffix_are_plain(tmp_path: Path, folder: str, suffix: str) -> None:
    with pytest.raises(UnsafeKey):
        FileStore(tmp_path).put(b"film", folder=folder, suffix=suffix)
