"""Recompute stored outcomes from the rows they come from."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from quiz.management.arguments import REFUSED, ServiceCommand
from quiz.services.progress import rebuild_progress


class Command(ServiceCommand):
    """With --check, only compares."""

    help = (
        "Recompute every finished read's outcome; --check compares and ends with 1 where something differs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to write."""
        super().add_arguments(parser)
        parser.add_argument("--check", action="store_true", help="write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Call the service."""
        rebuilt = rebuild_progress(now=timezone.now(), write=not options["check"])
        result = {"reads": rebuilt.reads, "different": list(rebuilt.different)}
        sentence = f"{rebuilt.reads} reads recomputed, {len(rebuilt.different)} differed."
        self.done(result, sentence, as_json=options["json"])
        if options["check"] and rebuilt.different:
            raise CommandError("Stored outcomes differ from what their rows give.", returncode=REFUSED)
