"""Flagging exam results that a corrected key touches: a person decides what follows."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from quiz.domain.modes import Mode
from quiz.models import Case, Read, Sitting


def flag_exam_results(*, case: Case | int, now: datetime) -> int:
    """Flag every exam attempt in which this case was answered; returns how many."""
    answered = [Read.State.COMMITTED, Read.State.TRUTH_SHOWN]
    attempts = Sitting.objects.filter(mode=Mode.EXAM, reads__case=case, reads__state__in=answered)
    return Sitting.objects.filter(pk__in=attempts.values("pk")).update(
        flagged_at=now, flag_reason=_("The answer key of a case was corrected after it was answered.")
    )
