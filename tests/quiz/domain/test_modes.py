"""The table of modes: what rates, what waits, which pools; and the database knows the same names."""

from __future__ import annotations

import pytest

from quiz.domain import modes
from quiz.domain.modes import Feedback, Mode, Pool
from quiz.domain.read_flow import Flow
from quiz.models import CaseSet, Sitting
from quiz.selectors.mode_words import NAMES, SHORT

# mode: (pools, flow in a read-first set, rates, feedback, unseen cases alone)
TABLE = {
    Mode.PRACTICE: ({"open"}, "read_first", False, "after_each", False),
    Mode.RATED: ({"open"}, "read_first", True, "after_each", True),
    Mode.REVIEW: ({"open"}, "read_first", False, "after_each", False),
    Mode.MISSES: ({"open"}, "read_first", False, "after_each", False),
    Mode.BOOKMARKS: ({"open"}, "read_first", False, "after_each", False),
    Mode.EXAM: ({"exam"}, "exam", False, "at_release", True),
    Mode.WITHDRAWAL: ({"open", "withdrawal"}, "unaided", False, "at_end", True),
    Mode.DUEL: ({"open"}, "unaided", False, "after_each", True),
    Mode.AI_FIRST: ({"open", "ai_first"}, "ai_first", False, "after_each", False),
    Mode.SCREENING: ({"open", "screening"}, "unaided", False, "at_end", True),
    Mode.DAILY: ({"daily"}, "read_first", False, "after_each", False),
}


@pytest.mark.parametrize("mode", Mode)
def test_each_mode_is_as_the_design_has_it(mode: Mode) -> None:
    pools, flow, rates, feedback, unseen = TABLE[mode]
    rules = modes.rules(mode)
    assert {str(pool) for pool in rules.pools} == pools
    assert modes.flow_of(mode, "read_first") == flow
    assert (rules.rates, str(rules.feedback), rules.unseen) == (rates, feedback, unseen)
    assert modes.waits_for_truth(mode) is (rules.feedback is not Feedback.AFTER_EACH)


def test_one_mode_rates_and_no_other() -> None:
    assert [mode for mode in Mode if modes.rules(mode).rates] == [Mode.RATED]


@pytest.mark.parametrize("pool", Pool)
def test_reserved_pools_never_offer_practice(pool: Pool) -> None:
    offered = modes.modes_of(pool)
    assert offered
    assert (Mode.PRACTICE in offered) is (pool is Pool.OPEN)
    assert (Mode.RATED in offered) is (pool is Pool.OPEN)


def test_a_sets_own_flow_goes_where_the_mode_has_none() -> None:
    assert modes.flow_of(Mode.PRACTICE, "unaided") is Flow.UNAIDED
    assert modes.flow_of(Mode.DUEL, "read_first") is Flow.UNAIDED
    with pytest.raises(ValueError, match="race"):
        modes.rules("race")


def test_database_and_words_know_the_same_modes() -> None:
    assert {value for value, _ in Sitting.Mode.choices} == {str(mode) for mode in Mode}
    assert {value for value, _ in CaseSet.Pool.choices} == {str(pool) for pool in Pool}
    assert set(NAMES) == set(SHORT) == set(Mode)
