"""Measure how fast an AI model reads films on this machine."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from inference.engine.benchmark import SETTLED, benchmark, peak_rss_mb, rss_mb, sustained
from inference.engine.runner import load_runner
from inference.management.model_command import ModelCommand, models_folders
from inference.registry import ModelRefused
from inference.tasks import BATCH


class Command(ModelCommand):
    """Times the worker's path against the bare network and against Grad-CAM used one image at a time."""

    help = (
        "Measure how fast an AI model reads films: from stored image to stored heatmap as a worker does, the "
        "network's forward and backward pass alone, and pytorch-grad-cam called image by image."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """KEY --images N --sustained N --json."""
        super().add_arguments(parser)
        parser.add_argument("key", help="the AI model's key, e.g. cxr-pneumonia")
        parser.add_argument("--images", type=int, default=96, help="films to read in each way (default: 96)")
        parser.add_argument(
            "--sustained",
            type=int,
            default=0,
            metavar="N",
            help="read N films in a row first (e.g. 2000) and report how memory grows from film 200 on",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the figures."""
        after_imports = rss_mb()
        try:
            runner = load_runner(options["key"], *models_folders())
        except ModelRefused as error:
            raise self.refuse(error) from error
        # Memory first: pytorch-grad-cam's copy of the network would count in it.
        grown = sustained(runner, images=max(options["sustained"], options["images"]), batch=BATCH)
        memory = {"peak_rss_mb": peak_rss_mb(), "rss_after_imports_mb": after_imports}
        memory |= grown if options["sustained"] > SETTLED else {}
        speed = benchmark(runner, images=options["images"], batch=BATCH)
        found = {name: round(value, 3) for name, value in (speed | memory).items()}
        sentence = (
            f"{options['key']}: {found['images_per_s']} images a second with heatmaps, "
            f"{found['bare_images_per_s']} by the bare network, "
            f"{found['per_image_use_images_per_s']} image by image; {found['peak_rss_mb']} MB at most."
        )
        self.done(found, sentence, as_json=options["json"])
