"""Marks against lesions by brute force; wAFROC against its definition."""

from __future__ import annotations

import math
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.localisation import (
    Located,
    lesion_localisation_fraction,
    match,
    non_lesion_localisations_per_image,
    wafroc,
)
from radiology.statistics import UndefinedStatistic, roc_auc, wilson
from tests.golden import golden

rating = st.sampled_from([0.5, 0.6, 0.75, 0.9, 0.99])
tables = st.integers(0, 4).flatmap(
    lambda lesions: st.lists(
        st.tuples(rating, st.lists(st.booleans(), min_size=lesions, max_size=lesions)), max_size=5
    ).map(lambda marks: (lesions, marks))
)
maybe = st.none() | rating


def best_by_brute_force(ratings: list[float], hits: list[list[bool]], lesions: int) -> tuple[int, float]:
    """Most pairs, and among those the highest sum of ratings, over every way of handing out lesions."""
    best = (0, 0.0)
    slots = [*range(lesions), *[-1] * len(ratings)]
    for choice in set(permutations(slots, len(ratings))):
        taken = [ratings[mark] for mark, lesion in enumerate(choice) if lesion >= 0 and hits[mark][lesion]]
        best = max(best, (len(taken), round(sum(taken), 6)))
    return best


@given(tables)
def test_matching_is_the_best_there_is(table: tuple[int, list[tuple[float, list[bool]]]]) -> None:
    lesions, marks = table
    ratings, hits = [one[0] for one in marks], [one[1] for one in marks]
    located = match(ratings, hits, lesions)
    found = [one for one in located.lesions if one is not None]
    assert (len(found), round(sum(found), 6)) == best_by_brute_force(ratings, hits, lesions)
    assert sorted([*found, *located.misplaced]) == sorted(ratings)
    assert len(located.lesions) == lesions


def test_a_second_mark_on_a_lesion_is_misplaced() -> None:
    assert match([0.6, 0.9], [[True], [True]], 1) == Located((0.9,), (0.6,))


def test_a_mark_on_two_lesions_takes_one_and_makes_room() -> None:
    """The sure mark lies on both; the other only on the first: both can be placed."""
    assert match([0.9, 0.6], [[True, True], [True, False]], 2) == Located((0.6, 0.9), ())


def test_no_marks_leave_lesions_unmarked() -> None:
    assert match([], [], 2) == Located((None, None), ())
    assert match([0.6], [[]], 0) == Located((), (0.6,))


def test_fractions() -> None:
    located = [Located((0.9, None), (0.6,)), Located((0.6,), ()), Located((), (0.5, 0.5))]
    assert lesion_localisation_fraction(located) == wilson(2, 3)
    assert non_lesion_localisations_per_image(located, 6) == 0.5
    with pytest.raises(UndefinedStatistic):
        lesion_localisation_fraction([Located((), (0.5,))])
    with pytest.raises(UndefinedStatistic):
        non_lesion_localisations_per_image(located, 0)


@pytest.mark.parametrize("case", golden("wafroc")["cases"])
def test_wafroc_of_worked_examples(case: dict[str, list[list[float | None]]]) -> None:
    assert wafroc(case["normals"], case["abnormals"]) == pytest.approx(case["theta"])  # type: ignore[arg-type]


@given(
    st.lists(maybe, min_size=1, max_size=8),
    st.lists(st.lists(maybe, min_size=1, max_size=4), min_size=1, max_size=6),
)
def test_wafroc_equals_its_definition(
    normals: list[float | None], abnormals: list[list[float | None]]
) -> None:
    def value(one: float | None) -> float:
        return -math.inf if one is None else one

    def psi(false_mark: float | None, lesion: float | None) -> float:
        x, y = value(false_mark), value(lesion)
        return 1.0 if x < y else 0.5 if x == y else 0.0

    total = sum(
        psi(normal, lesion) / len(lesions)
        for normal in normals
        for lesions in abnormals
        for lesion in lesions
    )
    assert wafroc(normals, abnormals) == pytest.approx(total / len(normals) / len(abnormals))


@given(st.lists(rating, min_size=1), st.lists(rating, min_size=1))
def test_with_one_lesion_a_case_it_is_the_roc_area(normals: list[float], lesions: list[float]) -> None:
    labels = [False] * len(normals) + [True] * len(lesions)
    assert wafroc(normals, [[one] for one in lesions]) == pytest.approx(roc_auc(normals + lesions, labels))


def test_wafroc_needs_normals_and_lesions() -> None:
    with pytest.raises(UndefinedStatistic):
        wafroc([], [[0.9]])
    with pytest.raises(UndefinedStatistic):
        wafroc([None], [])
    with pytest.raises(ValueError, match="lesion"):
        wafroc([None], [[]])
