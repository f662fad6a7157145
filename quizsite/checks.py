"""System checks: a misconfigured site says what is wrong and how to mend it."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from quizsite import env


@register()
def unknown_variables(**_: Any) -> list[CheckMessage]:
    """Warn about SECONDREAD_* variables that nothing reads."""
    unknown = sorted(
        name for name in os.environ if name.startswith("SECONDREAD_") and name not in env.VARIABLES
    )
    return [
        Warning(
            f"The environment variable {name} is not known.",
            hint="See quizsite/env.py for the names that are read.",
            id="secondread.W001",
        )
        for name in unknown
    ]


@register()
def data_directory(**_: Any) -> list[CheckMessage]:
    """Refuse a data directory that can't be written."""
    if os.access(settings.SECONDREAD_DATA_DIR, os.W_OK):
        return []
    return [
        Error(
            f"The data directory {settings.SECONDREAD_DATA_DIR} can't be written.",
            hint="Set SECONDREAD_DATA_DIR to a folder that the site's user owns.",
            id="secondread.E001",
        )
    ]


@register()
def demo_only_on_loopback(**_: Any) -> list[CheckMessage]:
    """Refuse guest try-outs on hosts that others can reach."""
    loopback = {"localhost", "127.0.0.1", "[::1]"}
    if not settings.SECONDREAD_DEMO or set(settings.ALLOWED_HOSTS) <= loopback | {"testserver"}:
        return []
    return [
        Error(
            "SECONDREAD_DEMO is on, but the site answers to hosts beyond this machine.",
            hint="Unset SECONDREAD_DEMO, or SECONDREAD_ALLOWED_HOSTS.",
            id="secondread.E002",
        )
    ]
