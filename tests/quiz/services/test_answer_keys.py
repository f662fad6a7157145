"""Corrections of a key: new version, re-scored reads, learners told once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quiz.models import AnswerKey, CaseSet, ReadOutcome, User
from quiz.selectors.accounts import corrected_reads
from quiz.services.answer_keys import KeyContent, acknowledge_corrections, correct_key
from quiz.services.errors import Refused
from quiz.services.progress import rebuild_progress
from tests.conftest import NOW
from tests.quiz.builders import advance, opened_read

LATER = NOW + timedelta(days=1)


def content(**changes: object) -> KeyContent:
    values: dict[str, object] = {"findings": (), "truth_basis": "follow-up"}
    return KeyContent(**{**values, **changes})  # type: ignore[arg-type]


def test_correction_rescores_and_tells_once(learner: User, instructor: User, case_set: CaseSet) -> None:
    read = advance(opened_read(learner, case_set), "truth_shown")
    opposite = () if read.answer_key.findings else ("pneumonia",)
    before = ReadOutcome.objects.get(read=read).learner_first
    correct_key(
        case=read.case, content=content(findings=opposite), author=instructor, note="recall", now=LATER
    )
    after = ReadOutcome.objects.get(read=read)
    assert {before, after.learner_first} == {"right", "wrong"}
    assert after.answer_key.version == 2
    assert corrected_reads(learner) == 1
    acknowledge_corrections(learner=learner, now=LATER)
    assert corrected_reads(learner) == 0


def test_old_version_stays_as_it_was(instructor: User, case_set: CaseSet) -> None:
    case = case_set.cases.first()
    old = AnswerKey.objects.get(case=case)
    correct_key(case=case, content=content(), author=instructor, note="x", now=LATER)
    old.refresh_from_db()
    assert (old.is_current, old.version, old.created_at) == (False, 1, NOW)
    assert AnswerKey.objects.get(case=case, is_current=True).version == 2


def test_same_content_writes_no_version(instructor: User, case_set: CaseSet) -> None:
    case = case_set.cases.first()
    correct_key(case=case, content=content(), author=instructor, note="x", now=LATER)
    correct_key(case=case, content=content(), author=instructor, note="x", now=LATER)
    assert AnswerKey.objects.filter(case=case).count() == 2


@pytest.mark.parametrize(
    "bad",
    [
        content(findings=("unheard-of",)),
        content(regions=(("images/00001.png", "pneumonia", "circle", (5.0, 5.0, 2.0), ""),)),
        content(
            findings=("pneumonia",), regions=(("nowhere.png", "pneumonia", "circle", (5.0, 5.0, 2.0), ""),)
        ),
    ],
)
def test_key_that_does_not_fit_is_refused(instructor: User, case_set: CaseSet, bad: KeyContent) -> None:
    case = case_set.cases.first()
    with pytest.raises(Refused) as refused:
        correct_key(case=case, content=bad, author=instructor, note="x", now=LATER)
    assert refused.value.code == "invalid"
    assert AnswerKey.objects.filter(case=case).count() == 1


def test_region_outside_its_image_is_refused(instructor: User, case_set: CaseSet) -> None:
    case = case_set.cases.first()
    path = case.images.get().pack_path
    bad = content(findings=("pneumonia",), regions=((path, "pneumonia", "circle", (500.0, 5.0, 2.0), ""),))
    with pytest.raises(Refused):
        correct_key(case=case, content=bad, author=instructor, note="x", now=LATER)


def test_only_the_owner_corrects(other: User, case_set: CaseSet) -> None:
    other.is_staff = True
    other.save()
    with pytest.raises(Refused) as refused:
        correct_key(case=case_set.cases.first(), content=content(), author=other, note="x", now=LATER)
    assert refused.value.status == 403


def test_rebuild_finds_no_difference_and_mends_one(learner: User, case_set: CaseSet) -> None:
    for _ in range(3):
        advance(opened_read(learner, case_set), "truth_shown")
    assert rebuild_progress(now=LATER, write=False) == rebuild_progress(now=LATER, write=True)
    assert rebuild_progress(now=LATER, write=False).different == ()
    broken = ReadOutcome.objects.order_by("pk").first()
    ReadOutcome.objects.filter(pk=broken.pk).update(points_first=99)
    assert rebuild_progress(now=LATER, write=True).different == (str(broken.read.public_id),)
    assert rebuild_progress(now=LATER, write=False).different == ()
