"""Make the report card of an AI model: every figure of one split, pictures, and a page to read."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from inference.engine.evaluation import NothingToMeasure
from inference.engine.runner import load_runner
from inference.management.model_command import ModelCommand, models_folders, pack_path
from inference.registry import ModelRefused
from inference.report_cards.files import FILE_NAME, write_report
from inference.report_cards.standalone import standalone_page
from inference.reports.report import SAMPLE, Wanted, make_report
from radiology.packs import PackRefused


class Command(ModelCommand):
    """Reads films through the engine that learners meet; the database isn't touched."""

    help = (
        "Make the report card of an AI model on one split of a pack: report.json, index.html and pictures in "
        "<data folder>/reports/<key>, where the model's page finds them. PACK is a path, or the key of a pack "
        "whose folder lies in SECONDREAD_SHARED_PACKS or fixtures/packs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """KEY PACK --split S --out DIR --far P … --near P … --hard-copies --no-pictures --sample N --json."""
        super().add_arguments(parser)
        self.add_measured(parser)
        parser.add_argument("--out", type=Path, help="folder to write to")
        parser.add_argument(
            "--far",
            nargs="*",
            help="packs of other things; the other demo packs unless given",
            metavar="PACK",
        )
        parser.add_argument(
            "--near", nargs="*", default=[], help="packs of the same thing from another place", metavar="PACK"
        )
        parser.add_argument(
            "--hard-copies", action="store_true", help="also measure on hard copies of the films"
        )
        parser.add_argument("--no-pictures", action="store_true", help="for films that may not be passed on")
        parser.add_argument(
            "--sample",
            type=int,
            default=SAMPLE,
            help="images for deletion, insertion and random weights (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure, write, and say where."""
        path, key = pack_path(options["pack"]), options["key"]
        far = _demo_packs(path) if options["far"] is None else [pack_path(one) for one in options["far"]]
        wanted = Wanted(
            split=options["split"],
            far=far,
            near=[pack_path(one) for one in options["near"]],
            hard_copies=options["hard_copies"],
            pictures=not options["no_pictures"],
            sample=max(options["sample"], 0),
        )
        folder = options["out"] or settings.SECONDREAD_DATA_DIR / "reports" / key
        try:
            runner = load_runner(key, *models_folders())
            made = make_report(runner, path, wanted, say=self.stderr.write)
        except (ModelRefused, NothingToMeasure, PackRefused) as error:
            raise self.refuse(error) from error
        try:
            size = write_report(
                folder, made.report, made.pictures, standalone_page(made.report, made.pictures)
            )
        except OSError as error:
            raise self.refuse(f"The report can't be written to {folder}: {error.strerror}.") from error
        said = (
            f"{key} on {made.report['pack']['key']} ({wanted.split}, {made.report['n']} cases): "
            f"{folder / FILE_NAME}, {len(made.pictures)} pictures, {size // 1000} kB."
        )
        self.done(made.report | {"folder": str(folder)}, said, as_json=options["json"])


def _demo_packs(own: Path) -> list[Path]:
    """The demo packs of other modalities than the pack that is measured: what its model was never made for."""
    packs = {
        manifest.parent: tomllib.loads(manifest.read_text(encoding="utf-8")).get("modality")
        for manifest in sorted(settings.SECONDREAD_PACKS_DIR.glob("*/pack.toml"))
    }
    manifest = own / "pack.toml"
    measured = tomllib.loads(manifest.read_text(encoding="utf-8")) if manifest.is_file() else {}
    return [pack for pack, modality in packs.items() if modality != measured.get("modality")]
