"""The kind "chest": its pack's header, and drawing a case of it by plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from inference.simulation.cases import CLEAR, GRADES, Measures, Modality, Plan, SimulatedCase, SimulatedView
from inference.simulation.chest import texts
from inference.simulation.chest.alikes import LOOK_ALIKES, draw_alike
from inference.simulation.chest.devices import draw_devices
from inference.simulation.chest.film import (
    CORTEX,
    HOSPITALS,
    SOFT,
    Exposure,
    Hospital,
    detected,
    displayed,
    expose,
    quantised,
)
from inference.simulation.chest.findings import ABNORMAL, Finding, draw_finding
from inference.simulation.chest.labels import draw_marks, labelled
from inference.simulation.chest.layout import SPACING_MM
from inference.simulation.chest.observer import score
from inference.simulation.chest.patient import NOTHING, Change, Patient, apart, attenuation, draw_patient
from inference.simulation.core.fields import Field
from inference.simulation.core.measures import measured
from radiology.imaging import Frame
from radiology.packs import FindingDef, Licence, PackHeader, Question, WriteRegion

_BESIDE = 0.5
"""How often an abnormal case holds a look-alike too: as often as a normal one does."""

UNLIKE = (
    "Ribs, shoulder blades and vertebrae are swept tubes and discs of the right course, smoother and more alike from "
    "patient to patient than real ones; pulmonary vessels branch at random from the right hila and have no segments; "
    "the heart is eight solids joined smoothly and beats in no phase; the spine is straighter and brighter than a real "
    "one, shoulder blades are sketched, fat, muscle and belly have little structure; large effusions are too white; "
    "scatter is blurred, not traced; a pixel is 0.7 mm, four times that of a real detector. Emphysema, scars, "
    "scoliosis, fractures, interstitial disease, earlier films and lateral views are missing; every abnormal film has "
    "one finding, and half of all films are abnormal."
)


@dataclass(frozen=True, eq=False)
class _Sitting:
    """A patient in front of a hospital's detector, before any finding."""

    patient: Patient
    hospital: Hospital
    exposure: Exposure
    worn: Field

    def reaches(self, change: Change) -> Field:
        """What reaches the detector with a change."""
        bone = (self.hospital.bone - 1) * (CORTEX - SOFT) * self.patient.bone
        return detected(self.hospital, attenuation(self.patient, change) + bone + self.worn)


def draw(rng: Generator, plan: Plan, *, finding: bool = True, look_alike: bool = True) -> SimulatedCase:
    """Draw the case of `plan`, as `cases.Draw` says: one film of 512 × 512 pixels, 8 bits, about three seconds.

    Raises ValueError for a plan that isn't one of `MODALITY`.
    """
    known = (*ABNORMAL, *LOOK_ALIKES, CLEAR)
    if plan.concept not in known or plan.grade not in GRADES or plan.scanner not in HOSPITALS:
        raise ValueError(f"chest knows no {plan.concept!r}, {plan.grade!r} on {plan.scanner!r}")
    body, growth, alike, device, carried, noise, words = rng.spawn(7)
    sitting = _sit(body, device, carried, plan.scanner)
    lesion = (
        draw_finding(growth, sitting.patient, plan.concept, plan.grade) if plan.concept in ABNORMAL else None
    )
    beside = _beside(alike, sitting.patient, plan)
    shown_alike = beside if look_alike else None
    present = lesion if finding else None
    base = NOTHING if shown_alike is None else shown_alike[1]
    change = base if present is None else present.change.beside(base)
    received = sitting.reaches(change)
    shown = displayed(sitting.hospital, sitting.exposure, received, noise)
    marks = draw_marks(device, plan.scanner, sitting.hospital.collimated)
    companion = None if shown_alike is None else shown_alike[0]
    concept = plan.concept if present is not None else companion or CLEAR
    other = companion if companion != concept else None
    frame = Frame(pixels=labelled(quantised(shown), marks), bits=8, view="PA")
    habitus = sitting.patient.body
    return SimulatedCase(
        views=(SimulatedView((frame,), view="PA"),),
        findings=(ABNORMAL[concept],) if present is not None else (),
        regions=()
        if present is None
        else (WriteRegion(0, 0, ABNORMAL[concept], "mask", mask=present.region),),
        concepts=(concept,) if other is None else (concept, other),
        teaching_point=texts.teaching_point(concept, other),
        history=texts.history(words, habitus.woman, habitus.age),
        pixel_spacing_mm=SPACING_MM,
        measures=None if present is None else _measures(sitting, present, received, base),
    )


def _sit(body: Generator, device: Generator, carried: Generator, name: str) -> _Sitting:
    patient, hospital = draw_patient(body), HOSPITALS[name]
    worn = draw_devices(carried, patient.body)
    nothing = np.zeros((1, 1), dtype=np.float32)
    bare = _Sitting(patient, hospital, Exposure(1.0, 0.0, 1.0, nothing), nothing)
    lungs, trunk = apart(patient)
    exposure = expose(device, hospital, bare.reaches(NOTHING), lungs, trunk)
    return _Sitting(patient, hospital, exposure, worn)


def _beside(rng: Generator, patient: Patient, plan: Plan) -> tuple[str, Change] | None:
    """(concept, look-alike) of a case, or None; random numbers are used up alike in every case."""
    wanted, concept, grade = rng.random(), str(rng.choice(LOOK_ALIKES)), str(rng.choice(GRADES))
    if plan.concept in LOOK_ALIKES:
        concept, grade = plan.concept, plan.grade
    elif plan.concept == CLEAR or wanted >= _BESIDE:
        return None
    return concept, draw_alike(rng, patient, concept, grade)


def _measures(sitting: _Sitting, finding: Finding, received: Field, base: Change) -> Measures | None:
    """How hard the finding is to see; None where its region is empty."""
    if not finding.region.any():
        return None
    hospital, exposure = sitting.hospital, sitting.exposure
    bare = sitting.reaches(base)
    without = displayed(hospital, exposure, bare, None)
    noisy = displayed(hospital, exposure, bare, np.random.default_rng(0))
    return measured(
        displayed(hospital, exposure, received, None),
        without,
        finding.region,
        noise=float((noisy - without)[finding.region].std()),
        spacing_mm=SPACING_MM,
    )


MODALITY = Modality(
    kind="chest",
    header=PackHeader(
        key="demo-chest",
        version=1,
        title="Chest radiographs (simulated)",
        description=(
            "Adults simulated by code: one PA film each, some with a nodule, consolidation, effusion, pneumothorax "
            "or a large heart, others with what is taken for one. What is unlike a real film: " + UNLIKE
        ),
        modality="DX",
        simulated=True,
        rated=True,
        truth_basis="simulated: the code that made the chest put the finding there, or didn't",
        caveat="A simulated patient, made by code: the film resembles a teaching phantom's more than a patient's.",
        licence=Licence(name="CC0-1.0", attribution="Simulated by Second Read's own code"),
        question=Question(prompt="What does this chest film show?", kind="multi-label", localise=True),
        findings=(
            FindingDef("nodule", "Nodule"),
            FindingDef("consolidation", "Consolidation"),
            FindingDef("effusion", "Pleural effusion"),
            FindingDef("pneumothorax", "Pneumothorax"),
            FindingDef("cardiomegaly", "Enlarged heart"),
        ),
    ),
    abnormal=ABNORMAL,
    look_alikes=LOOK_ALIKES,
    scanners=tuple(HOSPITALS),
    draw=draw,
    unlike=UNLIKE,
    score=score,
)
