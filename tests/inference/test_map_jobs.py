"""A map that somebody asks for: one job however often it is asked for, one row however often it is computed."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from django.conf import settings
from django.utils import timezone

from inference import selectors, services, tasks
from inference.contracts import OCCLUSION, FindingOpinion, ImageRef
from inference.models import AIOpinion, Heatmap, Job
from inference.registry import ModelRefused
from inference.results import EngineHeatmap, EngineOpinion
from tests.conftest import FAKE_MODEL
from tests.threads import together

FINDING = "pneumonia"
MAP = EngineHeatmap(FINDING, OCCLUSION, np.eye(5, dtype=np.float32), 3.5, 4.5)
CLAIM = timedelta(seconds=settings.SECONDREAD_CLAIM_SECONDS + 1)


class Runner:
    """Reads everything alike; counts the maps it was asked for."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.trouble, self.asked = trouble, 0

    def read(self, films: list[object]) -> list[EngineOpinion]:
        one = EngineOpinion((FindingOpinion(FINDING, 0.7, 0.4, True),), (), 0.5, declined=False)
        return [one] * len(films)

    def occlude(self, film: object, finding: str) -> EngineHeatmap:
        self.asked += 1
        if self.trouble is not None:
            raise self.trouble
        return MAP


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    told: list[str] = []
    monkeypatch.setattr(services, "_tell_broker", told.append)
    monkeypatch.setattr(tasks.drain, "apply_async", lambda **options: told.append(options["queue"]))
    return told


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> Runner:
    made = Runner()
    monkeypatch.setattr(tasks, "loaded_runner", lambda key, sha256: made)
    return made


@pytest.fixture
def opinion(db: None, images: list[ImageRef], now: datetime) -> AIOpinion:
    """The stored opinion of the first image, as a worker left it: with a finished job of its own."""
    image = images[0]
    Job.objects.create(
        model_key=FAKE_MODEL.key,
        model_sha256=FAKE_MODEL.sha256,
        image_sha256=image.sha256,
        storage_key=image.storage_key,
        state=Job.State.DONE,
        created_at=now,
    )
    row = AIOpinion.objects.create(
        model_key=FAKE_MODEL.key,
        model_sha256=FAKE_MODEL.sha256,
        image_sha256=image.sha256,
        created_at=now,
    )
    row.findings.create(finding=FINDING, probability=0.7, threshold=0.4, present=True)
    return row


def ask(opinion: AIOpinion, images: list[ImageRef], finding: str = FINDING) -> bool:
    return services.queue_map(
        opinion_id=opinion.pk, image=images[0], finding=finding, method=OCCLUSION, now=timezone.now()
    )


def state(opinion: AIOpinion) -> str:
    return selectors.requested_map(opinion_id=opinion.pk, finding=FINDING, method=OCCLUSION).status


def test_from_asking_to_the_map(opinion: AIOpinion, images: list[ImageRef], runner: Runner) -> None:
    assert state(opinion) == "absent"
    assert ask(opinion, images)
    assert state(opinion) == "waiting"
    tasks.drain("publish")
    assert state(opinion) == "waiting", "maps have the queue that a published set doesn't fill"
    tasks.drain("lab")
    found = selectors.requested_map(opinion_id=opinion.pk, finding=FINDING, method=OCCLUSION)
    assert found.status == "ready" and found.heatmap is not None
    assert (found.heatmap.method, found.heatmap.peak_x) == (OCCLUSION, 3.5)
    assert (found.heatmap.width, found.heatmap.height) == (30, 40)
    values = selectors.heatmap_values([found.heatmap.id])[found.heatmap.id]
    assert values == pytest.approx(MAP.values, abs=0.01)
    assert [one.method for one in selectors.opinions_by_ids([opinion.pk])[opinion.pk].heatmaps] == [OCCLUSION]


def test_asking_again_changes_nothing(opinion: AIOpinion, images: list[ImageRef], runner: Runner) -> None:
    assert [ask(opinion, images) for _ in range(3)] == [True, False, False]
    tasks.drain("lab")
    assert not ask(opinion, images)
    tasks.drain("lab")
    assert runner.asked == 1 and Heatmap.objects.count() == 1


def test_a_map_counts_as_no_opinion(opinion: AIOpinion, images: list[ImageRef], now: datetime) -> None:
    ask(opinion, images)
    Job.objects.filter(method=OCCLUSION).update(state=Job.State.FAILED)
    progress = selectors.job_progress([images[0].sha256], FAKE_MODEL.key)
    assert (progress.done, progress.failed, progress.waiting) == (1, 0, 0)
    assert selectors.unfinished_jobs() == {}
    assert services.retry_images(sha256s=[images[0].sha256], model_key=FAKE_MODEL.key, now=now) == 0
    # Nor does it stand in the way of the opinion of an image that has none yet.
    Job.objects.filter(method=OCCLUSION).update(image_sha256=images[1].sha256)
    assert services.queue_opinions(images=images[:2], model_key=FAKE_MODEL.key, now=now) == 1


def test_maps_and_opinions_are_claimed_apart_and_maps_alone(
    opinion: AIOpinion, images: list[ImageRef], now: datetime
) -> None:
    opinion.findings.create(finding="mass", probability=0.2, threshold=0.5, present=False)
    services.queue_opinions(images=images[1:3], model_key=FAKE_MODEL.key, now=now, queue="lab")
    ask(opinion, images)
    ask(opinion, images, "mass")
    batches = [services.claim_jobs(queue="lab", limit=8, now=now).jobs for _ in range(4)]
    assert [[job.method for job in jobs] for jobs in batches] == [["", ""], [OCCLUSION], [OCCLUSION], []]


def test_what_can_not_be_asked_is_refused(opinion: AIOpinion, images: list[ImageRef], now: datetime) -> None:
    with pytest.raises(LookupError, match="no AI opinion on this finding"):
        ask(opinion, images, "mass")
    AIOpinion.objects.update(model_sha256="0" * 64)
    with pytest.raises(LookupError, match="replaced"):
        ask(opinion, images)
    assert not Job.objects.exclude(method="").exists()


def test_a_map_that_fails_is_tried_again_and_says_so(
    opinion: AIOpinion, images: list[ImageRef], runner: Runner
) -> None:
    runner.trouble = RuntimeError("out of memory")
    ask(opinion, images)
    for _ in range(services.MAX_ATTEMPTS):
        tasks.drain("lab")
    found = selectors.requested_map(opinion_id=opinion.pk, finding=FINDING, method=OCCLUSION)
    assert (found.status, runner.asked) == ("failed", services.MAX_ATTEMPTS)
    assert "log has the cause" in found.message and "memory" not in found.message
    runner.trouble = None
    assert ask(opinion, images)
    tasks.drain("lab")
    assert state(opinion) == "ready"


def test_another_version_of_the_model_ends_it(
    opinion: AIOpinion, images: list[ImageRef], runner: Runner
) -> None:
    runner.trouble = ModelRefused("Another version has been installed since.")
    ask(opinion, images)
    tasks.drain("lab")
    assert (state(opinion), runner.asked) == ("failed", 1)


def test_a_worker_that_died_loses_its_claim_and_can_not_store(
    opinion: AIOpinion, images: list[ImageRef]
) -> None:
    ask(opinion, images)
    now = timezone.now()
    dead = services.claim_jobs(queue="lab", limit=1, now=now)
    services.reclaim_jobs(now=now + CLAIM)
    alive = services.claim_jobs(queue="lab", limit=1, now=now + CLAIM)
    assert [job.pk for job in alive.jobs] == [job.pk for job in dead.jobs]

    def store(batch: services.ClaimedBatch) -> bool:
        return services.store_map(
            job=batch.jobs[0], token=batch.token, heatmap=MAP, width=30, height=40, now=now
        )

    assert not store(dead)
    assert store(alive)
    assert not store(alive)
    assert Heatmap.objects.count() == 1


def test_a_map_that_is_there_already_ends_the_job(opinion: AIOpinion, images: list[ImageRef]) -> None:
    ask(opinion, images)
    batch = services.claim_jobs(queue="lab", limit=1, now=timezone.now())
    opinion.heatmaps.create(
        finding=FINDING, method=OCCLUSION, storage_key="x", width=1, height=1, peak_x=0, peak_y=0
    )
    stored = services.store_map(
        job=batch.jobs[0], token=batch.token, heatmap=MAP, width=30, height=40, now=timezone.now()
    )
    assert not stored
    assert Job.objects.get(method=OCCLUSION).state == Job.State.DONE


def test_values_that_are_no_numbers_are_not_stored(opinion: AIOpinion, images: list[ImageRef]) -> None:
    ask(opinion, images)
    batch = services.claim_jobs(queue="lab", limit=1, now=timezone.now())
    bad = EngineHeatmap(FINDING, OCCLUSION, MAP.values, float("nan"), 1.0)
    with pytest.raises(ValueError, match="aren't numbers"):
        services.store_map(
            job=batch.jobs[0], token=batch.token, heatmap=bad, width=30, height=40, now=timezone.now()
        )
    assert Job.objects.get(method=OCCLUSION).state == Job.State.RUNNING


@pytest.mark.django_db(transaction=True)
def test_asked_for_and_stored_by_many_at_once_is_one_map(opinion: AIOpinion, images: list[ImageRef]) -> None:
    asked = together([lambda: ask(opinion, images)] * 8)
    assert sorted(asked, key=bool) == [False] * 7 + [True]
    batch = services.claim_jobs(queue="lab", limit=1, now=timezone.now())
    stored = together(
        [
            lambda: services.store_map(
                job=batch.jobs[0],
                token=batch.token,
                heatmap=MAP,
                width=30,
                height=40,
                now=timezone.now(),
            )
        ]
        * 8
    )
    assert sorted(stored, key=bool) == [False] * 7 + [True]
    assert Heatmap.objects.count() == Job.objects.exclude(method="").count() == 1


def test_a_damaged_file_is_left_out(opinion: AIOpinion, images: list[ImageRef], runner: Runner) -> None:
    ask(opinion, images)
    tasks.drain("lab")
    row = Heatmap.objects.get()
    (settings.SECONDREAD_FILES_DIR / row.storage_key).write_bytes(b"no picture")
    assert selectors.heatmap_values([row.pk]) == {}
