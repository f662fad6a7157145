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


class WithdrawalDraw(models.Model):
    """One throw of the dice whether a learner is offered the test without the AI; kept, so that it can be checked.

    A throw is made when a sitting starts that could have been followed by the test; `offered` is how it fell.
    """

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="withdrawal_draws")
    case_set = models.ForeignKey("quiz.CaseSet", models.CASCADE, related_name="withdrawal_draws")
    drawn_at = models.DateTimeField()
    offered = models.BooleanField()
    sitting = models.OneToOneField(
        "quiz.Sitting", models.SET_NULL, null=True, blank=True, related_name="withdrawal_draw"
    )
    """The test that was taken on this offer."""

    class Meta:
        ordering = ["drawn_at", "id"]
        indexes = [
            models.Index(fields=["learner", "case_set", "drawn_at"], name="withdrawal_draw_of_learner")
        ]

    def __str__(self) -> str:
        return f"{'offered' if self.offered else 'not offered'} on {self.drawn_at:%Y-%m-%d}"
