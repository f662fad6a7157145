"""An instructor's hand on exams: hours and pool in the form, extra time by username, release, settled flags."""

from __future__ import annotations

import random
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from quiz.models import CaseSet, ExamAllowance, Sitting, User
from quiz.services.sittings import start_sitting
from tests.quiz.mode_sets import a_set, read_through

RELEASED = "The results of this exam are out: its hours and extra time can't change any more."


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


HOURS = {
    "opens_at": {"opens_at_0": "2020-01-01", "opens_at_1": "12:00:00"},
    "closes_at": {"closes_at_0": "2040-01-01", "closes_at_1": "12:00:00"},
    "time_limit_minutes": {"time_limit_minutes": "90"},
}


def sat_and_closed(learner: User, exam: CaseSet) -> CaseSet:
    """An exam that one candidate has sat and the clock has closed for everyone."""
    CaseSet.objects.filter(pk=exam.pk).update(closes_at=timezone.now() + timedelta(hours=1))
    exam.refresh_from_db()
    read_through(attempt(learner, exam), now=timezone.now())
    CaseSet.objects.filter(pk=exam.pk).update(
        closes_at=timezone.now().replace(microsecond=0) - timedelta(hours=1)
    )
    exam.refresh_from_db()
    return exam


def hours(exam: CaseSet) -> tuple[object, ...]:
    row = CaseSet.objects.get(pk=exam.pk)
    return row.opens_at, row.closes_at, row.time_limit_minutes


def stored_hours(exam: CaseSet) -> dict[str, str]:
    """The closing time as the form shows it, so that it isn't taken for a change."""
    assert exam.closes_at is not None
    return {"closes_at_0": f"{exam.closes_at:%Y-%m-%d}", "closes_at_1": f"{exam.closes_at:%H:%M:%S}"}


@pytest.mark.parametrize("name", HOURS)
def test_hours_stand_once_the_clock_has_released_the_results(
    author: Client, learner: User, exam: CaseSet, name: str
) -> None:
    exam = sat_and_closed(learner, exam)
    before = hours(exam)
    page = save(author, exam, **{**stored_hours(exam), **HOURS[name]})
    assert RELEASED in unescape(page)
    assert hours(exam) == before
    save(author, exam, **stored_hours(exam), title="Another title")
    exam.refresh_from_db()
    assert exam.title == "Another title"


def test_extra_time_after_the_release_is_refused(author: Client, learner: User, exam: CaseSet) -> None:
    exam = sat_and_closed(learner, exam)
    page = save(author, exam, **stored_hours(exam), **granted("learner", "600"))
    assert RELEASED in unescape(page)
    assert not ExamAllowance.objects.exists()


def test_hours_stand_after_a_release_by_hand(author: Client, learner: User, exam: CaseSet) -> None:
    read_through(attempt(learner, exam), now=timezone.now())
    act(author, exam, "release")
    before = hours(exam)
    assert RELEASED in unescape(save(author, exam, **HOURS["closes_at"]))
    assert hours(exam) == before


def test_a_slip_in_the_hours_of_an_exam_nobody_sat_can_be_mended(author: Client, exam: CaseSet) -> None:
    CaseSet.objects.filter(pk=exam.pk).update(closes_at=timezone.now() - timedelta(days=365))
    save(author, exam, **HOURS["closes_at"])
    exam.refresh_from_db()
    assert exam.closes_at is not None and exam.closes_at.year == 2040


def test_flagged_results_are_counted_and_settled(author: Client, learner: User, exam: CaseSet) -> None:
    sitting = attempt(learner, exam)
    Sitting.objects.filter(pk=sitting.pk).update(flagged_at=timezone.now(), flag_reason="A key.")
    assert "1 results are settled" in act(author, exam, "settle")
    sitting.refresh_from_db()
    assert (sitting.flagged_at, sitting.flag_reason) == (None, "")


def test_publishing_says_why_an_exam_is_not_fit(author: Client, exam: CaseSet) -> None:
    CaseSet.objects.update(time_limit_minutes=None)
    assert "An exam needs a time limit." in act(author, exam, "publish")
