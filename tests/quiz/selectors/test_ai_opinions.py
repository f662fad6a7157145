"""The AI's opinion of a case of several images: the highest one decides, and its image is where it points."""

from __future__ import annotations

from uuid import uuid4

import pytest

from inference.contracts import AIOpinion, FindingOpinion, HeatmapRef, case_flagged
from quiz.selectors.ai_opinions import CaseAI


def of_image(name: str, probability: float, *, ood: float = 0.5, declined: bool = False) -> AIOpinion:
    finding = FindingOpinion("mass", probability, 0.5, probability >= 0.5)
    heatmap = HeatmapRef(uuid4(), "mass", "gradcam", 10 * probability, 1.0, 48, 48)
    return AIOpinion(uuid4(), "m", "0" * 64, name, (finding,), (heatmap,), ood, declined)


def test_the_highest_image_decides_and_points() -> None:
    ai = CaseAI({1: of_image("a", 0.3), 2: of_image("b", 0.9), 3: of_image("c", 0.7)})
    assert ai.deciding(["mass", "cyst"])["mass"][0] == 2
    assert "cyst" not in ai.deciding(["mass", "cyst"])
    call = ai.call(["mass"], {1: "a", 2: "b", 3: "c"})
    assert call is not None
    assert call.called == {"mass"}
    assert call.peaks == (("b", "mass", 9.0, 1.0),)


def test_a_declined_image_decides_nothing() -> None:
    ai = CaseAI({1: of_image("a", 0.3), 2: of_image("b", 0.9, declined=True)})
    call = ai.call(["mass"], {1: "a", 2: "b"})
    assert call is not None
    assert (call.called, call.peaks[0][0], call.declined) == (frozenset(), "a", False)


@pytest.mark.parametrize(
    ("scores", "flagged"),
    [
        ((1.2,), True),
        ((0.9,), False),
        ((1.4, 0.5, 0.6), False),
        ((1.4, 0.9), True),
        ((None,), False),
        ((), False),
    ],
)
def test_a_case_is_flagged_by_the_mean_of_its_images(scores: tuple[float | None, ...], flagged: bool) -> None:
    assert case_flagged(scores) is flagged
