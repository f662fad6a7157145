"""A round that is ended early: what is answered counts, what is left can't be answered, and tells nothing."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from quiz.models import CaseSet, Exposure, Sitting, User
from quiz.selectors.round_results import round_of
from quiz.services import exams, reads
from quiz.services.errors import Refused
from quiz.services.sittings import end_round, start_sitting
from tests.conftest import NOW
from tests.quiz.builders import says
from tests.quiz.mode_sets import a_round

ANSWERED = 6


@pytest.fixture
def sitting(learner: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sitting:
    """A screening round of twenty cases of which six are answered and a seventh is opened."""
    started = a_round(learner, tmp_path, monkeypatch, answered=ANSWERED)
    reads.open_read(read=in_order(started)[ANSWERED], now=NOW)
    return started


def start(learner: User, case_set: CaseSet) -> Sitting:
    return start_sitting(learner=learner, case_set=case_set, now=NOW, rng=random.Random(1), mode="screening")


def in_order(sitting: Sitting) -> list[reads.Read]:
    return list(
        sitting.reads.select_related("sitting__case_set", "case__pack", "learner").order_by("position")
    )


def test_what_is_answered_counts_and_what_is_left_stays_unanswered(sitting: Sitting) -> None:
    ended = end_round(sitting=sitting, now=NOW)
    assert (ended.state, ended.finished_at) == ("finished", NOW)
    assert exams.show_results(sitting=ended, now=NOW) == ANSWERED
    result = round_of(ended, NOW)["screening"]
    assert result.you.n == ANSWERED
    states = [read.state for read in in_order(ended)]
    assert states == ["truth_shown"] * ANSWERED + ["opened"] + ["reserved"] * 13


@pytest.mark.parametrize("position", [ANSWERED, ANSWERED + 1])
def test_a_case_that_was_left_takes_no_answer(sitting: Sitting, position: int) -> None:
    # The page was open in another tab, which knows of no end.
    read = in_order(sitting)[position]
    end_round(sitting=sitting, now=NOW)
    with pytest.raises(Refused) as refused:
        reads.open_read(read=read, now=NOW)
        reads.commit_opinion(read=read, opinion=says(True), seconds=1, idempotency_key="k", now=NOW)
    assert refused.value.code == "round_ended"
    assert not read.opinions.exists()
    with pytest.raises(Refused):
        reads.reveal_truth(read=read, now=NOW)


def test_the_cases_that_were_left_count_as_met(sitting: Sitting, learner: User) -> None:
    """The round said how many of its cases have a finding; what was shown tells how many of the others have."""
    end_round(sitting=sitting, now=NOW)
    assert Exposure.objects.filter(learner=learner, where="round").count() == 20 - ANSWERED
    with pytest.raises(Refused) as refused:
        start(learner, sitting.case_set)
    assert refused.value.code == "round_too_small"


def test_the_cases_left_in_a_test_without_the_ai_count_as_met(sitting: Sitting, learner: User) -> None:
    """It has the mix of the learner's reads beside the AI: whoever counts can tell the class of the last case."""
    Sitting.objects.update(mode="withdrawal")
    end_round(sitting=Sitting.objects.get(), now=NOW)
    left = {read.case_id for read in in_order(sitting)[ANSWERED:]}
    met = Exposure.objects.filter(learner=learner, where="round").values_list("case", flat=True)
    assert set(met) == left and len(left) == 20 - ANSWERED


def test_ending_twice_ends_once(sitting: Sitting) -> None:
    end_round(sitting=sitting, now=NOW)
    exams.show_results(sitting=sitting, now=NOW)
    again = Sitting.objects.get()
    assert end_round(sitting=again, now=NOW).finished_at == NOW
    assert exams.show_results(sitting=again, now=NOW) == 0


@pytest.mark.parametrize("mode", ["practice", "rated", "duel", "exam", "daily"])
def test_no_other_sitting_is_ended(sitting: Sitting, mode: str) -> None:
    Sitting.objects.update(mode=mode)
    with pytest.raises(Refused) as refused:
        end_round(sitting=Sitting.objects.get(), now=NOW)
    assert refused.value.code == "not_endable"
    assert Sitting.objects.get().state == "open"
