"""What the commands share: exit codes, JSON alone on stdout, progress on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from quiz.models import User
from quiz.services.errors import Refused
from radiology.packs import PackRefused

REFUSED, USAGE = 1, 2


class ServiceCommand(BaseCommand):
    """A command that parses arguments and calls a service; exit 0 done, 1 refused, 2 usage."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Every such command can answer in JSON."""
        parser.add_argument("--json", action="store_true", help="JSON alone on stdout, progress on stderr")

    def done(self, result: dict[str, Any], sentence: str, *, as_json: bool) -> None:
        """Print the result for a program or for a person."""
        self.stdout.write(json.dumps(result, default=str, sort_keys=True) if as_json else sentence)

    def refuse(self, error: Exception) -> None:
        """End with exit code 1 and what is wrong, line by line."""
        if isinstance(error, PackRefused):
            lines = [f"{p.file}{f', row {p.row}' if p.row else ''}: {p.reason}" for p in error.problems]
            raise CommandError(
                "The pack is refused; nothing was changed.\n" + "\n".join(lines), returncode=REFUSED
            )
        raise CommandError(error.sentence if isinstance(error, Refused) else str(error), returncode=REFUSED)

    def progress_line(self, what: str) -> Callable[[int, int], None]:
        """Return a callback that keeps one line of progress on a terminal's stderr, or prints tenths elsewhere."""

        def show(done: int, total: int) -> None:
            if sys.stderr.isatty():
                self.stderr.write(f"\r{what}: {done}/{total}", ending="\n" if done == total else "")
            elif done == total or done % max(1, total // 10) == 0:
                self.stderr.write(f"{what}: {done}/{total}")

        return show


def user_named(username: str) -> User:
    """Return the account; raises CommandError (usage) where there is none."""
    try:
        return User.objects.get(username=username)
    except User.DoesNotExist:
        raise CommandError(f"There is no account “{username}”.", returncode=USAGE) from None
