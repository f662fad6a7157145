"""Bringing a pack in: all or nothing, idempotent, files first, then one short insert."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.text import slugify
from django.utils.translation import gettext as _

from inference import selectors as inference_selectors
from quiz.models import Case, CaseSet, CaseSetEntry, Finding, Image, Pack, User
from quiz.selectors.files import file_store
from quiz.services.answer_keys import KeyContent, add_key_versions, create_keys
from quiz.services.errors import Refused
from quiz.services.pack_files import StoredCase, pixels_of, store_case
from quiz.services.publishing import publish_case_set
from radiology import packs
from radiology.packs import PackLimits

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class ImportReport:
    """What an import did, in counts of cases; `warnings` are sentences."""

    pack: str
    version: int
    created: int
    updated: int
    unchanged: int
    retired: int
    held: int
    images: int
    case_set: str
    published: bool
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class _Plan:
    """What has to change, decided and written to files before the transaction begins."""

    new: list[StoredCase]
    replaced: list[StoredCase]
    reworded: list[StoredCase]
    unchanged: list[str]
    vanished: list[str]


def import_pack(
    *,
    path: Path,
    now: datetime,
    split: str | None = None,
    publish: bool = False,
    instructor: User | None = None,
    progress: Progress = lambda done, total: None,
) -> ImportReport:
    """Import a folder or zip in the pack format; see PACKS.md for what is refused.

    Raises radiology.packs.PackRefused with every problem found, or Refused where the site's state forbids it
    (`pack_owner`, `pack_version`, `pack_busy`). Importing the same pack twice changes nothing.
    """
    wanted = {split} if split else None
    with packs.read_pack(path, limits=PackLimits(), decode_splits=wanted) as pack:
        site = Pack.objects.filter(key=pack.key).first()
        _check_site(pack, site, instructor)
        cases = [case for case in pack.cases if split in (None, case.split)]
        if not cases:
            raise Refused("empty_split", f"The pack has no cases in the split “{split}”.", status=400)
        plan = _plan(pack, cases, site, progress)
        with _unless_overtaken(pack.key, site):
            row = _save_pack(pack, site, instructor, now)
            _apply(pack, row, plan, instructor, now)
            case_set = _case_set(row, split, now)
            _list_cases(case_set, row, [case.case_id for case in cases])
            if publish:
                publish_case_set(case_set=case_set, now=now)
        return ImportReport(
            pack=pack.key,
            version=pack.version,
            created=len(plan.new),
            updated=len(plan.replaced) + len(plan.reworded),
            unchanged=len(plan.unchanged),
            retired=len(plan.vanished),
            held=sum(stored.held for stored in plan.new + plan.replaced),
            images=sum(len(stored.images) for stored in plan.new + plan.replaced),
            case_set=case_set.slug,
            published=publish,
            warnings=(*pack.warnings, *_missing_model(pack)),
        )


@contextmanager
def _unless_overtaken(key: str, site: Pack | None) -> Iterator[None]:
    """One short transaction; Refused (`pack_busy`) where the plan it follows was overtaken by another import."""
    planned_on = site.updated_at if site else None
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if Pack.objects.filter(key=key).values_list("updated_at", flat=True).first() == planned_on:
            raise
        raise Refused(
            "pack_busy", f"“{key}” was imported by somebody else at the same time; import it again."
        ) from error


def _missing_model(pack: packs.Pack) -> list[str]:
    if not pack.ai_model or inference_selectors.model_info(pack.ai_model):
        return []
    return [f"This site has no AI model “{pack.ai_model}”: the cases come without an AI opinion."]


def _check_site(pack: packs.Pack, site: Pack | None, instructor: User | None) -> None:
    if site is None:
        return
    if instructor and not instructor.is_superuser and site.owner_id != instructor.pk:
        raise Refused(
            "pack_owner", f"The pack “{pack.key}” on this site belongs to somebody else.", status=403
        )
    if pack.version < site.version:
        raise Refused(
            "pack_version",
            f"This site has version {site.version} of “{pack.key}”; the pack is version {pack.version}.",
        )


def _plan(pack: packs.Pack, cases: list[packs.PackCase], site: Pack | None, progress: Progress) -> _Plan:
    known = {case.source_id: case for case in site.cases.all()} if site else {}
    files = file_store()
    plan = _Plan([], [], [], [], [])
    for place, case in enumerate(cases, start=1):
        row = known.get(case.case_id)
        if row is not None and row.content_digest == pack.case_digest(case):
            plan.unchanged.append(case.case_id)
        elif row is None:
            plan.new.append(store_case(pack, case, files))
        else:
            stored = store_case(pack, case, files)
            same = pixels_of(row.images.all()) == stored.pixels
            (plan.reworded if same else plan.replaced).append(stored)
        progress(place, len(cases))
    if site and pack.version > site.version:
        kept = {case.case_id for case in pack.cases}
        live = {key for key, row in known.items() if row.status != Case.Status.RETIRED}
        plan.vanished.extend(sorted(live - kept))
    elif plan.replaced or plan.reworded:
        raise Refused(
            "pack_version",
            f"The content of “{pack.key}” changed, but not its version; raise the version in pack.toml.",
        )
    return plan


def _save_pack(pack: packs.Pack, site: Pack | None, instructor: User | None, now: datetime) -> Pack:
    row = site or Pack(key=pack.key, created_at=now, owner=instructor)
    row.version, row.title, row.description, row.modality = (
        pack.version,
        pack.title,
        pack.description,
        pack.modality,
    )
    row.simulated, row.rated = pack.simulated, pack.rated
    row.truth_basis, row.caveat = pack.truth_basis, pack.caveat
    row.licence_name, row.attribution = pack.licence.name, pack.licence.attribution
    row.source_url = pack.licence.source_url
    row.prompt, row.kind, row.localise = pack.question.prompt, pack.question.kind, pack.question.localise
    row.model_key, row.updated_at = pack.ai_model or "", now
    row.save()
    for place, finding in enumerate(pack.findings):
        Finding.objects.update_or_create(
            pack=row,
            key=finding.key,
            defaults={"label": finding.label, "radlex": finding.radlex or "", "position": place},
        )
    return row


def _apply(pack: packs.Pack, row: Pack, plan: _Plan, instructor: User | None, now: datetime) -> None:
    _retire(row, plan.vanished)
    for stored in plan.replaced:
        # Reads keep the pixels they were made on: the old case stays, retired, under another source id.
        old = row.cases.get(source_id=stored.case.case_id)
        kept_as = f"{old.source_id}@{old.public_id}"
        Case.objects.filter(pk=old.pk).update(status=Case.Status.RETIRED, source_id=kept_as)
    _insert(row, plan.new + plan.replaced, instructor, now)
    changed_keys = []
    for stored in plan.reworded:
        case = row.cases.get(source_id=stored.case.case_id)
        Case.objects.filter(pk=case.pk).update(**_case_values(stored))
        for image in stored.images:
            case.images.filter(series=image.series, slice_index=image.slice_index).update(
                pack_path=image.pack_path,
                view=image.view,
                laterality=image.laterality,
                months_before=image.months_before,
                pixel_spacing_mm=image.pixel_spacing_mm,
            )
        changed_keys.append((case, _key_content(stored)))
    add_key_versions(contents=changed_keys, author=instructor, note=f"pack version {pack.version}", now=now)


def _retire(row: Pack, source_ids: list[str]) -> None:
    row.cases.filter(source_id__in=source_ids).update(status=Case.Status.RETIRED)


def _insert(row: Pack, stored: list[StoredCase], author: User | None, now: datetime) -> None:
    cases = Case.objects.bulk_create(
        Case(
            pack=row,
            source_id=one.case.case_id,
            created_at=now,
            status=Case.Status.HELD if one.held else Case.Status.DRAFT,
            **_case_values(one),
        )
        for one in stored
    )
    for case, one in zip(cases, stored, strict=True):
        for image in one.images:
            image.case = case
    Image.objects.bulk_create([image for one in stored for image in one.images], batch_size=500)
    contents = [(case, _key_content(one)) for case, one in zip(cases, stored, strict=True)]
    create_keys(contents=contents, author=author, now=now)


def _case_values(stored: StoredCase) -> dict[str, Any]:
    case = stored.case
    return {
        "patient_key": case.patient_id,
        "split": case.split,
        "acquisition": case.acquisition,
        "history": case.history,
        "content_digest": stored.digest,
    }


def _key_content(stored: StoredCase) -> KeyContent:
    case = stored.case
    return KeyContent(
        findings=tuple(case.findings),
        concepts=tuple(case.concepts),
        truth_basis=case.truth_basis,
        teaching_point=case.teaching_point,
        references=case.references,
        difficulty=case.difficulty,
        regions=tuple(
            (
                region.image,
                region.finding,
                region.shape,
                region.geometry,
                stored.masks.get(region.mask_path or "", ""),
            )
            for region in case.regions
        ),
    )


def _case_set(row: Pack, split: str | None, now: datetime) -> CaseSet:
    slug, title = row.key, row.title
    if split not in (None, "practice"):
        # Which split a case belongs to is nothing a learner may know: neither slug nor title says it.
        slug = f"{row.key}-{salted_hmac('quiz.split', f'{row.key}/{split}').hexdigest()[:6]}"
        title = _("%(title)s: more cases") % {"title": row.title}
    defaults = {
        "title": title,
        "description": row.description,
        "model_key": row.model_key,
        "owner": row.owner,
        "created_at": now,
    }
    return CaseSet.objects.get_or_create(slug=slugify(slug), defaults=defaults)[0]


def _list_cases(case_set: CaseSet, row: Pack, source_ids: list[str]) -> None:
    cases = dict(row.cases.exclude(status=Case.Status.RETIRED).values_list("source_id", "pk"))
    listed = set(case_set.entries.values_list("case_id", flat=True))
    missing = [cases[key] for key in source_ids if key in cases and cases[key] not in listed]
    CaseSetEntry.objects.bulk_create(
        (
            CaseSetEntry(case_set=case_set, case_id=pk, position=n)
            for n, pk in enumerate(missing, len(listed) + 1)
        ),
        batch_size=500,
    )
