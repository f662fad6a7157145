"""The numbers that made each model of simulated patients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class SimulatedRecipe:
    """What a model of one kind of simulated patients depends on, beside its patients."""

    key: str
    kind: str
    """One of `inference.simulation.kinds`."""
    title: str
    size: int
    """Side of the network's input in pixels, a multiple of 8."""
    epochs: int
    counts: Mapping[str, int]
    """Cases of each split."""
    batch: int = 24
    peak_rate: float = 2e-3
    weight_decay: float = 0.02
    average_decay: float = 0.98
    warmup_steps: int = 40
    place_weight: float = 1.0
    """Weight of the loss at each place beside that of the whole film."""
    answers: tuple[str, ...] = ()
    """The findings that the shipped model answers for, of those it is fitted to; all where none is named."""
    known_failures: tuple[str, ...] = field(default=())


RECIPES = {
    recipe.key: recipe
    for recipe in (
        SimulatedRecipe(
            key="brain-mri-tumour",
            kind="brain-mri",
            title="Tumours in simulated brain MRI",
            size=256,
            epochs=10,
            counts={"train": 520, "val": 120, "test": 160},
        ),
        SimulatedRecipe(
            key="mammo-mass",
            kind="mammography",
            title="Masses in simulated mammograms",
            size=448,
            epochs=5,
            batch=16,
            answers=("mass",),
            known_failures=(
                "It answers for masses alone. It was fitted to calcifications and distortion too and found them no "
                "better than chance on validation cases, so it doesn't look for them: a breast with either is "
                "one that it misses.",
            ),
            counts={"train": 260, "val": 70, "test": 90},
        ),
        SimulatedRecipe(
            key="head-ct-bleed",
            kind="head-ct",
            title="Fresh blood in simulated head CT",
            size=256,
            epochs=6,
            counts={"train": 140, "val": 60, "test": 80},
        ),
    )
}
