"""A learner's opinions: stored once, never updated."""

from __future__ import annotations

from django.db import models


class Opinion(models.Model):
    """The first (unaided) or final (after the AI) opinion of a read."""

    class Kind(models.TextChoices):
        """Before or after the AI."""

        FIRST = "first", "first"
        FINAL = "final", "final"

    read = models.ForeignKey("quiz.Read", models.CASCADE, related_name="opinions")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    cannot_tell = models.BooleanField(default=False)
    seconds = models.FloatField()
    idempotency_key = models.CharField(max_length=200, blank=True)
    body_digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["read", "kind"], name="one_opinion_of_a_kind_per_read")
        ]

    def __str__(self) -> str:
        return f"{self.kind} opinion of read {self.read_id}"


class OpinionAnswer(models.Model):
    """One finding's answer within an opinion."""

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="answers")
    finding = models.CharField(max_length=80)
    present = models.BooleanField()
    certainty = models.FloatField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["opinion", "finding"], name="one_answer_per_finding")]

    def __str__(self) -> str:
        return f"{self.finding}: {self.present}"


class OpinionMark(models.Model):
    """A mark within an opinion, in image pixels: `x`, `y` is the centre of every shape."""

    class Shape(models.TextChoices):
        """What a reader can draw."""

        POINT = "point", "point"
        BOX = "box", "box"
        ELLIPSE = "ellipse", "ellipse"

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="marks")
    image = models.ForeignKey("quiz.Image", models.CASCADE, related_name="+")
    finding = models.CharField(max_length=80)
    shape = models.CharField(max_length=8, choices=Shape.choices, default=Shape.POINT)
    x = models.FloatField()
    y = models.FloatField()
    width = models.FloatField(default=0.0)
    height = models.FloatField(default=0.0)
    certainty = models.FloatField(null=True)
    """The mark's own certainty; None: that of its finding's answer."""

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.finding} at {self.x:.0f}, {self.y:.0f}"
