"""Jobs, AI opinions and heatmaps: rows about images known by hash, never about cases or keys."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """One image × model version to be read; the row is the job, a broker message only points at the queue.

    With `finding` and `method` it is one map of an image that is read already, which somebody asked for.
    """

    class State(models.TextChoices):
        """Where a job stands."""

        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    queue = models.CharField(_("queue"), max_length=10, default="publish")
    model_key = models.CharField(_("AI model"), max_length=80)
    model_sha256 = models.CharField(_("weights SHA-256"), max_length=64)
    image_sha256 = models.CharField(_("image SHA-256"), max_length=64, db_index=True)
    finding = models.CharField(_("finding"), max_length=80, blank=True, default="")
    method = models.CharField(_("method"), max_length=20, blank=True, default="")
    storage_key = models.CharField(max_length=200)
    slope = models.FloatField(default=1.0)
    intercept = models.FloatField(default=0.0)
    window_center = models.FloatField(null=True, blank=True)
    window_width = models.FloatField(null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claim_token = models.UUIDField(null=True, blank=True, editable=False)
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    message = models.CharField(_("message"), max_length=500, blank=True)
    order = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(_("created"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        ordering = ["created_at", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["image_sha256", "model_key", "model_sha256", "finding", "method"],
                name="one_job_per_image_model_finding_and_method",
            )
        ]
        indexes = [models.Index(fields=["queue", "state", "created_at", "order"])]
        verbose_name = _("job")

    def __str__(self) -> str:
        what = f"{self.method or 'opinion'} of {self.model_key}"
        return f"{what} on {self.image_sha256[:12]}: {self.state}"


class AIOpinion(models.Model):
    """One model version's answer to one image; rows are never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    model_key = models.CharField(_("AI model"), max_length=80)
    model_sha256 = models.CharField(_("weights SHA-256"), max_length=64)
    image_sha256 = models.CharField(_("image SHA-256"), max_length=64)
    ood_score = models.FloatField(_("out-of-distribution score"), null=True, blank=True)
    declined = models.BooleanField(_("declined"), default=False)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image_sha256", "model_key", "model_sha256"],
                name="one_opinion_per_image_and_model_version",
            )
        ]
        verbose_name = _("AI opinion")

    def __str__(self) -> str:
        return f"{self.model_key} on {self.image_sha256[:12]}"


class FindingOpinion(models.Model):
    """One finding within an AI opinion."""

    opinion = models.ForeignKey(AIOpinion, models.CASCADE, related_name="findings")
    finding = models.CharField(_("finding"), max_length=80)
    probability = models.FloatField(_("probability"))
    threshold = models.FloatField(_("threshold"))
    present = models.BooleanField(_("called present"))

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["opinion", "finding"], name="one_row_per_finding_of_opinion")
        ]
        verbose_name = _("finding of an AI opinion")

    def __str__(self) -> str:
        return f"{self.finding}: {self.probability:.2f}"


class Heatmap(models.Model):
    """Where a model looked for one finding, by one method; the values lie in a content-named file."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    opinion = models.ForeignKey(AIOpinion, models.CASCADE, related_name="heatmaps")
    finding = models.CharField(_("finding"), max_length=80)
    method = models.CharField(_("method"), max_length=20)
    storage_key = models.CharField(max_length=200)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    peak_x = models.FloatField()
    peak_y = models.FloatField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["opinion", "finding", "method"], name="one_heatmap_per_finding_and_method"
            )
        ]
        verbose_name = _("heatmap")

    def __str__(self) -> str:
        return f"{self.method} of {self.finding}"


class Heartbeat(models.Model):
    """When a worker of a queue last said that it is alive."""

    queue = models.CharField(max_length=10, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.queue} at {self.at:%H:%M:%S}"
