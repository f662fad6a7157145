"""Giving a pack back as files that import equal; it holds the answer keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from quiz.models import AnswerKey, Case, Finding, Image, KeyRegion, Pack
from quiz.selectors.answer_keys import region_of
from quiz.selectors.files import file_store
from quiz.services.errors import Refused
from radiology.filestore import FileStore
from radiology.imaging import Frame, decode_master
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


def export_pack(*, key: str, out: Path) -> int:
    """Write a pack's live cases to a folder, or a zip where `out` ends in .zip; returns the number of cases.

    Raises Refused where there is no such pack or `out` exists.
    """
    pack = Pack.objects.filter(key=key).prefetch_related("findings").first()
    if pack is None:
        raise Refused("no_pack", f"There is no pack “{key}” on this site.", status=404)
    if out.exists():
        raise Refused("exists", f"{out} exists already; choose another name.")
    files = file_store()
    cases = list(pack.cases.exclude(status=Case.Status.RETIRED).order_by("pk").prefetch_related("images"))
    keys = {
        row.case_id: row
        for row in AnswerKey.objects.filter(case__in=cases, is_current=True).prefetch_related(
            "regions__image"
        )
    }
    with PackWriter(out, _header(pack)) as writer:
        for case in cases:
            writer.add_case(_case(case, keys[case.pk], files))
    return len(cases)


def _header(pack: Pack) -> PackHeader:
    return PackHeader(
        key=pack.key,
        version=pack.version,
        title=pack.title,
        description=pack.description,
        modality=pack.modality,
        simulated=pack.simulated,
        rated=pack.rated,
        truth_basis=pack.truth_basis,
        caveat=pack.caveat,
        licence=Licence(pack.licence_name, pack.attribution, pack.source_url),
        question=Question(pack.prompt, pack.kind, pack.localise),
        findings=tuple(_finding(row) for row in pack.findings.all()),
        ai_model=pack.model_key or None,
    )


def _finding(row: Finding) -> FindingDef:
    return FindingDef(row.key, row.label, row.radlex)


def _case(case: Case, key: AnswerKey, files: FileStore) -> WriteCase:
    images = list(case.images.all())
    spacings = {image.pixel_spacing_mm for image in images}
    return WriteCase(
        case_id=case.source_id,
        patient_id=case.patient_key,
        split=case.split,
        series=[_series(list(group), files) for _, group in groupby(images, key=lambda image: image.series)],
        findings=key.findings,
        history=case.history,
        concepts=key.concepts,
        difficulty=key.difficulty,
        teaching_point=key.teaching_point,
        references=key.references,
        acquisition=case.acquisition,
        pixel_spacing_mm=spacings.pop() if len(spacings) == 1 else None,
        truth_basis=key.truth_basis,
        regions=[_region(row, files) for row in key.regions.all()],
    )


def _series(images: list[Image], files: FileStore) -> WriteSeries:
    return WriteSeries(
        frames=_frames(images, files),
        view=images[0].view,
        laterality=images[0].laterality,
        months_before=images[0].months_before,
    )


def _frames(images: list[Image], files: FileStore) -> Iterator[Frame]:
    for image in images:
        frame = decode_master(
            files.read(image.master_key),
            slope=image.slope,
            intercept=image.intercept,
            window_center=image.window_center,
            window_width=image.window_width,
        )
        yield replace(frame, orientation=image.orientation)


def _region(row: KeyRegion, files: FileStore) -> WriteRegion:
    region = region_of(row, files)
    return WriteRegion(
        series=row.image.series,
        slice=row.image.slice_index,
        finding=row.finding,
        shape=row.shape,
        geometry=region.geometry,
        mask=region.mask,
    )
