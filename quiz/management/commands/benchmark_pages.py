"""Time the pages that learners open most, over learners drawn at random."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from quiz.management.arguments import REFUSED, ServiceCommand
from quiz.management.benchmark import benchmark_pages


class Command(ServiceCommand):
    """What it writes is rolled back."""

    help = "Time home, set, next case and progress pages over learners drawn at random: median and 95th percentile."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many learners, and which."""
        super().add_arguments(parser)
        parser.add_argument(
            "--samples", type=int, default=100, metavar="N", help="learners drawn (default: 100)"
        )
        parser.add_argument("--seed", type=int, default=1, metavar="S")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure and say."""
        measured = benchmark_pages(samples=max(1, options["samples"]), seed=options["seed"])
        if measured is None:
            raise CommandError("Nobody has read anything yet: try seed_activity first.", returncode=REFUSED)
        lines = [
            f"{name}: median {one.median_ms} ms, 95 % within {one.p95_ms} ms, {one.queries_most} queries"
            for name, one in measured.pages.items()
        ]
        sentence = "\n".join([f"{measured.learners} readers, {measured.reads} reads", *lines])
        self.done(measured.as_json(), sentence, as_json=options["json"])
