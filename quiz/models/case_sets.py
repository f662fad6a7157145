"""Case sets: an ordered, published list of cases with its rules."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseSet(models.Model):
    """What a learner chooses on the home page."""

    class Status(models.TextChoices):
        """Whether learners see the set."""

        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        CLOSED = "closed", _("closed")

    class Flow(models.TextChoices):
        """The order of opinion, AI and truth."""

        READ_FIRST = "read_first", _("Read first, then the AI, then the truth")
        UNAIDED = "unaided", _("Read, then AI and truth together")
        EXAM = "exam", _("Exam: nothing until it closes")
        AI_FIRST = "ai_first", _("Judge the AI")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    flow = models.CharField(_("flow"), max_length=12, choices=Flow.choices, default=Flow.READ_FIRST)
    model_key = models.CharField(_("AI model"), max_length=80, blank=True)
    max_marks = models.PositiveSmallIntegerField(_("marks a case, at most"), default=5)
    mark_radius_px = models.FloatField(
        _("mark radius (px)"), default=0.0, help_text=_("A mark this close to a region still hits.")
    )
    sitting_size = models.PositiveSmallIntegerField(
        _("cases a sitting"), default=settings.SECONDREAD_SITTING_SIZE
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="case_sets"
    )
    cases = models.ManyToManyField("quiz.Case", through="quiz.CaseSetEntry", related_name="case_sets")
    created_at = models.DateTimeField(_("created"))
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        ordering = ["title"]
        verbose_name = _("case set")

    def __str__(self) -> str:
        return self.title


class CaseSetEntry(models.Model):
    """A case's place in a set."""

    case_set = models.ForeignKey(CaseSet, models.CASCADE, related_name="entries")
    case = models.ForeignKey("quiz.Case", models.CASCADE, related_name="entries", verbose_name=_("case"))
    position = models.PositiveIntegerField(_("position"))

    class Meta:
        ordering = ["case_set", "position"]
        constraints = [models.UniqueConstraint(fields=["case_set", "case"], name="case_once_per_set")]
        verbose_name = _("case in the set")
        verbose_name_plural = _("cases in the set")

    def __str__(self) -> str:
        return f"{self.position}. {self.case_id}"
