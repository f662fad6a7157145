"""Make synthetic learners and their reads, to try the site at size."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from quiz.management.arguments import ServiceCommand
from quiz.services.errors import Refused
from quiz.services.synthetic import seed_activity


class Command(ServiceCommand):
    """Marked as synthetic wherever they are shown."""

    help = "Make N synthetic learners with M finished reads in all, of the published cases; --seed fixes the dice."

    def add_arguments(self, parser: CommandParser) -> None:
        """How much of it."""
        super().add_arguments(parser)
        parser.add_argument("--learners", type=int, required=True, metavar="N")
        parser.add_argument("--reads", type=int, required=True, metavar="M", help="in all, over all learners")
        parser.add_argument("--seed", type=int, default=1, metavar="S")

    def handle(self, *args: Any, **options: Any) -> None:
        """Call the service."""
        try:
            seeded = seed_activity(
                learners=options["learners"],
                reads=options["reads"],
                seed=options["seed"],
                now=timezone.now(),
                progress=self.progress_line("learners"),
            )
        except Refused as error:
            self.refuse(error)
            return
        sentence = (
            f"{seeded.learners} synthetic learners with {seeded.reads} reads in {seeded.sittings} sittings."
        )
        self.done(seeded.__dict__, sentence, as_json=options["json"])
