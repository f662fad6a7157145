"""What inference's commands share: exit codes, JSON alone on stdout, progress on stderr, finding a pack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

REFUSED, USAGE = 1, 2


class ModelCommand(BaseCommand):
    """Exit 0 done, 1 refused, 2 usage. Needs no migrated database unless a subclass says so."""

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Every such command can answer in JSON."""
        parser.add_argument("--json", action="store_true", help="JSON alone on stdout, progress on stderr")

    def add_measured(self, parser: CommandParser) -> None:
        """KEY PACK --split S: which model is measured on what."""
        parser.add_argument("key", help="the AI model's key, e.g. cxr-pneumonia")
        parser.add_argument("pack", help="path of a pack, or its key")
        parser.add_argument("--split", choices=["practice", "train", "val", "test"], default="test")

    def done(self, result: dict[str, Any], sentence: str, *, as_json: bool) -> None:
        """Print the result for a program or for a person."""
        self.stdout.write(json.dumps(result, indent=2) if as_json else sentence)

    def refuse(self, reason: object) -> CommandError:
        """The error to raise for what isn't done."""
        return CommandError(str(reason), returncode=REFUSED)


def models_folders() -> tuple[Path, Path]:
    """Where models lie that ship, and those that were installed on this site."""
    return settings.SECONDREAD_MODELS_DIR, settings.SECONDREAD_INSTALLED_MODELS_DIR


def pack_path(named: str) -> Path:
    """The folder or zip of a pack: `named` itself, or that key's folder among shared or demo packs.

    Raises CommandError (usage) where there is none.
    """
    candidates = [
        Path(named),
        settings.SECONDREAD_SHARED_PACKS / named,
        settings.SECONDREAD_PACKS_DIR / named,
    ]
    for candidate in candidates:
        if candidate.exists():
            return candidate
    raise CommandError(
        f"There is no pack “{named}”: neither that path, nor such a folder in "
        f"{settings.SECONDREAD_SHARED_PACKS} or {settings.SECONDREAD_PACKS_DIR}.",
        returncode=USAGE,
    )
