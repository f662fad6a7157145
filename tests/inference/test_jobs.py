"""Jobs: asked for once, claimed by one, never lost, never done twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.core.management import call_command

from inference import heatmap_files, selectors, services, tasks
from inference.contracts import FindingOpinion, ImageRef
from inference.models import AIOpinion, Heatmap, Job
from inference.registry import ModelRefused
from inference.results import EngineHeatmap, EngineOpinion
from radiology.filestore import FileStore
from tests.conftest import FAKE_MODEL

KEY = FAKE_MODEL.key
CLAIM = timedelta(seconds=settings.SECONDREAD_CLAIM_SECONDS)


class FakeRunner:
    """Answers from the film's mean alone; counts what it read."""

    def __init__(self) -> None:
        self.read_count = 0

    def read(self, films: list[np.ndarray]) -> list[EngineOpinion]:
        self.read_count += len(films)
        return [self._opinion(film) for film in films]

    def _opinion(self, film: np.ndarray) -> EngineOpinion:
        probability = float(film.mean()) / 255
        values = (film / 255).astype(np.float32)
        return EngineOpinion(
            findings=(FindingOpinion("pneumonia", probability, 0.4, probability >= 0.4),),
            heatmaps=(EngineHeatmap("pneumonia", "gradcam", values, 3.5, 4.5),),
            ood_score=0.5,
            declined=False,
        )


@pytest.fixture
def fake_runner(monkeypatch: pytest.MonkeyPatch) -> FakeRunner:
    runner = FakeRunner()
    monkeypatch.setattr(tasks, "loaded_runner", lambda key, sha256: runner)
    return runner


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Queues that the broker was told about."""
    told: list[str] = []
    monkeypatch.setattr(services, "_tell_broker", told.append)
    monkeypatch.setattr(tasks.drain, "apply_async", lambda **options: told.append(options["queue"]))
    return told


def queue(images: list[ImageRef], now: datetime) -> int:
    return services.queue_opinions(images=images, model_key=KEY, now=now)


@pytest.fixture
def claimed(images: list[ImageRef], now: datetime, sent: list[str], db: None) -> services.ClaimedBatch:
    queue(images, now)
    return services.claim_jobs(queue="publish", limit=5, now=now)


@pytest.mark.django_db
def test_asking_twice_changes_nothing(images: list[ImageRef], now: datetime, sent: list[str]) -> None:
    assert queue(images, now) == 5
    assert queue([*images, images[0]], now + timedelta(hours=1)) == 0
    assert Job.objects.count() == 5


@pytest.mark.django_db
def test_the_same_image_twice_is_one_job(images: list[ImageRef], now: datetime, sent: list[str]) -> None:
    assert queue([images[0], images[0]], now) == 1


@pytest.mark.django_db
def test_the_broker_is_told_after_commit(
    images: list[ImageRef],
    now: datetime,
    sent: list[str],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        queue(images, now)
        assert sent == []
    assert sent == ["publish"]


@pytest.mark.django_db
def test_a_model_this_site_does_not_have_is_refused(images: list[ImageRef], now: datetime) -> None:
    with pytest.raises(LookupError, match="no-such-model"):
        services.queue_opinions(images=images, model_key="no-such-model", now=now)


@pytest.mark.django_db
def test_a_claimed_job_is_not_claimed_again(claimed: services.ClaimedBatch, now: datetime) -> None:
    assert len(claimed.jobs) == 5
    assert services.claim_jobs(queue="publish", limit=5, now=now).jobs == ()


@pytest.mark.django_db
def test_a_batch_holds_one_model_version(images: list[ImageRef], now: datetime, sent: list[str]) -> None:
    queue(images, now)
    Job.objects.filter(image_sha256=images[2].sha256).update(model_sha256="e" * 64)
    batch = services.claim_jobs(queue="publish", limit=5, now=now)
    assert len({job.model_sha256 for job in batch.jobs}) == 1
    assert len(batch.jobs) == 4


@pytest.mark.django_db
def test_a_drained_queue_has_one_opinion_an_image(
    images: list[ImageRef], now: datetime, sent: list[str], fake_runner: FakeRunner
) -> None:
    queue(images, now)
    tasks.drain("publish")
    tasks.drain("publish")
    assert fake_runner.read_count == 5
    found = selectors.opinions_for(images, KEY)
    assert set(found) == {image.sha256 for image in images}
    progress = selectors.job_progress([image.sha256 for image in images], KEY)
    assert (progress.total, progress.done, progress.failed, progress.waiting) == (5, 5, 0, 0)
    one = found[images[0].sha256]
    heatmap = one.heatmaps[0]
    assert (heatmap.width, heatmap.height, heatmap.peak_x, heatmap.peak_y) == (30, 40, 3.5, 4.5)
    assert selectors.opinion_of_heatmap(heatmap.id) == one.id
    assert selectors.opinions_by_ids([one.id]) == {one.id: one}


@pytest.mark.django_db
def test_opinions_take_a_fixed_number_of_queries(
    images: list[ImageRef],
    now: datetime,
    sent: list[str],
    fake_runner: FakeRunner,
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    queue(images, now)
    tasks.drain("publish")
    with django_assert_num_queries(3):
        assert len(selectors.opinions_for(images, KEY)) == 5


@pytest.mark.django_db
def test_a_drain_that_runs_out_of_time_asks_to_come_back(
    images: list[ImageRef],
    now: datetime,
    sent: list[str],
    fake_runner: FakeRunner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tasks, "CHUNK_SECONDS", 0.0)
    queue(images, now)
    tasks.drain("publish")
    assert sent == ["publish"]


@pytest.mark.django_db
def test_a_stale_claim_is_given_back(claimed: services.ClaimedBatch, now: datetime) -> None:
    assert services.reclaim_jobs(now=now + CLAIM - timedelta(seconds=1)) == 0
    assert services.reclaim_jobs(now=now + CLAIM + timedelta(seconds=1)) == 5
    again = services.claim_jobs(queue="publish", limit=5, now=now)
    assert {job.pk for job in again.jobs} == {job.pk for job in claimed.jobs}


@pytest.mark.django_db
def test_a_job_that_kills_its_worker_three_times_is_given_up(
    claimed: services.ClaimedBatch, now: datetime
) -> None:
    later = now
    for _ in range(services.MAX_ATTEMPTS):
        later += CLAIM * 2
        services.reclaim_jobs(now=later)
        services.claim_jobs(queue="publish", limit=5, now=later)
    failed = Job.objects.filter(state=Job.State.FAILED)
    assert failed.count() == 5
    assert set(failed.values_list("message", flat=True)) == {services.GAVE_UP}


@pytest.mark.django_db
def test_the_command_reclaims(claimed: services.ClaimedBatch, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("reclaim_jobs", "--json")
    assert '"reclaimed": 5' in capsys.readouterr().out


@pytest.mark.django_db
def test_a_worker_whose_claim_was_given_away_stores_nothing(
    claimed: services.ClaimedBatch, now: datetime
) -> None:
    services.reclaim_jobs(now=now + CLAIM * 2)
    second = services.claim_jobs(queue="publish", limit=5, now=now)
    opinion = FakeRunner().read([np.zeros((40, 30), np.uint8)])[0]
    for batch, stored in ((claimed, False), (second, True)):
        result = services.store_opinion(
            job=batch.jobs[0], token=batch.token, opinion=opinion, width=30, height=40, now=now
        )
        assert result is stored
    assert AIOpinion.objects.count() == 1


@pytest.mark.django_db
def test_a_crash_between_file_and_row_loses_and_doubles_nothing(
    images: list[ImageRef],
    now: datetime,
    sent: list[str],
    fake_runner: FakeRunner,
    store: FileStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    queue(images[:1], now)

    class Killed(BaseException):
        """Stands for SIGKILL: nothing catches it."""

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(services, "_insert", die)
        with pytest.raises(Killed):
            tasks.drain("publish")
    assert len(list((store.root / "heatmaps").rglob("*.png"))) == 1
    assert Job.objects.get().state == Job.State.RUNNING
    assert AIOpinion.objects.count() == Heatmap.objects.count() == 0
    claim_end = Job.objects.get().claimed_until
    assert claim_end is not None
    services.reclaim_jobs(now=claim_end + timedelta(seconds=1))
    tasks.drain("publish")
    assert Job.objects.get().state == Job.State.DONE
    assert AIOpinion.objects.count() == Heatmap.objects.count() == 1
    assert len(list((store.root / "heatmaps").rglob("*.png"))) == 1


@pytest.mark.django_db
def test_a_bad_file_fails_at_once_and_alone(
    images: list[ImageRef], now: datetime, sent: list[str], fake_runner: FakeRunner, store: FileStore
) -> None:
    queue(images, now)
    store.path(images[2].storage_key).write_bytes(b"not a picture")
    tasks.drain("publish")
    failed = Job.objects.get(state=Job.State.FAILED)
    assert failed.image_sha256 == images[2].sha256
    assert failed.attempts == 1
    message = Job.objects.get(image_sha256=images[2].sha256).message
    assert message == "The image file couldn't be read; import its case again."
    assert AIOpinion.objects.count() == 4


@pytest.mark.django_db
def test_an_engine_that_fails_is_tried_three_times(
    images: list[ImageRef],
    now: datetime,
    sent: list[str],
    fake_runner: FakeRunner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(films: object) -> None:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(fake_runner, "read", fail)
    queue(images[:1], now)
    tasks.drain("publish")
    job = Job.objects.get()
    assert (job.state, job.attempts) == (Job.State.FAILED, 3)
    assert "out of memory" not in job.message
    assert job.message


@pytest.mark.django_db
def test_another_version_of_the_model_fails_with_its_sentence(
    images: list[ImageRef], now: datetime, sent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(key: str, sha256: str) -> None:
        raise ModelRefused("The weights are missing.")

    monkeypatch.setattr(tasks, "loaded_runner", refuse)
    queue(images[:1], now)
    tasks.drain("publish")
    assert Job.objects.get(image_sha256=images[0].sha256).message == "The weights are missing."


@pytest.mark.django_db
def test_failed_jobs_can_be_retried(
    images: list[ImageRef],
    now: datetime,
    sent: list[str],
    fake_runner: FakeRunner,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    queue(images[:1], now)
    Job.objects.update(state=Job.State.FAILED, message="no", attempts=3)
    with django_capture_on_commit_callbacks(execute=True):
        ids = list(Job.objects.values_list("pk", flat=True))
        assert services.retry_failed(job_ids=ids, now=now) == 1
    assert sent[-1] == "publish"
    tasks.drain("publish")
    job = Job.objects.get()
    assert (job.state, job.attempts, job.message) == (Job.State.DONE, 1, "")


@pytest.mark.django_db
def test_the_sweep_finds_work_whose_message_was_lost(
    images: list[ImageRef], now: datetime, sent: list[str]
) -> None:
    queue(images, now)
    sent.clear()
    tasks.sweep()
    assert sent == ["publish"]


@pytest.mark.django_db
def test_a_heartbeat_is_remembered(now: datetime) -> None:
    services.record_heartbeat(queue="lab", now=now - timedelta(minutes=1))
    services.record_heartbeat(queue="lab", now=now)
    assert selectors.worker_heartbeats() == {"lab": now}


@pytest.mark.django_db
def test_a_heatmap_is_drawn_in_the_image_s_own_pixels(
    images: list[ImageRef], now: datetime, sent: list[str], fake_runner: FakeRunner
) -> None:
    queue(images[:1], now)
    tasks.drain("publish")
    heatmap = Heatmap.objects.get()
    png = selectors.heatmap_png(heatmap.pk)
    assert png is not None
    width, height = (int.from_bytes(png[start : start + 4], "big") for start in (16, 20))
    assert (width, height) == (30, 40)
    stored = heatmap_files.decode(FileStore(settings.SECONDREAD_FILES_DIR).read(heatmap.storage_key))
    assert stored.shape == (40, 30)
