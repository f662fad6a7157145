"""The truth, versioned, in tables of its own: never joined into what a learner sees before the reveal."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AnswerKey(models.Model):
    """One version of a case's truth; rows are never changed, a correction is a new version."""

    case = models.ForeignKey("quiz.Case", models.CASCADE, related_name="answer_keys", verbose_name=_("case"))
    version = models.PositiveIntegerField(_("version"))
    is_current = models.BooleanField(_("current"), default=True)
    findings = models.JSONField(_("findings present"), default=list, blank=True)
    concepts = models.JSONField(_("concepts"), default=list, blank=True)
    truth_basis = models.CharField(_("truth basis"), max_length=1000)
    teaching_point = models.TextField(_("teaching point"), blank=True)
    references = models.TextField(_("references"), blank=True)
    difficulty = models.CharField(_("difficulty"), max_length=64, blank=True)
    digest = models.CharField(max_length=64, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author"),
    )
    note = models.CharField(_("why it changed"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        ordering = ["case", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="key_version_once_per_case"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(is_current=True), name="one_current_key_per_case"
            ),
        ]
        verbose_name = _("answer key")

    def __str__(self) -> str:
        return f"key {self.version} of case {self.case_id}"


class KeyRegion(models.Model):
    """Where a finding of a key lies, in image pixels; geometry as in the pack format."""

    class Shape(models.TextChoices):
        """The shapes of the pack format."""

        CIRCLE = "circle", _("circle: x y r")
        BOX = "box", _("box: x y width height")
        POLYGON = "polygon", _("polygon: x1 y1 x2 y2 …")
        MASK = "mask", _("mask")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.ForeignKey(AnswerKey, models.CASCADE, related_name="regions")
    image = models.ForeignKey("quiz.Image", models.CASCADE, related_name="+", verbose_name=_("image"))
    finding = models.CharField(_("finding"), max_length=80)
    shape = models.CharField(_("shape"), max_length=10, choices=Shape.choices)
    geometry = models.JSONField(_("geometry"), default=list, blank=True)
    mask_key = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("region")

    def __str__(self) -> str:
        return f"{self.shape} of {self.finding}"
