"""Which cases a simulated pack holds, and in which order: decided before any patient is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle, islice

import numpy as np

from inference.simulation.cases import CLEAR, GRADES, Modality, Plan

# The first number of every random seed: no patient of one split is ever drawn in another.
STREAMS = {"practice": 11, "train": 12, "val": 13, "test": 14}
_ORDER = 0


def plans(
    modality: Modality,
    *,
    split: str,
    seed: int,
    count: int,
    scanner: str | None = None,
    difficulty: str | None = None,
) -> list[Plan]:
    """The plans of `count` ≥ 2 cases: half abnormal, half of the others clear, the rest with a look-alike.

    Concepts and grades go in turn, so that small packs hold them all; scanners are at random, independent of
    everything else; `scanner` and `difficulty` fix theirs for all. The order is random. Raises ValueError for
    a count below two, a negative seed, and a scanner or a difficulty that there isn't.
    """
    if count < 2 or seed < 0:
        raise ValueError("a pack needs at least two cases, and a seed that isn't negative")
    if scanner is not None and scanner not in modality.scanners:
        raise ValueError(f"there is no scanner “{scanner}”; there are: {', '.join(modality.scanners)}")
    if difficulty is not None and difficulty not in GRADES:
        raise ValueError(f"there is no difficulty “{difficulty}”; there are: {', '.join(GRADES)}")
    rng = np.random.default_rng([STREAMS[split], seed, _ORDER])
    grades = GRADES if difficulty is None else (difficulty,)
    abnormal = _turns(tuple(modality.abnormal), grades, count // 2)
    unremarkable = count - count // 2
    alike = _turns(modality.look_alikes, grades, unremarkable // 2)
    clear = _turns((CLEAR,), grades, unremarkable - unremarkable // 2)
    chosen = [*abnormal, *alike, *clear]
    scanners = [scanner or str(rng.choice(modality.scanners)) for _ in chosen]
    made = [Plan(concept, grade, used) for (concept, grade), used in zip(chosen, scanners, strict=True)]
    return [made[position] for position in rng.permutation(len(made))]


def _turns(concepts: Sequence[str], grades: Sequence[str], count: int) -> list[tuple[str, str]]:
    """`count` pairs in which every concept meets every grade before any pair comes again."""
    pairs = [
        (concept, grades[(turn + number) % len(grades)])
        for turn in range(len(grades))
        for number, concept in enumerate(concepts)
    ]
    return list(islice(cycle(pairs), count)) if pairs else []
