"""How the items of a test behave: discrimination, and Rasch difficulty."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from radiology.statistics.intervals import UndefinedStatistic

Person = TypeVar("Person", bound=Hashable)
Item = TypeVar("Item", bound=Hashable)
_Floats = npt.NDArray[np.float64]
_Indices = npt.NDArray[np.intp]

_FURTHEST_STEP = 1.0


@dataclass(frozen=True)
class RaschFit:
    """Difficulties of items and abilities of persons in logits, on one scale; None where all or none were right.

    The difficulties that are known have mean 0. `converged` is false where the steps ran out first.
    """

    difficulty: Mapping[Hashable, float | None]
    ability: Mapping[Hashable, float | None]
    converged: bool


def point_biserial(right: Sequence[bool], scores: Sequence[float]) -> float:
    """The correlation [−1, 1] of a yes-or-no with a score, e.g. of an item with the rest of the test.

    Raises UndefinedStatistic unless both vary, ValueError for lengths that differ.
    """
    hits, values = np.asarray(right, dtype=np.float64), np.asarray(scores, dtype=np.float64)
    if hits.ndim != 1 or hits.shape != values.shape:
        raise ValueError("there have to be as many scores as answers")
    if hits.size < 2 or not np.ptp(hits) or np.ptp(values) < 1e-12:
        raise UndefinedStatistic("a correlation needs answers and scores that vary")
    hits, values = hits - hits.mean(), values - values.mean()
    share = float(hits @ values) / float(np.sqrt((hits @ hits) * (values @ values)))
    return min(max(share, -1.0), 1.0)


def rasch(
    answers: Sequence[tuple[Person, Item, bool]], *, steps: int = 500, tolerance: float = 1e-6
) -> RaschFit:
    """Fit P(right) = 1/(1 + exp(difficulty − ability)) by joint maximum likelihood (Wright & Panchapakesan 1969).

    `answers` are (person, item, right), each pair at most once; not every person needs to meet every item. Items
    and persons with all or none right have no finite estimate: they are left out, again and again until none is
    left, and come back as None. The known bias outwards is taken back by (L − 1)/L, L the items that a person
    meets on average (Wright & Douglas 1977). Groups of persons that share no item share no scale either.
    """
    if not answers:
        return RaschFit({}, {}, converged=True)
    persons = {person: place for place, person in enumerate(dict.fromkeys(one[0] for one in answers))}
    items = {item: place for place, item in enumerate(dict.fromkeys(one[1] for one in answers))}
    who = np.array([persons[one[0]] for one in answers], dtype=np.intp)
    what = np.array([items[one[1]] for one in answers], dtype=np.intp)
    right = np.array([one[2] for one in answers], dtype=np.float64)
    kept = _informative(who, what, right, len(persons), len(items))
    who, what, right = who[kept], what[kept], right[kept]
    ability, difficulty, converged = _joint(who, what, right, len(persons), len(items), steps, tolerance)
    met = np.bincount(who, minlength=len(persons))
    asked = np.bincount(what, minlength=len(items))
    if right.size:
        length = right.size / np.count_nonzero(met)
        difficulty = difficulty * max(length - 1, 1.0) / max(length, 1.0)
    return RaschFit(
        difficulty={item: float(difficulty[at]) if asked[at] else None for item, at in items.items()},
        ability={person: float(ability[at]) if met[at] else None for person, at in persons.items()},
        converged=converged,
    )


def _informative(
    who: _Indices, what: _Indices, right: _Floats, persons: int, items: int
) -> npt.NDArray[np.bool_]:
    """Which answers are of persons and items that were neither always nor never right."""
    kept = np.ones(right.size, dtype=bool)
    while True:
        before = int(kept.sum())
        for index, size in ((who, persons), (what, items)):
            n = np.bincount(index[kept], minlength=size)
            k = np.bincount(index[kept], weights=right[kept], minlength=size)
            kept &= ((k > 0) & (k < n))[index]
        if int(kept.sum()) == before:
            return kept


def _joint(
    who: _Indices, what: _Indices, right: _Floats, persons: int, items: int, steps: int, tolerance: float
) -> tuple[_Floats, _Floats, bool]:
    """Newton's steps for persons and items in turn, until none moves more than `tolerance`."""
    ability, difficulty = np.zeros(persons), np.zeros(items)
    asked = np.bincount(what, minlength=items) > 0
    for _ in range(steps):
        moved = 0.0
        for index, values, sign in ((what, difficulty, -1.0), (who, ability, 1.0)):
            p = 1 / (1 + np.exp(difficulty[what] - ability[who]))
            slope = np.bincount(index, weights=right - p, minlength=values.size)
            curve = np.bincount(index, weights=p * (1 - p), minlength=values.size)
            step = sign * np.divide(slope, curve, out=np.zeros(values.size), where=curve > 0)
            values += np.clip(step, -_FURTHEST_STEP, _FURTHEST_STEP)
            moved = max(moved, float(np.abs(step).max(initial=0.0)))
        if asked.any():
            centre = difficulty[asked].mean()
            difficulty -= centre
            ability -= centre
        if moved < tolerance:
            return ability, difficulty, True
    return ability, difficulty, False
