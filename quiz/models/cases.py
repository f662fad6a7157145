"""Packs, the findings they ask about, and their cases: what a learner may see before the truth."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from quiz.models.images import Image


class Pack(models.Model):
    """Where cases come from: licence, question and AI model of a group of cases."""

    class Kind(models.TextChoices):
        """How the question is answered."""

        DETECTION = "detection", _("Detection: is it there?")
        SINGLE_CHOICE = "single-choice", _("Single choice: which one?")
        MULTI_LABEL = "multi-label", _("Several findings, each there or not")

    key = models.SlugField(_("key"), max_length=80, unique=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    modality = models.CharField(_("modality"), max_length=8, help_text=_("DICOM modality: DX CR MG CT MR US"))
    simulated = models.BooleanField(_("simulated"), default=False)
    rated = models.BooleanField(_("rated"), default=True)
    truth_basis = models.CharField(_("truth basis"), max_length=1000)
    caveat = models.TextField(_("caveat"), blank=True)
    licence_name = models.CharField(_("licence"), max_length=200)
    attribution = models.TextField(_("attribution"))
    source_url = models.URLField(_("source"), max_length=500, blank=True)
    prompt = models.CharField(_("question"), max_length=500)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.DETECTION)
    localise = models.BooleanField(_("the learner marks where"), default=False)
    model_key = models.CharField(_("AI model"), max_length=80, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="packs",
        verbose_name=_("owner"),
    )
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)
    """What `load_demo` loaded last, for demo packs: files and AI model; an unchanged pack isn't read again."""
    created_at = models.DateTimeField(_("created"))
    updated_at = models.DateTimeField(_("updated"))

    class Meta:
        ordering = ["title"]
        verbose_name = _("pack")

    def __str__(self) -> str:
        return f"{self.title} (version {self.version})"


class Finding(models.Model):
    """One thing that a pack's question asks about."""

    pack = models.ForeignKey(Pack, models.CASCADE, related_name="findings")
    key = models.SlugField(_("key"), max_length=80)
    label = models.CharField(_("label"), max_length=200)
    radlex = models.CharField(_("RadLex code"), max_length=20, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "key"]
        constraints = [models.UniqueConstraint(fields=["pack", "key"], name="finding_key_once_per_pack")]
        verbose_name = _("finding")

    def __str__(self) -> str:
        return self.label


class Case(models.Model):
    """One clinical question over one or more images; everything that may be known before the truth."""

    class Status(models.TextChoices):
        """Whether a case may be served."""

        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        HELD = "held", _("held back: may carry burned-in text")
        RETIRED = "retired", _("retired")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pack = models.ForeignKey(Pack, models.CASCADE, related_name="cases", verbose_name=_("pack"))
    source_id = models.CharField(_("case id in the pack"), max_length=200)
    patient_key = models.CharField(_("patient key in the pack"), max_length=128)
    split = models.CharField(_("split"), max_length=10, default="practice")
    acquisition = models.CharField(_("acquisition"), max_length=120, blank=True)
    history = models.TextField(_("history"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    content_digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        ordering = ["pack", "source_id"]
        constraints = [models.UniqueConstraint(fields=["pack", "source_id"], name="case_id_once_per_pack")]
        verbose_name = _("case")

    def __str__(self) -> str:
        return f"{self.pack.key}/{self.source_id}"

    @property
    def current_images(self) -> list[Image]:
        """The images that the question, the AI and the key are about: no priors. Prefetch `images`."""
        return [image for image in self.images.all() if not image.months_before]
