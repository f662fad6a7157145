"""Content-named files under one folder: the only place that turns a storage key into a path."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

_FOLDER = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_SUFFIX = re.compile(r"(\.[a-z0-9]{1,15}){1,2}")
_KEY = re.compile(rf"{_FOLDER.pattern}/[0-9a-f]{{2}}/[0-9a-f]{{64}}{_SUFFIX.pattern}")


class UnsafeKey(ValueError):
    """A storage key that this store didn't make, or that leads out of its folder."""


@dataclass(frozen=True)
class FileStore:
    """Files named after the SHA-256 of their content, so that writing one twice changes nothing."""

    root: Path

    def put(self, data: bytes, *, folder: str, suffix: str) -> str:
        """Write `data` and return its storage key, e.g. `masters/ab/ab12….png`.

        The write is atomic and survives a crash (temporary file, fsync, rename): a key that was returned
        names a whole file. Raises UnsafeKey for a folder or suffix that isn't plain lower case.
        """
        if not _FOLDER.fullmatch(folder) or not _SUFFIX.fullmatch(suffix):
            raise UnsafeKey(f"not a folder and suffix of the file store: {folder!r}, {suffix!r}")
        digest = hashlib.sha256(data).hexdigest()
        key = f"{folder}/{digest[:2]}/{digest}{suffix}"
        target = self.path(key)
        if _has_size(target, len(data)):
            return key
        target.parent.mkdir(parents=True, exist_ok=True)
        _write_atomically(target, data)
        return key

    def path(self, key: str) -> Path:
        """The absolute path of `key`, whether or not there is a file. Raises UnsafeKey if it would escape."""
        if not _KEY.fullmatch(key):
            raise UnsafeKey(f"not a storage key: {key!r}")
        root = self.root.resolve()
        path = (root / key).resolve()
        if not path.is_relative_to(root):
            raise UnsafeKey(f"this storage key leads out of the file store: {key!r}")
        return path

    def read(self, key: str) -> bytes:
        """The content behind `key`. Raises FileNotFoundError, or UnsafeKey as `path` does."""
        return self.path(key).read_bytes()

    def exists(self, key: str) -> bool:
        """Whether `key` has a file. Raises UnsafeKey as `path` does."""
        return self.path(key).is_file()

    def delete(self, key: str) -> None:
        """Remove the file behind `key`; nothing happens where there is none."""
        self.path(key).unlink(missing_ok=True)


def _has_size(path: Path, size: int) -> bool:
    # Another size under a content-derived name is damage (a full disk, a bad restore): write it anew.
    try:
        return path.stat().st_size == size
    except FileNotFoundError:
        return False


def _write_atomically(target: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes files for the owner alone; a reverse proxy that serves by X-Accel reads as the group.
        os.chmod(name, 0o640)
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
