"""What quiz may ask of inference: opinions, heatmaps, progress, models; nothing here imports torch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from inference import contracts, heatmap_files, models, registry
from inference.contracts import ImageRef, JobProgress, ModelInfo
from radiology.filestore import FileStore


def model_info(key: str) -> ModelInfo | None:
    """Return a registered model, or None where this site doesn't have it."""
    try:
        return registry.find(key, settings.SECONDREAD_MODELS_DIR).info
    except registry.ModelRefused:
        return None


def registered_models() -> list[ModelInfo]:
    """Return every model of this site."""
    return [info for key in registry.ENTRIES if (info := model_info(key))]


def opinions_for(images: Sequence[ImageRef], model_key: str) -> dict[str, contracts.AIOpinion]:
    """Return the current model version's opinions by image hash; images without one are absent."""
    info = model_info(model_key)
    if info is None or not images:
        return {}
    rows = models.AIOpinion.objects.filter(
        model_key=model_key, model_sha256=info.sha256, image_sha256__in={image.sha256 for image in images}
    )
    return {opinion.image_sha256: opinion for opinion in _contracts(rows)}


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
    jobs = models.Job.objects.filter(model_key=model_key, model_sha256=info.sha256)
    states: list[str] = []
    for chunk in _chunks(sorted(wanted)):
        states += jobs.filter(image_sha256__in=chunk).values_list("state", flat=True)
    done, failed = states.count(models.Job.State.DONE), states.count(models.Job.State.FAILED)
    return JobProgress(total=len(wanted), done=done, failed=failed, waiting=len(wanted) - done - failed)


def unfinished_jobs() -> dict[str, dict[str, str]]:
    """Return image hash → state (queued, running, failed) by model key, of current model versions; one query."""
    rows = models.Job.objects.exclude(state=models.Job.State.DONE)
    found: dict[str, dict[str, str]] = {}
    current = {info.key: info.sha256 for info in registered_models()}
    for key, version, sha256, state in rows.values_list("model_key", "model_sha256", "image_sha256", "state"):
        if current.get(key) == version:
            found.setdefault(key, {})[sha256] = state
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
        heatmaps=tuple(
            contracts.HeatmapRef(
                one.pk, one.finding, one.method, one.peak_x, one.peak_y, one.width, one.height
            )
            for one in row.heatmaps.all()
        ),
        ood_score=row.ood_score,
        declined=row.declined,
    )
