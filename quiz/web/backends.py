"""Who may sign in: allauth's rules, and demo people only where the demo is on."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings


class AccountBackend(AuthenticationBackend):
    """allauth's backend; guests and demo accounts have no way in on a site that others can reach."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Return whether the account is active and, for demo people, whether the demo is on."""
        demo_person = user.is_demo or user.is_guest
        return bool(super().user_can_authenticate(user)) and (settings.SECONDREAD_DEMO or not demo_person)
