"""Simulated head CT as a kind of pack: its question, its licence, and what is unlike a real scan."""

from __future__ import annotations

from inference.simulation.cases import Modality
from inference.simulation.head_ct.alike import LOOK_ALIKES
from inference.simulation.head_ct.cases import CONCEPTS, FINDING, draw
from inference.simulation.head_ct.observer import score
from inference.simulation.head_ct.scanners import SCANNERS
from inference.simulation.template import licence
from radiology.packs import FindingDef, PackHeader, Question

UNLIKE = (
    "Every head comes from one average brain, so anatomical variants, tumours, operations, fractures and tubes are "
    "missing; sulci are drawn by chance, not anatomy; the skull base, sinuses and orbits are schematic; there are no "
    "metal, motion or windmill artefacts beyond slight ones, and no earlier scans to compare."
)
HEADER = PackHeader(
    key="demo-head-ct",
    version=2,
    title="Head CT: bleeding (simulated)",
    description=(
        "Simulated head CT: stacks of thick axial slices in Hounsfield units, half of them with fresh blood in the "
        "brain, beneath or above the dura, in the sulci and cisterns or in the ventricles, from seen at a glance to "
        f"nearly invisible; the others are normal or hold what is taken for blood. What is unlike a real scan: {UNLIKE}"
    ),
    modality="CT",
    simulated=True,
    rated=True,
    truth_basis="simulated: the program that made the scan put the blood there, or didn't",
    caveat="This is a simulated patient, not a real one: a computer program made the scan.",
    licence=licence("Simulated by Second Read's own code from the ICBM 152 brain template."),
    question=Question(
        prompt="Does this head CT show acute intracranial haemorrhage?", kind="detection", localise=True
    ),
    findings=(FindingDef(FINDING, "Acute intracranial haemorrhage"),),
    ai_model="head-ct-bleed",
)
MODALITY = Modality(
    kind="head-ct",
    header=HEADER,
    abnormal=dict.fromkeys(CONCEPTS, FINDING),
    look_alikes=LOOK_ALIKES,
    scanners=tuple(one.name for one in SCANNERS),
    draw=draw,
    unlike=UNLIKE,
    score=score,
    standard_count=20,
)
