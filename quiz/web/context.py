"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from quiz.permissions import is_instructor


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the values that the base template needs."""
    user = getattr(request, "user", None)
    return {
        "guest_enabled": settings.SECONDREAD_DEMO,
        "is_instructor": bool(user and is_instructor(user)),
        "theme": getattr(user, "theme", ""),
    }
