"""Time the pages that learners open most, over learners drawn at random."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser

from quiz.management.arguments import REFUSED, ServiceCommand
from quiz.management.benchmark import PAGES, Benchmark, answer, benchmark_pages


class Command(ServiceCommand):
    """What it writes is rolled back."""

    help = "Time home, set, next case and progress pages over learners drawn at random: median and 95th percentile."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many learners, which, and beside what."""
        super().add_arguments(parser)
        parser.add_argument(
            "--samples", type=int, default=100, metavar="N", help="learners drawn (default: 100)"
        )
        parser.add_argument("--seed", type=int, default=1, metavar="S")
        parser.add_argument(
            "--beside",
            default="",
            metavar="ADDRESS",
            help="a second database, asked by turns with this one, and the ratio of the medians",
        )
        parser.add_argument("--pages", nargs="+", choices=PAGES, default=PAGES, help="all unless named")
        parser.add_argument("--in-turn", action="store_true", help="answer another such command on stdin")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure and say."""
        try:
            if options["in_turn"]:
                answer(sys.stdin, sys.stdout, seed=options["seed"])
                return
            measured = benchmark_pages(
                samples=max(1, options["samples"]),
                seed=options["seed"],
                beside=options["beside"],
                pages=options["pages"],
            )
        except LookupError as error:
            raise CommandError(f"{error} Try seed_activity first.", returncode=REFUSED) from None
        ratios = [f"{name}: {ratio} times" for name, ratio in measured.ratios().items()]
        other = (
            []
            if measured.beside is None
            else ["beside", *_lines(measured.beside), "ratio of medians", *ratios]
        )
        self.done(measured.as_json(), "\n".join([*_lines(measured), *other]), as_json=options["json"])


def _lines(measured: Benchmark) -> list[str]:
    pages = [
        f"{name}: median {one.median_ms} ms, 95 % within {one.p95_ms} ms, {one.queries_most} queries"
        for name, one in measured.pages.items()
    ]
    return [f"{measured.learners} readers, {measured.reads} reads", *pages]
