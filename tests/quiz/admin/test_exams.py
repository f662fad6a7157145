"""An instructor's hand on exams: hours and pool in the form, extra time by username, release, settled flags."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from quiz.models import CaseSet, ExamAllowance, Sitting, User
from quiz.services.sittings import start_sitting
from tests.quiz.mode_sets import a_set, read_through


@pytest.fixture
def exam(tmp_path: Path, instructor: User) -> CaseSet:
    return a_set(tmp_path, 4, owner=instructor, pool="exam", flow="exam", time_limit_minutes=30)


@pytest.fixture
def author(client: Client, instructor: User) -> Client:
    client.force_login(instructor)
    return client


def attempt(learner: User, exam: CaseSet) -> Sitting:
    return start_sitting(
        learner=learner, case_set=exam, now=timezone.now(), rng=random.Random(1), mode="exam"
    )


def save(author: Client, exam: CaseSet, **changes: str) -> str:
    """Send the set's form as it stands, with changes; return the page that follows."""
    address = reverse("admin:quiz_caseset_change", args=[exam.pk])
    page = author.get(address)
    form = page.context["adminform"].form
    stored = {name: form.initial.get(name) for name in form.fields}
    data = {name: "" if value is None else value for name, value in stored.items()}
    for name in ("opens_at", "closes_at"):
        data |= {f"{name}_0": "", f"{name}_1": ""}
    for inline in page.context["inline_admin_formsets"]:
        prefix = inline.formset.prefix
        data |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    response = author.post(address, {**data, **changes}, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def granted(candidate: str, minutes: str) -> dict[str, str]:
    return {
        "allowances-TOTAL_FORMS": "1",
        "allowances-0-candidate": candidate,
        "allowances-0-extra_minutes": minutes,
    }


def test_extra_time_is_granted_by_username_and_counts_at_once(
    author: Client, learner: User, exam: CaseSet
) -> None:
    sitting = attempt(learner, exam)
    before = sitting.deadline_at
    assert before is not None
    save(author, exam, **granted("learner", "15"))
    assert ExamAllowance.objects.get().learner == learner
    sitting.refresh_from_db()
    assert sitting.deadline_at == before + timedelta(minutes=15)
    page = save(author, exam, **granted("learner", "5"))
    assert "has extra time already" in page
    assert "Nobody here has this username" in save(author, exam, **granted("nobody", "5"))
    assert ExamAllowance.objects.count() == 1


def test_the_form_holds_what_an_exam_needs(author: Client, exam: CaseSet) -> None:
    save(
        author,
        exam,
        time_limit_minutes="45",
        pass_mark_percent="60",
        pass_mark_note="Angoff",
        closes_at_0="2030-01-01",
        closes_at_1="12:00:00",
    )
    exam.refresh_from_db()
    assert (exam.time_limit_minutes, exam.pass_mark_percent, exam.pass_mark_note) == (45, 60, "Angoff")
    assert exam.closes_at is not None and exam.closes_at.year == 2030 and exam.released_at is None


def act(author: Client, exam: CaseSet, action: str) -> str:
    data = {"action": action, "_selected_action": [exam.pk]}
    return author.post(reverse("admin:quiz_caseset_changelist"), data, follow=True).content.decode()


def test_results_are_released_once_nobody_has_time_left(author: Client, learner: User, exam: CaseSet) -> None:
    sitting = attempt(learner, exam)
    assert "1 of the candidates have time left" in act(author, exam, "release")
    exam.refresh_from_db()
    assert exam.released_at is None
    read_through(sitting, now=timezone.now())
    assert "are released" in act(author, exam, "release")
    exam.refresh_from_db()
    assert exam.released_at is not None


def test_flagged_results_are_counted_and_settled(author: Client, learner: User, exam: CaseSet) -> None:
    sitting = attempt(learner, exam)
    Sitting.objects.filter(pk=sitting.pk).update(flagged_at=timezone.now(), flag_reason="A key.")
    assert "1 results are settled" in act(author, exam, "settle")
    sitting.refresh_from_db()
    assert (sitting.flagged_at, sitting.flag_reason) == (None, "")


def test_publishing_says_why_an_exam_is_not_fit(author: Client, exam: CaseSet) -> None:
    CaseSet.objects.update(time_limit_minutes=None)
    assert "An exam needs a time limit." in act(author, exam, "publish")
