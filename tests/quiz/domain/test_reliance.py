"""Reliance against its definition read by read, and the habits that it must tell apart."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.reliance import Trio, eligible, reliance, weight_of_advice
from quiz.domain.shares import MINIMUM_READS, Share
from radiology.statistics import wilson

trios = st.lists(st.builds(Trio, st.booleans(), st.booleans(), st.booleans(), st.booleans()), max_size=60)


@given(trios)
def test_reliance_equals_its_definition(reads: list[Trio]) -> None:
    result = reliance(Counter(reads))
    helped = [one for one in reads if not one.first and one.ai]
    assert result.rair == Share(sum(one.final for one in helped), len(helped))
    misled = [one for one in reads if one.first and not one.ai and (one.final or one.followed)]
    assert result.rsr == Share(sum(one.final for one in misled), len(misled))
    assert result.elsewhere == sum(
        one.first and not one.ai and not one.final and not one.followed for one in reads
    )


def test_a_share_has_an_interval_from_eight_on() -> None:
    assert Share(7, MINIMUM_READS - 1).interval is None
    assert Share(7, MINIMUM_READS).interval == wilson(7, 8)


def test_following_regardless_lies_on_the_line() -> None:
    """Who always takes the AI's answer has RAIR 1 and RSR 0; who never does, 0 and 1: both sum to 1."""
    always = reliance({Trio(False, True, True, True): 9, Trio(True, False, False, True): 9})
    never = reliance({Trio(False, True, False, False): 9, Trio(True, False, True, False): 9})
    assert (always.rair.k / 9, always.rsr.k / 9) == (1.0, 0.0)
    assert (never.rair.k / 9, never.rsr.k / 9) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("flow", "first_exposure", "ai_ready", "counts"),
    [
        ("read_first", True, True, True),
        ("read_first", False, True, False),
        ("read_first", True, False, False),
        ("unaided", True, True, False),
        ("ai_first", True, True, False),
        ("exam", True, True, False),
    ],
)
def test_who_is_eligible(flow: str, first_exposure: bool, ai_ready: bool, counts: bool) -> None:
    assert eligible(flow=flow, first_exposure=first_exposure, ai_ready=ai_ready) is counts


@pytest.mark.parametrize(
    ("before", "advice", "after", "weight"),
    [
        (0.25, 0.75, 0.25, 0.0),
        (0.25, 0.75, 0.75, 1.0),
        (0.25, 0.75, 0.5, 0.5),
        (0.5, 0.6, 0.4, -1.0),
        (0.5, 0.549, 0.9, None),
        (0.5, 0.5, 0.5, None),
    ],
)
def test_weight_of_advice(before: float, advice: float, after: float, weight: float | None) -> None:
    result = weight_of_advice(before, advice, after)
    assert result == (None if weight is None else pytest.approx(weight))
