"""Histories and teaching points of simulated chest films, written for what is there; histories know nothing of it."""

from __future__ import annotations

from numpy.random import Generator

from inference.simulation.cases import CLEAR

_REASONS = (
    "Cough for two weeks.",
    "Short of breath on the stairs.",
    "Before an operation.",
    "Fever since yesterday.",
    "Chest pain on breathing in.",
    "Check-up after a stay in hospital.",
    "Weight loss, smoker.",
    "Fell at home, ribs hurt.",
)

_POINTS = {
    "nodule": (
        "A round density with an edge on all sides, not explained by vessel, rib crossing or nipple: a nodule. "
        "Compare with earlier films first; without any, its size decides what comes next. Look twice where nodules "
        "hide: behind the clavicles, at the hila, behind the heart and below the domes."
    ),
    "consolidation": (
        "Air has been replaced: vessels vanish in the density, bronchi may stand out dark in it, and a border that it "
        "touches is lost. Which border is lost tells the lobe; a straight edge is a fissure."
    ),
    "effusion": (
        "The angle between chest wall and diaphragm is filled, and the fluid climbs along the wall: a meniscus. On an "
        "upright PA film some 200 ml are needed before the lateral angle is blunt."
    ),
    "pneumothorax": (
        "A thin line runs along the chest wall or over the apex, and no vessel crosses it. Follow it to its ends, "
        "tell it from skin folds, which are edges rather than lines, and look whether the mediastinum is pushed."
    ),
    "cardiomegaly": (
        "The heart is wider than half of the inner chest at its widest: measure it, on a PA film in full inspiration. "
        "Fat beside the heart, a shallow breath and an AP film make it seem wider than it is."
    ),
    "nipple-shadow": (
        "A small round density low in the lung at the same height on both sides, sharp on one side only: nipples. "
        "Where just one shows, a film with markers settles it."
    ),
    "calcified-granuloma": "A small spot denser than a rib of its size: calcified, an old granuloma, and harmless.",
    "first-rib-end": (
        "An irregular density where the first rib meets the breastbone: its cartilage is ossified, often on one side "
        "more than on the other. Follow the rib into it."
    ),
    "skin-fold": (
        "An edge, dense on one side and fading, no fine line, with vessels crossing it: a fold of skin against the "
        "detector, not a pneumothorax."
    ),
    "fat-pad": (
        "A soft density in the angle between heart and diaphragm, less dense than the heart: fat. The heart itself "
        "is not enlarged."
    ),
    CLEAR: (
        "Nothing to find. Go round all the same: apices, hila, behind the heart, below the domes, the angles, bones "
        "and soft tissues."
    ),
}
_BESIDE = {
    "nipple-shadow": "The small round densities low in the lungs are nipples.",
    "calcified-granuloma": "The small dense spot elsewhere is a calcified granuloma.",
    "first-rib-end": "The density at the end of the first rib is its ossified cartilage.",
    "skin-fold": "The edge that fades to one side is a fold of skin.",
    "fat-pad": "The soft density beside the heart is fat.",
}


def history(rng: Generator, woman: bool, age: int) -> str:
    """Sex, age and reason, drawn without knowing what the film shows."""
    return f"{'Woman' if woman else 'Man'} of {age}. {rng.choice(_REASONS)}"


def teaching_point(concept: str, companion: str | None) -> str:
    """What the case teaches, with a sentence on a look-alike that lies beside the finding."""
    return _POINTS[concept] if companion is None else f"{_POINTS[concept]} {_BESIDE[companion]}"
