"""Bookmarks and fault reports: whose they are, what is refused, and that they change nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quiz.models import Bookmark, CaseSet, FaultReport, Read, User
from quiz.permissions import authored_fault_reports, visible_bookmarks, visible_fault_reports
from quiz.selectors.bookmarks import bookmark_of, bookmark_rows, bookmarked_cases
from quiz.selectors.fault_reports import report_parts
from quiz.services import notes
from quiz.services.errors import Refused
from tests.conftest import NOW
from tests.quiz import builders
from tests.quiz.builders import advance, opened_read

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def read(learner: User, case_set: CaseSet) -> Read:
    return opened_read(learner, case_set)


def test_a_bookmark_is_made_once_and_its_note_changes(read: Read, learner: User) -> None:
    notes.set_bookmark(read=read, note="  left lung\x00 ", now=NOW)
    notes.set_bookmark(read=read, note="right lung", now=LATER)
    row = Bookmark.objects.get()
    assert (row.learner, row.case, row.note) == (learner, read.case, "right lung")
    assert (row.created_at, row.updated_at) == (NOW, LATER)
    notes.set_bookmark(read=read, note="right lung", now=LATER + timedelta(hours=1))
    row.refresh_from_db()
    assert row.updated_at == LATER
    assert notes.remove_bookmark(read=read) is True
    assert notes.remove_bookmark(read=read) is False
    assert not Bookmark.objects.exists()


def test_a_case_not_opened_yet_takes_no_notes(read: Read) -> None:
    Read.objects.filter(pk=read.pk).update(state="reserved")
    read.refresh_from_db()
    for attempt in (
        lambda: notes.set_bookmark(read=read, note="", now=NOW),
        lambda: notes.remove_bookmark(read=read),
        lambda: notes.report_fault(read=read, kind="image", text="", now=NOW),
    ):
        with pytest.raises(Refused) as refusal:
            attempt()
        assert refusal.value.code == "wrong_step"


def test_bookmarks_are_listed_newest_first_and_for_their_owner_alone(
    read: Read, learner: User, other: User, instructor: User, case_set: CaseSet
) -> None:
    notes.set_bookmark(read=read, note="one", now=NOW)
    advance(read, "truth_shown")
    second = opened_read(learner, case_set)
    notes.set_bookmark(read=second, note="two", now=LATER)
    assert [(row.read, row.note) for row in bookmark_rows(learner)] == [(second, "two"), (read, "one")]
    assert list(bookmarked_cases(learner)) == [second.case, read.case]
    assert bookmark_of(read) is not None
    for stranger in (other, instructor):
        assert bookmark_rows(stranger) == [] and not bookmarked_cases(stranger).exists()
        assert not visible_bookmarks(stranger).exists()
    theirs = opened_read(other, case_set)
    assert bookmark_of(theirs) is None


def test_a_fault_is_kept_with_its_read_and_scores_nothing(read: Read, learner: User) -> None:
    before = advance(read, "truth_shown").outcome.points_first
    report = notes.report_fault(read=read, kind="answer", text=" It is normal. ", now=NOW)
    again = notes.report_fault(read=read, kind="answer", text="It is normal.", now=LATER)
    assert again == report and FaultReport.objects.count() == 1
    assert (report.learner, report.case, report.read) == (learner, read.case, read)
    assert (report.text, report.created_at, report.handled_at) == ("It is normal.", NOW, None)
    read.refresh_from_db()
    assert read.outcome.points_first == before and read.state == "truth_shown"


@pytest.mark.parametrize(
    ("kind", "text"), [("ugly", "x"), ("", "x"), ("other", "  "), ("image", "x" * (notes.LONGEST_NOTE + 1))]
)
def test_a_fault_that_says_nothing_usable_is_refused(read: Read, kind: str, text: str) -> None:
    with pytest.raises(Refused) as refusal:
        notes.report_fault(read=read, kind=kind, text=text, now=NOW)
    assert refusal.value.code == "invalid" and not FaultReport.objects.exists()


def test_reports_wait_for_an_answer_before_more_come(read: Read, instructor: User) -> None:
    reports = [
        notes.report_fault(read=read, kind="other", text=f"fault {n}", now=NOW)
        for n in range(notes.UNANSWERED_A_CASE)
    ]
    with pytest.raises(Refused) as refusal:
        notes.report_fault(read=read, kind="other", text="one more", now=NOW)
    assert refusal.value.code == "too_many"
    notes.answer_fault(report=reports[0], answer="Mended.", handled=True, instructor=instructor, now=LATER)
    notes.report_fault(read=read, kind="other", text="one more", now=NOW)


def test_an_answer_keeps_who_settled_it_and_can_be_taken_back(read: Read, instructor: User) -> None:
    report = notes.report_fault(read=read, kind="image", text="", now=NOW)
    notes.answer_fault(report=report, answer="Looked.", handled=True, instructor=instructor, now=LATER)
    another = builders.user("another", is_staff=True)
    notes.answer_fault(
        report=report, answer="Looked twice.", handled=True, instructor=another, now=LATER + timedelta(1)
    )
    report.refresh_from_db()
    assert (report.handled_by, report.handled_at, report.answer) == (instructor, LATER, "Looked twice.")
    notes.answer_fault(report=report, answer="", handled=False, instructor=another, now=LATER)
    report.refresh_from_db()
    assert (report.handled_by, report.handled_at) == (None, None)


def test_the_answer_comes_with_the_truth(read: Read, instructor: User) -> None:
    report = notes.report_fault(read=read, kind="answer", text="?", now=NOW)
    notes.answer_fault(
        report=report, answer="There is a shadow.", handled=True, instructor=instructor, now=LATER
    )
    (part,) = report_parts(read)
    assert part["handled"] is True and "answer" not in part
    (part,) = report_parts(advance(read, "truth_shown"))
    assert part["answer"] == "There is a shadow."


def test_reports_are_for_their_sender_and_the_packs_instructor(
    read: Read, learner: User, other: User, instructor: User
) -> None:
    report = notes.report_fault(read=read, kind="image", text="", now=NOW)
    stranger = builders.user("stranger", is_staff=True)
    admin = builders.user("admin", is_staff=True, is_superuser=True)
    assert list(visible_fault_reports(learner)) == [report]
    assert list(authored_fault_reports(instructor)) == list(authored_fault_reports(admin)) == [report]
    for nobody in (other, instructor):
        assert not visible_fault_reports(nobody).exists()
    for nobody in (other, learner, stranger):
        assert not authored_fault_reports(nobody).exists()
