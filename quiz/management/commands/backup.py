"""Back up database and files while the site runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from quiz.management.arguments import ServiceCommand
from quiz.services.backups import backup, needs_migration
from quiz.services.errors import Refused


class Command(ServiceCommand):
    """One archive."""

    help = "Write one archive with the database and all files; safe while the site runs."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, and when."""
        super().add_arguments(parser)
        parser.add_argument("out", type=Path, nargs="?", help="default: backups/ in the data directory")
        parser.add_argument(
            "--if-older",
            action="store_true",
            help="only where the database is older than the code's migrations",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Call the service."""
        if options["if_older"] and not needs_migration():
            self.done(
                {"path": None}, "The database is up to date; no backup is needed.", as_json=options["json"]
            )
            return
        try:
            path = backup(target=options["out"], now=timezone.now())
        except Refused as error:
            self.refuse(error)
            return
        self.done({"path": str(path)}, f"Backup written to {path}.", as_json=options["json"])
