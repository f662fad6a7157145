"""Case sets as learners see them: progress of the learner and of the AI."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser

from inference.models import Job
from quiz.models import CaseSet, User
from quiz.selectors.case_sets import ai_progress_of, first_open_set, set_rows
from tests.quiz.builders import advance, imported, opened_read


def test_progress_counts_cases_read_to_the_end(learner: User, case_set: CaseSet) -> None:
    advance(opened_read(learner, case_set), "truth_shown")
    advance(opened_read(learner, case_set), "committed")
    row = set_rows(learner)[0]
    assert (row.done, row.total, row.percent) == (1, 4, 25)
    assert row.open_sitting == learner.sittings.get().public_id


def test_others_progress_is_not_mine(learner: User, other: User, case_set: CaseSet) -> None:
    advance(opened_read(other, case_set), "truth_shown")
    assert (set_rows(learner)[0].done, set_rows(learner)[0].open_sitting) == (0, None)
    assert set_rows(AnonymousUser())[0].done == 0


def test_drafts_are_not_listed(learner: User, case_set: CaseSet) -> None:
    CaseSet.objects.update(status="draft")
    assert set_rows(learner) == [] and first_open_set(learner) is None


def test_ai_progress_shows_only_while_work_is_left(learner: User, case_set: CaseSet) -> None:
    jobs = list(Job.objects.all())
    assert len(jobs) == 4
    Job.objects.filter(pk=jobs[0].pk).update(state="done")
    Job.objects.filter(pk=jobs[1].pk).update(state="failed")
    progress = ai_progress_of(set_rows(learner))[case_set.slug]
    assert (progress.total, progress.done, progress.failed, progress.waiting) == (4, 1, 1, 2)
    Job.objects.filter(state="queued").update(state="done")
    assert ai_progress_of(set_rows(learner)) == {}


def test_ai_progress_takes_two_queries_however_many_sets(
    learner: User, tmp_path: Path, django_assert_num_queries: Any
) -> None:
    for number in range(6):
        imported(tmp_path, key=f"lungs-{number}")
    rows = set_rows(learner)
    with django_assert_num_queries(2):
        assert len(ai_progress_of(rows)) == 6
