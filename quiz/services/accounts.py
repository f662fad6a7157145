"""Accounts: guests, the demo's people, and erasing a learner as they ask."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from quiz.models import Read, Sitting, User
from quiz.services.errors import Refused

DEMO_ACCOUNTS = (("learner", "learner"), ("instructor", "instructor"), ("admin", "administrator"))


@dataclass(frozen=True)
class Account:
    """A newly made demo account; the password is never stored in the clear and shown this once."""

    username: str
    role: str
    password: str


def create_guest(*, now: datetime) -> User:
    """Make a try-out account without a password. Raises Refused where the site doesn't offer guests."""
    if not settings.SECONDREAD_DEMO:
        raise Refused("not_found", "This site has no guest try-out.", status=404)
    guest = User(username=f"guest-{secrets.token_hex(5)}", is_guest=True, date_joined=now)
    guest.set_unusable_password()
    guest.save()
    return guest


def create_demo_accounts() -> list[Account]:
    """Make the demo's learner, instructor and administrator where missing; returns only those newly made.

    Raises Refused on a site that others can reach.
    """
    if not settings.SECONDREAD_DEMO:
        raise Refused("not_loopback", "Demo accounts are made only by ./run on a loopback host.", status=403)
    made = []
    for username, role in DEMO_ACCOUNTS:
        if User.objects.filter(username=username).exists():
            continue
        password = secrets.token_urlsafe(9)
        admin = role == "administrator"
        User.objects.create_user(
            username,
            password=password,
            is_staff=role != "learner",
            is_superuser=admin,
            email="",
            is_demo=True,
        )
        made.append(Account(username, role, password))
    return made


def erase_learner(*, learner: User, keep_reads: bool) -> int:
    """Erase an account and return the number of reads it had.

    With `keep_reads` the reads stay without any link to a person; otherwise they are removed with their opinions.
    Raises Refused for the last administrator.
    """
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=learner.pk)
    if learner.is_superuser and not others.exists():
        raise Refused("last_administrator", "The last administrator can't be erased.")
    with transaction.atomic():
        reads = Read.objects.filter(learner=learner).count()
        if not keep_reads:
            Sitting.objects.filter(learner=learner).delete()
        learner.delete()
    return reads
