"""Every figure from a tally equals the same figure worked out read by read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.domain import tallies
from quiz.domain.figures import AISay, FindingFigures, ReadFigures, Say
from quiz.domain.localisation import Located, lesion_localisation_fraction, wafroc
from quiz.domain.reliance import Trio, reliance, weight_of_advice
from quiz.domain.tallies import CaseTally, FindingTally, Reader, case_counts, finding_counts, merged
from radiology.statistics import (
    UndefinedStatistic,
    brier,
    cohen_kappa,
    confusion,
    mcnemar_exact,
    roc_auc_delong,
    roc_auc_paired_delong,
)
from tests.quiz.domain.figures_made import read_figures

reads = st.lists(read_figures(), min_size=1, max_size=30)
# Drawing thirty reads takes longer than counting them.
few = settings(max_examples=40)


def masses(some: list[ReadFigures]) -> list[FindingFigures]:
    return [one.findings["mass"] for one in some]


def tally(some: list[ReadFigures], *, kind: str = "multi-label", advised: bool = True) -> FindingTally:
    return FindingTally(
        merged(
            finding_counts(one.findings["mass"], kind=kind, images=one.images, advised=advised)
            for one in some
        )
    )


def cases(some: list[ReadFigures], *, advised: bool = True) -> CaseTally:
    return CaseTally(merged(case_counts(one, advised=advised) for one in some))


def either(work: Callable[[], Any]) -> Any:
    """A figure, or that it isn't defined."""
    try:
        return work()
    except UndefinedStatistic:
        return None


@few
@given(reads)
def test_counts_of_calls(some: list[ReadFigures]) -> None:
    for who in ("first", "final", "ai"):
        said = [(getattr(one, who).called, one.present) for one in masses(some) if getattr(one, who)]
        assert tally(some).confusion(who) == confusion([a for a, _ in said], [b for _, b in said])
    assert tally(some).reads == len(some)


@pytest.mark.parametrize("who", ["first", "final"])
@few
@given(some=reads)
def test_areas_and_brier_scores(who: Reader, some: list[ReadFigures]) -> None:
    said = [
        (round(getattr(one, who).probability, 2), one.present) for one in masses(some) if getattr(one, who)
    ]
    p, y = [a for a, _ in said], [b for _, b in said]
    area, expected = either(lambda: tally(some).area(who)), either(lambda: roc_auc_delong(p, y))
    assert (area is None) == (expected is None)
    if area is not None:
        assert (area.value, area.low, area.high) == pytest.approx(
            (expected.value, expected.low, expected.high), abs=1e-9
        )
    assert either(lambda: tally(some).brier(who)) == pytest.approx(either(lambda: brier(p, y)))


@few
@given(reads)
def test_paired_areas_and_kappa(some: list[ReadFigures]) -> None:
    both = [one for one in masses(some) if one.first and one.final]
    expected = either(
        lambda: roc_auc_paired_delong(
            [round(one.first.probability, 2) for one in both if one.first],
            [round(one.final.probability, 2) for one in both if one.final],
            [one.present for one in both],
        )
    )
    paired = either(tally(some).paired_areas)
    assert (paired is None) == (expected is None)
    if paired is not None:
        assert paired.p_value == pytest.approx(expected.p_value, abs=1e-9)
        assert paired.difference.value == pytest.approx(expected.difference.value, abs=1e-9)
    met = [(one.first.called, one.ai.called) for one in masses(some) if one.first and one.ai]
    kappa = either(lambda: cohen_kappa([a for a, _ in met], [b for _, b in met]))
    assert either(tally(some).kappa_with_ai) == pytest.approx(kappa)


@few
@given(reads)
def test_place(some: list[ReadFigures]) -> None:
    placed = [(one, one.located) for one in masses(some) if one.located is not None]
    images = sum(one.images for one in some if one.findings["mass"].located is not None)
    lesions = either(lambda: lesion_localisation_fraction([located for _, located in placed]))
    assert either(tally(some).lesion_fraction) == lesions
    misplaced = sum(len(located.misplaced) for _, located in placed)
    expected = misplaced / images if images else None
    assert either(tally(some).misplaced_per_image) == pytest.approx(expected)
    normals = [max(located.misplaced, default=None) for one, located in placed if not one.present]
    abnormals = [located.lesions for one, located in placed if one.present]
    assert either(tally(some).wafroc) == pytest.approx(either(lambda: wafroc(normals, abnormals)))


@few
@given(reads)
def test_advice(some: list[ReadFigures]) -> None:
    weights = [
        weight_of_advice(one.first.probability, one.ai.probability, one.final.probability)
        for one in masses(some)
        if one.first and one.ai and one.final
    ]
    defined = [weight for weight in weights if weight is not None]
    expected = sum(defined) / len(defined) if defined else None
    assert tally(some).weight_of_advice() == pytest.approx(expected, abs=1e-5)
    assert tally(some, advised=False).weight_of_advice() is None


@few
@given(reads)
def test_whole_cases(some: list[ReadFigures]) -> None:
    table = cases(some)
    assert table.reads == len(some)
    for who in ("first", "final", "ai"):
        scored = [getattr(one, who) for one in some if getattr(one, who) is not None]
        assert table.right(who) == (sum(scored), len(scored))
    pairs = Counter((one.first, one.ai) for one in some if None not in (one.first, one.ai))
    assert table.pairs() == pairs
    assert table.mcnemar() == mcnemar_exact(pairs[True, False], pairs[False, True])
    trios = Counter(
        Trio(one.first, one.ai, one.final, bool(one.followed))
        for one in some
        if one.first is not None and one.ai is not None and one.final is not None
    )
    assert table.reliance() == reliance(trios)
    assert cases(some, advised=False).reliance() == reliance({})


@few
@given(reads, reads)
def test_taking_reads_out_leaves_what_was_there(some: list[ReadFigures], more: list[ReadFigures]) -> None:
    def table(rows: list[ReadFigures]) -> dict[str, int]:
        return merged(case_counts(one, advised=True) for one in rows)

    both = merged([table(some), table(more)])
    assert tallies.add(both, table(more), times=-1) == table(some)
    assert tallies.add(table(some), table(some), times=-1) == {}
    assert all(isinstance(n, int) and n for n in both.values())


@given(st.lists(read_figures("single-choice"), min_size=1, max_size=30))
def test_a_single_choice_has_no_probabilities(some: list[ReadFigures]) -> None:
    table = tally(some, kind="single-choice")
    assert not table.stated("first")
    assert not table.certainties("first")
    with pytest.raises(UndefinedStatistic):
        table.area("first")
    said = [(one.findings["mass"].first, one.first) for one in some if one.first is not None]
    expected = Counter((say.certainty, right) for say, right in said if say is not None)
    assert cases(some).certainties("first") == expected


def test_certainties_are_of_the_answer_whichever_it_was() -> None:
    says = [Say(True, 0.9), Say(False, 0.9), Say(False, 0.6)]
    rows = [FindingFigures(True, say, None, None, None) for say in says]
    table = FindingTally(
        merged(finding_counts(one, kind="detection", images=1, advised=False) for one in rows)
    )
    assert table.certainties("first") == Counter({(0.9, True): 1, (0.9, False): 1, (0.6, False): 1})
    assert table.stated("first") == Counter({(0.9, True): 1, (0.1, True): 1, (0.4, True): 1})
    assert table.reliability("first") is None


def test_what_is_stored_reads_as_documented() -> None:
    one = FindingFigures(
        True, Say(True, 0.9), Say(False, 0.75), AISay(False, 0.3), Located((0.9, None), (0.6,))
    )
    assert finding_counts(one, kind="detection", images=2, advised=True) == {
        "say:+90|-75|-|1": 1,
        "images": 2,
        "misplaced": 1,
        "lesion:90/2": 1,
        "lesion:-/2": 1,
        "advice": 1,
        "advice_millionths": round((0.25 - 0.9) / (0.3 - 0.9) * 1_000_000),
    }
