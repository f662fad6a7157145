"""A site full of canaries: packs whose every secret is a unique string, and reads of them in every state."""

from __future__ import annotations

import random
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.utils import timezone

from inference import models as inference_models
from quiz.domain import read_flow
from quiz.domain.read_flow import Flow, State
from quiz.models import AnswerKey, Case, CaseSet, HeatmapGrade, Read, User
from quiz.services import notes, reads
from quiz.services.pack_import import import_pack
from quiz.services.sittings import start_sitting
from tests.conftest import FAKE_MODEL, NOW
from tests.quiz import builders
from tests.radiology.imaging.dicom_files import CANARY as TAG_CANARY
from tests.radiology.imaging.dicom_files import dicom_dataset, plant_identifiers, to_bytes
from tests.radiology.packs.pack_files import png, write_folder

SIZE = 40
STATES = {
    "read_first": ["reserved", "opened", "committed", "ai_shown", "finalised", "truth_shown"],
    "unaided": ["reserved", "opened", "committed", "truth_shown"],
    "exam": ["reserved", "opened", "committed", "committed"],
    "ai_first": ["reserved", "opened", "ai_shown", "finalised", "truth_shown"] * 2,
}
# What a flow's set is kept for, and the mode it is read in. The exam is still open: nothing of it may be shown.
KEPT: dict[str, dict[str, Any]] = {
    "exam": {"pool": "exam", "time_limit_minutes": 60, "closes_at": NOW + timedelta(days=36500)},
    "ai_first": {"pool": "ai_first"},
    "daily": {"pool": "daily"},
}
MODES = {"exam": "exam", "ai_first": "ai_first", "daily": "daily"}
MANIFEST = """\
format = 1
key = "{key}"
version = 1
title = "{title}"
description = "Made for the leak walk."
modality = "DX"
simulated = false
rated = true
truth_basis = "{basis}"
caveat = "{caveat}"
[licence]
name = "CC-BY-4.0"
attribution = "{attribution}"
[question]
prompt = "Is there pneumonia?"
kind = "detection"
localise = true
[[finding]]
key = "pneumonia"
label = "Pneumonia"
[ai]
model = "fake-model"
"""
HEADER = (
    "case_id,patient_id,split,images,findings,history,concepts,difficulty,teaching_point,references,"
    "acquisition,truth_basis,months_before"
)


def token(what: str) -> str:
    """A string that stands nowhere else."""
    return f"zq{what}{secrets.token_hex(5)}"


def number(base: float) -> float:
    """A number whose digits stand nowhere else, a little above `base`."""
    return base + round(random.SystemRandom().uniform(0.001, 0.009), 9)


@dataclass
class Secrets:
    """One case's canaries: those never shown to a learner, those of the AI, those of the truth."""

    never: set[str] = field(default_factory=set)
    ai: set[str] = field(default_factory=set)
    truth: set[str] = field(default_factory=set)


@dataclass
class Site:
    """What the walk needs to know: whose reads these are, and each case's canaries by primary key."""

    learner: User
    owner: User
    secrets: dict[int, Secrets]
    site_wide: set[str]
    own: set[str] = field(default_factory=set)
    """What only the learner has written and may read."""

    def forbidden(self, user: User | None) -> set[str]:
        """Every canary that `user` must not meet, as the database stands now."""
        own = Read.objects.filter(learner=user).select_related("sitting") if user else Read.objects.none()
        shown: set[str] = set()
        for read in own:
            flow, state = Flow(read.sitting.flow), State(read.state)
            if read_flow.shows_ai(flow, state):
                shown |= self.secrets[read.case_id].ai
            if read_flow.shows_truth(state):
                shown |= self.secrets[read.case_id].truth
        everything = set(self.site_wide) if user == self.learner else self.site_wide | self.own
        for one in self.secrets.values():
            everything |= one.never | one.ai | one.truth
        return everything - shown


def build_site(folder: Path) -> Site:
    """Published sets, one a flow and one of the daily case, with a read in every state; and a draft."""
    owner = builders.user("owner", is_staff=True)
    learner = builders.user("learner")
    site = Site(learner, owner, {}, {TAG_CANARY, "19010203"})
    for flow, states in STATES.items():
        key = flow.replace("_", "-")
        case_set = _publish(site, folder / key, key, len(states))
        _read_all(site, _kept(case_set, flow, flow), states, mode=MODES.get(flow, "practice"))
    for grade in HeatmapGrade.objects.select_related("image"):
        # A round share, such as 0.5, stands on many a page by chance.
        figures = {repr(grade.energy), repr(grade.overlap)}
        site.secrets[grade.image.case_id].truth |= {figure for figure in figures if len(figure) > 7}
    daily = _publish(site, folder / "daily", "daily", 2)
    _read_all(site, _kept(daily, "read_first", "daily"), ["opened"], mode="daily")
    draft = token("draft")
    site.site_wide.add(draft)
    _import(site, folder / "draft", "draft", 1, title=draft, publish=False)
    return site


def _kept(case_set: CaseSet, flow: str, kind: str) -> CaseSet:
    CaseSet.objects.filter(pk=case_set.pk).update(flow=flow, **KEPT.get(kind, {}))
    case_set.refresh_from_db()
    return case_set


def _publish(site: Site, folder: Path, key: str, cases: int) -> CaseSet:
    return _import(site, folder, key, cases, title=f"Set {key}", publish=True)


def _import(site: Site, folder: Path, key: str, cases: int, *, title: str, publish: bool) -> CaseSet:
    pack_truth = {name: token(name) for name in ("basis", "caveat", "attribution")}
    rows, regions, found = [HEADER], ["case_id,image,finding,shape,geometry"], {}
    files: dict[str, bytes] = {
        "pack.toml": MANIFEST.format(key=key, title=title, **pack_truth).encode(),
    }
    for place in range(cases):
        case = Secrets()
        values = {name: token(name) for name in ("case", "patient", "file", "prior", "concept", "site")}
        shown = {name: token(name) for name in ("teach", "level", "reference", "truthbasis")}
        case.never = set(values.values())
        case.truth = set(shown.values()) | {pack_truth["caveat"], pack_truth["attribution"]}
        image, content = _image(values["file"], place)
        files[image] = content
        prior, earlier = _image(values["prior"], place + 1)
        files[prior] = earlier
        present = place % 2 == 0
        if present:
            radius = number(6)
            case.truth.add(repr(radius))
            regions.append(f"{values['case']},{image},pneumonia,circle,20 20 {radius!r}")
            mask = f"masks/{token('mask')}.png"
            case.never.add(mask)
            files[mask] = _mask()
            regions.append(f"{values['case']},{image},pneumonia,mask,{mask}")
        rows.append(
            f"{values['case']},{values['patient']},practice,{prior};{image},{'pneumonia' if present else ''},"
            f"History {place},{values['concept']},{shown['level']},{shown['teach']},{shown['reference']},"
            f"{values['site']},{shown['truthbasis']},14;"
        )
        found[values["case"]] = case
    files["cases.csv"] = "\n".join(rows).encode()
    files["regions.csv"] = "\n".join(regions).encode()
    path = write_folder(folder, files)
    report = import_pack(path=path, now=NOW, publish=publish, instructor=site.owner)
    # The pack's own truth basis is overridden in every case: it belongs to nobody.
    site.site_wide.add(pack_truth["basis"])
    for row in Case.objects.filter(pack__key=key).prefetch_related("images"):
        case = found[row.source_id]
        _plant_stored(row, case)
        site.secrets[row.pk] = case
    return CaseSet.objects.get(slug=report.case_set)


def _image(name: str, place: int) -> tuple[str, bytes]:
    pixels = np.random.default_rng(secrets.randbits(32)).integers(0, 256, (SIZE, SIZE), dtype=np.uint8)
    if place % 2:
        return f"images/{name}.png", png(pixels)
    dataset = dicom_dataset(pixels)
    plant_identifiers(dataset)
    return f"images/{name}.dcm", to_bytes(dataset)


def _mask() -> bytes:
    mask = np.zeros((SIZE, SIZE), dtype=np.uint8)
    mask[10:20, 10:20] = 255
    return png(mask)


def _plant_stored(row: Case, case: Secrets) -> None:
    """Add what the site itself made of the case: hashes, storage keys, ids; and an AI opinion with its own."""
    note = token("note")
    AnswerKey.objects.filter(case=row).update(note=note)
    case.never |= {note, row.content_digest, *row.answer_keys.values_list("digest", flat=True)}
    for region in AnswerKey.objects.get(case=row).regions.all():
        if region.mask_key:
            case.truth.add(str(region.public_id))
            case.never.add(Path(region.mask_key).stem)
        else:
            case.never.add(str(region.public_id))
    for image in row.images.all():
        case.never |= {image.sha256, Path(image.master_key).stem, Path(image.served_key).stem}
        probability, peak, ood = number(0.81), number(17.3), number(0.44)
        opinion = builders.ai_opinion(image, probability, peak=(peak, 20.0))
        inference_models.AIOpinion.objects.filter(pk=opinion.pk).update(ood_score=ood)
        heatmap = opinion.heatmaps.get()
        # What an AI may have said of a prior, elsewhere the current film of a case, is never shown with this case.
        told = case.never if image.months_before else case.ai
        told |= {repr(probability), repr(peak), str(heatmap.pk)}
        case.never |= {str(opinion.pk), repr(ood), Path(heatmap.storage_key).stem}


def _read_all(site: Site, case_set: CaseSet, states: list[str], *, mode: str) -> None:
    """Read a set's cases, each as far as `states` says."""
    sitting = start_sitting(
        learner=site.learner, case_set=case_set, now=_clock(mode), rng=random.Random(7), mode=mode
    )
    rows = sitting.reads.select_related("sitting", "case__pack").order_by("position")
    # How many cases are judged is left to chance: eight at least, so that every state is there.
    for read, state in zip(rows, states, strict=mode != "ai_first"):
        if state == "reserved":
            continue
        reads.open_read(read=read, now=_clock(mode))
        builders.advance(read, state, now=_clock(mode))
        assert read.state == state
        _leave_notes(site, read)


def _leave_notes(site: Site, read: Read) -> None:
    """A bookmark and a report, both for the learner alone, and an answer that tells the truth of the case."""
    note, fault, answer = token("bookmark"), token("fault"), token("answer")
    notes.set_bookmark(read=read, note=note, now=NOW)
    report = notes.report_fault(read=read, kind="answer", text=fault, now=NOW)
    notes.answer_fault(report=report, answer=answer, handled=True, instructor=site.owner, now=NOW)
    site.own |= {note, fault}
    site.secrets[read.case_id].truth.add(answer)


def _clock(mode: str) -> datetime:
    """An exam begins now, since the walk's requests have the real clock; everything else at the tests' own time."""
    return timezone.now() if mode in {"exam", "daily"} else NOW


def model_key() -> str:
    """The AI model whose card every set names."""
    return FAKE_MODEL.key
