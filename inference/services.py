"""Jobs: asking for opinions, claiming work, storing results exactly once, reclaiming what a dead worker left."""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from inference import heatmap_files, selectors
from inference.contracts import ImageRef
from inference.models import AIOpinion, FindingOpinion, Heartbeat, Heatmap, Job
from inference.results import EngineHeatmap, EngineOpinion
from radiology.filestore import FileStore

MAX_ATTEMPTS = 3
QUEUES = ("lab", "publish")
# Somebody is waiting for these: they mustn't queue behind a set that was just published.
MAP_QUEUE = "lab"
GAVE_UP = (
    "The AI's worker stopped three times while reading this image. Retry it, or look into the worker's log."
)

Enqueue = Callable[[str], object]


@dataclass(frozen=True)
class ClaimedBatch:
    """Jobs that this worker alone may finish, all of one model version, under one token."""

    jobs: tuple[Job, ...]
    token: UUID


def queue_opinions(
    *,
    images: Sequence[ImageRef],
    model_key: str,
    now: datetime,
    queue: str = "publish",
    enqueue: Enqueue | None = None,
) -> int:
    """Write a job for every image that has none for the current model version; returns how many are new.

    The broker is told after the transaction commits. Asking twice changes nothing. Raises LookupError for a
    model that isn't registered.
    """
    info = selectors.model_info(model_key)
    if info is None:
        raise LookupError(f"There is no AI model “{model_key}” on this site.")
    unique = {image.sha256: image for image in images}
    with transaction.atomic():
        known: set[str] = set()
        hashes = sorted(unique)
        for start in range(0, len(hashes), 500):
            chunk = hashes[start : start + 500]
            jobs = Job.objects.filter(
                model_key=model_key, model_sha256=info.sha256, image_sha256__in=chunk, method=""
            )
            known |= set(jobs.values_list("image_sha256", flat=True))
        new = [image for sha256, image in unique.items() if sha256 not in known]
        Job.objects.bulk_create(
            (_job(image, model_key, info.sha256, queue, order, now) for order, image in enumerate(new)),
            batch_size=500,
            ignore_conflicts=True,
        )
        if new:
            transaction.on_commit(partial(enqueue or _tell_broker, queue))
    return len(new)


def queue_map(
    *,
    opinion_id: UUID,
    image: ImageRef,
    finding: str,
    method: str,
    now: datetime,
    enqueue: Enqueue | None = None,
) -> bool:
    """Ask for one more map of a finding of a stored opinion on `image`; returns whether work was queued.

    Asking twice changes nothing; asking again after a failure is another try. Raises LookupError where this site
    no longer has the model version of the opinion, or the opinion doesn't speak of the finding.
    """
    opinion = selectors.opinions_by_ids([opinion_id]).get(opinion_id)
    if opinion is None or finding not in {one.finding for one in opinion.findings}:
        raise LookupError("There is no AI opinion on this finding.")
    info = selectors.model_info(opinion.model_key)
    if info is None or info.sha256 != opinion.model_sha256:
        raise LookupError("The AI model of this opinion has been replaced; it can't be asked any more.")
    if selectors.requested_map(opinion_id=opinion_id, finding=finding, method=method).status == "ready":
        return False
    job = _job(image, info.key, info.sha256, MAP_QUEUE, 0, now)
    job.finding, job.method = finding, method
    with transaction.atomic():
        Job.objects.bulk_create([job], ignore_conflicts=True)
        asked = Job.objects.filter(
            image_sha256=image.sha256,
            model_key=info.key,
            model_sha256=info.sha256,
            finding=finding,
            method=method,
        )
        again = list(asked.filter(state=Job.State.FAILED).values_list("pk", flat=True))
        new = asked.filter(pk=job.pk).exists()
        if new:
            transaction.on_commit(partial(enqueue or _tell_broker, MAP_QUEUE))
        return new or retry_failed(job_ids=again, now=now, enqueue=enqueue) > 0


def _tell_broker(queue: str) -> None:
    # By the task's name: tasks import services, not the other way round.
    current_app.send_task("inference.drain", args=[queue], queue=queue)


def _job(image: ImageRef, model_key: str, model_sha256: str, queue: str, order: int, now: datetime) -> Job:
    return Job(
        queue=queue,
        model_key=model_key,
        model_sha256=model_sha256,
        image_sha256=image.sha256,
        storage_key=image.storage_key,
        slope=image.slope,
        intercept=image.intercept,
        window_center=image.window_center,
        window_width=image.window_width,
        order=order,
        created_at=now,
    )


def claim_jobs(*, queue: str, limit: int, now: datetime) -> ClaimedBatch:
    """Claim up to `limit` queued jobs of one model version, oldest first; each claim is a conditional UPDATE.

    1. list candidates; 2. update each only if it is still queued; 3. keep those where exactly one row changed.
    A map that was asked for takes seconds, so it is claimed alone.
    """
    token = uuid.uuid4()
    until = now + timedelta(seconds=settings.SECONDREAD_CLAIM_SECONDS)
    candidates = list(
        Job.objects.filter(queue=queue, state=Job.State.QUEUED).order_by("created_at", "order")[:limit]
    )
    mine = [job for job in candidates if _kind(job) == _kind(candidates[0])]
    if mine and mine[0].method:
        mine = mine[:1]
    claimed = [
        job
        for job in mine
        if Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(
            state=Job.State.RUNNING, claim_token=token, claimed_until=until, attempts=F("attempts") + 1
        )
        == 1
    ]
    return ClaimedBatch(tuple(claimed), token)


def _kind(job: Job) -> tuple[str, str, str]:
    return job.model_key, job.model_sha256, job.method


def store_opinion(
    *, job: Job, token: UUID, opinion: EngineOpinion, width: int, height: int, now: datetime
) -> bool:
    """Store a claimed job's result: heatmap files first, then rows and the job's end in one short transaction.

    Returns False where another worker has finished the job meanwhile; nothing is stored twice. Raises
    OSError where a file can't be written, and ValueError for an opinion with values that aren't numbers.
    """
    _check_numbers(opinion.heatmaps, [one.probability for one in opinion.findings], opinion.ood_score)
    keys = _write_maps(opinion.heatmaps)
    try:
        with transaction.atomic():
            if not _end(job, token, now):
                return False
            _insert(job, opinion, keys, width, height, now)
    except IntegrityError:
        if not _opinions_of(job).exists():
            raise
        # The opinion is there already (a retried job): the job has nothing left to do.
        _end(job, token, now)
        return False
    return True


def store_map(
    *, job: Job, token: UUID, heatmap: EngineHeatmap, width: int, height: int, now: datetime
) -> bool:
    """Store the map of a claimed job beside the opinion it belongs to, as `store_opinion` stores an opinion.

    Raises OSError and ValueError as that does, and LookupError where the opinion is gone.
    """
    _check_numbers([heatmap])
    (key,) = _write_maps([heatmap])
    try:
        with transaction.atomic():
            opinion = _opinions_of(job).first()
            if opinion is None:
                raise LookupError("The AI's opinion that this map belongs to is gone.")
            if not _end(job, token, now):
                return False
            _heatmap_row(opinion, heatmap, key, width, height).save(force_insert=True)
    except IntegrityError:
        if not Heatmap.objects.filter(
            opinion__in=_opinions_of(job), finding=job.finding, method=job.method
        ).exists():
            raise
        _end(job, token, now)
        return False
    return True


def _write_maps(heatmaps: Sequence[EngineHeatmap]) -> list[str]:
    return heatmap_files.store(FileStore(settings.SECONDREAD_FILES_DIR), [one.values for one in heatmaps])


def _end(job: Job, token: UUID, now: datetime) -> bool:
    """End the job as done; False where this worker's claim on it is lost."""
    mine = Job.objects.filter(pk=job.pk, claim_token=token, state=Job.State.RUNNING)
    return mine.update(state=Job.State.DONE, finished_at=now, claimed_until=None, message="") == 1


def _opinions_of(job: Job) -> QuerySet[AIOpinion]:
    return AIOpinion.objects.filter(
        image_sha256=job.image_sha256, model_key=job.model_key, model_sha256=job.model_sha256
    )


def _check_numbers(
    heatmaps: Sequence[EngineHeatmap], probabilities: Sequence[float] = (), ood_score: float | None = None
) -> None:
    # PostgreSQL would keep a NaN and SQLite a NULL; a learner's page could show neither.
    numbers = [*probabilities, *(value for one in heatmaps for value in (one.peak_x, one.peak_y))]
    numbers += [] if ood_score is None else [ood_score]
    if not all(math.isfinite(number) for number in numbers):
        raise ValueError("The AI's answer holds values that aren't numbers.")


def _insert(
    job: Job, opinion: EngineOpinion, keys: Sequence[str], width: int, height: int, now: datetime
) -> None:
    row = AIOpinion.objects.create(
        model_key=job.model_key,
        model_sha256=job.model_sha256,
        image_sha256=job.image_sha256,
        ood_score=opinion.ood_score,
        declined=opinion.declined,
        created_at=now,
    )
    FindingOpinion.objects.bulk_create(
        FindingOpinion(
            opinion=row,
            finding=one.finding,
            probability=one.probability,
            threshold=one.threshold,
            present=one.present,
        )
        for one in opinion.findings
    )
    Heatmap.objects.bulk_create(
        _heatmap_row(row, one, key, width, height) for one, key in zip(opinion.heatmaps, keys, strict=True)
    )


def _heatmap_row(opinion: AIOpinion, one: EngineHeatmap, key: str, width: int, height: int) -> Heatmap:
    return Heatmap(
        opinion=opinion,
        finding=one.finding,
        method=one.method,
        storage_key=key,
        width=width,
        height=height,
        peak_x=one.peak_x,
        peak_y=one.peak_y,
    )


def fail_job(*, job: Job, token: UUID, message: str, final: bool, now: datetime) -> None:
    """Note a failure in words for a person; the job is queued again unless it is final or was tried too often."""
    mine = Job.objects.filter(pk=job.pk, claim_token=token, state=Job.State.RUNNING)
    gives_up = Q(attempts__gte=MAX_ATTEMPTS)
    if final:
        mine.update(state=Job.State.FAILED, message=message[:500], finished_at=now, claimed_until=None)
        return
    if mine.filter(gives_up).update(state=Job.State.FAILED, message=message[:500], finished_at=now) == 0:
        mine.update(state=Job.State.QUEUED, message=message[:500], claimed_until=None, claim_token=None)


def reclaim_jobs(*, now: datetime) -> int:
    """Give back jobs whose worker died or hangs; returns how many were queued again."""
    stale = Job.objects.filter(state=Job.State.RUNNING, claimed_until__lt=now)
    stale.filter(attempts__gte=MAX_ATTEMPTS).update(state=Job.State.FAILED, message=GAVE_UP, finished_at=now)
    return stale.update(state=Job.State.QUEUED, claim_token=None, claimed_until=None)


def retry_failed(*, job_ids: Sequence[UUID], now: datetime, enqueue: Enqueue | None = None) -> int:
    """Queue failed jobs again from their first attempt; returns how many."""
    with transaction.atomic():
        failed = Job.objects.filter(pk__in=job_ids, state=Job.State.FAILED)
        queues = sorted(set(failed.values_list("queue", flat=True)))
        count = failed.update(
            state=Job.State.QUEUED, attempts=0, message="", finished_at=None, claim_token=None
        )
        for queue in queues:
            transaction.on_commit(partial(enqueue or _tell_broker, queue))
    return count


def retry_images(*, sha256s: Iterable[str], model_key: str, now: datetime) -> int:
    """Queue the failed jobs of these images again; returns how many."""
    failed = Job.objects.filter(model_key=model_key, state=Job.State.FAILED, method="")
    rows = failed.values_list("image_sha256", "pk")
    wanted = set(sha256s)
    return retry_failed(job_ids=[pk for sha256, pk in rows if sha256 in wanted], now=now)


def queues_with_work() -> list[str]:
    """Return the queues that have jobs waiting."""
    return sorted(set(Job.objects.filter(state=Job.State.QUEUED).values_list("queue", flat=True)))


def record_heartbeat(*, queue: str, now: datetime) -> None:
    """Remember that a worker of this queue is alive."""
    Heartbeat.objects.update_or_create(queue=queue, defaults={"at": now})
