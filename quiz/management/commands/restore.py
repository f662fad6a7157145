"""Put a backup in place of the site's data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from quiz.management.arguments import USAGE, ServiceCommand
from quiz.services.backups import restore
from quiz.services.errors import Refused


class Command(ServiceCommand):
    """Replaces the database; stop the site first."""

    help = (
        "Restore an archive made by `backup`; what the database holds now is replaced. Stop the site first."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """What from, and a yes."""
        super().add_arguments(parser)
        parser.add_argument("source", type=Path)
        parser.add_argument("--yes", action="store_true", help="replace what is there")

    def handle(self, *args: Any, **options: Any) -> None:
        """Call the service."""
        if not options["yes"]:
            raise CommandError("This replaces the site's data; say --yes to go on.", returncode=USAGE)
        try:
            restore(source=options["source"])
        except Refused as error:
            self.refuse(error)
            return
        self.done(
            {"restored": str(options["source"])}, f"{options['source']} is restored.", as_json=options["json"]
        )
