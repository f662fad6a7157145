"""The kind "brain-mri": its pack's header, and drawing a case of it by plan."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from inference.simulation.brain_mri import texts
from inference.simulation.brain_mri.changes import Change
from inference.simulation.brain_mri.look_alikes import LOOK_ALIKES, draw_look_alike
from inference.simulation.brain_mri.observer import score
from inference.simulation.brain_mri.patient import Patient, Rendered
from inference.simulation.brain_mri.sequences import SCANNERS
from inference.simulation.brain_mri.tumours import CONCEPTS, draw_tumour
from inference.simulation.cases import CLEAR, GRADES, Measures, Modality, Plan, SimulatedCase, SimulatedView
from inference.simulation.core.measures import measured
from inference.simulation.template import licence
from radiology.imaging import Frame
from radiology.packs import FindingDef, PackHeader, Question, WriteRegion

KIND = "brain-mri"
FINDING = "tumour"
_BESIDE_TUMOUR = 0.5
"""How often an abnormal case holds a look-alike too: as often as a normal one does."""

UNLIKE = (
    "One slice instead of a whole examination, and no diffusion, no T2, no T1 before contrast. Every brain is the "
    "same average brain bent into shape, so the folds of the cortex resemble each other from patient to patient "
    "and are smoother than real ones; vessels run at random rather than in their territories; skull and scalp are "
    "layers without ears, eyes or air cells. Tumours are made of a few tissues with even signal, and look more "
    "like the textbook than most real ones do."
)


def draw(rng: Generator, plan: Plan, *, finding: bool = True, look_alike: bool = True) -> SimulatedCase:
    """Draw the case of `plan`, as `cases.Draw` says: two views of 256 × 256 pixels, 8 bits, about 1 s of work.

    Raises ValueError for a plan that isn't one of `MODALITY`, SimulationUnavailable where the template isn't there.
    """
    _check(plan)
    body, growth, alike, scanner, noise, words = rng.spawn(6)
    patient = Patient(body, scanner, noise, plan.scanner)
    beside = _look_alike_plan(alike, plan)
    other = None
    if beside is not None:
        other = draw_look_alike(alike, *beside, patient.survey, patient.shape, patient.grid.step)
    tumour = None
    if finding and plan.concept in CONCEPTS:
        tumour = draw_tumour(
            growth,
            plan.concept,
            plan.grade,
            patient.survey,
            patient.shape,
            patient.grid.step,
            () if other is None else other.places,
        )
    shown = other if look_alike else None
    rendered = patient.rendered(shown, tumour)
    named = beside[0] if beside is not None and shown is not None else None
    concept = _truth(tumour, plan.concept, named)
    companion = named if named != concept else None
    sent = texts.history(words)
    point = texts.teaching_point(words, concept, companion)
    return SimulatedCase(
        views=_views(patient, rendered),
        findings=() if tumour is None else (FINDING,),
        regions=() if tumour is None else _regions(rendered),
        concepts=(concept,) if companion is None else (concept, companion),
        teaching_point=point,
        history=sent,
        pixel_spacing_mm=round(patient.grid.pixel_mm, 4),
        measures=None if tumour is None else _measures(patient, rendered, patient.rendered(shown, None)),
    )


def _check(plan: Plan) -> None:
    known = (*CONCEPTS, *LOOK_ALIKES, CLEAR)
    if plan.concept not in known or plan.grade not in GRADES or plan.scanner not in SCANNERS:
        raise ValueError(f"brain MRI knows no {plan.concept!r}, {plan.grade!r} on {plan.scanner!r}")


def _look_alike_plan(rng: Generator, plan: Plan) -> tuple[str, str] | None:
    """(look-alike, how alike): the plan's own; beside a tumour one at random, as often as normals have one."""
    chosen = LOOK_ALIKES[int(rng.integers(len(LOOK_ALIKES)))]
    grade = GRADES[int(rng.integers(len(GRADES)))]
    chance = rng.random()
    if plan.concept in LOOK_ALIKES:
        return plan.concept, plan.grade
    if plan.concept in CONCEPTS and chance < _BESIDE_TUMOUR:
        return chosen, grade
    return None


def _truth(tumour: Change | None, concept: str, look_alike: str | None) -> str:
    if tumour is not None:
        return concept
    return look_alike or CLEAR


def _views(patient: Patient, rendered: Rendered) -> tuple[SimulatedView, SimulatedView]:
    t1, flair = patient.pixels(rendered)
    return (
        SimulatedView((_frame(patient, t1),), view="T1 post-contrast"),
        SimulatedView((_frame(patient, flair),), view="FLAIR"),
    )


def _frame(patient: Patient, pixels: npt.NDArray[np.uint8]) -> Frame:
    return Frame(pixels=pixels, bits=8, pixel_spacing_mm=round(patient.grid.pixel_mm, 4))


def _regions(rendered: Rendered) -> tuple[WriteRegion, ...]:
    return tuple(
        WriteRegion(series, 0, FINDING, "mask", mask=mask)
        for series, mask in enumerate(rendered.regions)
        if mask.any()
    )


def _measures(patient: Patient, present: Rendered, absent: Rendered) -> Measures:
    """Of T1 and FLAIR, the one on which the tumour is easier to see."""
    both = [
        measured(
            present.clean[series],
            absent.clean[series],
            present.regions[series],
            noise=patient.sigmas[series],
            spacing_mm=patient.grid.pixel_mm,
            within=present.brain,
        )
        for series in (0, 1)
        if present.regions[series].any()
    ]
    return max(both, key=lambda one: one.conspicuity)


MODALITY = Modality(
    kind=KIND,
    header=PackHeader(
        key="demo-brain-mri",
        version=2,
        title="Simulated brain MRI",
        description=(
            "Axial brain MRI of simulated patients: one slice, T1 after contrast and FLAIR, half of them with a "
            "tumour (glioma of high or low grade, metastases, meningioma), the others normal or with something "
            f"that is easily taken for one. What is unlike a real examination: {UNLIKE}"
        ),
        modality="MR",
        simulated=True,
        rated=True,
        truth_basis="simulated: the code that made the patient put the tumour there, or didn't",
        caveat="This is a simulated patient, made by code from an average brain, and not a real one.",
        licence=licence("Simulated by Second Read from the MNI ICBM 152 template."),
        question=Question(prompt="Is there a brain tumour?", kind="detection", localise=True),
        findings=(FindingDef(FINDING, "Tumour: primary or metastasis"),),
        ai_model="brain-mri-tumour",
    ),
    abnormal=dict.fromkeys(CONCEPTS, FINDING),
    look_alikes=LOOK_ALIKES,
    scanners=tuple(SCANNERS),
    draw=draw,
    unlike=UNLIKE,
    score=score,
)
