"""What is wrong with a pack: each problem with file, row and reason, and the refusal with them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing wrong. `row` counts as a spreadsheet does (the header is row 1); None where it has no row."""

    file: str
    row: int | None
    reason: str

    def __str__(self) -> str:
        place = self.file if self.row is None else f"{self.file}, row {self.row}"
        return f"{place}: {self.reason}"


class PackRefused(Exception):
    """A pack that isn't taken at all; `problems` are all that were found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Problems:
    """Collects problems, each once, so that an import can say everything that is wrong in one go."""

    def __init__(self) -> None:
        self._found: dict[Problem, None] = {}

    def add(self, file: str, row: int | None, reason: str) -> None:
        # Names come from the pack: what isn't printable (lone surrogates, control characters) is escaped.
        self._found[Problem(_printable(file), row, _printable(reason))] = None

    def raise_if_any(self) -> None:
        """Raise PackRefused if anything was added."""
        if self._found:
            raise PackRefused(list(self._found))

    def into(self, other: Problems) -> None:
        """Hand what was found on to another collection."""
        other._found.update(self._found)

    def __bool__(self) -> bool:
        return bool(self._found)


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
