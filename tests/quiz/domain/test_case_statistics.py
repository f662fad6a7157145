"""Figures of cases: shares, discrimination, difficulty, and which case its author should look at."""

from __future__ import annotations

import random

import pytest

from quiz.domain.case_statistics import Attempt, CaseFigures, case_statistics
from radiology.statistics import wilson


def classroom(wrong_key: int | None = None, learners: int = 60, cases: int = 20) -> list[Attempt]:
    """Learners of rising skill, cases of rising difficulty; the key of case `wrong_key` is the wrong way round."""
    rng = random.Random(3)
    attempts = []
    for learner in range(learners):
        for case in range(cases):
            right = rng.random() < 0.5 + 0.45 * (learner / learners) - 0.2 * (case / cases - 0.5)
            if case == wrong_key:
                right = rng.random() > 0.2 + 0.75 * (learner / learners)
            attempts.append(Attempt(learner, case, right, "mass" if right else ""))
    return attempts


def test_counts_and_answers() -> None:
    figures = case_statistics(classroom())[3]
    assert figures.reads == 60
    assert figures.answers == {"": 60 - figures.right, "mass": figures.right}
    assert figures.share == wilson(figures.right, 60)


def test_hard_cases_are_harder_and_good_cases_tell_readers_apart() -> None:
    figures = case_statistics(classroom())
    assert (figures[19].difficulty or 0) > (figures[0].difficulty or 0)
    known = [one.discrimination for one in figures.values() if one.discrimination is not None]
    assert sum(known) / len(known) > 0.1
    assert not any(one.flagged for one in figures.values())


def test_a_case_that_the_best_get_wrong_is_flagged() -> None:
    figures = case_statistics(classroom(wrong_key=7))
    assert [case for case, one in figures.items() if one.flagged] == [7]
    assert (figures[7].discrimination or 0) < 0


@pytest.mark.parametrize("learners", [1, 7])
def test_few_reads_say_nothing(learners: int) -> None:
    figures = case_statistics(classroom(wrong_key=7, learners=learners))[7]
    assert (figures.share, figures.discrimination, figures.difficulty) == (None, None, None)
    assert not figures.flagged


def test_learners_of_one_case_only_leave_it_without_discrimination() -> None:
    rows = [Attempt(learner, 1, learner % 2 == 0, "") for learner in range(30)]
    assert case_statistics(rows) == {1: CaseFigures(30, 15, None, None, {"": 30}, False)}
    assert case_statistics([]) == {}
