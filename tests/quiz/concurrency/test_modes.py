"""Several tabs at once: one open sitting a mode, one attempt at an exam, one case a day, one result."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from quiz.models import DailyCase, Opinion, Read, ReadOutcome, Sitting, User
from quiz.services import exams, reads
from quiz.services.sittings import start_sitting
from tests.conftest import NOW
from tests.quiz.builders import says
from tests.quiz.mode_sets import a_set, read_through
from tests.threads import refusals, together

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 8


@pytest.mark.parametrize("mode", ["practice", "rated", "duel", "exam"])
def test_starts_of_a_mode_share_one_sitting(learner: User, tmp_path: Path, mode: str) -> None:
    fields = {"pool": "exam", "flow": "exam", "time_limit_minutes": 60} if mode == "exam" else {}
    case_set = a_set(tmp_path, 12, **fields)

    def start(seed: int) -> Callable[[], Sitting]:
        rng = random.Random(seed)
        return lambda: start_sitting(learner=learner, case_set=case_set, now=NOW, rng=rng, mode=mode)

    results = together([start(n) for n in range(MANY)])
    sitting = Sitting.objects.get(learner=learner)
    assert {one.pk for one in results if isinstance(one, Sitting)} == {sitting.pk}
    assert not refusals(results)
    assert Read.objects.filter(learner=learner).count() == sitting.reads.count()


def test_a_day_has_one_case_whoever_begins_it(learner: User, tmp_path: Path) -> None:
    case_set = a_set(tmp_path, 6, pool="daily")
    people = [User.objects.create_user(f"reader-{n}") for n in range(MANY)]

    def start(who: User, seed: int) -> Callable[[], Sitting]:
        rng = random.Random(seed)
        return lambda: start_sitting(learner=who, case_set=case_set, now=NOW, rng=rng, mode="daily")

    together([start(who, seed) for seed, who in enumerate(people)])
    assert set(Read.objects.values_list("case_id", flat=True)) == {DailyCase.objects.get().case_id}
    assert Sitting.objects.count() == MANY


def test_results_asked_for_twice_are_one(learner: User, tmp_path: Path) -> None:
    case_set = a_set(tmp_path, 6, pool="exam", flow="exam", closes_at=NOW + timedelta(hours=1))
    sitting = start_sitting(learner=learner, case_set=case_set, now=NOW, rng=random.Random(1), mode="exam")
    read_through(sitting)
    after = NOW + timedelta(hours=2)

    def show() -> int:
        return exams.show_results(sitting=Sitting.objects.get(pk=sitting.pk), now=after)

    results = together([show for _ in range(4)])
    assert all(isinstance(one, int) for one in results), results
    assert ReadOutcome.objects.filter(read__sitting=sitting).count() == 6


def test_last_answers_committed_together_end_the_attempt(learner: User, tmp_path: Path) -> None:
    case_set = a_set(tmp_path, 4, pool="exam", flow="exam", time_limit_minutes=60)
    sitting = start_sitting(learner=learner, case_set=case_set, now=NOW, rng=random.Random(1), mode="exam")
    rows = [
        reads.open_read(read=read, now=NOW)
        for read in sitting.reads.select_related("sitting__case_set", "case__pack", "learner")
    ]

    def commit(read: Read) -> Callable[[], Opinion]:
        return lambda: reads.commit_opinion(
            read=read, opinion=says(True), seconds=1, idempotency_key="k", now=NOW
        )

    together([commit(read) for read in rows])
    sitting.refresh_from_db()
    assert (sitting.state, Opinion.objects.count()) == ("finished", 4)
