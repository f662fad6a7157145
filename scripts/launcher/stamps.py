"""Stamps: small files that say from what a step was last done; while that is unchanged it is skipped."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest(*parts: str | bytes) -> str:
    """Return a SHA-256 over `parts` that depends on where each one ends."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()


def digest_tree(folder: Path, *, leave_out: Iterable[str] = ()) -> str:
    """Return a SHA-256 over the names and contents of all files under `folder`.

    Those directly in `folder` with a name in `leave_out` don't count; a missing folder is empty.
    """
    unwanted = set(leave_out)
    parts: list[str | bytes] = []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if inside.parts[0] not in unwanted and path.is_file():
            parts += [inside.as_posix(), path.read_bytes()]
    return digest(*parts)


class Stamp:
    """One stamp file."""

    def __init__(self, path: Path) -> None:
        """Use the file `path`; it needs not exist."""
        self.path = path

    def matches(self, value: str) -> bool:
        """Return whether the step was last done from `value`."""
        try:
            return self.path.read_text() == value
        except OSError:
            return False

    def write(self, value: str) -> None:
        """Note that the step was done from `value`."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(value)

    def clear(self) -> None:
        """Forget the step, so that one that is interrupted is done again."""
        self.path.unlink(missing_ok=True)
