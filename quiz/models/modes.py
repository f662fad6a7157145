"""Tables of single modes: extra time in exams, and which case is the case of a day."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ExamAllowance(models.Model):
    """Extra time that an instructor grants one candidate."""

    case_set = models.ForeignKey("quiz.CaseSet", models.CASCADE, related_name="allowances")
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("candidate")
    )
    extra_minutes = models.PositiveSmallIntegerField(_("extra minutes"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_set", "learner"], name="one_allowance_per_exam_and_learner")
        ]
        verbose_name = _("extra time")

    def __str__(self) -> str:
        return f"{self.extra_minutes} min"


class DailyCase(models.Model):
    """The case of one UTC day, from a set whose cases are kept for it."""

    day = models.DateField(unique=True)
    case_set = models.ForeignKey("quiz.CaseSet", models.CASCADE, related_name="daily_cases")
    case = models.ForeignKey("quiz.Case", models.CASCADE, related_name="daily_cases")

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return str(self.day)
