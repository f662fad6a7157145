"""The steps of a read: order, immutability, idempotency, what each step keeps."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quiz.domain.opinions import ReaderOpinion
from quiz.models import CaseSet, Exposure, Opinion, Read, ReadOutcome, Sitting, User
from quiz.services import reads
from quiz.services.errors import Refused
from tests.conftest import NOW
from tests.quiz.builders import advance, opened_read, says


def commit(read: Read, *, key: str = "k", present: bool = True) -> Opinion:
    return reads.commit_opinion(read=read, opinion=says(present), seconds=3, idempotency_key=key, now=NOW)


def test_whole_read_scores_once(learner: User, case_set: CaseSet) -> None:
    read = advance(opened_read(learner, case_set), "truth_shown")
    outcome = ReadOutcome.objects.get(read=read)
    assert read.state == "truth_shown"
    assert outcome.learner_first == ("right" if read.answer_key.findings else "wrong")
    assert outcome.ai == outcome.learner_first
    assert Exposure.objects.filter(learner=learner, case=read.case).count() == 1


def test_same_key_same_body_returns_stored(learner: User, case_set: CaseSet) -> None:
    read = opened_read(learner, case_set)
    assert commit(read).pk == commit(read).pk
    assert Opinion.objects.count() == 1


def test_same_key_other_body_conflicts(learner: User, case_set: CaseSet) -> None:
    read = opened_read(learner, case_set)
    commit(read)
    with pytest.raises(Refused) as refused:
        commit(read, present=False)
    assert refused.value.code == "idempotency_conflict"
    assert Opinion.objects.get().answers.get().present is True


@pytest.mark.parametrize("key", ["other", ""])
def test_second_commit_is_refused(learner: User, case_set: CaseSet, key: str) -> None:
    read = opened_read(learner, case_set)
    commit(read)
    with pytest.raises(Refused) as refused:
        commit(read, key=key)
    assert (refused.value.code, refused.value.status) == ("already_committed", 409)


@pytest.mark.parametrize(
    ("state", "step"),
    [
        ("opened", "ai"),
        ("opened", "final"),
        ("opened", "truth"),
        ("committed", "final"),
        ("committed", "truth"),
        ("ai_shown", "truth"),
    ],
)
def test_wrong_step_is_refused(learner: User, case_set: CaseSet, state: str, step: str) -> None:
    read = advance(opened_read(learner, case_set), state)
    with pytest.raises(Refused) as refused:
        if step == "final":
            reads.finalise_read(read=read, opinion=says(True), seconds=1, idempotency_key="x", now=NOW)
        else:
            {"ai": reads.reveal_ai, "truth": reads.reveal_truth}[step](read=read, now=NOW)
    assert refused.value.code == "wrong_step"
    read.refresh_from_db()
    assert read.state == state


def test_reveals_are_idempotent(learner: User, case_set: CaseSet) -> None:
    read = advance(opened_read(learner, case_set), "ai_shown")
    reads.reveal_ai(read=read, now=NOW)
    assert read.ai_opinions.count() == 1
    read = advance(read, "truth_shown")
    reads.reveal_truth(read=read, now=NOW + timedelta(days=1))
    assert ReadOutcome.objects.get(read=read).scored_at < NOW + timedelta(days=1)


def test_unaided_shows_ai_with_truth(learner: User, case_set: CaseSet) -> None:
    CaseSet.objects.update(flow="unaided")
    case_set.refresh_from_db()
    read = advance(opened_read(learner, case_set), "committed")
    with pytest.raises(Refused):
        reads.reveal_ai(read=read, now=NOW)
    reads.reveal_truth(read=read, now=NOW)
    assert read.ai_status == "ready"
    assert read.outcome.learner_final == ""


def test_quiz_goes_on_without_ai(learner: User, case_set: CaseSet) -> None:
    CaseSet.objects.update(model_key="no-such-model")
    case_set.refresh_from_db()
    read = advance(opened_read(learner, case_set), "truth_shown")
    assert read.ai_status == "unavailable"
    assert read.outcome.headline == "ai_unavailable"


def test_cannot_tell_is_not_scored(learner: User, case_set: CaseSet) -> None:
    read = opened_read(learner, case_set)
    opinion = ReaderOpinion(answers=(), cannot_tell=True)
    reads.commit_opinion(read=read, opinion=opinion, seconds=None, idempotency_key="", now=NOW)
    reads.reveal_ai(read=read, now=NOW)
    reads.finalise_read(read=read, opinion=opinion, seconds=None, idempotency_key="", now=NOW)
    reads.reveal_truth(read=read, now=NOW)
    assert (read.outcome.learner_first, read.outcome.points_first) == ("not_scored", 0)


def test_invalid_opinion_stores_nothing(learner: User, case_set: CaseSet) -> None:
    read = opened_read(learner, case_set)
    with pytest.raises(Refused) as refused:
        reads.commit_opinion(read=read, opinion=says(True, 0.7), seconds=1, idempotency_key="k", now=NOW)
    assert refused.value.code == "invalid"
    read.refresh_from_db()
    assert read.state == "opened" and not Opinion.objects.exists()


@pytest.mark.parametrize(
    ("claimed", "kept"), [(4.0, 4.0), (9999.0, 30.0), (-5.0, 0.0), (None, 30.0), (float("nan"), 0)]
)
def test_seconds_never_exceed_what_the_server_saw(
    learner: User, case_set: CaseSet, claimed: float | None, kept: float
) -> None:
    read = opened_read(learner, case_set)
    later = NOW + timedelta(seconds=30)
    opinion = reads.commit_opinion(
        read=read, opinion=says(True), seconds=claimed, idempotency_key="k", now=later
    )
    assert opinion.seconds == kept


def test_repeat_is_not_first_exposure(learner: User, case_set: CaseSet) -> None:
    for _ in range(4):
        assert advance(opened_read(learner, case_set), "truth_shown").first_exposure is True
    assert Sitting.objects.get().state == Sitting.State.FINISHED
    again = advance(opened_read(learner, case_set), "committed")
    assert again.first_exposure is False


def test_last_truth_finishes_the_sitting(learner: User, case_set: CaseSet) -> None:
    for finished in (False, False, False, True):
        advance(opened_read(learner, case_set), "truth_shown")
        assert (Sitting.objects.get().state == "finished") is finished
