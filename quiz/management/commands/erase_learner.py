"""Erase a learner's account, with or without their reads."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from quiz.management.arguments import ServiceCommand, user_named
from quiz.services.accounts import erase_learner
from quiz.services.errors import Refused


class Command(ServiceCommand):
    """As the learner asks."""

    help = "Erase an account; its reads are removed, or kept without any link to a person."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, and what happens to the reads."""
        super().add_arguments(parser)
        parser.add_argument("username")
        parser.add_argument("--keep-reads", action="store_true", help="keep the reads, unlinked")

    def handle(self, *args: Any, **options: Any) -> None:
        """Call the service."""
        try:
            reads = erase_learner(learner=user_named(options["username"]), keep_reads=options["keep_reads"])
        except Refused as error:
            self.refuse(error)
            return
        fate = "unlinked" if options["keep_reads"] else "removed"
        result = {"username": options["username"], "reads": reads, "fate": fate}
        self.done(result, f"{options['username']} is erased; {reads} reads {fate}.", as_json=options["json"])
