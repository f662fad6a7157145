"""A modality that takes no time to draw: a grey square with noise and a brighter disc."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from inference.simulation.cases import CLEAR, GRADES, Modality, Plan, SimulatedCase, SimulatedView
from inference.simulation.core.measures import measured
from radiology.imaging import Frame
from radiology.packs import FindingDef, Licence, PackHeader, Question, WriteRegion
from tests.inference.simulation.toy_observer import blob, strongest_match

SIDE, RADIUS, NOISE = 64, 5.0, 8.0
_CONTRAST = dict(zip(GRADES, (24.0, 10.0, 7.0, 4.5, 1.5), strict=True))


def draw(rng: Generator, plan: Plan, *, finding: bool = True, look_alike: bool = True) -> SimulatedCase:
    body, growth, noise = rng.spawn(3)
    base = body.uniform(80, 120) + NOISE * noise.standard_normal((SIDE, SIDE))
    row, column = growth.uniform(12, SIDE - 12, 2)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    disc = np.hypot(rows - row, columns - column) <= RADIUS
    present = finding and plan.concept == "lump"
    shown = base + (_CONTRAST[plan.grade] * disc if present else 0.0)
    pixels = np.clip(np.rint(shown), 0, 255).astype(np.uint8)
    return SimulatedCase(
        views=(SimulatedView((Frame(pixels=pixels, bits=8),), view="PA"),),
        findings=("lump",) if present else (),
        regions=(WriteRegion(0, 0, "lump", "mask", mask=disc),) if present else (),
        concepts=(plan.concept,),
        teaching_point="A disc.",
        history="Nobody complains of anything.",
        pixel_spacing_mm=1.0,
        measures=measured(shown, base, disc, noise=NOISE, spacing_mm=1.0) if present else None,
    )


def score(case: SimulatedCase, finding: str) -> float:
    image = case.views[0].frames[0].pixels.astype(np.float32)
    return strongest_match(image, [blob(RADIUS / 1.5)], np.ones(image.shape, dtype=np.bool_))


MODALITY = Modality(
    kind="toy",
    header=PackHeader(
        key="demo-toy",
        version=1,
        title="Toys",
        modality="DX",
        simulated=True,
        rated=True,
        truth_basis="simulated",
        licence=Licence(name="CC0-1.0", attribution="Nobody"),
        question=Question(prompt="A lump?", kind="detection", localise=True),
        findings=(FindingDef("lump", "Lump"),),
    ),
    abnormal={"lump": "lump"},
    look_alikes=("shadow",),
    scanners=("one", "two"),
    draw=draw,
    unlike="Everything.",
    score=score,
    standard_count=6,
)
assert CLEAR not in MODALITY.look_alikes
