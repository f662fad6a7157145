"""The outcome: every combination of reader, AI and truth has one headline; place rules; badges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest

from quiz.domain.opinions import Answer, Mark, ReaderOpinion
from quiz.domain.outcomes import (
    AICall,
    Error,
    Headline,
    Key,
    Outcome,
    Place,
    Verdict,
    compare,
    error_kind,
    headline,
    mark_hits,
    mark_overlap,
)
from quiz.selectors.words import BADGES, HEADLINES
from radiology.regions import Region

FINDINGS = ("mass", "pneumonia")
SUBSETS = [frozenset(s) for n in range(3) for s in combinations(FINDINGS, n)]
CIRCLE = Region("circle", (20.0, 20.0, 5.0), None)
FAR = Region("circle", (80.0, 80.0, 5.0), None)


def says(called: frozenset[str] | None, *marks: Mark, certainty: float = 0.75) -> ReaderOpinion:
    """An opinion; None can't tell."""
    if called is None:
        return ReaderOpinion((), cannot_tell=True)
    return ReaderOpinion(tuple(Answer(f, f in called, certainty) for f in FINDINGS), marks)


def outcome(
    first: ReaderOpinion | None,
    ai: AICall | None,
    key: Key,
    final: ReaderOpinion | None = None,
    *,
    localise: bool = True,
    radius: float = 0.0,
) -> Outcome:
    return compare(first=first, final=final, ai=ai, key=key, localise=localise, radius=radius)


def wrong_how(called: frozenset[str], truth: frozenset[str]) -> str:
    """What is wrong, worked out finding by finding rather than by sets."""
    missed = any(f in truth and f not in called for f in FINDINGS)
    extra = any(f in called and f not in truth for f in FINDINGS)
    return {
        (False, False): "right",
        (True, False): "missed",
        (False, True): "false alarm",
        (True, True): "mixed",
    }[missed, extra]


def ai_said(call: AICall | None, truth: frozenset[str]) -> str:
    if call is None:
        return "unavailable"
    return "declined" if call.declined else wrong_how(call.called, truth)


Rule = Callable[[str, str], bool]
RULES: dict[Headline, Rule] = {
    Headline.AI_DECLINED: lambda you, ai: ai == "declined",
    Headline.AI_UNAVAILABLE: lambda you, ai: ai == "unavailable",
    Headline.YOU_COULD_NOT_TELL_AI_RIGHT: lambda you, ai: (you, ai) == ("can't tell", "right"),
    Headline.YOU_COULD_NOT_TELL_AI_WRONG: lambda you, ai: (
        you == "can't tell" and ai in {"missed", "false alarm", "mixed"}
    ),
    Headline.BOTH_RIGHT: lambda you, ai: (you, ai) == ("right", "right"),
    Headline.YOU_CAUGHT_IT_AI_MISSED: lambda you, ai: (you, ai) == ("right", "missed"),
    Headline.AI_FALSE_ALARM_YOU_RIGHT: lambda you, ai: (you, ai) == ("right", "false alarm"),
    Headline.YOU_RIGHT_AI_MIXED_UP: lambda you, ai: (you, ai) == ("right", "mixed"),
    Headline.AI_CAUGHT_IT_YOU_MISSED: lambda you, ai: (you, ai) == ("missed", "right"),
    Headline.YOU_FALSE_ALARM_AI_RIGHT: lambda you, ai: (you, ai) == ("false alarm", "right"),
    Headline.AI_RIGHT_YOU_MIXED_UP: lambda you, ai: (you, ai) == ("mixed", "right"),
    Headline.BOTH_MISSED: lambda you, ai: (you, ai) == ("missed", "missed"),
    Headline.BOTH_FALSE_ALARM: lambda you, ai: (you, ai) == ("false alarm", "false alarm"),
    Headline.BOTH_WRONG: lambda you, ai: (
        you in {"missed", "false alarm", "mixed"}
        and ai in {"missed", "false alarm", "mixed"}
        and (you != ai or you == "mixed")
    ),
}


def test_every_combination_has_exactly_one_headline() -> None:
    seen = set()
    readers: list[frozenset[str] | None] = [*SUBSETS, None]
    calls = [*(AICall(called) for called in SUBSETS), AICall(frozenset(), declined=True), None]
    for truth, reader, call in product(SUBSETS, readers, calls):
        you = "can't tell" if reader is None else wrong_how(reader, truth)
        ai = ai_said(call, truth)
        fitting = [label for label, rule in RULES.items() if rule(you, ai)]
        found = outcome(says(reader), call, Key(truth)).headline
        assert fitting == [found], (truth, reader, call)
        seen.add(found)
    assert seen == set(Headline)


def test_every_pair_of_errors_has_a_headline() -> None:
    for reader, ai in product([*Error, None], [*Error, None]):
        assert headline(reader, ai) in Headline
        assert headline(reader, ai, declined=True) is Headline.AI_DECLINED


def test_every_headline_has_a_sentence() -> None:
    assert set(HEADLINES) == set(Headline)
    sentences = [str(sentence) for sentence in HEADLINES.values()]
    assert all(sentence.endswith(".") for sentence in sentences)
    assert len(set(sentences)) == len(sentences)


@pytest.mark.parametrize("truth", SUBSETS)
@pytest.mark.parametrize("called", SUBSETS)
def test_right_means_every_finding_right(called: frozenset[str], truth: frozenset[str]) -> None:
    result = outcome(says(called), AICall(called), Key(truth), says(called))
    expected = Verdict.RIGHT if called == truth else Verdict.WRONG
    assert (result.learner_first, result.learner_final, result.ai) == (expected,) * 3
    assert (error_kind(called, truth) is Error.NONE) == (called == truth)


def test_opinions_that_are_not_there_have_no_verdict() -> None:
    key = Key(frozenset({"mass"}))
    unaided = outcome(says(frozenset({"mass"})), None, key)
    assert (unaided.learner_first, unaided.learner_final) == (Verdict.RIGHT, None)
    ai_first = outcome(None, None, key, says(frozenset()))
    assert (ai_first.learner_first, ai_first.learner_final) == (None, Verdict.WRONG)
    with pytest.raises(ValueError, match="without any opinion"):
        outcome(None, None, key)


def test_cannot_tell_is_not_scored() -> None:
    result = outcome(says(None), AICall(frozenset()), Key(frozenset({"mass"})), says(None))
    assert (result.learner_first, result.learner_final) == (Verdict.NOT_SCORED, Verdict.NOT_SCORED)
    assert result.learner_place is Place.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("call", "verdict"),
    [(None, Verdict.UNAVAILABLE), (AICall(frozenset({"mass"}), declined=True), Verdict.DECLINED)],
)
def test_an_ai_without_answer_has_no_place(call: AICall | None, verdict: Verdict) -> None:
    key = Key(frozenset({"mass"}), (("i", "mass", CIRCLE),))
    result = outcome(says(frozenset({"mass"})), call, key)
    assert (result.ai, result.ai_place) == (verdict, Place.NOT_APPLICABLE)


MASS = frozenset({"mass"})
PLACED = Key(MASS, (("i", "mass", CIRCLE),))
HIT, MISS = Mark("i", "mass", 20, 20), Mark("i", "mass", 60, 60)


@pytest.mark.parametrize(
    ("marks", "place"),
    [
        ((HIT,), Place.HIT),
        ((MISS,), Place.MISS),
        ((), Place.MISS),
        ((HIT, MISS), Place.MISS),
        ((HIT, HIT), Place.HIT),
        ((Mark("other image", "mass", 20, 20),), Place.MISS),
        ((Mark("i", "mass", 25, 20),), Place.HIT),
        ((Mark("i", "mass", 26, 20),), Place.MISS),
    ],
)
def test_the_learner_hits_with_every_mark_or_not(marks: tuple[Mark, ...], place: Place) -> None:
    assert outcome(says(MASS, *marks), None, PLACED).learner_place is place


@pytest.mark.parametrize(
    ("of_hit", "of_miss", "place"),
    [
        (0.9, 0.6, Place.HIT),
        (0.6, 0.9, Place.MISS),
        (0.9, 0.9, Place.MISS),
        (0.9, None, Place.HIT),
        (None, 0.6, Place.HIT),
        (0.6, None, Place.MISS),
        (0.75, None, Place.MISS),
    ],
)
def test_the_most_certain_mark_decides_and_ties_must_all_hit(
    of_hit: float | None, of_miss: float | None, place: Place
) -> None:
    marks = (replace(HIT, certainty=of_hit), replace(MISS, certainty=of_miss))
    for order in (marks, marks[::-1]):
        assert outcome(says(MASS, *order, certainty=0.75), None, PLACED).learner_place is place


def test_a_shape_hits_by_its_centre_however_large_it_is() -> None:
    large = {"width": 38.0, "height": 38.0}
    for shape in ("box", "ellipse"):
        assert mark_hits(replace(HIT, shape=shape, **large), PLACED, 0.0)
        assert not mark_hits(Mark("i", "mass", 26, 20, shape, **large), PLACED, 0.0)


def test_a_drawn_box_overlaps_as_far_as_it_covers_the_regions() -> None:
    region = Region("box", (10.0, 10.0, 20.0, 20.0))
    key = Key(MASS, (("i", "mass", region), ("other image", "mass", region)))
    size = {"width": 60, "height": 50}

    def overlap(x: float, y: float, width: float, height: float, shape: str = "box") -> float | None:
        return mark_overlap(Mark("i", "mass", x, y, shape, width, height), key, **size)

    assert overlap(20, 20, 20, 20) == 1.0
    assert overlap(30, 20, 20, 20) == pytest.approx(200 / 600)
    assert overlap(50, 40, 10, 10) == 0.0
    # An ellipse in a square covers a quarter of pi of it.
    assert overlap(20, 20, 20, 20, "ellipse") == pytest.approx(np.pi / 4, abs=0.02)
    two = Key(MASS, (("i", "mass", region), ("i", "mass", Region("box", (40.0, 10.0, 10.0, 20.0)))))
    assert mark_overlap(Mark("i", "mass", 20, 20, "box", 20, 20), two, **size) == pytest.approx(400 / 600)


def test_a_point_and_a_mark_away_from_every_region_overlap_nothing() -> None:
    size = {"width": 60, "height": 50}
    assert mark_overlap(HIT, PLACED, **size) is None
    assert mark_overlap(Mark("j", "mass", 20, 20, "box", 9, 9), PLACED, **size) is None
    assert mark_overlap(Mark("i", "pneumonia", 20, 20, "box", 9, 9), PLACED, **size) is None


def test_the_sets_radius_forgives() -> None:
    near = says(MASS, Mark("i", "mass", 27, 20))
    assert outcome(near, None, PLACED, radius=1.9).learner_place is Place.MISS
    assert outcome(near, None, PLACED, radius=2.1).learner_place is Place.HIT


def test_a_mark_may_hit_any_region_of_its_finding() -> None:
    key = Key(MASS, (("i", "mass", CIRCLE), ("i", "mass", FAR)))
    assert outcome(says(MASS, Mark("i", "mass", 80, 80)), None, key).learner_place is Place.HIT


def test_every_finding_rightly_called_must_be_placed() -> None:
    key = Key(frozenset(FINDINGS), (("i", "mass", CIRCLE), ("i", "pneumonia", FAR)))
    both = frozenset(FINDINGS)
    right = (HIT, Mark("i", "pneumonia", 80, 80))
    assert outcome(says(both, *right), None, key).learner_place is Place.HIT
    assert outcome(says(both, HIT), None, key).learner_place is Place.MISS


@pytest.mark.parametrize(
    ("opinion", "key", "localise"),
    [
        (says(MASS, HIT), PLACED, False),
        (says(frozenset()), PLACED, True),
        (says(MASS, HIT), Key(frozenset()), True),
        (says(MASS, HIT), Key(MASS), True),
        (says(None), PLACED, True),
    ],
)
def test_place_applies_only_where_there_is_one(opinion: ReaderOpinion, key: Key, localise: bool) -> None:
    assert outcome(opinion, None, key, localise=localise).learner_place is Place.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("called", "peak", "place"),
    [
        (MASS, ("i", "mass", 20.0, 20.0), Place.INSIDE),
        (MASS, ("i", "mass", 60.0, 60.0), Place.OUTSIDE),
        (MASS, ("other image", "mass", 20.0, 20.0), Place.OUTSIDE),
        (MASS, ("i", "pneumonia", 20.0, 20.0), Place.NOT_APPLICABLE),
        (frozenset(), ("i", "mass", 20.0, 20.0), Place.NOT_APPLICABLE),
    ],
)
def test_the_ai_is_inside_by_its_peak(
    called: frozenset[str], peak: tuple[str, str, float, float], place: Place
) -> None:
    assert outcome(says(MASS), AICall(called, (peak,)), PLACED).ai_place is place


def test_a_mask_is_a_place_too() -> None:
    mask = np.zeros((50, 50), dtype=bool)
    mask[10:20, 30:40] = True
    key = Key(MASS, (("i", "mass", Region("mask", (), mask)),))
    assert outcome(says(MASS, Mark("i", "mass", 35, 15)), None, key).learner_place is Place.HIT
    assert outcome(says(MASS, Mark("i", "mass", 15, 35)), None, key).learner_place is Place.MISS
    assert outcome(says(MASS), AICall(MASS, (("i", "mass", 35, 15),)), key).ai_place is Place.INSIDE


@pytest.mark.parametrize(
    ("called", "peak", "badges"),
    [
        (MASS, (20.0, 20.0), ()),
        (MASS, (60.0, 60.0), ("ai_right_heatmap_elsewhere",)),
        (frozenset(FINDINGS), (60.0, 60.0), ()),
    ],
)
def test_badge_only_for_a_right_ai_that_looked_elsewhere(
    called: frozenset[str], peak: tuple[float, float], badges: tuple[str, ...]
) -> None:
    assert outcome(says(MASS), AICall(called, (("i", "mass", *peak),)), PLACED).badges == badges


@pytest.mark.parametrize(
    ("first", "final", "badges"),
    [
        (MASS, MASS, ()),
        (frozenset(), frozenset(), ()),
        (frozenset(), MASS, ("changed_to_right",)),
        (MASS, frozenset(), ("changed_to_wrong",)),
        (None, MASS, ()),
        (MASS, None, ()),
    ],
)
def test_badges_of_a_change(
    first: frozenset[str] | None, final: frozenset[str] | None, badges: tuple[str, ...]
) -> None:
    assert outcome(says(first), AICall(frozenset()), Key(MASS), says(final)).badges == badges


@pytest.mark.parametrize("ai", [None, AICall(frozenset(), declined=True)])
def test_no_badge_for_a_change_without_an_ai_opinion(ai: AICall | None) -> None:
    assert outcome(says(frozenset()), ai, Key(MASS), says(MASS)).badges == ()


def test_every_badge_has_words() -> None:
    assert set(BADGES) == {"ai_right_heatmap_elsewhere", "changed_to_right", "changed_to_wrong"}
    assert all(str(words) for words in BADGES.values())
