"""Give back jobs whose worker died."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from inference import services
from inference.management.model_command import ModelCommand


class Command(ModelCommand):
    """What the sweep does every ten seconds, by hand: for a site whose workers are all gone."""

    help = "Queue again the AI jobs whose worker died; workers do this by themselves every ten seconds."

    def handle(self, *args: Any, **options: Any) -> None:
        """Call the service."""
        count = services.reclaim_jobs(now=timezone.now())
        self.done({"reclaimed": count}, f"{count} jobs are queued again.", as_json=options["json"])
