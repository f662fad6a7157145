"""Makes packs, people, sets, reads and AI opinions for tests, through the real services."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from inference import heatmap_files, models
from quiz.domain.opinions import Answer, Mark, ReaderOpinion
from quiz.models import CaseSet, Image, Read, User
from quiz.selectors.next_case import next_read
from quiz.services import reads
from quiz.services.pack_import import ImportReport, import_pack
from quiz.services.sittings import start_sitting
from radiology.filestore import FileStore
from radiology.imaging import Frame
from radiology.packs import (
    FindingDef,
    Licence,
    PackHeader,
    PackWriter,
    Question,
    WriteCase,
    WriteRegion,
    WriteSeries,
)
from tests.conftest import FAKE_MODEL, NOW

SIZE = 48


def user(name: str, **fields: Any) -> User:
    return User.objects.create_user(name, password="a long password", **fields)


def frame(seed: int, size: int = SIZE) -> Frame:
    pixels = np.random.default_rng(seed).integers(0, 256, (size, size), dtype=np.uint8)
    return Frame(pixels=pixels, bits=8)


def header(**changes: Any) -> PackHeader:
    values: dict[str, Any] = {
        "key": "lungs",
        "version": 1,
        "title": "Lungs",
        "modality": "DX",
        "simulated": False,
        "rated": True,
        "truth_basis": "two readers",
        "licence": Licence("CC-BY-4.0", "Somebody, 2026"),
        "question": Question("Is there pneumonia?", "detection", True),
        "findings": (FindingDef("pneumonia", "Pneumonia"),),
        "ai_model": FAKE_MODEL.key,
    }
    return PackHeader(**{**values, **changes})


def case(number: int, *, present: bool, **changes: Any) -> WriteCase:
    values: dict[str, Any] = {
        "case_id": f"case-{number}",
        "patient_id": f"patient-{number}",
        "split": "practice",
        "series": [WriteSeries([frame(number)], view="AP")],
        "findings": ["pneumonia"] if present else [],
        "history": f"Cough, patient {number}.",
        "teaching_point": f"teaching {number}",
        "regions": [WriteRegion(0, 0, "pneumonia", "circle", (20.0, 20.0, 6.0))] if present else [],
    }
    return WriteCase(**{**values, **changes})


def write_pack(folder: Path, cases: Sequence[WriteCase] | None = None, **changes: Any) -> Path:
    """Write a pack of four cases (even numbers have the finding), or of the cases given."""
    head = header(**changes)
    path = folder / f"{head.key}-{head.version}-{len(list(folder.iterdir())) if folder.exists() else 0}"
    with PackWriter(path, head) as writer:
        for one in cases if cases is not None else [case(n, present=n % 2 == 0) for n in range(4)]:
            writer.add_case(one)
    return path


def imported(
    folder: Path, *, owner: User | None = None, publish: bool = True, **changes: Any
) -> ImportReport:
    return import_pack(path=write_pack(folder, **changes), now=NOW, publish=publish, instructor=owner)


def ai_opinion(
    image: Image,
    probability: float,
    *,
    peak: tuple[float, float] = (20.0, 20.0),
    declined: bool = False,
    finding: str = "pneumonia",
) -> models.AIOpinion:
    """Store an AI opinion of an image as the worker would."""
    row = models.AIOpinion.objects.create(
        model_key=FAKE_MODEL.key,
        model_sha256=FAKE_MODEL.sha256,
        image_sha256=image.sha256,
        declined=declined,
        created_at=NOW,
    )
    threshold = FAKE_MODEL.thresholds[finding]
    row.findings.create(
        finding=finding, probability=probability, threshold=threshold, present=probability >= threshold
    )
    store = FileStore(settings.SECONDREAD_FILES_DIR)
    values = np.random.default_rng(int(probability * 1e6)).random((6, 6), dtype=np.float32)
    row.heatmaps.create(
        finding=finding,
        method="gradcam",
        storage_key=store.put(heatmap_files.encode(values), folder="heatmaps", suffix=".png"),
        width=image.width,
        height=image.height,
        peak_x=peak[0],
        peak_y=peak[1],
    )
    return row


def ai_for_all(case_set: CaseSet, probability: float = 0.8) -> None:
    for image in Image.objects.filter(case__entries__case_set=case_set):
        ai_opinion(image, probability)


def says(present: bool, certainty: float = 0.75, marks: tuple[Mark, ...] = ()) -> ReaderOpinion:
    return ReaderOpinion((Answer("pneumonia", present, certainty),), marks)


def opened_read(learner: User, case_set: CaseSet, now: datetime = NOW, mode: str = "practice") -> Read:
    """Start (or go on with) a sitting and open its next read."""
    sitting = start_sitting(learner=learner, case_set=case_set, now=now, rng=random.Random(1), mode=mode)
    read = next_read(sitting)
    assert read is not None
    return reads.open_read(read=Read.objects.select_related("sitting", "case__pack").get(pk=read.pk), now=now)


def advance(read: Read, state: str, *, first: bool = True, final: bool = True, now: datetime = NOW) -> Read:
    """Take an opened read on to `state` through the services."""
    later = now + timedelta(seconds=30)
    steps = {
        "committed": lambda: reads.commit_opinion(
            read=read, opinion=says(first), seconds=12.0, idempotency_key="k1", now=later
        ),
        "ai_shown": lambda: reads.reveal_ai(read=read, now=later),
        "finalised": lambda: reads.finalise_read(
            read=read, opinion=says(final), seconds=5.0, idempotency_key="k2", now=later
        ),
        "truth_shown": lambda: reads.reveal_truth(read=read, now=later),
    }
    if read.sitting.flow in {CaseSet.Flow.UNAIDED, CaseSet.Flow.EXAM}:
        steps = {name: steps[name] for name in ("committed", "truth_shown")}
    if read.sitting.flow == CaseSet.Flow.AI_FIRST:
        del steps["committed"]
    for name, step in steps.items():
        if state in ("reserved", "opened"):
            break
        step()
        if name == state:
            break
    read.refresh_from_db()
    return read
