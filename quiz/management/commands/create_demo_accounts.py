"""Make the demo accounts of a site on a loopback host."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from quiz.management.arguments import ServiceCommand
from quiz.services.accounts import create_demo_accounts
from quiz.services.errors import Refused


class Command(ServiceCommand):
    """Passwords are random and printed this once."""

    help = "Make the demo's learner, instructor and administrator where missing; prints passwords this once."

    def handle(self, *args: Any, **options: Any) -> None:
        """Call the service."""
        try:
            made = create_demo_accounts()
        except Refused as error:
            self.refuse(error)
            return
        lines = [f"{one.role}: {one.username} / {one.password}" for one in made]
        result = {"accounts": [asdict(one) for one in made]}
        self.done(result, "\n".join(lines) or "The demo accounts exist already.", as_json=options["json"])
