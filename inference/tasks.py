"""Celery tasks: each message only points at a queue of job rows; losing or repeating one changes nothing."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from celery import shared_task
from celery.signals import worker_ready
from django.conf import settings
from django.utils import timezone

from inference import services
from inference.contracts import OCCLUSION
from inference.models import Job
from inference.registry import ModelRefused
from inference.results import EngineOpinion
from radiology.filestore import FileStore
from radiology.imaging import Frame, ImageError, decode_master, to_display

if TYPE_CHECKING:
    from inference.engine.runner import Runner

log = logging.getLogger(__name__)
CHUNK_SECONDS = 2.0
BATCH = 8
HEARTBEAT_SECONDS = 15
BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep": {"task": "inference.sweep", "schedule": 10.0, "options": {"queue": "lab", "expires": 10}},
    **{
        f"heartbeat-{queue}": {
            "task": "inference.heartbeat",
            "schedule": float(HEARTBEAT_SECONDS),
            "args": (queue,),
            "options": {"queue": queue, "expires": HEARTBEAT_SECONDS},
        }
        for queue in services.QUEUES
    },
}


def task(name: str) -> Callable[[Callable[..., None]], Any]:
    """Return the one decorator for tasks: named, acknowledged late, no result."""
    return shared_task(name=f"inference.{name}", acks_late=True, ignore_result=True)  # type: ignore[no-any-return]


@lru_cache(maxsize=4)
def loaded_runner(model_key: str, model_sha256: str) -> Runner:
    """Return the model, loaded once per worker process. The one place where the engine, and torch, come in.

    Raises ModelRefused where this site has no such model, or other weights than `model_sha256`.
    """
    from inference.engine.runner import load_runner

    folders = settings.SECONDREAD_MODELS_DIR, settings.SECONDREAD_INSTALLED_MODELS_DIR
    runner = load_runner(model_key, *folders)
    if runner.info.sha256 != model_sha256:
        raise ModelRefused(
            "Another version of this AI model has been installed since; publish the set again."
        )
    return runner


@task("drain")
def drain(queue: str) -> None:
    """Work on a queue for at most about two seconds, then make room for others and come back if work is left."""
    services.record_heartbeat(queue=queue, now=timezone.now())
    end = time.monotonic() + CHUNK_SECONDS
    while time.monotonic() < end:
        batch = services.claim_jobs(queue=queue, limit=BATCH, now=timezone.now())
        if not batch.jobs:
            # Another worker may have been quicker with these few, while more are waiting.
            break
        run_batch(batch)
    if queue in services.queues_with_work():
        drain.apply_async(args=[queue], queue=queue)


@task("sweep")
def sweep() -> None:
    """Give back stale claims, and point workers at queues that have work: a lost message costs ten seconds."""
    services.reclaim_jobs(now=timezone.now())
    for queue in services.queues_with_work():
        drain.apply_async(args=[queue], queue=queue, expires=60)


@task("heartbeat")
def heartbeat(queue: str) -> None:
    """Say that this queue's worker is alive."""
    services.record_heartbeat(queue=queue, now=timezone.now())


@worker_ready.connect
def sweep_at_start(**_: Any) -> None:
    """A worker that starts looks for what its predecessor left behind."""
    sweep.apply_async(queue="lab")
    for queue in services.QUEUES:
        heartbeat.apply_async(args=[queue], queue=queue, expires=HEARTBEAT_SECONDS)


def run_batch(batch: services.ClaimedBatch) -> None:
    """Decode, infer and store a claimed batch; nothing of it happens inside a transaction but the storing."""
    files = FileStore(settings.SECONDREAD_FILES_DIR)
    decoded: list[tuple[Job, Frame]] = []
    for job in batch.jobs:
        try:
            decoded.append((job, _frame(job, files)))
        except (ImageError, OSError) as error:
            log.warning("job %s: %s", job.pk, error)
            message = "The image file couldn't be read; import its case again."
            services.fail_job(job=job, token=batch.token, message=message, final=True, now=timezone.now())
    if decoded and decoded[0][0].method:
        for job, frame in decoded:
            _map_and_store(job, frame, batch.token)
        return
    _read_and_store(decoded, batch.token)


def _map_and_store(job: Job, frame: Frame, token: UUID) -> None:
    height, width = frame.pixels.shape
    message, final = "This map couldn't be computed. The worker's log has the cause.", False
    try:
        if job.method != OCCLUSION:
            raise ValueError(f"There is no way to compute “{job.method}” when asked.")
        heatmap = loaded_runner(job.model_key, job.model_sha256).occlude(to_display(frame), job.finding)
        services.store_map(
            job=job, token=token, heatmap=heatmap, width=width, height=height, now=timezone.now()
        )
        return
    except ModelRefused as error:
        log.error("%s", error)
        message, final = str(error), True
    except Exception:
        # As in `_read_and_store`: the job must not stay claimed.
        log.exception("the %s map of job %s failed", job.method, job.pk)
    services.fail_job(job=job, token=token, message=message, final=final, now=timezone.now())


def _read_and_store(decoded: list[tuple[Job, Frame]], token: UUID) -> None:
    if not decoded:
        return
    try:
        runner = loaded_runner(decoded[0][0].model_key, decoded[0][0].model_sha256)
        opinions = runner.read([to_display(frame) for _, frame in decoded])
    except ModelRefused as error:
        log.error("%s", error)
        for job, _ in decoded:
            services.fail_job(job=job, token=token, message=str(error), final=True, now=timezone.now())
        return
    except Exception:
        # Whatever the engine raises, the jobs must not stay claimed; the cause is in the worker's log.
        log.exception("reading %d images failed", len(decoded))
        if len(decoded) > 1:
            # One bad image must not take its neighbours with it.
            for one in decoded:
                _read_and_store([one], token)
            return
        message = "The AI couldn't read this image. The worker's log has the cause."
        services.fail_job(job=decoded[0][0], token=token, message=message, final=False, now=timezone.now())
        return
    for (job, frame), opinion in zip(decoded, opinions, strict=True):
        _store(job, token, frame, opinion)


def _store(job: Job, token: UUID, frame: Frame, opinion: EngineOpinion) -> None:
    height, width = frame.pixels.shape
    try:
        services.store_opinion(
            job=job, token=token, opinion=opinion, width=width, height=height, now=timezone.now()
        )
    except Exception:
        # A full disk, a busy database: this job waits for its next attempt, its neighbours go on.
        log.exception("storing the opinion of job %s failed", job.pk)
        message = "The AI's opinion couldn't be stored. The worker's log has the cause."
        services.fail_job(job=job, token=token, message=message, final=False, now=timezone.now())


def _frame(job: Job, files: FileStore) -> Frame:
    return decode_master(
        files.read(job.storage_key),
        slope=job.slope,
        intercept=job.intercept,
        window_center=job.window_center,
        window_width=job.window_width,
    )
