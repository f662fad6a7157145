"""Import and publish the demo packs that come with the code."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone

from quiz.management.arguments import ServiceCommand
from quiz.services.errors import Refused
from quiz.services.pack_import import import_pack
from radiology.packs import PackRefused


class Command(ServiceCommand):
    """Idempotent."""

    help = "Import and publish every pack in fixtures/packs; twice changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Call the import for each pack."""
        loaded = []
        for path in sorted(settings.SECONDREAD_PACKS_DIR.glob("*/pack.toml")):
            try:
                report = import_pack(path=path.parent, now=timezone.now(), publish=True)
            except (PackRefused, Refused) as error:
                self.refuse(error)
                return
            loaded.append(report.pack)
        self.done({"packs": loaded}, f"Demo packs: {', '.join(loaded) or 'none'}.", as_json=options["json"])
