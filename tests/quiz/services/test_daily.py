"""The case of the day: one for everybody, chosen once; and the board."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from quiz.models import CaseSet, DailyCase, Sitting, User
from quiz.selectors.daily import board, daily_page, spread_of
from quiz.services.daily import choose_board_name
from quiz.services.errors import Refused
from quiz.services.sittings import start_sitting
from tests.conftest import NOW
from tests.quiz.mode_sets import a_set, has_finding, read_through

DAY = timedelta(days=1)


@pytest.fixture
def daily(tmp_path: Path, db: None) -> CaseSet:
    return a_set(tmp_path, 3, pool="daily")


def start(learner: User, daily: CaseSet, days: int = 0, seed: int = 1) -> Sitting:
    return start_sitting(
        learner=learner, case_set=daily, now=NOW + days * DAY, rng=random.Random(seed), mode="daily"
    )


def test_everybody_gets_the_same_case_of_a_day(learner: User, other: User, daily: CaseSet) -> None:
    mine, theirs = start(learner, daily, seed=1), start(other, daily, seed=99)
    assert mine.reads.get().case == theirs.reads.get().case == DailyCase.objects.get().case


def test_cases_come_round_only_when_all_were_used(learner: User, daily: CaseSet) -> None:
    days = [read_through(start(learner, daily, n), now=NOW + n * DAY) for n in range(4)]
    cases = [sitting.reads.get().case_id for sitting in days]
    assert len(set(cases[:3])) == 3 and cases[3] == cases[0]
    assert [sitting.reads.get().first_exposure for sitting in days] == [True, True, True, False]


def test_a_day_has_one_read(learner: User, daily: CaseSet) -> None:
    sitting = start(learner, daily)
    assert start(learner, daily) == sitting
    read_through(sitting)
    with pytest.raises(Refused) as refused:
        start(learner, daily)
    assert refused.value.code == "done_today"


def test_yesterdays_case_left_unread_is_no_obstacle(learner: User, daily: CaseSet) -> None:
    yesterday = start(learner, daily)
    today = start(learner, daily, 1)
    assert today != yesterday and today.state == "open"
    assert today.reads.get().case != yesterday.reads.get().case


def test_without_cases_there_is_no_day(learner: User, daily: CaseSet) -> None:
    daily.cases.update(status="held")
    with pytest.raises(Refused) as refused:
        start(learner, daily)
    assert refused.value.code == "no_daily_case"
    assert not DailyCase.objects.exists()


def test_answers_are_spread_out_only_after_ones_own_truth(learner: User, other: User, daily: CaseSet) -> None:
    read_through(start(other, daily), right=0)
    mine = start(learner, daily)
    assert daily_page(learner, NOW)["spread"] == []
    read_through(mine)
    [part] = daily_page(learner, NOW)["spread"]
    by_label = {answer.label: answer for answer in part.answers}
    own = "present" if has_finding(mine.reads.get()) else "absent"
    assert part.readers == 2
    assert {label: answer.readers for label, answer in by_label.items()} == {"present": 1, "absent": 1}
    assert by_label[own].yours and not by_label["absent" if own == "present" else "present"].yours
    assert sum(by_label[own].certainties) == 1


def test_another_days_answers_are_not_counted(learner: User, other: User, daily: CaseSet) -> None:
    for day in range(3):
        read_through(start(other, daily, day), now=NOW + day * DAY)
    again = read_through(start(learner, daily, 3), now=NOW + 3 * DAY)
    [part] = spread_of(again.reads.select_related("sitting", "case__pack").get())
    assert part.readers == 1


def test_the_board_is_for_those_who_chose_a_name(learner: User, other: User, daily: CaseSet) -> None:
    for who in (learner, other):
        read_through(start(who, daily))
    assert board(learner, NOW) == []
    assert choose_board_name(learner=other, name="  Blue   Heron ") == "Blue Heron"
    [row] = board(learner, NOW + DAY)
    assert (row.name, row.days, row.you) == ("Blue Heron", 1, False)
    assert board(learner, NOW + 31 * DAY) == []
    choose_board_name(learner=other, name="")
    assert board(learner, NOW) == []


@pytest.mark.parametrize("name", ["x" * 41, "LEARNER"])
def test_a_name_on_the_board_is_short_and_not_the_accounts(learner: User, name: str) -> None:
    with pytest.raises(Refused):
        choose_board_name(learner=learner, name=name)
    learner.refresh_from_db()
    assert learner.board_name == ""
