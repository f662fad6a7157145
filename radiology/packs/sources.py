"""Where a pack's bytes come from, a folder or a zip, and the guard against names and sizes that do harm."""

from __future__ import annotations

import os
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from radiology.imaging import Limits
from radiology.packs.problems import PackRefused, Problem, Problems

# What file managers leave behind unasked: neither read nor held against a pack.
_LEFT_BY_SYSTEMS = {".DS_Store", "Thumbs.db", "desktop.ini"}
_MAC_FOLDER = "__MACOSX/"
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_BOMB_FROM_BYTES = 64 * 1024 * 1024
_BOMB_RATIO = 200
_DAMAGE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class PackLimits:
    """What one pack may cost at most."""

    images: Limits = field(default_factory=Limits)
    max_files: int = 100_000
    max_bytes: int = 20 * 1024**3
    """Bytes of all files together, unpacked."""
    max_table_bytes: int = 64 * 1024 * 1024
    """Bytes of pack.toml, cases.csv and regions.csv, each."""


class Source(Protocol):
    """Files by their name inside the pack, `/` between folders, in NFC."""

    @property
    def name(self) -> str:
        """The pack's file or folder name, for messages."""

    def names(self) -> frozenset[str]:
        """Every file of the pack."""

    def read(self, name: str, *, limit: int) -> bytes:
        """A file's content. Raises PackRefused for more than `limit` bytes or what can't be read."""

    def close(self) -> None:
        """Let go of what is open."""


def open_source(path: Path, limits: PackLimits) -> Source:
    """The folder or zip at `path`. PackRefused for unsafe names, links, and too many files or bytes."""
    if path.is_dir():
        return FolderSource(path, limits)
    if path.is_file():
        return ZipSource(path, limits)
    raise PackRefused([Problem(path.name, None, "There is no folder or zip file with this name.")])


class FolderSource:
    """A pack as a folder."""

    def __init__(self, path: Path, limits: PackLimits) -> None:
        self.name = path.name
        self._paths: dict[str, Path] = {}
        problems, total = Problems(), 0
        for entry in _walk(path):
            name = Path(entry.path).relative_to(path).as_posix()
            if entry.is_symlink():
                problems.add(name, None, "Symbolic links aren't allowed in a pack.")
            elif not entry.is_file(follow_symlinks=False):
                problems.add(name, None, "This is neither a file nor a folder.")
            elif entry.name not in _LEFT_BY_SYSTEMS and _check_name(name, self._paths.keys(), problems):
                self._paths[unicodedata.normalize("NFC", name)] = Path(entry.path)
                total += entry.stat(follow_symlinks=False).st_size
            if len(self._paths) > limits.max_files:
                break
        _check_amount(self.name, len(self._paths), total, limits, problems)
        problems.raise_if_any()

    def names(self) -> frozenset[str]:
        return frozenset(self._paths)

    def read(self, name: str, *, limit: int) -> bytes:
        try:
            # Without following a link that came after the walk.
            handle = os.open(self._paths[name], os.O_RDONLY | os.O_NOFOLLOW)
            with os.fdopen(handle, "rb") as file:
                content = file.read(limit + 1)
        except OSError as error:
            reason = f"The file can't be read ({error.strerror})."
            raise PackRefused([Problem(name, None, reason)]) from error
        return _within_limit(name, content, limit)

    def close(self) -> None:
        """A folder holds nothing open."""


class ZipSource:
    """A pack as a zip file, with pack.toml at its top or in its only folder."""

    def __init__(self, path: Path, limits: PackLimits) -> None:
        self.name = path.name
        if path.stat().st_size > limits.max_bytes:
            raise PackRefused([Problem(self.name, None, f"The zip file is above {limits.max_bytes} bytes.")])
        try:
            # Many tools write UTF-8 names without the flag that says so.
            self._zip = zipfile.ZipFile(path, metadata_encoding="utf-8")
        except UnicodeDecodeError as error:
            reason = "A file name in the zip file isn't UTF-8."
            raise PackRefused([Problem(self.name, None, reason)]) from error
        except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
            reason = "This is neither a folder nor a zip file that can be read."
            raise PackRefused([Problem(self.name, None, reason)]) from error
        self._entries: dict[str, zipfile.ZipInfo] = {}
        try:
            self._index(limits, path.stat().st_size)
        except BaseException:
            self._zip.close()
            raise

    def _index(self, limits: PackLimits, stored_bytes: int) -> None:
        problems = Problems()
        infos = [info for info in self._zip.infolist() if not _is_left_by_systems(info.filename)]
        top, seen = _only_folder(infos), set[str]()
        for info in infos[: limits.max_files + 1]:
            if info.is_dir() and not stat.S_ISLNK(info.external_attr >> 16):
                _check_name(info.filename.rstrip("/"), (), problems)
            elif _check_entry(info, problems) and _check_name(info.filename, seen, problems):
                name = unicodedata.normalize("NFC", info.filename)
                seen.add(name)
                self._entries[name.removeprefix(top)] = info
        total = sum(info.file_size for info in infos)
        _check_amount(self.name, len(infos), total, limits, problems)
        if total > _BOMB_FROM_BYTES and total > _BOMB_RATIO * stored_bytes:
            problems.add(self.name, None, f"The zip file unpacks to {total} bytes: this looks like a bomb.")
        problems.raise_if_any()

    def names(self) -> frozenset[str]:
        return frozenset(self._entries)

    def read(self, name: str, *, limit: int) -> bytes:
        try:
            with self._zip.open(self._entries[name]) as file:
                content = file.read(limit + 1)
        except _DAMAGE as error:
            reason = "The file is damaged inside the zip file."
            raise PackRefused([Problem(name, None, reason)]) from error
        return _within_limit(name, content, limit)

    def close(self) -> None:
        self._zip.close()


def _walk(folder: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path))
        else:
            yield entry


def _check_entry(info: zipfile.ZipInfo, problems: Problems) -> bool:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        problems.add(info.filename, None, "Symbolic links aren't allowed in a pack.")
    elif kind not in (0, stat.S_IFREG):
        problems.add(info.filename, None, "This is neither a file nor a folder.")
    elif info.flag_bits & 0x1:
        problems.add(info.filename, None, "The file is encrypted.")
    elif info.compress_type not in _METHODS:
        problems.add(info.filename, None, "The file is compressed in a way other than deflate.")
    else:
        return True
    return False


def _check_name(name: str, taken: Collection[str], problems: Problems) -> bool:
    parts = name.split("/")
    if name.startswith("/") or "\\" in name or ":" in parts[0] or ".." in parts:
        problems.add(name, None, "The path leaves the pack.")
    elif "" in parts or "." in parts:
        problems.add(name, None, "The path isn't written plainly.")
    elif any(not character.isprintable() for character in name):
        problems.add(name, None, "The file name holds characters that aren't UTF-8 or can't be printed.")
    elif unicodedata.normalize("NFC", name) in taken:
        problems.add(name, None, "The pack holds two files of this name.")
    else:
        return True
    return False


def _check_amount(name: str, files: int, total: int, limits: PackLimits, problems: Problems) -> None:
    if files > limits.max_files:
        problems.add(name, None, f"The pack has more than {limits.max_files} files.")
    if total > limits.max_bytes:
        problems.add(name, None, f"The pack has {total} bytes; at most {limits.max_bytes} are allowed.")


def _within_limit(name: str, content: bytes, limit: int) -> bytes:
    if len(content) > limit:
        raise PackRefused([Problem(name, None, f"The file has more than the {limit} bytes allowed.")])
    return content


def _is_left_by_systems(name: str) -> bool:
    return name.startswith(_MAC_FOLDER) or name.rpartition("/")[2] in _LEFT_BY_SYSTEMS


def _only_folder(infos: list[zipfile.ZipInfo]) -> str:
    """The folder, with its slash, that a zip "of a folder" puts around everything; else nothing."""
    names = [unicodedata.normalize("NFC", info.filename) for info in infos]
    tops = {name.partition("/")[0] for name in names}
    if len(tops) == 1 and (top := tops.pop()) + "/pack.toml" in names:
        return top + "/"
    return ""
