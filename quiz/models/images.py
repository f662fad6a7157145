"""Images of a case: where the lossless master and the served rendition lie, and how to place marks on them."""

from __future__ import annotations

import uuid

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from radiology.packs import MOST_MONTHS


class ImageQuerySet(models.QuerySet["Image"]):
    """Images, and those of the current examination alone."""

    def current(self) -> ImageQuerySet:
        """Return the images that the question, the AI and the key are about: no priors."""
        return self.filter(months_before=0)


class Image(models.Model):
    """One frame of a case: a film, or one slice of a stack (`series` groups slices)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("quiz.Case", models.CASCADE, related_name="images", verbose_name=_("case"))
    series = models.PositiveSmallIntegerField(_("series"), default=0)
    slice_index = models.PositiveSmallIntegerField(_("slice"), default=0)
    pack_path = models.CharField(_("path in the pack"), max_length=300)
    view = models.CharField(_("view"), max_length=500, blank=True)
    laterality = models.CharField(_("laterality"), max_length=500, blank=True)
    orientation = models.CharField(
        _("patient orientation"),
        max_length=16,
        blank=True,
        help_text=_("Directions of a row and a column as in DICOM, e.g. L\\P."),
    )
    months_before = models.PositiveSmallIntegerField(
        _("months before the current examination"),
        default=0,
        validators=[MaxValueValidator(MOST_MONTHS)],
        help_text=_("0 for the current examination; a prior is there to compare with, nothing else."),
    )
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    bits = models.PositiveSmallIntegerField(_("bits"), default=8)
    pixel_spacing_mm = models.FloatField(_("pixel spacing (mm)"), null=True, blank=True)
    slope = models.FloatField(default=1.0)
    intercept = models.FloatField(default=0.0)
    window_center = models.FloatField(_("window centre"), null=True, blank=True)
    window_width = models.FloatField(_("window width"), null=True, blank=True)
    sha256 = models.CharField(_("pixel SHA-256"), max_length=64, db_index=True)
    master_key = models.CharField(max_length=200)
    served_key = models.CharField(max_length=200)

    objects = ImageQuerySet.as_manager()

    class Meta:
        ordering = ["case", "series", "slice_index"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "series", "slice_index"], name="one_image_per_slice_of_a_case"
            )
        ]
        verbose_name = _("image")

    def __str__(self) -> str:
        return f"image {self.series}.{self.slice_index} of case {self.case_id}"
