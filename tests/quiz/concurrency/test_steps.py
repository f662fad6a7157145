"""Opening, revealing and starting at the same moment: one outcome, one exposure, one open sitting."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from quiz.models import CaseSet, Exposure, Opinion, Read, ReadAI, ReadOutcome, Sitting, User
from quiz.services import reads
from quiz.services.sittings import start_sitting
from tests.conftest import NOW
from tests.quiz.builders import advance, opened_read, says
from tests.threads import refusals, together

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 20


def calls(read: Read, service: Callable[..., Any], count: int = MANY) -> list[Callable[[], Any]]:
    """`count` requests for one step, each with its own copy of the read and its own clock."""
    rows = [
        Read.objects.select_related("sitting__case_set", "case__pack", "learner").get(pk=read.pk)
        for _ in range(count)
    ]
    return [
        lambda row=row, n=n: service(read=row, now=NOW + timedelta(minutes=1, seconds=n))
        for n, row in enumerate(rows)
    ]


def test_clock_starts_once(learner: User, case_set: CaseSet) -> None:
    sitting = start_sitting(learner=learner, case_set=case_set, now=NOW, rng=random.Random(1))
    read = sitting.reads.get(position=1)
    results = together(calls(read, reads.open_read))
    read.refresh_from_db()
    assert read.state == "opened"
    assert {one.opened_at for one in results} == {read.opened_at}


def test_reveals_of_the_ai_keep_one_set_of_opinions(learner: User, case_set: CaseSet) -> None:
    read = advance(opened_read(learner, case_set), "committed")
    results = together(calls(read, reads.reveal_ai))
    read.refresh_from_db()
    assert not refusals(results)
    assert {(one.state, one.ai_status, one.ai_shown_at) for one in results} == {
        ("ai_shown", "ready", read.ai_shown_at)
    }
    assert ReadAI.objects.filter(read=read).count() == 1
    assert Exposure.objects.filter(learner=learner, case=read.case).count() == 1


@pytest.mark.parametrize("flow", ["read_first", "unaided"])
def test_reveals_of_the_truth_score_once(learner: User, case_set: CaseSet, flow: str) -> None:
    CaseSet.objects.filter(pk=case_set.pk).update(flow=flow)
    case_set.refresh_from_db()
    read = advance(opened_read(learner, case_set), "finalised" if flow == "read_first" else "committed")
    results = together(calls(read, reads.reveal_truth))
    read.refresh_from_db()
    assert not refusals(results)
    assert read.state == "truth_shown"
    assert ReadOutcome.objects.get(read=read).scored_at == read.truth_shown_at
    assert ReadAI.objects.filter(read=read).count() == 1
    assert Exposure.objects.filter(learner=learner, case=read.case).count() == 1


def test_commit_beside_reveals_shows_nothing_early(learner: User, case_set: CaseSet) -> None:
    """Whatever order they come in, the AI is shown after the first opinion is stored, or not at all."""
    read = opened_read(learner, case_set)
    row = Read.objects.select_related("sitting", "case__pack", "learner").get(pk=read.pk)
    commit = lambda: reads.commit_opinion(  # noqa: E731
        read=row, opinion=says(True), seconds=1.0, idempotency_key="k", now=NOW
    )
    results = together([commit, *calls(read, reads.reveal_ai, 9)])
    read.refresh_from_db()
    assert Opinion.objects.filter(read=read, kind="first").count() == 1
    assert set(refusals(results)) <= {"wrong_step"}
    shown = [one for one in results[1:] if isinstance(one, Read)]
    assert read.state == ("ai_shown" if shown else "committed")
    assert ReadAI.objects.filter(read=read).count() == (1 if shown else 0)


def test_starts_share_one_open_sitting(learner: User, case_set: CaseSet) -> None:
    def start(seed: int) -> Callable[[], Sitting]:
        return lambda: start_sitting(learner=learner, case_set=case_set, now=NOW, rng=random.Random(seed))

    results = together([start(n) for n in range(MANY)])
    sitting = Sitting.objects.get(learner=learner, state="open")
    assert {one.pk for one in results if isinstance(one, Sitting)} == {sitting.pk}
    assert not refusals(results)
    assert sorted(sitting.reads.values_list("position", flat=True)) == [1, 2, 3, 4]
    assert Read.objects.filter(learner=learner).count() == 4


def test_last_reads_revealed_together_finish_the_sitting(learner: User, case_set: CaseSet) -> None:
    sitting = start_sitting(learner=learner, case_set=case_set, now=NOW, rng=random.Random(1))
    rows = [
        advance(reads.open_read(read=read, now=NOW), "finalised")
        for read in sitting.reads.select_related("sitting", "case__pack", "learner")
    ]
    together([call for read in rows for call in calls(read, reads.reveal_truth, 2)])
    sitting.refresh_from_db()
    assert ReadOutcome.objects.filter(read__sitting=sitting).count() == 4
    assert sitting.state == "finished"
