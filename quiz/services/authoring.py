"""Authoring without a command line: an uploaded zip, or a small set built from images, through the pack door."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.text import slugify

from quiz.models import CaseSet, Pack, User
from quiz.services.errors import Refused
from quiz.services.pack_import import ImportReport, import_pack
from radiology.imaging import ImageError, Limits, decode_image
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


@dataclass(frozen=True)
class SetContent:
    """What a small set says about itself; fields as in the admin's form."""

    title: str
    description: str
    modality: str
    prompt: str
    finding: str
    localise: bool
    truth_basis: str
    licence: str
    attribution: str
    ai_model: str
    simulated: bool


@dataclass(frozen=True)
class UploadedCase:
    """One uploaded image (PNG, JPEG or DICOM) with its truth; `shape` is empty where nothing is marked."""

    name: str
    data: bytes
    present: bool
    shape: str
    geometry: tuple[float, ...]
    history: str
    teaching_point: str


def import_uploaded_pack(
    *, upload: UploadedFile[Any], publish: bool, owner: User, now: datetime
) -> ImportReport:
    """Import an uploaded zip as the owner's pack. Raises PackRefused or Refused; nothing is kept then."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pack.zip"
        with path.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        return import_pack(path=path, now=now, publish=publish, instructor=owner)


def build_set(*, content: SetContent, cases: Sequence[UploadedCase], owner: User, now: datetime) -> CaseSet:
    """Make a draft set from uploaded images. Raises PackRefused or Refused with what to mend; nothing is kept then."""
    key = _free_key(content.title)
    finding = FindingDef(key=slugify(content.finding) or "finding", label=content.finding)
    header = PackHeader(
        key=key,
        version=1,
        title=content.title,
        description=content.description,
        modality=content.modality,
        simulated=content.simulated,
        rated=not content.simulated,
        truth_basis=content.truth_basis,
        licence=Licence(content.licence, content.attribution),
        question=Question(content.prompt, "detection", content.localise),
        findings=(finding,),
        ai_model=content.ai_model or None,
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / key
        with PackWriter(path, header) as writer:
            for number, case in enumerate(cases, start=1):
                writer.add_case(_written(case, number, finding))
        report = import_pack(path=path, now=now, instructor=owner)
    return CaseSet.objects.get(slug=report.case_set)


def _written(case: UploadedCase, number: int, finding: FindingDef) -> WriteCase:
    try:
        frames = decode_image(case.data, name=case.name, limits=Limits())
    except ImageError as error:
        raise Refused("invalid", f"{case.name}: {error}", status=400) from error
    regions = [WriteRegion(0, 0, finding.key, case.shape, case.geometry)] if case.shape else []
    return WriteCase(
        case_id=f"case-{number}",
        patient_id=f"patient-{number}",
        split="practice",
        series=[WriteSeries(frames)],
        findings=[finding.key] if case.present else [],
        history=case.history,
        teaching_point=case.teaching_point,
        regions=regions,
    )


def _free_key(title: str) -> str:
    base = slugify(title)[:60] or "set"
    taken = set(Pack.objects.filter(key__startswith=base).values_list("key", flat=True))
    taken |= set(CaseSet.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number = 1
    key = base
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    return key
