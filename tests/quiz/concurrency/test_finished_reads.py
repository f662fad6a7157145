"""Reads that end at the same moment: sums move one read at a time, and every read counts once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from quiz.models import (
    CaseSet,
    DailyActivity,
    LearnerRating,
    RatingEvent,
    RatingPeriod,
    Read,
    ReviewCard,
    Tally,
    User,
)
from quiz.services import reads
from quiz.services.answer_keys import KeyContent, correct_key
from quiz.services.progress import rebuild_progress
from quiz.services.rating_periods import close_rating_period
from tests.conftest import NOW
from tests.quiz.builders import advance, user
from tests.quiz.random_reads import reserved, sitting_of
from tests.threads import refusals, together

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(minutes=5)


def waiting(learner: User, case_set: CaseSet) -> list[Read]:
    """Four reads of one rated sitting, all before their truth."""
    rows = reserved(sitting_of(learner, case_set, flow="read_first"), list(case_set.cases.order_by("pk")))
    return [advance(reads.open_read(read=row, now=NOW), "finalised") for row in rows]


def reveal(read: Read) -> Callable[[], object]:
    row = Read.objects.select_related("sitting__case_set", "case__pack", "learner").get(pk=read.pk)
    return lambda: reads.reveal_truth(read=row, now=LATER)


def sums_are_right(reads_: int, learners: int = 1) -> None:
    assert rebuild_progress(now=LATER, write=False).different == ()
    assert sum(DailyActivity.objects.values_list("reads", flat=True)) == reads_
    assert RatingEvent.objects.count() == reads_
    assert sum(LearnerRating.objects.values_list("games", flat=True)) == reads_
    whole = Tally.objects.filter(finding="").values_list("counts", flat=True)
    assert sum(counts["reads"] for counts in whole) == reads_
    assert len(whole) == learners


def test_four_reads_of_one_learner_end_together(learner: User, case_set: CaseSet) -> None:
    rows = waiting(learner, case_set)
    results = together([reveal(row) for row in rows for _ in range(4)])
    assert not refusals(results)
    sums_are_right(4)
    assert ReviewCard.objects.count() == 2  # "pneumonia" and "normal"


def test_many_learners_end_the_same_case_together(case_set: CaseSet) -> None:
    rows = [waiting(user(f"learner-{n}"), case_set)[0] for n in range(6)]
    together([reveal(row) for row in rows for _ in range(2)])
    sums_are_right(6, learners=6)


def test_a_key_corrected_while_reads_end_scores_all_with_it(instructor: User, case_set: CaseSet) -> None:
    rows = [waiting(user(f"learner-{n}"), case_set)[0] for n in range(5)]
    case = rows[0].case
    findings = () if case.answer_keys.get(is_current=True).findings else ("pneumonia",)
    content = KeyContent(findings=findings, truth_basis="again", concepts=("normal",))

    def correct() -> object:
        return correct_key(case=case, content=content, author=instructor, note="x", now=LATER)

    together([*[reveal(row) for row in rows[:3]], correct, *[reveal(row) for row in rows[3:]]])
    assert set(Read.objects.filter(case=case).values_list("answer_key__version", flat=True)) == {2}
    assert rebuild_progress(now=LATER, write=False).different == ()
    voided = RatingEvent.objects.filter(voided_at__isnull=False).count()
    assert voided == Read.objects.filter(key_corrected_at__isnull=False).count()


def test_a_period_closed_twice_at_once_counts_each_game_once(learner: User, case_set: CaseSet) -> None:
    for row in waiting(learner, case_set):
        reads.reveal_truth(read=row, now=LATER)
    results = together([lambda: close_rating_period(now=LATER) for _ in range(4)])
    assert set(refusals(results)) <= {"period_closing"}
    closed = [period for result in results if isinstance(result, list) for period in result]
    assert sum(one.games for one in closed) == 8
    assert RatingPeriod.objects.count() == len(closed)
