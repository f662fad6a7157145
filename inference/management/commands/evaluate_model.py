"""Measure an AI model on one split of a pack."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from inference.engine.evaluation import NothingToMeasure, evaluate
from inference.engine.runner import load_runner
from inference.management.model_command import ModelCommand, models_folders, pack_path
from inference.registry import ModelRefused
from radiology.packs import PackRefused


class Command(ModelCommand):
    """Reads the pack's films through the engine that learners meet; the database isn't touched."""

    help = (
        "Measure an AI model on one split of a pack. PACK is a path, or the key of a pack whose folder lies in "
        "SECONDREAD_SHARED_PACKS or fixtures/packs (the database isn't asked)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """KEY PACK --split S --json."""
        super().add_arguments(parser)
        self.add_measured(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the figures."""
        path = pack_path(options["pack"])
        try:
            runner = load_runner(options["key"], *models_folders())
            found = evaluate(runner, path, options["split"], progress=self._progress)
        except (ModelRefused, NothingToMeasure, PackRefused) as error:
            raise self.refuse(error) from error
        self.done(found, _sentence(found), as_json=options["json"])

    def _progress(self, done: int, total: int) -> None:
        self.stderr.write(f"{done} of {total} cases")


def _sentence(found: dict[str, Any]) -> str:
    figures = found.get("findings") or {"": found}
    return "\n".join(
        f"{found['model']} on {found['pack']} ({found['split']}, {found['n']} cases) {label}".rstrip()
        + f": ROC area {_shown(one['roc_auc'])}, sensitivity {_shown(one['sensitivity'])}, "
        f"specificity {_shown(one['specificity'])} at {one['threshold']:.4f}, "
        f"Brier score {one['brier']:.4f}, calibration error {one['ece']:.4f}."
        for label, one in figures.items()
    )


def _shown(interval: dict[str, float] | None) -> str:
    if interval is None:
        return "not defined"
    return f"{interval['value']:.4f} ({interval['low']:.4f} to {interval['high']:.4f})"
