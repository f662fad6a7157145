"""What quiz may ask of inference: opinions, heatmaps, progress, models; nothing here imports torch."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.db.models import QuerySet

from inference import contracts, heatmap_files, models, registry
from inference.contracts import HEATMAP_METHODS, HeatmapRef, ImageRef, JobProgress, ModelInfo, RequestedMap
from inference.report_cards import files as report_files
from inference.report_cards.page import report_page, report_pictures
from radiology.filestore import FileStore

log = logging.getLogger(__name__)


def model_info(key: str) -> ModelInfo | None:
    """Return a registered model, or None where this site doesn't have it."""
    try:
        return registry.find(
            key, settings.SECONDREAD_MODELS_DIR, settings.SECONDREAD_INSTALLED_MODELS_DIR
        ).info
    except registry.ModelRefused:
        return None


def registered_models() -> list[ModelInfo]:
    """Return every model of this site: those that ship, and those that were installed."""
    keys = registry.keys(settings.SECONDREAD_INSTALLED_MODELS_DIR)
    return [info for key in keys if (info := model_info(key))]


def opinions_for(images: Sequence[ImageRef], model_key: str) -> dict[str, contracts.AIOpinion]:
    """Return the current model version's opinions by image hash; images without one are absent."""
    info = model_info(model_key)
    if info is None or not images:
        return {}
    rows = models.AIOpinion.objects.filter(
        model_key=model_key, model_sha256=info.sha256, image_sha256__in={image.sha256 for image in images}
    )
    return {opinion.image_sha256: opinion for opinion in _contracts(rows)}


def answered_images(sha256s: Iterable[str], model_key: str) -> set[str]:
    """Return those of these image hashes on which the current model version has given its opinion."""
    info = model_info(model_key)
    if info is None:
        return set()
    found: set[str] = set()
    for chunk in _chunks(sorted(set(sha256s))):
        rows = models.AIOpinion.objects.filter(
            model_key=info.key, model_sha256=info.sha256, image_sha256__in=chunk
        )
        found.update(rows.values_list("image_sha256", flat=True))
    return found


def opinions_by_ids(ids: Iterable[UUID]) -> dict[UUID, contracts.AIOpinion]:
    """Return stored opinions, of whatever model version, by id."""
    wanted = set(ids)
    if not wanted:
        return {}
    return {opinion.id: opinion for opinion in _contracts(models.AIOpinion.objects.filter(pk__in=wanted))}


def job_progress(sha256s: Iterable[str], model_key: str) -> JobProgress:
    """Return how far the current model version is with these images."""
    wanted = set(sha256s)
    info = model_info(model_key)
    if info is None:
        return JobProgress(total=len(wanted), done=0, failed=len(wanted), waiting=0)
    jobs = models.Job.objects.filter(model_key=model_key, model_sha256=info.sha256, method="")
    states: list[str] = []
    for chunk in _chunks(sorted(wanted)):
        states += jobs.filter(image_sha256__in=chunk).values_list("state", flat=True)
    done, failed = states.count(models.Job.State.DONE), states.count(models.Job.State.FAILED)
    return JobProgress(total=len(wanted), done=done, failed=failed, waiting=len(wanted) - done - failed)


def unfinished_jobs() -> dict[str, dict[str, str]]:
    """Return image hash → state (queued, running, failed) by model key, of current model versions; one query."""
    rows = models.Job.objects.filter(method="").exclude(state=models.Job.State.DONE)
    found: dict[str, dict[str, str]] = {}
    current = {info.key: info.sha256 for info in registered_models()}
    for key, version, sha256, state in rows.values_list("model_key", "model_sha256", "image_sha256", "state"):
        if current.get(key) == version:
            found.setdefault(key, {})[sha256] = state
    return found


def requested_map(*, opinion_id: UUID, finding: str, method: str) -> RequestedMap:
    """Return how far the map of a finding by a method is that is computed when somebody asks."""
    return requested_maps([(opinion_id, finding)], method=method)[opinion_id, finding]


def requested_maps(
    wanted: Iterable[tuple[UUID, str]], *, method: str
) -> dict[tuple[UUID, str], RequestedMap]:
    """Return the same of several pairs of opinion and finding, in a fixed number of queries."""
    pairs = set(wanted)
    ids = {opinion for opinion, _ in pairs}
    rows = models.Heatmap.objects.filter(opinion__in=ids, method=method)
    ready = {(row.opinion_id, row.finding): _heatmap(row) for row in rows}
    opinions = {row.pk: row for row in models.AIOpinion.objects.filter(pk__in=ids)}
    hashes = {opinion.image_sha256 for opinion in opinions.values()}
    jobs = {
        (job.image_sha256, job.model_key, job.model_sha256, job.finding): job
        for job in models.Job.objects.filter(image_sha256__in=hashes, method=method)
    }
    found: dict[tuple[UUID, str], RequestedMap] = {}
    for pair in pairs:
        opinion, finding = opinions.get(pair[0]), pair[1]
        job = opinion and jobs.get((opinion.image_sha256, opinion.model_key, opinion.model_sha256, finding))
        found[pair] = _requested(job or None, ready.get(pair))
    return found


def _requested(job: models.Job | None, heatmap: HeatmapRef | None) -> RequestedMap:
    if heatmap is not None:
        return RequestedMap("ready", heatmap=heatmap)
    if job is None or job.state == models.Job.State.DONE:
        return RequestedMap("absent")
    if job.state == models.Job.State.FAILED:
        return RequestedMap("failed", message=job.message)
    return RequestedMap("waiting")


def heatmap_values(heatmap_ids: Iterable[UUID]) -> dict[UUID, npt.NDArray[np.float32]]:
    """Return stored maps [h, w] over their whole images; one whose file is missing or damaged is absent."""
    files = FileStore(settings.SECONDREAD_FILES_DIR)
    found = {}
    for pk, key in models.Heatmap.objects.filter(pk__in=set(heatmap_ids)).values_list("pk", "storage_key"):
        try:
            found[pk] = heatmap_files.decode(files.read(key))
        except (OSError, ValueError, KeyError):
            log.warning("heatmap %s can't be read: %s", pk, key)
    return found


def opinion_of_heatmap(heatmap_id: UUID) -> UUID | None:
    """Return the id of the opinion that a heatmap belongs to."""
    return models.Heatmap.objects.filter(pk=heatmap_id).values_list("opinion_id", flat=True).first()


def heatmap_png(heatmap_id: UUID) -> bytes | None:
    """Return a heatmap as an RGBA PNG in original image pixels, drawn from its stored values."""
    heatmap = models.Heatmap.objects.filter(pk=heatmap_id).first()
    if heatmap is None:
        return None
    data = FileStore(settings.SECONDREAD_FILES_DIR).read(heatmap.storage_key)
    return heatmap_files.draw(heatmap_files.decode(data), width=heatmap.width, height=heatmap.height)


def worker_heartbeats() -> dict[str, datetime]:
    """Return when each queue's worker last reported."""
    return dict(models.Heartbeat.objects.values_list("queue", "at"))


def _chunks(values: list[str], size: int = 500) -> Iterable[list[str]]:
    return (values[start : start + size] for start in range(0, len(values), size))


def _contracts(rows: QuerySet[models.AIOpinion]) -> list[contracts.AIOpinion]:
    return [_contract(row) for row in rows.prefetch_related("findings", "heatmaps")]


def _contract(row: models.AIOpinion) -> contracts.AIOpinion:
    return contracts.AIOpinion(
        id=row.pk,
        model_key=row.model_key,
        model_sha256=row.model_sha256,
        image_sha256=row.image_sha256,
        findings=tuple(
            contracts.FindingOpinion(one.finding, one.probability, one.threshold, one.present)
            for one in row.findings.all()
        ),
        heatmaps=_in_order(row),
        ood_score=row.ood_score,
        declined=row.declined,
    )


def _in_order(row: models.AIOpinion) -> tuple[HeatmapRef, ...]:
    """An opinion's maps: by finding as the opinion has them, then by method as they are offered."""
    findings = [one.finding for one in row.findings.all()]

    def place(heatmap: HeatmapRef) -> tuple[int, int]:
        return (
            findings.index(heatmap.finding) if heatmap.finding in findings else len(findings),
            HEATMAP_METHODS.index(heatmap.method) if heatmap.method in HEATMAP_METHODS else -1,
        )

    return tuple(sorted((_heatmap(one) for one in row.heatmaps.all()), key=place))


def _heatmap(row: models.Heatmap) -> HeatmapRef:
    return HeatmapRef(row.pk, row.finding, row.method, row.peak_x, row.peak_y, row.width, row.height)


def report_card(key: str) -> contracts.ReportPage | None:
    """Return the report card of a model's current weights, pictures not filtered for anybody yet."""
    found = _report(key)
    return report_page(found[0]) if found else None


def pictures_of_report(key: str) -> list[contracts.ReportPicture]:
    """Return what `report_card` says of its pictures, without the page around them."""
    found = _report(key)
    return report_pictures(found[0]) if found else []


def report_picture(key: str, name: str) -> bytes | None:
    """Return the JPEG of one of the pictures that `report_card` names."""
    found = _report(key)
    return report_files.read_picture(*found, name) if found else None


def _report(key: str) -> tuple[dict[str, Any], Path] | None:
    """One that was made on this site comes before the one that ships."""
    info = model_info(key)
    if info is None:
        return None
    folders = [settings.SECONDREAD_DATA_DIR / "reports", settings.SECONDREAD_MODELS_DIR / "reports"]
    return report_files.find_report(key, info.sha256, folders)
