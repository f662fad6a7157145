"""Measure how fast an AI model reads films on this machine."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from inference.engine.benchmark import benchmark, peak_rss_mb
from inference.engine.runner import load_runner
from inference.management.model_command import ModelCommand
from inference.registry import ModelRefused


class Command(ModelCommand):
    """Times the engine against the bare network and against Grad-CAM used one image at a time."""

    help = (
        "Measure how fast an AI model reads films: with heatmaps through the engine, the network alone, "
        "and pytorch-grad-cam called image by image."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """KEY --images N --json."""
        super().add_arguments(parser)
        parser.add_argument("key", help="the AI model's key, e.g. cxr-pneumonia")
        parser.add_argument("--images", type=int, default=96, help="films to read in each way (default: 96)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the figures."""
        after_imports = peak_rss_mb()
        try:
            runner = load_runner(options["key"], settings.SECONDREAD_MODELS_DIR)
        except ModelRefused as error:
            raise self.refuse(error) from error
        speed = benchmark(runner, images=max(options["images"], 1))
        memory = {"peak_rss_mb": peak_rss_mb(), "rss_after_imports_mb": after_imports}
        found = {name: round(value, 3) for name, value in (speed | memory).items()}
        sentence = (
            f"{options['key']}: {found['images_per_s']} images a second with heatmaps, "
            f"{found['bare_images_per_s']} by the bare network, "
            f"{found['per_image_use_images_per_s']} image by image; {found['peak_rss_mb']} MB at most."
        )
        self.done(found, sentence, as_json=options["json"])
