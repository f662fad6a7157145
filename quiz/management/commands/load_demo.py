"""Import and publish the demo packs that come with the code."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone

from quiz.management.arguments import ServiceCommand
from quiz.services.demo import load_demo_pack
from quiz.services.errors import Refused
from quiz.services.pack_import import Progress
from radiology.packs import PackRefused


class Command(ServiceCommand):
    """Idempotent."""

    help = "Import and publish every pack in fixtures/packs; twice changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Call the service for each pack; a pack's folder has the pack's key as its name."""
        packs, loaded = [], []
        for path in sorted(settings.SECONDREAD_PACKS_DIR.glob("*/pack.toml")):
            key = path.parent.name
            try:
                if load_demo_pack(path=path.parent, now=timezone.now(), progress=self._progress(key)):
                    loaded.append(key)
            except (PackRefused, Refused) as error:
                self.refuse(error)
                return
            packs.append(key)
        sentence = f"Demo packs: {', '.join(packs) or 'none'}; loaded now: {', '.join(loaded) or 'none'}."
        self.done({"packs": packs, "loaded": loaded}, sentence, as_json=options["json"])

    def _progress(self, key: str) -> Progress:
        def say(done: int, total: int) -> None:
            if done % 10 == 0 or done == total:
                self.stderr.write(f"{key}: {done} of {total} cases")

        return say
