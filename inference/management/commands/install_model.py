"""Install somebody else's AI model from a folder with a model.toml and safetensors weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from inference.engine.installing import Installed, install
from inference.management.model_command import USAGE, ModelCommand
from inference.registry import ModelRefused


class Command(ModelCommand):
    """Checks the whole model and runs it on a film before anything is copied; the database isn't touched."""

    help = (
        "Install somebody else's AI model: FOLDER holds a model.toml and the safetensors weights it names "
        "(docs/bring-your-own-model.md)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """FOLDER --json."""
        super().add_arguments(parser)
        parser.add_argument("folder", type=Path, help="folder with model.toml and the weights")

    def handle(self, *args: Any, **options: Any) -> None:
        """Install and say what came in."""
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.", returncode=USAGE)
        try:
            installed = install(folder, settings.SECONDREAD_INSTALLED_MODELS_DIR)
        except ModelRefused as error:
            raise self.refuse(error) from error
        self.done(_result(installed), _sentence(installed), as_json=options["json"])


def _result(installed: Installed) -> dict[str, Any]:
    info = installed.info
    return {
        "key": info.key,
        "title": info.title,
        "version": info.version,
        "sha256": info.sha256,
        "labels": list(info.labels),
        "thresholds": dict(info.thresholds),
        "folder": str(installed.folder),
        "replaced": installed.replaced,
        "heatmap_grid": list(installed.grid),
        "test_film": installed.answered,
    }


def _sentence(installed: Installed) -> str:
    columns, rows = installed.grid
    return (
        f"Installed “{installed.info.key}” for {', '.join(installed.info.labels)} in {installed.folder}; its "
        f"heatmaps have {columns} × {rows} cells. Choose it for a set in the admin, or as ai_model of a pack."
    )
