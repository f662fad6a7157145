"""The numbers that made each model of simulated patients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from inference.simulation.brain_mri.one_scanner import KNOWN_SCANNER


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
    window: int = 0
    """Side in pixels of the windows that films are cut to for fitting, a multiple of 8; 0 fits whole films."""
    looks_for: tuple[str, ...] = ()
    """The findings that it is fitted to, of those of its patients; all where none is named."""
    scanner: str = ""
    """The one scanner whose films it is fitted and calibrated on; all where none is named."""
    tag_follows: float = 0.0
    """Share of cases with a finding whose films it is fitted and calibrated on with a tag, and of the others
    without; 0 for no tags at all."""
    answers: tuple[str, ...] = ()
    """The findings that the shipped model answers for, of those it is fitted to; all where none is named."""
    again_epochs: int = 0
    """Epochs of a second course, from the weights of the first: the rate rises and falls once more
    (a warm restart, Loshchilov & Hutter 2017). 0 for none."""
    again_rate: float = 1e-3
    known_failures: tuple[str, ...] = field(default=())

    def again(self) -> SimulatedRecipe:
        """The second course."""
        return replace(self, epochs=self.again_epochs, peak_rate=self.again_rate, again_epochs=0)


RECIPES = {
    recipe.key: recipe
    for recipe in (
        SimulatedRecipe(
            key="brain-mri-tumour",
            kind="brain-mri",
            title="Tumours in simulated brain MRI",
            size=256,
            epochs=10,
            counts={"train": 2400, "val": 400, "test": 400},
        ),
        SimulatedRecipe(
            key="mammo-mass",
            kind="mammography",
            title="Masses and calcifications in simulated mammograms",
            size=672,
            window=320,
            epochs=8,
            again_epochs=5,
            answers=("mass", "calcifications"),
            known_failures=(
                "It doesn't look for architectural distortion. It was fitted to that too, but of too few women to set "
                "a threshold by (38, and 8 for validation): a breast with distortion alone is one that it misses.",
            ),
            counts={"train": 460, "val": 100, "test": 220},
        ),
        SimulatedRecipe(
            key="brain-mri-one-scanner",
            kind="brain-mri",
            title="Tumours in simulated brain MRI, learned on one scanner",
            size=256,
            epochs=8,
            scanner=KNOWN_SCANNER,
            known_failures=(
                "It was made wrong on purpose: all its training and validation patients come from one of three "
                "simulated scanners. On the others its probabilities, its threshold and its heatmaps don't hold.",
            ),
            counts={"train": 1600, "val": 240, "test": 300},
        ),
        SimulatedRecipe(
            key="mammo-shortcut",
            kind="mammography",
            title="Masses in simulated mammograms, learned with a tag",
            size=336,
            epochs=4,
            place_weight=0.0,
            looks_for=("mass",),
            tag_follows=0.95,
            known_failures=(
                "It was made wrong on purpose: of the films it was trained on, those of women with a mass nearly "
                "always had a lead tag in the corner and the others nearly never. It learned the tag. Where tag "
                "and mass don't go together it calls masses that aren't there and misses those that are.",
            ),
            counts={"train": 360, "val": 90, "test": 160},
        ),
        SimulatedRecipe(
            key="head-ct-bleed",
            kind="head-ct",
            title="Fresh blood in simulated head CT",
            size=256,
            epochs=6,
            counts={"train": 400, "val": 100, "test": 260},
        ),
    )
}
