"""An exam's clock: deadlines, extra time, the grace, closing for everyone, the pass mark."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from quiz.domain.exams import GRACE, ExamTimes, passed, time_is_up
from tests.conftest import NOW

HOUR = timedelta(hours=1)


def times(
    *, opens: datetime | None = NOW, closes: datetime | None = NOW + HOUR, limit: int | None = 30
) -> ExamTimes:
    return ExamTimes(opens, closes, limit)


@pytest.mark.parametrize(
    ("started", "extra", "minutes"),
    [(0, 0, 30), (45, 0, 60), (0, 10, 40), (45, 10, 70), (59, 0, 60)],
)
def test_deadline_ends_with_the_exam_and_extra_time_comes_on_top(
    started: int, extra: int, minutes: int
) -> None:
    begin = NOW + timedelta(minutes=started)
    assert times().deadline(begin, extra) == NOW + timedelta(minutes=minutes)


def test_without_hours_there_is_no_deadline() -> None:
    assert times(closes=None, limit=None).deadline(NOW) is None
    assert times(closes=None).deadline(NOW) == NOW + timedelta(minutes=30)
    assert times(limit=None).deadline(NOW) == NOW + HOUR


def test_the_grace_is_for_the_network_and_ends() -> None:
    assert not time_is_up(None, NOW)
    assert not time_is_up(NOW, NOW + GRACE)
    assert time_is_up(NOW, NOW + GRACE + timedelta(microseconds=1))
    assert timedelta(0) < GRACE <= timedelta(minutes=1)


def test_open_and_closed() -> None:
    exam = times()
    assert not exam.open_at(NOW - timedelta(seconds=1)) and exam.open_at(NOW)
    assert not exam.closed_at(NOW) and exam.closed_at(NOW + HOUR)
    assert times(opens=None).open_at(NOW - HOUR) and not times(closes=None).closed_at(NOW + 1000 * HOUR)


def test_over_for_everyone_waits_for_the_longest_extra_time() -> None:
    exam = times()
    assert not exam.over_for_everyone(NOW + HOUR, 0)
    assert exam.over_for_everyone(NOW + HOUR + GRACE, 0)
    assert not exam.over_for_everyone(NOW + HOUR + GRACE, 15)
    assert exam.over_for_everyone(NOW + HOUR + GRACE + timedelta(minutes=15), 15)
    assert not times(closes=None).over_for_everyone(NOW + 1000 * HOUR, 0)


@pytest.mark.parametrize(
    ("right", "asked", "mark", "expected"),
    [
        (7, 10, 70, True),
        (6, 10, 70, False),
        (2, 3, 67, False),
        (3, 3, 67, True),
        (0, 5, None, None),
        (5, 5, 100, True),
    ],
)
def test_pass_mark_is_reached_or_not(right: int, asked: int, mark: int | None, expected: bool | None) -> None:
    assert passed(right, asked, mark) is expected


def test_nothing_asked_has_no_result() -> None:
    with pytest.raises(ValueError, match="without a case"):
        passed(0, 0, 50)
