"""Jobs under several workers at once: no job is anybody's but one's, no opinion is stored twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import pytest

from inference import services, tasks
from inference.contracts import FindingOpinion, ImageRef
from inference.models import AIOpinion, Heatmap, Job
from inference.models import FindingOpinion as FindingRow
from inference.results import EngineHeatmap, EngineOpinion
from radiology.filestore import FileStore
from radiology.imaging import Frame, encode_master, pixel_sha256
from tests.conftest import FAKE_MODEL
from tests.threads import together

pytestmark = pytest.mark.django_db(transaction=True)
COUNT = 30
LONG = timedelta(hours=1)


@pytest.fixture(autouse=True)
def silent_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_tell_broker", lambda queue: None)
    monkeypatch.setattr(tasks.drain, "apply_async", lambda **options: None)


@pytest.fixture
def many(store: FileStore) -> list[ImageRef]:
    """Masters in the file store."""
    refs = []
    for seed in range(COUNT):
        pixels = np.random.default_rng(seed).integers(0, 256, (12, 12), dtype=np.uint8)
        frame = Frame(pixels=pixels, bits=8)
        key = store.put(encode_master(frame), folder="masters", suffix=".png")
        refs.append(ImageRef(key, pixel_sha256(frame)))
    return refs


@pytest.fixture
def queued(many: list[ImageRef], now: datetime) -> list[ImageRef]:
    services.queue_opinions(images=many, model_key=FAKE_MODEL.key, now=now)
    return many


def opinion(films: int = 1) -> list[EngineOpinion]:
    values = np.linspace(0, 1, 16, dtype=np.float32).reshape(4, 4)
    one = EngineOpinion(
        findings=(FindingOpinion("pneumonia", 0.7, 0.4, True),),
        heatmaps=(EngineHeatmap("pneumonia", "gradcam", values, 3.5, 4.5),),
        ood_score=0.5,
        declined=False,
    )
    return [one] * films


class Runner:
    """Says the same of every film."""

    def read(self, films: list[object]) -> list[EngineOpinion]:
        return opinion(len(films))


def assert_every_opinion_once() -> None:
    assert set(Job.objects.values_list("state", flat=True)) == {Job.State.DONE}
    assert AIOpinion.objects.values("image_sha256").distinct().count() == COUNT
    assert AIOpinion.objects.count() == FindingRow.objects.count() == Heatmap.objects.count() == COUNT


def claim_until_empty(now: datetime) -> list[services.ClaimedBatch]:
    """Claim as a worker does while work is left; losing every candidate to others is no end."""
    batches = []
    for _ in range(COUNT * 4):
        batches.append(services.claim_jobs(queue="publish", limit=4, now=now))
        if not Job.objects.filter(state=Job.State.QUEUED).exists():
            return batches
    raise AssertionError("the queue doesn't empty")


def test_asked_for_by_many_at_once_is_one_job_each(many: list[ImageRef], now: datetime) -> None:
    ask: Callable[[], int] = lambda: services.queue_opinions(  # noqa: E731
        images=many, model_key=FAKE_MODEL.key, now=now
    )
    together([ask] * 8)
    assert Job.objects.count() == COUNT


def test_no_job_is_claimed_by_two(queued: list[ImageRef], now: datetime) -> None:
    claims = together([lambda: claim_until_empty(now)] * 4)
    jobs = [job.pk for worker in claims if isinstance(worker, list) for batch in worker for job in batch.jobs]
    assert len(jobs) == len(set(jobs)) == COUNT
    assert set(Job.objects.values_list("state", "attempts")) == {(Job.State.RUNNING, 1)}


def test_one_job_is_stored_once(queued: list[ImageRef], now: datetime) -> None:
    batch = services.claim_jobs(queue="publish", limit=1, now=now)
    store: Callable[[], bool] = lambda: services.store_opinion(  # noqa: E731
        job=batch.jobs[0], token=batch.token, opinion=opinion()[0], width=12, height=12, now=now
    )
    assert sorted(together([store] * 8)) == [False] * 7 + [True]
    assert AIOpinion.objects.count() == Heatmap.objects.count() == FindingRow.objects.count() == 1


def test_the_holder_of_the_claim_stores_and_nobody_else(queued: list[ImageRef], now: datetime) -> None:
    """A worker that was thought dead comes back while another works on its job."""
    slow = services.claim_jobs(queue="publish", limit=1, now=now)
    services.reclaim_jobs(now=now + LONG)
    quick = services.claim_jobs(queue="publish", limit=1, now=now)
    assert [job.pk for job in quick.jobs] == [job.pk for job in slow.jobs]

    def store(batch: services.ClaimedBatch) -> Callable[[], bool]:
        return lambda: services.store_opinion(
            job=batch.jobs[0], token=batch.token, opinion=opinion()[0], width=12, height=12, now=now
        )

    assert together([store(slow), store(quick)] * 4).count(True) == 1
    assert Job.objects.get(pk=slow.jobs[0].pk).claim_token == quick.token
    assert AIOpinion.objects.count() == 1


def test_sweeps_at_once_give_each_job_back_once(queued: list[ImageRef], now: datetime) -> None:
    services.claim_jobs(queue="publish", limit=COUNT, now=now)
    given = together([lambda: services.reclaim_jobs(now=now + LONG)] * 8)
    assert sum(count for count in given if isinstance(count, int)) == COUNT
    assert set(Job.objects.values_list("state", "attempts", "claim_token")) == {(Job.State.QUEUED, 1, None)}


def test_retries_at_once_queue_each_job_once(queued: list[ImageRef], now: datetime) -> None:
    Job.objects.update(state=Job.State.FAILED, attempts=3, message="no")
    ids = list(Job.objects.values_list("pk", flat=True))
    counts = together([lambda: services.retry_failed(job_ids=ids, now=now)] * 8)
    assert sum(count for count in counts if isinstance(count, int)) == COUNT
    assert set(Job.objects.values_list("state", "attempts", "message")) == {(Job.State.QUEUED, 0, "")}


def test_the_same_task_in_four_workers_does_each_image_once(
    queued: list[ImageRef], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "loaded_runner", lambda key, sha256: Runner())
    together([lambda: tasks.drain("publish")] * 4)
    tasks.drain("publish")  # what the last of them found taken by others, as its own message would
    assert_every_opinion_once()


def test_sweeps_and_retries_beside_workers_double_nothing(
    queued: list[ImageRef], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some jobs failed, some are held by a dead worker; everything is mended at once while workers run."""
    monkeypatch.setattr(tasks, "loaded_runner", lambda key, sha256: Runner())
    services.claim_jobs(queue="publish", limit=8, now=now - LONG)
    failed = list(Job.objects.filter(state=Job.State.QUEUED).values_list("pk", flat=True)[:8])
    Job.objects.filter(pk__in=failed).update(state=Job.State.FAILED, message="no")
    together(
        [
            *[lambda: tasks.drain("publish")] * 3,
            *[tasks.sweep] * 2,
            *[lambda: services.retry_failed(job_ids=failed, now=now)] * 2,
        ]
    )
    tasks.drain("publish")
    assert_every_opinion_once()
