"""Accounts: guests, the demo's people, what an account's owner prefers, and erasing a learner as they ask."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from quiz.domain.time_zones import is_time_zone
from quiz.models import Read, Sitting, User
from quiz.services.daily import choose_board_name
from quiz.services.errors import Refused, invalid

THEMES = ("", "light", "dark")
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


@transaction.atomic
def set_preferences(*, learner: User, theme: str, time_zone: str, show_rating: bool, board_name: str) -> None:
    """Store what the account's owner prefers; days already counted stay where the old time zone had them.

    Raises Refused (`invalid`) for a theme or time zone that isn't one, and for a board name that can't be taken.
    """
    if theme not in THEMES:
        raise invalid("The appearance is light, dark, or as on the device.")
    if not is_time_zone(time_zone):
        raise invalid("There is no time zone of that name.")
    choose_board_name(learner=learner, name=board_name)
    User.objects.filter(pk=learner.pk).update(theme=theme, time_zone=time_zone, show_rating=show_rating)


def choose_rating_shown(*, learner: User, shown: bool) -> None:
    """Show the learner's rating to them, or hide it; it goes on being kept."""
    User.objects.filter(pk=learner.pk).update(show_rating=shown)


def mark_tour_seen(*, learner: User, now: datetime) -> None:
    """Remember that the learner has been through the first-case tour, or has skipped it; the first time counts."""
    User.objects.filter(pk=learner.pk, tour_seen_at=None).update(tour_seen_at=now)


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
