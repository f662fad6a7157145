"""An exam from start to result: the clock, extra time, one attempt, release, flags."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from quiz import permissions
from quiz.models import AnswerKey, CaseSet, ExamAllowance, Opinion, Read, Sitting, User
from quiz.selectors.round_results import exam_result
from quiz.services import exams, reads
from quiz.services.answer_keys import KeyContent, correct_key
from quiz.services.errors import Refused
from quiz.services.publishing import publish_case_set
from quiz.services.sittings import start_sitting
from tests.conftest import NOW
from tests.quiz.builders import says
from tests.quiz.mode_sets import a_set, has_finding, read_through

MINUTE = timedelta(minutes=1)


@pytest.fixture
def exam(tmp_path: Path, instructor: User) -> CaseSet:
    """Six cases, thirty minutes, closing after two hours, 70 % to pass."""
    return a_set(
        tmp_path,
        6,
        owner=instructor,
        pool="exam",
        flow="exam",
        opens_at=NOW,
        closes_at=NOW + 120 * MINUTE,
        time_limit_minutes=30,
        pass_mark_percent=70,
        pass_mark_note="Angoff, five readers.",
    )


def start(learner: User, exam: CaseSet, now: datetime = NOW) -> Sitting:
    exam.refresh_from_db()
    return start_sitting(learner=learner, case_set=exam, now=now, rng=random.Random(1), mode="exam")


def first_read(sitting: Sitting) -> Read:
    rows = sitting.reads.select_related("sitting__case_set", "case__pack", "learner")
    return rows.order_by("position")[0]


def commit(read: Read, now: datetime, key: str = "k") -> Opinion:
    return reads.commit_opinion(read=read, opinion=says(True), seconds=1, idempotency_key=key, now=now)


def refusal(action: object, *args: object, **named: object) -> str:
    assert callable(action)
    with pytest.raises(Refused) as refused:
        action(*args, **named)
    return refused.value.code


def test_an_exam_takes_every_case_and_has_a_deadline(learner: User, exam: CaseSet) -> None:
    sitting = start(learner, exam)
    assert (sitting.flow, sitting.reads.count()) == ("exam", 6)
    assert sitting.deadline_at == NOW + 30 * MINUTE


def test_an_answer_after_the_deadline_is_refused_and_stores_nothing(learner: User, exam: CaseSet) -> None:
    read = reads.open_read(read=first_read(start(learner, exam)), now=NOW)
    late = NOW + 30 * MINUTE + timedelta(seconds=31)
    assert refusal(commit, read, late) == "time_is_up"
    assert not Opinion.objects.exists()
    read.refresh_from_db()
    assert read.state == "opened"
    commit(read, NOW + 30 * MINUTE + timedelta(seconds=29))
    # Sent again, late or not, the stored answer comes back.
    assert commit(read, late).pk == Opinion.objects.get().pk


def test_no_case_is_opened_after_the_deadline(learner: User, exam: CaseSet) -> None:
    read = first_read(start(learner, exam))
    assert refusal(reads.open_read, read=read, now=NOW + 31 * MINUTE) == "time_is_up"
    read.refresh_from_db()
    assert (read.state, read.opened_at) == ("reserved", None)


def test_extra_time_counts_from_the_start_and_in_the_middle(
    learner: User, other: User, exam: CaseSet
) -> None:
    ExamAllowance.objects.create(case_set=exam, learner=learner, extra_minutes=15)
    assert start(learner, exam).deadline_at == NOW + 45 * MINUTE
    sitting = start(other, exam)
    read = reads.open_read(read=first_read(sitting), now=NOW)
    ExamAllowance.objects.create(case_set=exam, learner=other, extra_minutes=10)
    assert exams.apply_extra_time(case_set=exam) == 1
    assert exams.apply_extra_time(case_set=exam) == 0
    commit(read, NOW + 39 * MINUTE)
    assert Opinion.objects.count() == 1


def test_a_crash_costs_time_and_nothing_else(learner: User, exam: CaseSet) -> None:
    sitting = start(learner, exam)
    read = reads.open_read(read=first_read(sitting), now=NOW)
    commit(read, NOW + MINUTE)
    # The browser is gone; ten minutes later the candidate signs in and starts again.
    again = start(learner, exam, NOW + 10 * MINUTE)
    assert again == sitting and again.deadline_at == NOW + 30 * MINUTE
    assert Opinion.objects.filter(read__sitting=sitting).count() == 1


def test_there_is_one_attempt(learner: User, exam: CaseSet) -> None:
    sitting = read_through(start(learner, exam))
    assert sitting.state == "finished"
    assert refusal(start, learner, exam, NOW + 20 * MINUTE) == "attempt_used"
    unfinished = learner_with_attempt_left_alone(exam)
    assert refusal(start, unfinished, exam, NOW + 40 * MINUTE) == "attempt_used"


def learner_with_attempt_left_alone(exam: CaseSet) -> User:
    away = User.objects.create_user("away")
    start(away, exam)
    return away


@pytest.mark.parametrize(("at", "code"), [(-1, "not_open_yet"), (120, "closed"), (500, "closed")])
def test_it_is_taken_in_its_hours(learner: User, exam: CaseSet, at: int, code: str) -> None:
    assert refusal(start, learner, exam, NOW + at * MINUTE) == code


def test_nothing_is_shown_before_it_has_closed_for_everyone(
    learner: User, other: User, exam: CaseSet
) -> None:
    sitting = read_through(start(learner, exam))
    ExamAllowance.objects.create(case_set=exam, learner=other, extra_minutes=20)
    read = first_read(sitting)
    assert (read.state, read.ai_status) == ("committed", "")
    for now in (NOW + 30 * MINUTE, NOW + 121 * MINUTE, NOW + 140 * MINUTE):
        assert refusal(reads.reveal_truth, read=read, now=now) == "not_released"
        assert refusal(exams.show_results, sitting=sitting, now=now) == "not_released"
        assert exam_result(sitting, now).right is None
    assert not permissions.reads_showing_truth(learner).exists()
    assert not permissions.reads_showing_ai(learner).exists()
    assert refusal(reads.reveal_ai, read=read, now=NOW + 200 * MINUTE) == "wrong_step"
    assert exams.show_results(sitting=sitting, now=NOW + 141 * MINUTE) == 6
    assert permissions.reads_showing_truth(learner).count() == 6


def test_release_ends_the_exam_and_waits_for_those_who_have_time(
    learner: User, other: User, exam: CaseSet, instructor: User
) -> None:
    sitting = read_through(start(learner, exam))
    start(other, exam)
    release = {"case_set": exam, "instructor": instructor}
    assert refusal(exams.release_exam, **release, now=NOW + 20 * MINUTE) == "exam_running"
    assert refusal(exams.release_exam, case_set=exam, instructor=learner, now=NOW) == "forbidden"
    exams.release_exam(**release, now=NOW + 31 * MINUTE)
    late = User.objects.create_user("late")
    assert refusal(start, late, exam, NOW + 32 * MINUTE) == "closed"
    assert exams.show_results(sitting=sitting, now=NOW + 32 * MINUTE) == 6


def test_only_exams_are_released(case_set: CaseSet, instructor: User) -> None:
    assert refusal(exams.release_exam, case_set=case_set, instructor=instructor, now=NOW) == "not_an_exam"


@pytest.mark.parametrize(("right", "passes"), [(6, True), (5, True), (4, False)])
def test_pass_mark_is_on_first_opinions(learner: User, exam: CaseSet, right: int, passes: bool) -> None:
    sitting = read_through(start(learner, exam), right=right)
    exams.show_results(sitting=sitting, now=NOW + 200 * MINUTE)
    result = exam_result(sitting, NOW + 200 * MINUTE)
    assert (result.asked, result.right, result.passed) == (6, right, passes)
    assert result.accuracy is not None and result.accuracy.value == right / 6


def test_what_is_left_unanswered_is_not_right(learner: User, exam: CaseSet) -> None:
    sitting = start(learner, exam)
    read = reads.open_read(read=first_read(sitting), now=NOW)
    reads.commit_opinion(
        read=read, opinion=says(has_finding(read)), seconds=1, idempotency_key="k", now=NOW + MINUTE
    )
    after = NOW + 200 * MINUTE
    assert exams.show_results(sitting=sitting, now=after) == 1
    assert exams.show_results(sitting=sitting, now=after) == 0
    sitting.refresh_from_db()
    assert (sitting.state, sitting.finished_at) == ("finished", sitting.deadline_at)
    result = exam_result(sitting, after)
    assert (result.asked, result.answered, result.right, result.passed) == (6, 1, 1, False)


def test_a_corrected_key_flags_results_for_a_person(learner: User, exam: CaseSet, instructor: User) -> None:
    sitting = read_through(start(learner, exam))
    after = NOW + 200 * MINUTE
    exams.show_results(sitting=sitting, now=after)
    read = first_read(sitting)
    key = AnswerKey.objects.get(case=read.case, is_current=True)
    turned = () if key.findings else ("pneumonia",)
    content = KeyContent(findings=turned, truth_basis=key.truth_basis)
    correct_key(case=read.case, content=content, author=instructor, note="second look", now=after)
    sitting.refresh_from_db()
    result = exam_result(sitting, after)
    assert (result.right, result.to_look_at) == (5, True) and sitting.flag_reason
    assert exams.settle_flags(case_set=exam, instructor=instructor) == 1
    assert refusal(exams.settle_flags, case_set=exam, instructor=learner) == "forbidden"
    sitting.refresh_from_db()
    assert not exam_result(sitting, after).to_look_at


@pytest.mark.parametrize(
    ("fields", "says_why"),
    [
        ({"time_limit_minutes": None}, "time limit"),
        ({"pass_mark_note": " "}, "pass mark was set"),
        ({"pass_mark_percent": 101}, "between 1 and 100"),
        ({"closes_at": NOW}, "closes after it opens"),
        ({"flow": "read_first"}, "both the exam flow"),
        ({"pool": "open"}, "both the exam flow"),
    ],
)
def test_an_unfit_exam_is_not_published(exam: CaseSet, fields: dict[str, object], says_why: str) -> None:
    CaseSet.objects.filter(pk=exam.pk).update(**fields)
    exam.refresh_from_db()
    with pytest.raises(Refused, match=says_why):
        publish_case_set(case_set=exam, now=NOW)


def test_an_exam_on_simulated_cases_alone_is_not_published(db: None, tmp_path: Path) -> None:
    simulated = a_set(
        tmp_path, 4, key="sim", pack={"simulated": True}, pool="exam", flow="exam", time_limit_minutes=5
    )
    with pytest.raises(Refused, match="simulated cases alone"):
        publish_case_set(case_set=simulated, now=NOW)


def test_an_exam_in_order_is_published(exam: CaseSet) -> None:
    assert publish_case_set(case_set=exam, now=NOW).status == "published"
