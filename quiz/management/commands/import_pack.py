"""Import a pack: a folder or zip in the format of PACKS.md."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from quiz.management.arguments import ServiceCommand, user_named
from quiz.services.errors import Refused
from quiz.services.pack_import import import_pack
from radiology.packs import PackRefused


class Command(ServiceCommand):
    """All or nothing; twice changes nothing."""

    help = "Import a pack (folder or zip), all or nothing; importing the same pack twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """PATH, and what to do with it."""
        super().add_arguments(parser)
        parser.add_argument("path", type=Path)
        parser.add_argument("--split", choices=["practice", "train", "val", "test"], help="only this split")
        parser.add_argument("--publish", action="store_true", help="publish the set and ask the AI")
        parser.add_argument("--instructor", help="the account that owns the pack")

    def handle(self, *args: Any, **options: Any) -> None:
        """Call the service."""
        owner = user_named(options["instructor"]) if options["instructor"] else None
        try:
            report = import_pack(
                path=options["path"],
                now=timezone.now(),
                split=options["split"],
                publish=options["publish"],
                instructor=owner,
                progress=self.progress_line("cases"),
            )
        except (PackRefused, Refused) as error:
            self.refuse(error)
            return
        for warning in report.warnings:
            self.stderr.write(f"Warning: {warning}")
        sentence = (
            f"{report.pack} version {report.version}: {report.created} cases new, {report.updated} changed, "
            f"{report.unchanged} unchanged, {report.retired} retired, {report.held} held back; "
            f"set “{report.case_set}”{' published' if report.published else ''}."
        )
        self.done(asdict(report), sentence, as_json=options["json"])
