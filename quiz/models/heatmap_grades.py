"""How the AI's heatmaps met each version of a case's key; never joined into what is shown before the truth."""

from __future__ import annotations

from django.db import models


class HeatmapGrade(models.Model):
    """One heatmap against one key version, on one image of its case; written once, never changed."""

    answer_key = models.ForeignKey("quiz.AnswerKey", models.CASCADE, related_name="heatmap_grades")
    image = models.ForeignKey("quiz.Image", models.CASCADE, related_name="+")
    ai_opinion_id = models.UUIDField(db_index=True)
    heatmap_id = models.UUIDField()
    finding = models.CharField(max_length=80)
    method = models.CharField(max_length=20)
    on_region_image = models.BooleanField()
    """Whether the key has a region of the finding on this image; where it hasn't, all figures are 0."""
    inside = models.BooleanField()
    energy = models.FloatField()
    overlap = models.FloatField()
    level = models.FloatField()
    """The share of the map's maximum from which on `overlap` counts it."""
    graded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["answer_key", "image", "heatmap_id"], name="one_grade_per_heatmap_and_key_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.method} of {self.finding}: {self.energy:.2f}"
