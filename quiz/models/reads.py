"""Sittings and reads: where each learner stands, with which versions a read was shown and scored."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Sitting(models.Model):
    """One learner going through part of a case set; keeps the set's rules as they were."""

    class State(models.TextChoices):
        """Whether reads are left."""

        OPEN = "open", _("open")
        FINISHED = "finished", _("finished")

    class Mode(models.TextChoices):
        """What a sitting is for; `quiz.domain.modes` has the rules."""

        PRACTICE = "practice", _("practice")
        RATED = "rated", _("rated")
        REVIEW = "review", _("review")
        MISSES = "misses", _("my misses")
        BOOKMARKS = "bookmarks", _("bookmarks")
        EXAM = "exam", _("exam")
        WITHDRAWAL = "withdrawal", _("test without the AI")
        DUEL = "duel", _("duel")
        AI_FIRST = "ai_first", _("trust or override")
        SCREENING = "screening", _("screening round")
        DAILY = "daily", _("daily case")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="sittings")
    case_set = models.ForeignKey("quiz.CaseSet", models.PROTECT, related_name="sittings")
    mode = models.CharField(max_length=20, choices=Mode.choices, default=Mode.PRACTICE)
    flow = models.CharField(max_length=12)
    model_key = models.CharField(max_length=80, blank=True)
    max_marks = models.PositiveSmallIntegerField()
    mark_radius_px = models.FloatField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    started_at = models.DateTimeField()
    deadline_at = models.DateTimeField(null=True, blank=True)
    """When an exam's time is up for this learner, extra time included."""
    finished_at = models.DateTimeField(null=True, blank=True)
    flagged_at = models.DateTimeField(null=True, blank=True)
    flag_reason = models.CharField(max_length=300, blank=True)
    """Why a person has to look at this result, e.g. a key corrected after the exam."""

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "case_set", "mode"],
                condition=Q(state="open"),
                name="one_open_sitting_per_set",
            ),
            models.UniqueConstraint(
                fields=["learner", "case_set"], condition=Q(mode="exam"), name="one_exam_attempt_per_set"
            ),
        ]

    def __str__(self) -> str:
        return f"sitting {self.public_id}"


class Read(models.Model):
    """One learner's attempt at one case; `state` moves only by conditional UPDATE."""

    class State(models.TextChoices):
        """The states of `quiz.domain.read_flow.State`."""

        RESERVED = "reserved", _("reserved")
        OPENED = "opened", _("opened")
        COMMITTED = "committed", _("committed")
        AI_SHOWN = "ai_shown", _("AI shown")
        FINALISED = "finalised", _("finalised")
        TRUTH_SHOWN = "truth_shown", _("truth shown")

    class AIStatus(models.TextChoices):
        """What the reveal could show."""

        NOT_ASKED = "", _("not asked yet")
        READY = "ready", _("ready")
        DECLINED = "declined", _("declined")
        UNAVAILABLE = "unavailable", _("unavailable")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sitting = models.ForeignKey(Sitting, models.CASCADE, related_name="reads")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="reads")
    case = models.ForeignKey("quiz.Case", models.PROTECT, related_name="reads")
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.RESERVED)
    first_exposure = models.BooleanField(default=True)
    ai_status = models.CharField(
        max_length=12, choices=AIStatus.choices, default=AIStatus.NOT_ASKED, blank=True
    )
    answer_key = models.ForeignKey("quiz.AnswerKey", models.PROTECT, null=True, related_name="reads")
    opened_at = models.DateTimeField(null=True, blank=True)
    committed_at = models.DateTimeField(null=True, blank=True)
    ai_shown_at = models.DateTimeField(null=True, blank=True)
    finalised_at = models.DateTimeField(null=True, blank=True)
    truth_shown_at = models.DateTimeField(null=True, blank=True)
    day = models.DateField(null=True, blank=True)
    """The learner's own day of the last opinion; stored with the truth, since a learner's time zone may change."""
    key_corrected_at = models.DateTimeField(null=True, blank=True)
    correction_seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["sitting", "position"]
        constraints = [
            models.UniqueConstraint(fields=["sitting", "case"], name="one_read_per_case_of_a_sitting"),
            models.UniqueConstraint(fields=["sitting", "position"], name="one_read_per_place_of_a_sitting"),
        ]
        indexes = [
            models.Index(fields=["learner", "state"]),
            models.Index(fields=["learner", "truth_shown_at"]),
            models.Index(fields=["learner", "day"]),
        ]

    def __str__(self) -> str:
        return f"read {self.public_id}"


class ReadAI(models.Model):
    """Which AI opinion of an image a read was shown: the id of a row that never changes."""

    read = models.ForeignKey(Read, models.CASCADE, related_name="ai_opinions")
    image = models.ForeignKey("quiz.Image", models.CASCADE, related_name="+")
    ai_opinion_id = models.UUIDField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["read", "image"], name="one_ai_opinion_per_image_of_a_read")
        ]

    def __str__(self) -> str:
        return f"AI opinion {self.ai_opinion_id}"


class ReadOutcome(models.Model):
    """The stored comparison of a finished read; recomputable from the rows it points to."""

    read = models.OneToOneField(Read, models.CASCADE, related_name="outcome")
    answer_key = models.ForeignKey("quiz.AnswerKey", models.PROTECT, related_name="+")
    headline = models.CharField(max_length=40)
    learner_first = models.CharField(max_length=12, blank=True)
    learner_final = models.CharField(max_length=12, blank=True)
    ai = models.CharField(max_length=12)
    learner_place = models.CharField(max_length=16)
    ai_place = models.CharField(max_length=16)
    badges = models.JSONField(default=list)
    findings = models.JSONField(default=dict)
    """What the learner's figures are computed from, by finding; `quiz.domain.figures` says what it holds."""
    points_first = models.IntegerField(null=True)
    points_final = models.IntegerField(null=True)
    scored_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.headline
