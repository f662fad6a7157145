"""Browsers that are signed in without a password, through the site's own backend."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.test import Client

from quiz.models import User

# The last of the settings' backends is the one that knows accounts; the first only counts failures.
BACKEND = settings.AUTHENTICATION_BACKENDS[-1]


def signed_in(user: User | None, **options: Any) -> Client:
    """A browser of `user`, or of a stranger where that is None; `options` are those of Client."""
    client = Client(**options)
    if user is not None:
        client.force_login(user, backend=BACKEND)
    return client
