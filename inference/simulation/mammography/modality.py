"""The kind "mammography": its pack's header, and drawing a case of it by plan."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from inference.simulation.cases import CLEAR, GRADES, Modality, Plan, SimulatedCase, SimulatedView
from inference.simulation.mammography import texts
from inference.simulation.mammography.benign import LOOK_ALIKES, NEAR_SKIN, draw_benign
from inference.simulation.mammography.detector import UNITS, quantised
from inference.simulation.mammography.labels import labelled
from inference.simulation.mammography.layout import SIDES, SPACING_MM, Points
from inference.simulation.mammography.lesions import ABNORMAL, Lesion, draw_lesion
from inference.simulation.mammography.observer import score
from inference.simulation.mammography.woman import (
    HANGING,
    Screening,
    Woman,
    choose_place,
    draw_woman,
    hung,
    screened,
)
from radiology.imaging import Frame
from radiology.packs import FindingDef, Licence, PackHeader, Question, WriteRegion

_BESIDE = 0.5
"""How often an abnormal case holds a look-alike too: as often as a normal one does."""

UNLIKE = (
    "Parenchyma is a random texture with the right statistics, not lobes and ducts that branch from each other; "
    "fat is emptier than in a real breast, the fold below the breast and the nipple are schematic, and the lines "
    "of a distortion are more regular than real ones; a pixel is 0.3 mm, three to six times that of a real "
    "detector, so calcifications have no fine shape; one view is brighter than the next, by more than a modern "
    "unit leaves; scars, implants, clips, motion and earlier films are missing; a finding lies in one "
    "breast only, and half the women have one, where screening finds about one in two hundred."
)


def draw(rng: Generator, plan: Plan, *, finding: bool = True, look_alike: bool = True) -> SimulatedCase:
    """Draw the case of `plan`, as `cases.Draw` says: four views of 672 × 512 pixels, 8 bits, one to two seconds.

    Raises ValueError for a plan that isn't one of `MODALITY`.
    """
    known = (*ABNORMAL, *LOOK_ALIKES, CLEAR)
    if plan.concept not in known or plan.grade not in GRADES or plan.scanner not in UNITS:
        raise ValueError(f"mammography knows no {plan.concept!r}, {plan.grade!r} on {plan.scanner!r}")
    body, growth, alike, device, noise, words = rng.spawn(6)
    woman = draw_woman(body, device, plan.scanner)
    lesion = _lesion(growth, woman, plan) if plan.concept in ABNORMAL else None
    beside = _beside(alike, woman, plan, None if lesion is None else lesion[1].place)
    shown_alike = beside if look_alike else None
    images = screened(
        woman,
        noise,
        lesion if finding else None,
        None if shown_alike is None else (shown_alike[0], shown_alike[2]),
    )
    present = finding and lesion is not None
    companion = None if shown_alike is None else shown_alike[1]
    concept = plan.concept if present else companion or CLEAR
    other = companion if companion != concept else None
    return SimulatedCase(
        views=_views(images),
        findings=(ABNORMAL[concept],) if present else (),
        regions=_regions(images, ABNORMAL[concept]) if present else (),
        concepts=(concept,) if other is None else (concept, other),
        teaching_point=texts.teaching_point(concept, other),
        history=texts.history(words),
        pixel_spacing_mm=SPACING_MM,
        measures=images.measures,
    )


def _lesion(rng: Generator, woman: Woman, plan: Plan) -> tuple[str, Lesion]:
    side = str(rng.choice(SIDES))
    return side, draw_lesion(rng, plan.concept, plan.grade, choose_place(rng, woman, side))


def _beside(rng: Generator, woman: Woman, plan: Plan, place: Points | None) -> tuple[str, str, Lesion] | None:
    """(side, concept, look-alike) of a case, or None; random numbers are used up alike in every case."""
    wanted, concept, grade = rng.random(), str(rng.choice(LOOK_ALIKES)), str(rng.choice(GRADES))
    side = str(rng.choice(SIDES))
    if plan.concept in LOOK_ALIKES:
        concept, grade = plan.concept, plan.grade
    elif plan.concept == CLEAR or wanted >= _BESIDE:
        return None
    spot = choose_place(rng, woman, side, outer=concept in NEAR_SKIN, away_from=place)
    vessels = woman.vessels[side]
    return side, concept, draw_benign(rng, concept, grade, spot, vessels[int(rng.integers(len(vessels)))])


def _views(images: Screening) -> tuple[SimulatedView, ...]:
    made = []
    for side, view in HANGING:
        picture = labelled(quantised(np.ascontiguousarray(hung(images.shown[side, view], side))), side, view)
        frame = Frame(pixels=picture, bits=8, view=view, laterality=side)
        made.append(SimulatedView((frame,), view=view, laterality=side))
    return tuple(made)


def _regions(images: Screening, finding: str) -> tuple[WriteRegion, ...]:
    return tuple(
        WriteRegion(
            number, 0, finding, "mask", mask=np.ascontiguousarray(hung(images.regions[place], place[0]))
        )
        for number, place in enumerate(HANGING)
        if place in images.regions and images.regions[place].any()
    )


MODALITY = Modality(
    kind="mammography",
    header=PackHeader(
        key="demo-mammography",
        version=2,
        title="Screening mammography (simulated)",
        description=(
            "Women simulated by code: four views each, some with a mass, calcifications or distortion to find, "
            "others with what is taken for one. What is unlike a real mammogram: " + UNLIKE
        ),
        modality="MG",
        simulated=True,
        rated=True,
        truth_basis="simulated: the code that made the breast put the finding there, or didn't",
        caveat="A simulated woman, made by code: she resembles a teaching phantom more than a patient.",
        licence=Licence(name="CC0-1.0", attribution="Simulated by Second Read's own code"),
        question=Question(
            prompt="Do these mammograms show anything suspicious?", kind="multi-label", localise=True
        ),
        findings=(
            FindingDef("mass", "Suspicious mass"),
            FindingDef("calcifications", "Suspicious calcifications"),
            FindingDef("distortion", "Architectural distortion"),
        ),
        ai_model="mammo-mass",
    ),
    abnormal=ABNORMAL,
    look_alikes=LOOK_ALIKES,
    scanners=tuple(UNITS),
    draw=draw,
    unlike=UNLIKE,
    score=score,
)
