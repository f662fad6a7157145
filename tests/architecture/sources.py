"""The project's source files, as the house rules look at them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("quizsite", "quiz", "inference", "radiology", "scripts")


def python_files(*, tests: bool = False) -> list[Path]:
    """Python files of the product (and of the tests), migrations left out."""
    folders = (*PACKAGES, "tests") if tests else PACKAGES
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


def typescript_files() -> list[Path]:
    """The front end's own TypeScript."""
    return sorted((ROOT / "frontend" / "src").rglob("*.ts"))


def calls_of(path: Path) -> Iterator[tuple[int, str]]:
    """Line and name of every method or function called in a file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.lineno, node.func.attr
            elif isinstance(node.func, ast.Name):
                yield node.lineno, node.func.id


def imports_of(path: Path) -> Iterator[str]:
    """Every module that a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def short(path: Path) -> str:
    """A path from the project's root."""
    return str(path.relative_to(ROOT))
