"""Which cases a mode gets, and the named reason why there are none."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain import case_choice
from quiz.domain.case_choice import Candidate, Choice, NoCase
from quiz.selectors.mode_words import REASONS

WINDOW = (0.70, 0.85)
candidates = st.lists(
    st.builds(
        Candidate,
        case=st.integers(1, 10_000),
        abnormal=st.booleans(),
        concepts=st.frozensets(st.sampled_from("abcdef"), min_size=1, max_size=2),
        difficulty=st.sampled_from(["", "subtle", "obvious"]),
        seen=st.booleans(),
        finished=st.booleans(),
        last_right=st.sampled_from([True, False, None]),
        expected=st.floats(0.05, 0.95),
        ai_answered=st.booleans(),
        ai_right=st.sampled_from([True, False, None]),
    ),
    max_size=60,
    unique_by=lambda case: case.case,
)
seeds = st.integers(0, 2**16)


def cases(number: int, **changes: object) -> list[Candidate]:
    """Unseen cases, every second with a finding."""
    return [replace(Candidate(n, n % 2 == 0), **changes) for n in range(1, number + 1)]


def picked(choice: Choice, of: list[Candidate]) -> list[Candidate]:
    by_id = {case.case: case for case in of}
    return [by_id[case] for case in choice.cases]


def rng(seed: int = 1) -> random.Random:
    return random.Random(seed)


def test_practice_repeats_only_when_all_is_seen() -> None:
    some = [replace(case, seen=case.case > 3) for case in cases(8)]
    assert set(case_choice.practice(some, size=10, rng=rng()).cases) == {1, 2, 3}
    everything = [replace(case, seen=True) for case in some]
    assert len(case_choice.practice(everything, size=5, rng=rng()).cases) == 5
    assert case_choice.practice([], size=5, rng=rng()).reason is NoCase.EMPTY_SET


@given(candidates, seeds)
def test_rated_is_unseen_and_balanced(all_cases: list[Candidate], seed: int) -> None:
    choice = case_choice.rated(all_cases, size=10, window=WINDOW, rng=rng(seed))
    chosen = picked(choice, all_cases)
    assert (choice.reason is None) is bool(chosen)
    assert not any(case.seen for case in chosen) and len(set(choice.cases)) == len(chosen) <= 10
    assert abs(2 * sum(case.abnormal for case in chosen) - len(chosen)) <= 2
    assert not chosen or len(chosen) >= case_choice.SMALLEST_RATED


@pytest.mark.parametrize("due", [None, ["a"], ["a", "n"], ["a", "b", "n"]])
def test_counting_seldom_tells_the_last_case(due: list[str] | None) -> None:
    """Of a rated sitting (no `due`) and of a review: from its length and from what came before."""
    concepts = [frozenset("n"), frozenset("a"), frozenset("n"), frozenset("b")]
    many = [replace(case, concepts=concepts[case.case % 4]) for case in cases(60, expected=0.8)]
    many = [replace(case, abnormal=case.concepts != frozenset("n")) for case in many]
    seen: list[tuple[tuple[int, int], bool]] = []
    for seed in range(400):
        if due is None:
            choice = case_choice.rated(many, size=10, window=WINDOW, rng=rng(seed))
        else:
            choice = case_choice.review(many, due=due, size=10, rng=rng(seed))
        chosen = [case.abnormal for case in picked(choice, many)]
        assert len(chosen) >= case_choice.SMALLEST_REVIEW
        seen.append(((len(chosen), sum(chosen[:-1])), chosen[-1]))
    kinds: dict[tuple[int, int], set[bool]] = {}
    for before, last in seen:
        kinds.setdefault(before, set()).add(last)
    told = sum(len(kinds[before]) == 1 for before, _ in seen)
    assert told < 0.4 * len(seen)


def test_rated_prefers_the_window_and_takes_what_is_next_to_it() -> None:
    inside, near, far = cases(6, expected=0.8), cases(4, expected=0.66), cases(20, expected=0.2)
    everything = [replace(case, case=n) for n, case in enumerate([*far, *near, *inside], start=1)]
    chosen = picked(case_choice.rated(everything, size=10, window=WINDOW, rng=rng()), everything)
    found = Counter(case.expected for case in chosen)
    assert found[0.8] in {5, 6} and found[0.8] + found[0.66] >= 9


def test_rated_says_why_not() -> None:
    assert (
        case_choice.rated(cases(9, rated=False), size=10, window=WINDOW, rng=rng()).reason is NoCase.NOT_RATED
    )
    one_kind = cases(20, abnormal=False)
    assert case_choice.rated(one_kind, size=10, window=WINDOW, rng=rng()).reason is NoCase.TOO_FEW_UNSEEN
    assert case_choice.rated(cases(3), size=10, window=WINDOW, rng=rng()).reason is NoCase.TOO_FEW_UNSEEN


def test_rated_order_is_left_to_chance() -> None:
    many = cases(40, expected=0.8)
    orders = {
        tuple(
            case.abnormal
            for case in picked(case_choice.rated(many, size=10, window=WINDOW, rng=rng(n)), many)
        )
        for n in range(20)
    }
    assert len(orders) > 10


@given(candidates, st.permutations("abcdef"), st.integers(0, 6), seeds)
def test_review_never_has_more_abnormals_than_normals(
    all_cases: list[Candidate], concepts: list[str], due: int, seed: int
) -> None:
    choice = case_choice.review(all_cases, due=concepts[:due], size=10, rng=rng(seed))
    chosen = picked(choice, all_cases)
    assert 2 * sum(case.abnormal for case in chosen) <= len(chosen) <= 10
    assert len(set(choice.cases)) == len(choice.cases)
    assert (choice.reason is None) is bool(chosen)
    if chosen:
        assert any(case.concepts & set(concepts[:due]) for case in chosen)


def test_review_takes_an_unseen_case_of_a_concept_where_there_is_one() -> None:
    a, normal = frozenset("a"), frozenset("n")
    some = [
        Candidate(1, True, a, seen=True),
        Candidate(2, True, a),
        Candidate(3, False, normal),
    ]
    for seed in range(10):
        assert set(case_choice.review(some, due=["a"], size=10, rng=rng(seed)).cases) == {2, 3}
    seen = [replace(case, seen=True) for case in some[:1]] + some[2:]
    assert set(case_choice.review(seen, due=["a"], size=10, rng=rng()).cases) == {1, 3}
    assert case_choice.review(some[:2], due=["a"], size=10, rng=rng()).reason is NoCase.TOO_FEW_NORMALS
    assert case_choice.review(some, due=["z"], size=10, rng=rng()).reason is NoCase.NOTHING_DUE


def test_misses_and_bookmarks_take_what_they_say() -> None:
    some = [replace(case, last_right=case.case % 3 != 0) for case in cases(9)]
    assert set(case_choice.misses(some, size=10, rng=rng()).cases) == {3, 6, 9}
    assert case_choice.misses(cases(4), size=10, rng=rng()).reason is NoCase.NO_MISSES
    assert set(case_choice.bookmarks(some, marked={2, 99}, size=10, rng=rng()).cases) == {2}
    assert case_choice.bookmarks(some, marked=set(), size=10, rng=rng()).reason is NoCase.NO_BOOKMARKS


def test_exam_takes_all_that_the_candidate_never_met() -> None:
    some = [replace(case, seen=case.case == 2) for case in cases(5)]
    assert set(case_choice.exam(some, rng=rng()).cases) == {1, 3, 4, 5}
    assert case_choice.exam(cases(3, seen=True), rng=rng()).reason is NoCase.ALL_READ
    assert case_choice.exam([], rng=rng()).reason is NoCase.EMPTY_SET


def test_a_duel_needs_ten_unseen_cases_that_the_ai_has_answered() -> None:
    assert case_choice.duel(cases(9, ai_answered=True), rng=rng()).reason is NoCase.TOO_FEW_UNSEEN
    assert case_choice.duel(cases(30), rng=rng()).reason is NoCase.AI_NOT_READY
    mixed = [replace(case, ai_answered=case.case <= 12, seen=case.case == 1) for case in cases(30)]
    chosen = case_choice.duel(mixed, rng=rng()).cases
    assert len(chosen) == 10 and set(chosen) <= set(range(2, 13))


@given(candidates, st.booleans(), seeds)
def test_judging_takes_reserved_or_finished_cases_alone(
    all_cases: list[Candidate], reserved: bool, seed: int
) -> None:
    chosen = picked(case_choice.ai_first(all_cases, size=10, reserved=reserved, rng=rng(seed)), all_cases)
    assert all(not case.seen if reserved else case.finished for case in chosen)
    assert all(case.ai_right is not None for case in chosen)
    if chosen:
        able = [case for case in all_cases if (not case.seen if reserved else case.finished)]
        judged = [case for case in able if case.ai_right is not None]
        errors = sum(not case.ai_right for case in chosen)
        assert 3 <= errors <= 7 and len(chosen) <= 10
        # What the page says before the round: more often than on the cases it could have taken.
        assert errors / len(chosen) > sum(not case.ai_right for case in judged) / len(judged)


def test_the_number_of_errors_can_not_be_counted_on() -> None:
    judged = [replace(case, finished=True, ai_right=case.case > 10) for case in cases(60)]
    errors = Counter(
        sum(
            not case.ai_right
            for case in picked(case_choice.ai_first(judged, size=10, reserved=False, rng=rng(n)), judged)
        )
        for n in range(200)
    )
    assert set(errors) == {3, 4, 5} and min(errors.values()) > 30


def test_judging_says_why_not() -> None:
    few = cases(4, finished=True, ai_right=True)
    assert case_choice.ai_first(few, size=10, reserved=False, rng=rng()).reason is NoCase.TOO_FEW_FINISHED
    assert case_choice.ai_first(few, size=10, reserved=True, rng=rng()).reason is NoCase.TOO_FEW_UNSEEN
    right = cases(30, finished=True, ai_right=True)
    assert case_choice.ai_first(right, size=10, reserved=False, rng=rng()).reason is NoCase.TOO_FEW_AI_ERRORS


@pytest.mark.parametrize(("number", "cancers", "enough"), [(100, 5, True), (99, 50, False), (300, 4, False)])
def test_a_screening_round_is_long_enough(number: int, cancers: int, enough: bool) -> None:
    some = [Candidate(n, n <= cancers) for n in range(1, number + 1)]
    choice = case_choice.screening(some, rng=rng())
    assert (len(choice.cases) == number) is enough
    assert (choice.reason is NoCase.ROUND_TOO_SMALL) is not enough
    seen = [replace(case, seen=case.case == 1) for case in some]
    assert 1 not in case_choice.screening(seen, rng=rng()).cases


def strata(cases: list[Candidate]) -> Counter[tuple[bool, str]]:
    return Counter(case.stratum for case in cases)


def test_withdrawal_has_the_mix_of_what_it_is_compared_with() -> None:
    grades = [(True, "subtle")] * 5 + [(True, "obvious")] * 15 + [(False, "")] * 20
    fresh = [
        Candidate(n, abnormal, difficulty=grade)
        for n, (abnormal, grade) in enumerate(
            [(True, "subtle")] * 30 + [(True, "obvious")] * 30 + [(False, "")] * 30, start=1
        )
    ]
    for seed in range(10):
        choice = case_choice.withdrawal(fresh, aided=grades, offered=True, rng=rng(seed))
        found = strata(picked(choice, fresh))
        assert found.total() == 20 and found[False, ""] == 10
        assert found[True, "obvious"] in {7, 8} and found[True, "subtle"] in {2, 3}


def test_withdrawal_says_why_not() -> None:
    aided = [(n % 2 == 0, "") for n in range(20)]
    fresh = cases(40)

    def why(cases: list[Candidate], aided: list[tuple[bool, str]], *, offered: bool = True) -> NoCase | None:
        return case_choice.withdrawal(cases, aided=aided, offered=offered, rng=rng()).reason

    assert why(fresh, aided) is None
    assert why(fresh, aided[:19]) is NoCase.TOO_FEW_AIDED
    assert why(fresh[:19], aided) is NoCase.TOO_FEW_UNSEEN
    assert why(fresh, aided, offered=False) is NoCase.NOT_OFFERED_YET
    assert why([replace(case, abnormal=False) for case in fresh], aided) is NoCase.NO_MATCH
    other_grades = [replace(case, difficulty="hidden") for case in fresh]
    assert why(other_grades, aided) is NoCase.NO_MATCH


@given(candidates, seeds)
def test_matching_keeps_the_share_of_normals(all_cases: list[Candidate], seed: int) -> None:
    aided = [(n % 5 < 2, "subtle" if n % 2 else "obvious") for n in range(25)]
    chosen = case_choice.matched_cases(all_cases, aided, size=20, rng=rng(seed))
    if chosen is not None:
        assert len({case.case for case in chosen}) == 20
        assert sum(case.abnormal for case in chosen) == 8


def test_every_reason_has_a_sentence() -> None:
    assert set(REASONS) == set(NoCase)
    assert all(str(sentence).endswith(".") for sentence in REASONS.values())
    assert str(case_choice.WITHDRAWAL) in str(REASONS[NoCase.TOO_FEW_AIDED])
    for number in (case_choice.SCREENED, case_choice.CANCERS):
        assert str(number) in str(REASONS[NoCase.ROUND_TOO_SMALL])
