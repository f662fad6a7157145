"""Draw a pack of simulated cases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inference.simulation import drawn_pack

# What can be simulated: each writes a new pack of `count` cases from `seed` and returns how many are abnormal.
KINDS = {"drawn": drawn_pack.write_demo}
REFUSED, USAGE = 1, 2


class Command(BaseCommand):
    """Exit 0 done, 1 refused, 2 usage."""

    help = "Draw a pack of simulated cases as a folder (or a .zip) in the format of PACKS.md."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """KIND, OUT, and what decides the content."""
        parser.add_argument("kind", choices=sorted(KINDS), help="what is simulated")
        parser.add_argument("out", type=Path, help="a folder that isn't there yet, or a file ending in .zip")
        parser.add_argument("--count", type=int, default=12, help="cases, half of them abnormal (default 12)")
        parser.add_argument("--seed", type=int, default=0, help="same seed, same pack (default 0)")
        parser.add_argument("--json", action="store_true", help="JSON alone on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the pack."""
        kind, out, count, seed = (options[name] for name in ("kind", "out", "count", "seed"))
        try:
            abnormal = KINDS[kind](out, count=count, seed=seed)
        except ValueError as error:
            raise CommandError(f"Nothing was written: {error}.", returncode=USAGE) from None
        except OSError as error:
            raise CommandError(f"Nothing was written: {error}.", returncode=REFUSED) from None
        result = {"kind": kind, "out": str(out), "cases": count, "abnormal": abnormal, "seed": seed}
        sentence = f"{count} cases, {abnormal} of them abnormal, written to {out}."
        self.stdout.write(json.dumps(result, sort_keys=True) if options["json"] else sentence)
