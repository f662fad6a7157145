"""Where a reader sees disease: which marks hit which lesions, and the figures of a free-response study."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from radiology.statistics import Interval, UndefinedStatistic, wilson


@dataclass(frozen=True)
class Located:
    """Marks against lesions: the rating of the mark that each lesion took (None: unmarked), and those left over.

    Ratings are certainties 0 … 1.
    """

    lesions: tuple[float | None, ...] = ()
    misplaced: tuple[float, ...] = ()


def match(ratings: Sequence[float], hits: Sequence[Sequence[bool]], lesions: int) -> Located:
    """Give each lesion at most one mark and each mark at most one lesion, as many as can be.

    `ratings` are the marks' certainties, `hits[mark][lesion]` whether a mark lies there. Marks come in order of
    certainty, the most certain first, along augmenting paths: the result has as many pairs as possible and, among
    those, the most certain marks. A second mark on a taken lesion is a misplaced one.
    """
    taken: dict[int, int] = {}

    def place(mark: int, tried: set[int]) -> bool:
        for lesion in range(lesions):
            if hits[mark][lesion] and lesion not in tried:
                tried.add(lesion)
                if lesion not in taken or place(taken[lesion], tried):
                    taken[lesion] = mark
                    return True
        return False

    in_order = sorted(range(len(ratings)), key=lambda mark: -ratings[mark])
    misplaced = tuple(ratings[mark] for mark in in_order if not place(mark, set()))
    # Once placed, a mark only moves to another lesion; so what couldn't be placed stays misplaced.
    return Located(
        tuple(ratings[taken[lesion]] if lesion in taken else None for lesion in range(lesions)), misplaced
    )


def lesion_localisation_fraction(located: Sequence[Located]) -> Interval:
    """Share of all lesions that took a mark, with Wilson's interval. UndefinedStatistic without lesions."""
    found = [rating is not None for one in located for rating in one.lesions]
    return wilson(sum(found), len(found))


def non_lesion_localisations_per_image(located: Sequence[Located], images: int) -> float:
    """Misplaced marks per image, 0 best. UndefinedStatistic without images."""
    if images < 1:
        raise UndefinedStatistic("there are no images")
    return sum(len(one.misplaced) for one in located) / images


def wafroc(normals: Sequence[float | None], abnormals: Sequence[Sequence[float | None]]) -> float:
    """The wAFROC figure of merit θ in [0, 1] (Chakraborty & Zhai 2016), 1 best.

    θ = 1/(K₁K₂) Σ_normal Σ_abnormal Σ_lesion W·ψ(highest rating on the normal, the lesion's rating), ψ = 1, ½, 0
    where the first is below, equal, above. `normals` holds each normal case's highest rating, `abnormals` each
    abnormal case's lesions; None, unmarked, lies below every rating and equals itself. The lesions of a case
    weigh alike and sum to 1. UndefinedStatistic unless there are both, ValueError for an abnormal case without
    lesions.
    """
    if not normals or not abnormals:
        raise UndefinedStatistic("wAFROC needs normal and abnormal cases")
    if not all(abnormals):
        raise ValueError("an abnormal case has a lesion")
    false_marks = sorted(-math.inf if rating is None else rating for rating in normals)
    beaten: dict[float | None, float] = {}
    total = 0.0
    for lesions in abnormals:
        for rating in lesions:
            if rating not in beaten:
                beaten[rating] = _share_beaten(-math.inf if rating is None else rating, false_marks)
            total += beaten[rating] / len(lesions)
    return total / len(abnormals)


def _share_beaten(rating: float, ordered: Sequence[float]) -> float:
    return sum(1.0 if other < rating else 0.5 if other == rating else 0.0 for other in ordered) / len(ordered)
