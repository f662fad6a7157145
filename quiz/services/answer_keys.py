"""Answer keys: written once per version; a correction re-scores reads and tells each learner once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from quiz import permissions
from quiz.models import AnswerKey, Case, Image, KeyRegion, Read, User
from quiz.services.errors import Refused
from quiz.services.exam_flags import flag_exam_results
from quiz.services.finished_reads import lock_learners, rescore_reads
from radiology.regions import Region, RegionError, overlaps_image

RegionContent = tuple[str, str, str, tuple[float, ...], str]


@dataclass(frozen=True)
class KeyContent:
    """A key's content; regions are (image path in the pack, finding, shape, geometry, mask storage key)."""

    findings: tuple[str, ...]
    truth_basis: str
    concepts: tuple[str, ...] = ()
    teaching_point: str = ""
    references: str = ""
    difficulty: str = ""
    regions: tuple[RegionContent, ...] = ()

    def digest(self) -> str:
        """SHA-256 (hex) of the whole content."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def create_keys(*, contents: Sequence[tuple[Case, KeyContent]], author: User | None, now: datetime) -> None:
    """Write version 1 of the keys of new cases, in a fixed number of queries per 500 cases."""
    with transaction.atomic():
        _write([(case, content, 1, "") for case, content in contents], author, now)


def add_key_versions(
    *, contents: Sequence[tuple[Case, KeyContent]], author: User | None, note: str, now: datetime
) -> list[AnswerKey]:
    """Write a new version of each key whose content changed, re-score its reads, and return the new keys."""
    with transaction.atomic():
        cases = Case.objects.select_for_update(no_key=True).filter(pk__in=[case.pk for case, _ in contents])
        rows = AnswerKey.objects.filter(case__in=list(cases.order_by("pk")), is_current=True)
        current = {key.case_id: key for key in rows.prefetch_related("regions")}
        changed = [
            (case, content, current[case.pk].version + 1, note)
            for case, content in contents
            if current[case.pk].digest != content.digest()
        ]
        # All readers at once and in order, so that two corrections can't wait for each other.
        touched = Read.objects.filter(
            case__in=[case for case, *_ in changed], state=Read.State.TRUTH_SHOWN, learner__isnull=False
        )
        lock_learners(touched.values_list("learner", flat=True))
        AnswerKey.objects.filter(case__in=[case for case, *_ in changed]).update(is_current=False)
        keys = _write(changed, author, now)
        for key in keys:
            _rescore(key, told=_truth(key) != _truth(current[key.case_id]), now=now)
    return keys


def correct_key(*, case: Case, content: KeyContent, author: User, note: str, now: datetime) -> AnswerKey:
    """Give a case a corrected key; returns the current key where nothing changed.

    Raises Refused (`forbidden`, `invalid`): unknown findings, or a region of a finding that isn't listed or
    that lies outside its image.
    """
    if not permissions.can_correct_key(author, case):
        raise Refused("forbidden", "Only the owner of a case may correct its key.", status=403)
    check_content(case, content)
    written = add_key_versions(contents=[(case, content)], author=author, note=note, now=now)
    return written[0] if written else AnswerKey.objects.get(case=case, is_current=True)


def check_content(case: Case, content: KeyContent) -> None:
    """Refuse a key that doesn't fit its case, with one sentence (Refused, `invalid`)."""
    asked = set(case.pack.findings.values_list("key", flat=True))
    for finding in content.findings:
        if finding not in asked:
            raise _invalid(f"The pack doesn't ask about “{finding}”.")
    if case.pack.kind == "single-choice" and len(content.findings) > 1:
        raise _invalid("A single-choice case has one finding or none.")
    images = {image.pack_path: image for image in case.images.all()}
    for path, finding, shape, geometry, _ in content.regions:
        if path in images and images[path].months_before:
            raise _invalid("A region lies on a prior; the key is of the current examination.")
        if finding not in content.findings:
            raise _invalid(f"A region is marked as “{finding}”, which isn't among the findings present.")
        if path not in images:
            raise _invalid("A region lies on an image that isn't part of this case.")
        if shape != KeyRegion.Shape.MASK:
            _check_geometry(shape, geometry, images[path])


def _check_geometry(shape: str, geometry: tuple[float, ...], image: Image) -> None:
    try:
        inside = overlaps_image(Region(shape=shape, geometry=geometry, mask=None), image.width, image.height)
    except RegionError as error:
        raise _invalid(str(error)) from error
    if not inside:
        raise _invalid("A region lies wholly outside its image.")


def _invalid(sentence: str) -> Refused:
    return Refused("invalid", sentence, status=400)


def _write(
    rows: Sequence[tuple[Case, KeyContent, int, str]], author: User | None, now: datetime
) -> list[AnswerKey]:
    keys = AnswerKey.objects.bulk_create(
        (
            AnswerKey(
                case=case,
                version=version,
                findings=list(content.findings),
                concepts=list(content.concepts),
                truth_basis=content.truth_basis,
                teaching_point=content.teaching_point,
                references=content.references,
                difficulty=content.difficulty,
                digest=content.digest(),
                author=author,
                note=note,
                created_at=now,
            )
            for case, content, version, note in rows
        ),
        batch_size=500,
    )
    with_regions = [
        (key, content) for key, (_, content, _, _) in zip(keys, rows, strict=True) if content.regions
    ]
    images = {
        (image.case_id, image.pack_path): image
        for image in Image.objects.filter(case__in=[key.case_id for key, _ in with_regions])
    }
    KeyRegion.objects.bulk_create(
        (
            KeyRegion(
                key=key,
                image=images[key.case_id, path],
                finding=finding,
                shape=shape,
                geometry=list(geometry),
                mask_key=mask,
            )
            for key, content in with_regions
            for path, finding, shape, geometry, mask in content.regions
        ),
        batch_size=500,
    )
    return keys


def _truth(key: AnswerKey) -> tuple[object, ...]:
    """What an outcome depends on: a reworded teaching point is no correction of the truth."""
    regions = [(r.image_id, r.finding, r.shape, r.geometry, r.mask_key) for r in key.regions.all()]
    return sorted(key.findings), sorted(regions, key=repr)


def _rescore(key: AnswerKey, *, told: bool, now: datetime) -> None:
    reads = Read.objects.filter(case=key.case_id, state=Read.State.TRUTH_SHOWN)
    finished = reads.select_related("sitting", "case__pack", "learner", "outcome__answer_key")
    rescore_reads(reads=finished.order_by("pk"), key=key, void=told, now=now)
    reads.update(answer_key=key)
    if told:
        reads.update(key_corrected_at=now, correction_seen_at=None)
        flag_exam_results(case=key.case_id, now=now)


def acknowledge_corrections(*, learner: User, now: datetime) -> None:
    """Remember that the learner was told of corrected keys."""
    unseen = permissions.visible_reads(learner).filter(
        key_corrected_at__isnull=False, correction_seen_at__isnull=True
    )
    unseen.update(correction_seen_at=now)
