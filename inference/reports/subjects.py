"""The films that costly figures are measured on: the deciding image of a sample of cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from inference.engine.evaluation import CaseReading
from inference.engine.films import LabelledFilm, films_of_case
from radiology.packs import Pack

_T = TypeVar("_T")


@dataclass(frozen=True)
class Subject:
    """One finding of one case, on the image that decides it."""

    reading: CaseReading
    finding: str
    film: LabelledFilm


def deciding_film(pack: Pack, reading: CaseReading, finding: str) -> LabelledFilm:
    """The image that decides a case, decoded again."""
    return film_at(pack, reading, reading.deciding(finding))


def film_at(pack: Pack, reading: CaseReading, position: int) -> LabelledFilm:
    """One image of a case by its position, decoded again."""
    return next(film for film in films_of_case(pack, reading.case) if film.frame == position)


def subjects(
    pack: Pack, readings: Sequence[CaseReading], finding: str, threshold: float, count: int
) -> list[Subject]:
    """At most `count` cases whose map a learner would meet: those called present first, then those missed."""
    called = [one for one in readings if one.probabilities[finding] >= threshold]
    missed = [one for one in readings if finding in one.findings and one.probabilities[finding] < threshold]
    chosen = spread(called, count)
    chosen += spread(missed, count - len(chosen))
    return [Subject(one, finding, deciding_film(pack, one, finding)) for one in chosen]


def spread(items: Sequence[_T], count: int) -> list[_T]:
    """At most `count` of the items, evenly spread over their order."""
    if len(items) <= count:
        return list(items)
    return [items[int(at)] for at in np.linspace(0, len(items) - 1, max(count, 0)).round()]
