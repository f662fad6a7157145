"""The reliability diagram: when it appears, its bins and their intervals."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.calibration import MINIMUM_READS, reliability
from quiz.domain.opinions import BANDS
from radiology.statistics import brier, wilson

answers = st.lists(
    st.tuples(st.sampled_from([band.value for band in BANDS]), st.booleans()),
    min_size=MINIMUM_READS,
    max_size=80,
)


def test_nothing_is_shown_before_twenty() -> None:
    assert reliability({}) is None
    assert reliability({(0.9, True): 19}) is None
    assert reliability({(0.9, True): 19, (0.6, False): 1}) is not None


@given(answers)
def test_bins_hold_every_answer_once(pairs: list[tuple[float, bool]]) -> None:
    diagram = reliability(Counter(pairs))
    assert diagram is not None
    assert diagram.n == len(pairs)
    assert [one.stated for one in diagram.bins] == sorted({p for p, _ in pairs})
    for one in diagram.bins:
        true = [y for p, y in pairs if p == one.stated]
        assert one.observed == wilson(sum(true), len(true))
    assert diagram.parts.score == pytest.approx(brier([p for p, _ in pairs], [y for _, y in pairs]))


def test_overconfidence_is_what_was_stated_beyond_what_held() -> None:
    diagram = reliability({(0.99, True): 12, (0.99, False): 12})
    assert diagram is not None
    assert diagram.overconfidence == pytest.approx(0.49)
