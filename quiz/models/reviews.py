"""Spaced review: one card a learner and concept, and the events that moved it."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class ReviewCard(models.Model):
    """Where a concept stands in a learner's schedule; recomputable from its events."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="review_cards")
    concept = models.CharField(max_length=120)
    state = models.PositiveSmallIntegerField()
    """As in FSRS: 1 learning, 2 review, 3 relearning."""
    step = models.PositiveSmallIntegerField(null=True)
    stability = models.FloatField(null=True)
    difficulty = models.FloatField(null=True)
    due_at = models.DateTimeField()
    last_review_at = models.DateTimeField(null=True)
    reviews = models.PositiveIntegerField(default=0)
    lapses = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "concept"], name="one_card_per_learner_and_concept")
        ]
        indexes = [models.Index(fields=["learner", "due_at"], name="review_card_due")]

    def __str__(self) -> str:
        return f"{self.concept} due {self.due_at:%Y-%m-%d}"


class ReviewEvent(models.Model):
    """One read's grade for one concept, appended once."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="review_events")
    read = models.ForeignKey("quiz.Read", models.CASCADE, related_name="review_events")
    concept = models.CharField(max_length=120)
    grade = models.PositiveSmallIntegerField()
    """As in FSRS: 1 again, 2 hard, 3 good, 4 easy."""
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["read", "concept"], name="one_grade_per_read_and_concept")
        ]
        indexes = [models.Index(fields=["learner", "concept", "at"], name="review_event_replay")]

    def __str__(self) -> str:
        return f"{self.concept}: {self.grade}"


class DayOff(models.Model):
    """A day that a learner keeps free of reviews; what falls on it moves on."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="days_off")
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "day"], name="day_off_once")]

    def __str__(self) -> str:
        return f"{self.day} off"
