"""Move the ratings of cases and CNNs by what was played since they last moved."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from quiz.management.arguments import ServiceCommand
from quiz.services.case_statistics import refit_case_statistics
from quiz.services.errors import Refused
from quiz.services.rating_periods import close_rating_period


class Command(ServiceCommand):
    """Meant for the night: it also refits the figures that a case's author sees."""

    help = "Close the running rating period: cases and AI models move by the games played since the last one."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which scale."""
        super().add_arguments(parser)
        parser.add_argument("--scale", help="only this scale, e.g. MR or MR-simulated (default: all)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Call the services."""
        now = timezone.now()
        try:
            closed = close_rating_period(now=now, scale=options["scale"])
        except Refused as error:
            self.refuse(error)
        cases = refit_case_statistics(now=now)
        lines = [
            f"{one.scale}: period {one.number} closed; {one.games} games moved {one.cases} cases "
            f"and {one.models} AI models."
            for one in closed
        ] or ["No game was played since the last period; no rating moved."]
        lines.append(f"Figures of {cases} cases refitted.")
        result = {"closed": [asdict(one) for one in closed], "case_statistics": cases}
        self.done(result, "\n".join(lines), as_json=options["json"])
