"""Export a pack that imports equal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from quiz.management.arguments import ServiceCommand
from quiz.services.errors import Refused
from quiz.services.pack_export import export_pack


class Command(ServiceCommand):
    """A folder, or a zip where OUT ends in .zip."""

    help = "Export a pack as a folder (or a .zip) in the format of PACKS.md; it holds the answer keys."

    def add_arguments(self, parser: CommandParser) -> None:
        """KEY and OUT."""
        super().add_arguments(parser)
        parser.add_argument("key")
        parser.add_argument("out", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Call the service."""
        try:
            cases = export_pack(key=options["key"], out=options["out"])
        except Refused as error:
            self.refuse(error)
            return
        result = {"pack": options["key"], "cases": cases, "out": str(options["out"])}
        self.done(result, f"{cases} cases written to {options['out']}.", as_json=options["json"])
