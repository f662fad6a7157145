"""The kind "mammography-tagged": masses or none, and a lead tag on every other woman's films, whatever she has.

It is for an AI that was trained where the tag goes with disease: here it doesn't.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.random import Generator

from inference.simulation.cases import Plan, SimulatedCase, SimulatedView
from inference.simulation.mammography import modality
from inference.simulation.mammography.labels import stamped
from radiology.packs import FindingDef, Question

FINDING = "mass"
TAGGED, UNTAGGED = "with tag", "without tag"
_TAGGED = 0.5


def draw(rng: Generator, plan: Plan, *, finding: bool = True, look_alike: bool = True) -> SimulatedCase:
    """A case of `mammography`, tagged on all four views or on none by a stream of its own; see `cases.Draw`."""
    case = modality.draw(rng, plan, finding=finding, look_alike=look_alike)
    (chance,) = rng.spawn(1)
    if chance.random() >= _TAGGED:
        return replace(case, acquisition=UNTAGGED)
    return replace(case, views=tuple(map(_stamped, case.views)), acquisition=TAGGED)


def _stamped(view: SimulatedView) -> SimulatedView:
    (frame,) = view.frames
    pixels = stamped(frame.pixels.astype(np.uint8), view.laterality)
    return replace(view, frames=(replace(frame, pixels=pixels),))


MODALITY = replace(
    modality.MODALITY,
    kind="mammography-tagged",
    header=replace(
        modality.MODALITY.header,
        key="demo-mammography-tagged",
        title="An AI that learned the tag (simulated mammography)",
        description=(
            "The AI of this set was trained on purpose where a lead tag lay on the films of women with a mass. "
            "Here the tag lies on every other woman's films, whatever she has: read first, then see how much "
            "its answers follow the tag. Its card says so too. What is unlike a real mammogram: "
            + modality.UNLIKE
        ),
        rated=False,
        question=Question(
            prompt="Do these mammograms show a suspicious mass?", kind="detection", localise=True
        ),
        findings=(FindingDef(FINDING, "Suspicious mass"),),
        ai_model="mammo-shortcut",
    ),
    abnormal={concept: name for concept, name in modality.MODALITY.abnormal.items() if name == FINDING},
    look_alikes=("cyst", "lymph-node", "summation"),
    draw=draw,
    standard_count=12,
)
