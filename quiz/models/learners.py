"""People: the account, and which cases a learner has already seen the answer of."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """An account: a learner, an instructor (`is_staff`) or an administrator (`is_superuser`)."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    is_guest = models.BooleanField(
        _("guest"), default=False, help_text=_("A try-out account without a password.")
    )
    is_demo = models.BooleanField(
        _("demo account"), default=False, help_text=_("Made by ./run; can't sign in where the demo is off.")
    )
    is_synthetic = models.BooleanField(
        _("synthetic"), default=False, help_text=_("Made by seed_activity: nobody real.")
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    show_rating = models.BooleanField(_("show my rating"), default=True)
    theme = models.CharField(_("theme"), max_length=8, blank=True)
    """`light`, `dark` or empty: as the device has it."""
    board_name = models.CharField(
        _("name on the board of the daily case"),
        max_length=40,
        blank=True,
        help_text=_("Empty: not on the board."),
    )
    tour_seen_at = models.DateTimeField(null=True, blank=True, editable=False)


class Exposure(models.Model):
    """A learner has seen the key or the AI opinion of a case, somewhere."""

    learner = models.ForeignKey(User, models.CASCADE, related_name="exposures")
    case = models.ForeignKey("quiz.Case", models.CASCADE, related_name="exposures")
    where = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "case"], name="one_exposure_per_learner_and_case")
        ]

    def __str__(self) -> str:
        return f"{self.learner_id} saw {self.case_id}"
