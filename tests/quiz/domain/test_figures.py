"""What a read adds to its learner's figures, and that it is stored without loss."""

from __future__ import annotations

import json

from hypothesis import given

from quiz.domain.figures import AISay, ReadFigures, from_json, read_figures, to_json
from quiz.domain.localisation import Located
from quiz.domain.opinions import Answer, Mark, ReaderOpinion
from quiz.domain.outcomes import Key
from radiology.regions import Region
from tests.quiz.domain.figures_made import read_figures as random_figures

TUMOUR = Region("circle", (20.0, 20.0, 5.0))
KEY = Key(frozenset({"mass"}), (("a", "mass", TUMOUR), ("b", "mass", TUMOUR)))


def says(mass: bool, cyst: bool, *marks: Mark, certainty: float = 0.9) -> ReaderOpinion:
    return ReaderOpinion((Answer("mass", mass, certainty), Answer("cyst", cyst, 0.6)), marks)


def figures(
    first: ReaderOpinion | None, final: ReaderOpinion | None = None, **changes: object
) -> ReadFigures:
    values: dict[str, object] = {
        "kind": "multi-label",
        "asked": ("mass", "cyst"),
        "images": 2,
        "ai": {"mass": AISay(True, 0.8), "cyst": AISay(True, 0.5)},
        "key": KEY,
        "localise": True,
        "radius": 0.0,
    }
    return read_figures(first=first, final=final, **{**values, **changes})  # type: ignore[arg-type]


@given(random_figures())
def test_figures_are_stored_without_loss(one: ReadFigures) -> None:
    assert from_json(json.loads(json.dumps(to_json(one)))) == one


def test_everybody_is_judged_over_all_findings() -> None:
    one = figures(says(True, False), says(True, True))
    assert (one.first, one.final, one.ai) == (True, False, False)
    assert one.followed is True
    assert figures(says(True, False), says(True, False)).followed is False


def test_marks_take_the_lesions_of_their_own_image() -> None:
    hit, stray = Mark("a", "mass", 21, 21), Mark("b", "mass", 40, 40)
    one = figures(says(True, False, hit, stray)).findings["mass"]
    assert one.located == Located((0.9, None), (0.9,))
    near = figures(says(True, False, Mark("a", "mass", 20, 27)), radius=3.0).findings["mass"]
    assert near.located == Located((0.9, None), ())


def test_a_mark_carries_its_own_certainty() -> None:
    mark = Mark("a", "mass", 21, 21, certainty=0.6)
    assert figures(says(True, False, mark)).findings["mass"].located == Located((0.6, None), ())


def test_a_missed_finding_has_unmarked_lesions_and_a_false_alarm_misplaced_marks() -> None:
    one = figures(says(False, True, Mark("a", "cyst", 21, 21)))
    assert one.findings["mass"].located == Located((None, None), ())
    assert one.findings["cyst"].located == Located((), (0.6,))


def test_place_is_not_judged_without_marks_or_regions() -> None:
    assert figures(says(True, False), localise=False).findings["mass"].located is None
    unplaced = figures(says(True, False), key=Key(frozenset({"mass"})))
    assert unplaced.findings["mass"].located is None
    assert unplaced.findings["cyst"].located == Located((), ())


def test_not_telling_is_not_scored() -> None:
    one = figures(ReaderOpinion((), cannot_tell=True))
    assert (one.first, one.findings["mass"].first, one.findings["mass"].located) == (None, None, None)


def test_without_an_ai_there_is_nothing_to_follow() -> None:
    one = figures(says(True, False), says(True, False), ai=None)
    assert (one.ai, one.followed, one.findings["mass"].ai) == (None, None, None)


def test_a_first_opinion_decides_the_place() -> None:
    hit = Mark("a", "mass", 21, 21)
    assert figures(says(True, False), says(True, False, hit)).findings["mass"].located == Located(
        (None, None), ()
    )
    assert figures(None, says(True, False, hit)).findings["mass"].located == Located((0.9, None), ())
