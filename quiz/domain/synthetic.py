"""How a synthetic learner reads: signal detection with a skill that grows, a threshold, and a way with the AI.

For trying the site at size, and for showing what its figures say about ways of reading. Nobody's data.
"""

from __future__ import annotations

import math
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from quiz.domain.opinions import BANDS, Answer

_GRADES = {"obvious": 1.2, "clear": 0.7, "moderate": 0.2, "medium": 0.2, "subtle": -0.5, "hidden": -1.0}
"""What a grade of difficulty adds to how well its finding stands out."""
_LEAST = 0.05
_SETTLE = 200.0
"""Reads after which most of the growth is behind a learner."""


@dataclass(frozen=True)
class Reader:
    """A way of reading.

    `skill` is the distance of the two kinds of case in standard deviations (d′, 0 is guessing), growing by `growth`;
    `threshold` is how much must be seen before it is called, 0 without bias; `boldness` stretches certainty, 1 is
    calibrated; `trust` is the chance 0 … 1 of taking the AI's answer where it differs, other things equal.
    """

    skill: float
    growth: float = 0.0
    threshold: float = 0.0
    boldness: float = 1.0
    trust: float = 0.5


ALWAYS_AGREES = Reader(skill=1.2, trust=1.0)
NEVER_AGREES = Reader(skill=1.2, trust=0.0)
GUESSES = Reader(skill=0.0)
ALWAYS_CERTAIN = Reader(skill=1.0, boldness=math.inf)
ALWAYS_NORMAL = Reader(skill=1.5, threshold=math.inf)


def plausible(rng: random.Random) -> Reader:
    """Return a reader as a class might have them: most of some skill, few without, most a little too sure."""
    return Reader(
        skill=max(0.0, rng.gauss(1.5, 0.5)),
        growth=max(0.0, rng.gauss(0.5, 0.3)),
        threshold=rng.gauss(0.0, 0.35),
        boldness=math.exp(rng.gauss(0.2, 0.35)),
        trust=rng.betavariate(3, 2),
    )


def first_answers(
    reader: Reader,
    *,
    asked: Sequence[str],
    present: Collection[str],
    difficulty: str,
    read_before: int,
    single_choice: bool,
    rng: random.Random,
) -> tuple[Answer, ...]:
    """Return the answers of a first opinion: one a finding, of a single choice at most one of them present."""
    grade = _GRADES.get(difficulty.partition(":")[0], 0.0)
    grown = reader.skill + reader.growth * (1 - math.exp(-read_before / _SETTLE))
    distance = max(grown + (grade if grown else 0.0), _LEAST if grown else 0.0)
    evidence = {
        finding: rng.gauss(distance / 2 if finding in present else -distance / 2, 1.0) - reader.threshold
        for finding in asked
    }
    strongest = max(evidence, key=evidence.__getitem__)
    answers = [
        Answer(
            finding,
            seen > 0 and (not single_choice or finding == strongest),
            _band(reader.boldness, distance, abs(seen), rng),
        )
        for finding, seen in evidence.items()
    ]
    if single_choice:
        least = min(answer.certainty for answer in answers)
        answers = [Answer(answer.finding, answer.present, least) for answer in answers]
    return tuple(answers)


def final_answers(
    reader: Reader, first: Sequence[Answer], ai: Mapping[str, bool], rng: random.Random
) -> tuple[Answer, ...]:
    """Return the answers after the AI; `ai` is its call on the findings it knows, empty where it said nothing.

    A reader takes all of its calls or none: surer readers take them less often.
    """
    differs = [answer for answer in first if answer.finding in ai and ai[answer.finding] != answer.present]
    if not ai:
        return tuple(first)
    if not differs:
        return tuple(_moved(answer, +1) for answer in first)
    surest = max(answer.certainty for answer in differs)
    if rng.random() < _chance(reader.trust, surest):
        return tuple(
            Answer(answer.finding, ai[answer.finding], BANDS[2].value) if answer in differs else answer
            for answer in first
        )
    return tuple(_moved(answer, -1) if answer in differs else answer for answer in first)


def _chance(trust: float, certainty: float) -> float:
    """Trust as it is at a certainty of 0.75; less where surer, more where less sure; 0 and 1 stay."""
    if trust in (0.0, 1.0):
        return trust
    logit = math.log(trust / (1 - trust)) + math.log(3) - math.log(certainty / (1 - certainty))
    return 1 / (1 + math.exp(-logit))


def _band(boldness: float, distance: float, seen: float, rng: random.Random) -> float:
    if math.isinf(boldness):
        return BANDS[-1].value
    # Somebody who calls nothing is neither surer nor less sure for it.
    logit = min(boldness * distance * (seen if math.isfinite(seen) else 1.5), 20.0)
    percent = 100 / (1 + math.exp(-logit)) + rng.gauss(0.0, 3.0)
    return next((band.value for band in BANDS if percent <= band.high), BANDS[-1].value)


def _moved(answer: Answer, by: int) -> Answer:
    values = [band.value for band in BANDS]
    place = min(max(values.index(answer.certainty) + by, 0), len(values) - 1)
    return Answer(answer.finding, answer.present, values[place])
