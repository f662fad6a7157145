"""Recompute what is stored about reads from the rows it comes from."""

from __future__ import annotations

import random
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from quiz.management.arguments import REFUSED, USAGE, ServiceCommand
from quiz.services.progress import rebuild_progress


class Command(ServiceCommand):
    """With --check, only compares."""

    help = (
        "Recompute outcomes, ratings, review cards, activity and tallies of every finished read; "
        "--check compares and ends with 1 where something differs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to write, and of whom."""
        super().add_arguments(parser)
        parser.add_argument("--check", action="store_true", help="write nothing")
        parser.add_argument("--learners", type=int, metavar="N", help="only a sample of so many learners")
        parser.add_argument(
            "--uncounted", action="store_true", help="only learners none of whose reads were counted yet"
        )
        parser.add_argument("--seed", type=int, default=0, help="which sample (default 0)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Call the service."""
        if options["learners"] is not None and options["learners"] < 1:
            raise CommandError("A sample has at least one learner.", returncode=USAGE)
        rebuilt = rebuild_progress(
            now=timezone.now(),
            write=not options["check"],
            sample=options["learners"],
            uncounted=options["uncounted"],
            # A seed that draws the same sample again; nothing is guarded by it.
            rng=random.Random(options["seed"]),  # noqa: S311
        )
        result = {
            "reads": rebuilt.reads,
            "learners": rebuilt.learners,
            "different": list(rebuilt.different),
        }
        gone_through = f"{rebuilt.reads} reads of {rebuilt.learners} learners recomputed"
        sentence = f"{gone_through}, {len(rebuilt.different)} differed."
        self.done(result, sentence, as_json=options["json"])
        if options["check"] and rebuilt.different:
            raise CommandError("What is stored differs from what its rows give.", returncode=REFUSED)
