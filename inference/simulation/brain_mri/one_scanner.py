"""The kind "brain-mri-scanners": patients of all scanners for an AI that was trained on one of them alone."""

from __future__ import annotations

from dataclasses import replace

from inference.simulation.brain_mri import modality

KNOWN_SCANNER = modality.MODALITY.scanners[0]
"""The scanner that the AI was trained on."""

MODALITY = replace(
    modality.MODALITY,
    kind="brain-mri-scanners",
    header=replace(
        modality.MODALITY.header,
        key="demo-brain-mri-scanners",
        title="An AI that knows one scanner (simulated brain MRI)",
        description=(
            "The AI of this set was trained on purpose on images of one of three simulated scanners. The patients "
            "here come from all three: see where its answers and its warnings change. Its card says so too. "
            f"What is unlike a real examination: {modality.UNLIKE}"
        ),
        rated=False,
        ai_model="brain-mri-one-scanner",
    ),
    standard_count=16,
)
