"""Figures of cases, refitted from the reads."""

from __future__ import annotations

import pytest

from quiz.models import CaseSet, CaseStatistic, Read, User
from quiz.services.case_statistics import refit_case_statistics
from tests.conftest import NOW
from tests.quiz import builders
from tests.quiz.services.test_finished_reads import finish, rated

pytestmark = pytest.mark.django_db


def test_every_first_read_counts_once(learner: User, case_set: CaseSet) -> None:
    cases = list(case_set.cases.order_by("pk"))
    for number in range(8):
        somebody = builders.user(f"reader-{number}")
        finish(rated(somebody, case_set, cases=1)[0], right=number < 6)
    finish(rated(somebody, case_set, cases=1, mode="practice")[0])
    assert refit_case_statistics(now=NOW) == 1
    row = CaseStatistic.objects.get()
    assert (row.case, row.reads, row.right) == (cases[0], 8, 6)
    present = bool(cases[0].answer_keys.get().findings)
    assert row.answers == ({"pneumonia": 6, "": 2} if present else {"": 6, "pneumonia": 2})
    # Everybody read this one case only: nothing to compare it with.
    assert (row.discrimination, row.flagged) == (None, False)


def test_refitting_again_replaces(learner: User, case_set: CaseSet) -> None:
    finish(rated(learner, case_set, cases=2)[1])
    refit_case_statistics(now=NOW)
    Read.objects.update(first_exposure=False)
    assert refit_case_statistics(now=NOW) == 0
    assert not CaseStatistic.objects.exists()
