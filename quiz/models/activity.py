"""Running aggregates of a learner: what every page would otherwise count anew. All recomputable from reads."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class DailyActivity(models.Model):
    """What a learner did on one of their own days."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="activity")
    day = models.DateField()
    reads = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0.0)
    points = models.IntegerField(default=0)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["learner", "day"], name="one_row_per_learner_and_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.reads}"


class Streak(models.Model):
    """Days in a row on which a learner read, rest days allowed."""

    learner = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="streak")
    current = models.PositiveIntegerField(default=0)
    longest = models.PositiveIntegerField(default=0)
    last_day = models.DateField(null=True)
    rest_days = models.PositiveSmallIntegerField(default=0)
    """Rest days saved up and not yet used."""

    def __str__(self) -> str:
        return f"{self.current} days"


class Tally(models.Model):
    """Counts over a learner's first-exposure reads: of one finding on one scale, or of whole cases."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tallies")
    scale = models.CharField(max_length=24)
    finding = models.CharField(max_length=80, blank=True)
    """Empty: the case as a whole."""
    counts = models.JSONField(default=dict)
    """Whole numbers by name; `quiz.domain.tallies` says which."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "scale", "finding"], name="one_tally_per_learner_scale_and_finding"
            )
        ]

    def __str__(self) -> str:
        return f"{self.scale} {self.finding}"


class Achievement(models.Model):
    """Something worth telling a learner, earned once."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="achievements")
    slug = models.SlugField(max_length=60)
    read = models.ForeignKey("quiz.Read", models.SET_NULL, null=True, related_name="+")
    earned_at = models.DateTimeField()

    class Meta:
        ordering = ["earned_at"]
        constraints = [models.UniqueConstraint(fields=["learner", "slug"], name="achievement_once")]

    def __str__(self) -> str:
        return self.slug


class CaseStatistic(models.Model):
    """How learners do at a case, for its author; refitted offline."""

    case = models.OneToOneField("quiz.Case", models.CASCADE, related_name="statistic")
    reads = models.PositiveIntegerField()
    right = models.PositiveIntegerField()
    discrimination = models.FloatField(null=True)
    difficulty = models.FloatField(null=True)
    """Rasch, in logits; None where nobody or everybody was right."""
    answers = models.JSONField(default=dict)
    """The distractor table: how often each answer was given."""
    flagged = models.BooleanField(default=False)
    """The best readers get it wrong: the author should look."""
    computed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.right} of {self.reads}"
