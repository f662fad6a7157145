"""Histories and teaching points of simulated mammograms, written for what is there; histories know nothing of it."""

from __future__ import annotations

from numpy.random import Generator

from inference.simulation.cases import CLEAR

_REASONS = (
    "Screening, no symptoms.",
    "Screening, first round.",
    "Screening. Mother had breast cancer.",
    "Screening, last round two years ago, films not available.",
    "Screening. Says nothing has changed.",
    "Annual follow-up at her own wish.",
)

_POINTS = {
    "spiculated-mass": (
        "A dense centre with lines running out from it on both views: a spiculated mass is cancer until proven "
        "otherwise. Look for it again on the other view at the same distance from the nipple."
    ),
    "lobulated-mass": (
        "A mass with several small lobes and an edge that isn't sharp all round, on both views: it needs biopsy. "
        "Dense tissue can hide most of an edge, so look for the part that you can see."
    ),
    "round-mass": (
        "Round, yet its edge fades into the tissue on both views, where a cyst's is sharp. Shape alone doesn't "
        "reassure: a round mass with an indistinct edge needs ultrasound and, where that isn't clear, biopsy."
    ),
    "pleomorphic-calcifications": (
        "A tight group of tiny calcifications of different shapes and sizes: judge the group, not the single "
        "speck. Groups like this are often in-situ cancer, and often the only sign of it."
    ),
    "linear-calcifications": (
        "Fine, short lines of calcium one behind the other, some branching, on their way to the nipple: casts of "
        "ducts, the most suspicious arrangement of calcifications."
    ),
    "architectural-distortion": (
        "Lines meet at a point where no mass lies, and the tissue is drawn in. Distortion is the easiest sign to "
        "overlook: follow the strands, and compare with the other breast."
    ),
    "cyst": "A round, evenly dense, sharply outlined mass without strands: most often a cyst; ultrasound settles it.",
    "lymph-node": (
        "A small kidney-shaped mass in the upper outer breast, with a lighter notch where its fatty hilum lies: a "
        "lymph node in the breast, benign."
    ),
    "vascular-calcification": (
        "Two parallel rows of calcium along a winding course: the walls of an artery. Follow them before calling "
        "a group suspicious."
    ),
    "popcorn-calcification": (
        "Coarse, dense lumps of calcium in a smooth shadow: an old fibroadenoma. Large calcifications are benign."
    ),
    "summation": (
        "A density on one view with nothing at the same depth on the other: overlapping normal tissue. Ask both "
        "views before you call a mass."
    ),
    "skin-fold": (
        "A smooth bright line with a thin dark one beside it, near the skin and on one view only: a fold of skin "
        "between the plates with air in it. Positioned again, it is gone."
    ),
    CLEAR: (
        "Nothing suspicious. The two breasts need not be identical; what matters is a change of shape, edge or "
        "direction that both views of one breast show."
    ),
}
_BESIDE = {
    "cyst": "The round, smooth mass elsewhere is a cyst.",
    "lymph-node": "The small notched mass elsewhere is a lymph node.",
    "vascular-calcification": "The paired rows of calcium are an artery's walls.",
    "popcorn-calcification": "The coarse lumps of calcium are an old fibroadenoma.",
    "summation": "The density seen on one view only is overlapping tissue.",
    "skin-fold": "The smooth line with a dark edge, on one view only, is a fold of skin.",
}


def history(rng: Generator) -> str:
    """Age and reason, drawn without knowing what the images show."""
    return f"Woman of {int(rng.integers(42, 75))}. {rng.choice(_REASONS)}"


def teaching_point(concept: str, companion: str | None) -> str:
    """What the case teaches, with a sentence on a look-alike that lies beside the finding."""
    return _POINTS[concept] if companion is None else f"{_POINTS[concept]} {_BESIDE[companion]}"
