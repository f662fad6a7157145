"""Ratings of learners, cases and CNNs on one scale a modality; what was played is appended and never changed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class LearnerRating(models.Model):
    """Where a learner stands on a scale: the running sum of their events."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="ratings")
    scale = models.CharField(max_length=24)
    """Modality, and whether simulated: `MR`, `MR-simulated`; real and simulated cases never share one."""
    rating = models.FloatField()
    deviation = models.FloatField()
    volatility = models.FloatField()
    games = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "scale"], name="one_rating_per_learner_and_scale")
        ]

    def __str__(self) -> str:
        return f"{self.scale}: {self.rating:.0f} ± {self.deviation:.0f}"


class RatedPlayer(models.Model):
    """A case or a CNN as an opponent, with its rating of the last closed period."""

    class Kind(models.TextChoices):
        """Who plays besides learners."""

        CASE = "case", "case"
        MODEL = "model", "model"

    scale = models.CharField(max_length=24)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    case = models.ForeignKey("quiz.Case", models.CASCADE, null=True, related_name="rated_players")
    model_key = models.CharField(max_length=80, blank=True)
    model_sha256 = models.CharField(max_length=64, blank=True)
    rating = models.FloatField()
    deviation = models.FloatField()
    volatility = models.FloatField()
    games = models.PositiveIntegerField(default=0)
    period = models.ForeignKey("quiz.RatingPeriod", models.PROTECT, null=True, related_name="players")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scale", "case"], condition=Q(kind="case"), name="one_player_per_case_and_scale"
            ),
            models.UniqueConstraint(
                fields=["scale", "model_key", "model_sha256"],
                condition=Q(kind="model"),
                name="one_player_per_model_version_and_scale",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.scale}: {self.rating:.0f}"


class RatingPeriod(models.Model):
    """A closed period of a scale: from here on cases and CNNs play at their new ratings."""

    scale = models.CharField(max_length=24)
    number = models.PositiveIntegerField()
    closed_at = models.DateTimeField()

    class Meta:
        ordering = ["scale", "number"]
        constraints = [models.UniqueConstraint(fields=["scale", "number"], name="period_once_per_scale")]

    def __str__(self) -> str:
        return f"{self.scale} {self.number}"


class PeriodChange(models.Model):
    """What a period's closing did to one case or CNN."""

    period = models.ForeignKey(RatingPeriod, models.CASCADE, related_name="changes")
    player = models.ForeignKey(RatedPlayer, models.CASCADE, related_name="changes")
    rating_before = models.FloatField()
    deviation_before = models.FloatField()
    volatility_before = models.FloatField()
    rating_after = models.FloatField()
    deviation_after = models.FloatField()
    volatility_after = models.FloatField()
    games = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "player"], name="one_change_per_player_and_period")
        ]

    def __str__(self) -> str:
        return f"{self.player_id}: {self.rating_before:.0f} to {self.rating_after:.0f}"


class RatingEvent(models.Model):
    """One rated read: the score, whom it was played against, and what it did to the learner.

    Score and opponents stay as they were played; `…_before` and `…_after` follow from them and from the events
    before this one, and are worked out anew where one of those is voided.
    """

    read = models.OneToOneField("quiz.Read", models.CASCADE, related_name="rating_event")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="rating_events")
    sitting = models.ForeignKey("quiz.Sitting", models.CASCADE, related_name="rating_events")
    scale = models.CharField(max_length=24)
    score = models.FloatField()
    expected = models.FloatField()
    opponents = models.JSONField(default=list)
    """The ratings played against: [{kind, rating, deviation}, …]."""
    rating_before = models.FloatField()
    deviation_before = models.FloatField()
    volatility_before = models.FloatField()
    rating_after = models.FloatField()
    deviation_after = models.FloatField()
    volatility_after = models.FloatField()
    period = models.ForeignKey(RatingPeriod, models.PROTECT, null=True, related_name="events")
    """The closed period that counted this game for the case; None until then."""
    finalised_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["finalised_at", "id"]
        indexes = [
            models.Index(fields=["learner", "scale", "finalised_at", "id"], name="rating_event_replay"),
            models.Index(
                fields=["scale", "id"], condition=Q(period=None, voided_at=None), name="rating_event_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scale} {self.score}"


class ModelGame(models.Model):
    """A CNN version against a case: played once."""

    player = models.ForeignKey(RatedPlayer, models.CASCADE, related_name="model_games")
    case = models.ForeignKey("quiz.Case", models.CASCADE, related_name="model_games")
    score = models.FloatField()
    period = models.ForeignKey(RatingPeriod, models.PROTECT, null=True, related_name="model_games")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["player", "case"], name="model_plays_a_case_once")]

    def __str__(self) -> str:
        return f"game of {self.player_id} against case {self.case_id}"
