"""Draw a pack of simulated patients."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inference.simulation import kinds
from inference.simulation.cases import GRADES, Plan, SimulatedCase
from inference.simulation.contact_sheet import ContactSheet
from inference.simulation.drawn import pack as drawn_pack
from inference.simulation.packs import write_practice
from inference.simulation.template import SimulationUnavailable

DRAWN = "drawn"
KINDS = sorted((*kinds.KINDS, DRAWN))
REFUSED, USAGE = 1, 2


class Command(BaseCommand):
    """Exit 0 done, 1 refused, 2 usage."""

    help = "Draw a pack of simulated patients as a folder (or a .zip) in the format of PACKS.md."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """KIND, OUT, and what decides the content."""
        parser.add_argument("kind", type=_kind, choices=KINDS, help="what is simulated (demo-… works too)")
        parser.add_argument("out", type=Path, help="a folder that isn't there yet, or a file ending in .zip")
        parser.add_argument("--count", type=int, help="cases, half of them abnormal (default: the demo's)")
        parser.add_argument("--seed", type=int, default=0, help="same seed, same pack (default 0)")
        parser.add_argument("--scanner", metavar="NAME", help="one of the kind's scanners for all cases")
        parser.add_argument("--difficulty", choices=GRADES, help="one grade for all cases")
        parser.add_argument("--contact-sheet", action="store_true", help="draw OUT.png, all cases on a page")
        parser.add_argument("--outlines", action="store_true", help="box the findings on the contact sheet")
        parser.add_argument("--processes", type=int, help="how many draw at once (default: one a processor)")
        parser.add_argument("--json", action="store_true", help="JSON alone on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the pack."""
        kind, out = options["kind"], options["out"]
        try:
            result = self._drawn(**options) if kind == DRAWN else self._simulated(**options)
        except ValueError as error:
            raise CommandError(f"Nothing was written: {error}.", returncode=USAGE) from None
        except OSError as error:
            raise CommandError(f"Nothing was written: {error}.", returncode=REFUSED) from None
        except SimulationUnavailable as error:
            raise CommandError(f"Nothing was written: {error}", returncode=REFUSED) from None
        except ModuleNotFoundError as error:
            sentence = f"Simulating needs {error.name}: install requirements-dev.lock too."
            raise CommandError(f"Nothing was written: {sentence}", returncode=REFUSED) from None
        result = {"kind": kind, "out": str(out), "seed": options["seed"], **result}
        sentence = f"{result['cases']} cases, {result['abnormal']} of them abnormal, written to {out}."
        self.stdout.write(json.dumps(result, sort_keys=True) if options["json"] else sentence)

    def _drawn(self, **options: Any) -> dict[str, int]:
        unknown = [name for name in ("scanner", "difficulty", "contact_sheet") if options[name]]
        if unknown:
            raise ValueError(f"drawn pictures have no {' and no '.join(unknown).replace('_', ' ')}")
        count = 12 if options["count"] is None else options["count"]
        abnormal = drawn_pack.write_demo(options["out"], count=count, seed=options["seed"])
        return {"cases": count, "abnormal": abnormal}

    def _simulated(self, **options: Any) -> dict[str, Any]:
        modality, out = kinds.find(options["kind"]), options["out"]
        count = modality.standard_count if options["count"] is None else options["count"]
        sheet = ContactSheet(outlines=options["outlines"])
        done = 0

        def seen(plan: Plan, case: SimulatedCase) -> None:
            nonlocal done
            done += 1
            if options["contact_sheet"]:
                sheet.add(plan, case)
            self.stderr.write(f"\r{done} of {count} cases", ending="\n" if done == count else "")
            self.stderr.flush()

        planned = write_practice(
            modality,
            out,
            count=count,
            seed=options["seed"],
            scanner=options["scanner"],
            difficulty=options["difficulty"],
            processes=options["processes"],
            seen=seen,
        )
        if options["contact_sheet"]:
            sheet.write(out.with_name(f"{out.stem}.png"))
        return {"cases": count, "abnormal": sum(plan.concept in modality.abnormal for plan in planned)}


def _kind(text: str) -> str:
    """The kind by its own name or by that of its demo pack."""
    return text.removeprefix("demo-")
