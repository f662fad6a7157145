"""What learners leave at a case: bookmarks with a private note, and reports of a fault."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Bookmark(models.Model):
    """A case that a learner wants to see again, with a note nobody else reads."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="bookmarks")
    case = models.ForeignKey("quiz.Case", models.CASCADE, related_name="bookmarks")
    note = models.TextField(blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["learner", "case"], name="one_bookmark_per_learner_and_case")
        ]

    def __str__(self) -> str:
        return f"bookmark of case {self.case_id}"


class FaultReport(models.Model):
    """A learner says that something is wrong with a case; an instructor answers it in the admin."""

    class Kind(models.TextChoices):
        """What is wrong."""

        IMAGE = "image", _("The image is damaged or wrong")
        QUESTION = "question", _("The question or the history is wrong")
        ANSWER = "answer", _("The answer is wrong")
        IDENTITY = "identity", _("Something here may identify a patient")
        OTHER = "other", _("Something else")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="fault_reports"
    )
    case = models.ForeignKey(
        "quiz.Case", models.CASCADE, related_name="fault_reports", verbose_name=_("case")
    )
    read = models.ForeignKey(
        "quiz.Read", models.SET_NULL, null=True, blank=True, related_name="fault_reports"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    text = models.TextField(_("text"), blank=True)
    created_at = models.DateTimeField(_("reported"))
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    answer = models.TextField(_("what was done"), blank=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("fault report")

    def __str__(self) -> str:
        return f"{self.kind} at case {self.case_id}"
