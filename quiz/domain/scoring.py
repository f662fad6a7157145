"""How an answer is marked: certainty-based points and the Brier score."""

from __future__ import annotations

from collections.abc import Iterable

from quiz.domain.opinions import Answer

RIGHT_POINTS = {1: 1, 2: 2, 3: 3}
WRONG_POINTS = {1: 0, 2: -2, 3: -6}


def level(certainty: float) -> int:
    """Return the certainty-based-marking level, 1 to 3, of a certainty in [0.5, 1].

    The break-even certainties of +1/+2/+3 and 0/−2/−6 are 2/3 and 4/5 (Gardner-Medwin).
    Raises ValueError outside [0.5, 1].
    """
    if not 0.5 <= certainty <= 1.0:
        raise ValueError(f"A certainty lies between 0.5 and 1, not {certainty}.")
    return 1 if certainty < 2 / 3 else 2 if certainty < 4 / 5 else 3


def points(certainty: float, *, right: bool) -> int:
    """Return the points of one answer: +1/+2/+3 where right, 0/−2/−6 where wrong."""
    return (RIGHT_POINTS if right else WRONG_POINTS)[level(certainty)]


def case_points(answers: Iterable[Answer], present: frozenset[str], *, kind: str) -> int:
    """Return the points of a case: one per finding, or one in all for a single choice.

    `present` holds the findings that the key lists. No answers (can't tell) give 0.
    """
    answers = list(answers)
    if not answers:
        return 0
    if kind == "single-choice":
        right = frozenset(answer.finding for answer in answers if answer.present) == present
        return points(answers[0].certainty, right=right)
    return sum(
        points(answer.certainty, right=answer.present == (answer.finding in present)) for answer in answers
    )


def brier(probability: float, *, present: bool) -> float:
    """Return (p − y)², 0 (best) to 1, for a probability in [0, 1]."""
    return (probability - float(present)) ** 2
