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

    class Pool(models.TextChoices):
        """What the cases are kept for; cases of any pool but the open one are served in that pool alone."""

        OPEN = "open", _("open: practice, rated, review, duel")
        EXAM = "exam", _("kept for exams")
        WITHDRAWAL = "withdrawal", _("kept for tests without the AI")
        AI_FIRST = "ai_first", _("kept for judging the AI")
        SCREENING = "screening", _("kept for screening rounds")
        DAILY = "daily", _("kept for the case of the day")

    class Hanging(models.TextChoices):
        """How the images of a case are laid out."""

        AUTO = "", _("by modality and view")
        ONE = "one", _("one image at a time")
        TWO = "two", _("two side by side")
        FOUR = "four", _("four views")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    flow = models.CharField(_("flow"), max_length=12, choices=Flow.choices, default=Flow.READ_FIRST)
    pool = models.CharField(_("pool"), max_length=12, choices=Pool.choices, default=Pool.OPEN)
    hanging = models.CharField(_("hanging"), max_length=8, choices=Hanging.choices, blank=True)
    model_key = models.CharField(_("AI model"), max_length=80, blank=True)
    max_marks = models.PositiveSmallIntegerField(_("marks a case, at most"), default=5)
    mark_radius_px = models.FloatField(
        _("mark radius (px)"), default=0.0, help_text=_("A mark this close to a region still hits.")
    )
    sitting_size = models.PositiveSmallIntegerField(
        _("cases a sitting"), default=settings.SECONDREAD_SITTING_SIZE
    )
    opens_at = models.DateTimeField(_("exam opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("exam closes"), null=True, blank=True)
    time_limit_minutes = models.PositiveSmallIntegerField(
        _("time limit of an exam (minutes)"), null=True, blank=True
    )
    pass_mark_percent = models.PositiveSmallIntegerField(
        _("pass mark (% of first opinions right)"), null=True, blank=True
    )
    pass_mark_note = models.TextField(_("how the pass mark was set"), blank=True)
    released_at = models.DateTimeField(_("results released"), null=True, blank=True, editable=False)
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
