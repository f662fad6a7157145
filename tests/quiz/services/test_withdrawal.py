"""The test without the AI: offered by a kept throw of the dice, matched, with nothing shown before its end."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from quiz import permissions
from quiz.models import CaseSet, Sitting, User, WithdrawalDraw
from quiz.selectors.round_results import round_of, without_ai_result
from quiz.services import exams, reads
from quiz.services.errors import Refused
from quiz.services.sittings import start_sitting
from quiz.services.withdrawal import CHANCE
from tests.conftest import NOW
from tests.quiz.builders import advance
from tests.quiz.mode_sets import a_set, numbers, read_through

LATER = NOW + timedelta(days=1)


@pytest.fixture
def case_set(tmp_path: Path, db: None) -> CaseSet:
    return a_set(tmp_path, 84, sitting_size=20)


class Dice(random.Random):
    """Chance that falls as told."""

    def __init__(self, falls: float) -> None:
        super().__init__(1)
        self.falls = falls

    def random(self) -> float:
        return self.falls


def start(learner: User, case_set: CaseSet, mode: str = "practice", falls: float = 0.99) -> Sitting:
    rng: random.Random = Dice(falls) if mode != "withdrawal" else random.Random(3)
    return start_sitting(learner=learner, case_set=case_set, now=LATER, rng=rng, mode=mode)


def aided(learner: User, case_set: CaseSet, right: int | None = None) -> Sitting:
    sitting = start_sitting(learner=learner, case_set=case_set, now=NOW, rng=random.Random(2))
    return read_through(sitting, right=right)


def refusal(learner: User, case_set: CaseSet) -> str:
    with pytest.raises(Refused) as refused:
        start(learner, case_set, "withdrawal")
    return refused.value.code


def test_no_dice_before_there_is_anything_to_compare_with(learner: User, case_set: CaseSet) -> None:
    start(learner, case_set, falls=0.0)
    assert not WithdrawalDraw.objects.exists()
    assert refusal(learner, case_set) == "too_few_aided"


@pytest.mark.parametrize(
    ("falls", "offered"), [(0.0, True), (CHANCE - 0.001, True), (CHANCE, False), (0.9, False)]
)
def test_each_throw_is_kept_however_it_falls(
    learner: User, case_set: CaseSet, falls: float, offered: bool
) -> None:
    aided(learner, case_set)
    sitting = start(learner, case_set, falls=falls)
    draw = WithdrawalDraw.objects.get()
    assert (draw.offered, draw.drawn_at, draw.sitting) == (offered, LATER, None)
    # Going on with a sitting is no new throw.
    assert start(learner, case_set, falls=0.0) == sitting
    assert WithdrawalDraw.objects.count() == 1
    if not offered:
        assert refusal(learner, case_set) == "not_offered_yet"


def test_an_offer_is_taken_once(learner: User, case_set: CaseSet) -> None:
    aided(learner, case_set)
    start(learner, case_set, "rated", falls=0.0)
    test = start(learner, case_set, "withdrawal")
    assert WithdrawalDraw.objects.get().sitting == test
    assert (test.flow, test.reads.count()) == ("unaided", 20)
    assert sum(n % 2 == 0 for n in numbers(test)) == pytest.approx(10, abs=3)
    read_through(test, now=LATER)
    assert refusal(learner, case_set) in {"not_offered_yet", "too_few_unseen"}


def test_nothing_is_shown_before_the_last_case_is_read(learner: User, case_set: CaseSet) -> None:
    aided(learner, case_set)
    start(learner, case_set, "rated", falls=0.0)
    test = start(learner, case_set, "withdrawal")
    shown = permissions.reads_showing_ai(learner).count()
    rows = list(test.reads.select_related("sitting__case_set", "case__pack", "learner").order_by("position"))
    first = rows[0]
    read_through_all_but_one(test)
    first.refresh_from_db()
    assert first.state == "committed"
    for step in (reads.reveal_truth, reads.reveal_ai):
        with pytest.raises(Refused):
            step(read=first, now=LATER)
    with pytest.raises(Refused, match="every case in it is read"):
        exams.show_results(sitting=test, now=LATER)
    assert round_of(test, LATER) == {}
    assert permissions.reads_showing_ai(learner).count() == shown
    read_through(test, now=LATER)
    assert exams.show_results(sitting=test, now=LATER) == 20
    assert permissions.reads_showing_ai(learner).count() == shown + 20


def read_through_all_but_one(sitting: Sitting) -> None:
    last = sitting.reads.order_by("-position")[0]
    later = list(
        sitting.reads.exclude(pk=last.pk).select_related("sitting__case_set", "case__pack", "learner")
    )
    for read in later:
        advance(reads.open_read(read=read, now=LATER), "committed", now=LATER)


def test_the_result_sets_both_side_by_side(learner: User, case_set: CaseSet) -> None:
    aided(learner, case_set, right=12)
    start(learner, case_set, "rated", falls=0.0)
    test = read_through(start(learner, case_set, "withdrawal"), right=16, now=LATER)
    exams.show_results(sitting=test, now=LATER + timedelta(hours=1))
    result = without_ai_result(test)
    assert (result.right, result.n, result.aided_right, result.aided_n) == (16, 20, 12, 20)
    assert result.points is not None and result.points[0] == 20


def test_cases_kept_for_the_test_are_offered_by_other_sets_of_the_pack(
    learner: User, case_set: CaseSet
) -> None:
    kept = CaseSet.objects.create(
        slug="kept",
        title="Kept",
        status="published",
        pool="withdrawal",
        flow="unaided",
        model_key=case_set.model_key,
        created_at=NOW,
        published_at=NOW,
    )
    entries = list(case_set.entries.order_by("position"))[:24]
    kept.entries.bulk_create(
        kept.entries.model(case_set=kept, case=entry.case, position=entry.position) for entry in entries
    )
    aided(learner, case_set)
    start(learner, case_set, falls=0.0)
    assert WithdrawalDraw.objects.filter(case_set=kept, offered=True).count() == 1
    test = start(learner, kept, "withdrawal")
    assert set(test.reads.values_list("case_id", flat=True)) <= {entry.case_id for entry in entries}
