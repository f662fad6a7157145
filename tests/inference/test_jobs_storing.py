"""What can't be stored fails alone, with a sentence, and never counts as done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from django.db import IntegrityError

from inference import services, tasks
from inference.contracts import FindingOpinion, ImageRef
from inference.models import AIOpinion, Heatmap, Job
from inference.results import EngineHeatmap, EngineOpinion
from radiology.filestore import FileStore
from tests.conftest import FAKE_MODEL

pytestmark = pytest.mark.django_db
NAN = float("nan")
GOOD = EngineOpinion(
    findings=(FindingOpinion("pneumonia", 0.7, 0.4, True),),
    heatmaps=(EngineHeatmap("pneumonia", "gradcam", np.ones((3, 3), np.float32), 3.5, 4.5),),
    ood_score=0.5,
    declined=False,
)
BAD = {
    "probability": replace(GOOD, findings=(FindingOpinion("pneumonia", NAN, 0.4, False),)),
    "peak": replace(GOOD, heatmaps=(replace(GOOD.heatmaps[0], peak_x=NAN),)),
    "map": replace(GOOD, heatmaps=(replace(GOOD.heatmaps[0], values=np.full((3, 3), NAN, np.float32)),)),
    "ood_score": replace(GOOD, ood_score=NAN),
}


class Runner:
    """Answers in the order it is asked, from a list that goes round."""

    def __init__(self, answers: list[EngineOpinion]) -> None:
        self.answers = answers

    def read(self, films: list[object]) -> list[EngineOpinion]:
        return self.answers[: len(films)] if len(films) > 1 else [self.answers[-1]]


@pytest.fixture(autouse=True)
def silent_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_tell_broker", lambda queue: None)
    monkeypatch.setattr(tasks.drain, "apply_async", lambda **options: None)


@pytest.fixture
def queued(images: list[ImageRef], now: datetime) -> list[ImageRef]:
    services.queue_opinions(images=images, model_key=FAKE_MODEL.key, now=now)
    return images


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[EngineOpinion]], None]:
    def use(opinions: list[EngineOpinion]) -> None:
        monkeypatch.setattr(tasks, "loaded_runner", lambda key, sha256: Runner(opinions))

    return use


def assert_last_failed_alone() -> None:
    failed = Job.objects.get(state=Job.State.FAILED)
    assert failed.attempts == services.MAX_ATTEMPTS
    assert failed.message == "The AI's opinion couldn't be stored. The worker's log has the cause."
    assert Job.objects.filter(state=Job.State.DONE).count() == 4
    assert AIOpinion.objects.count() == Heatmap.objects.count() == 4


@pytest.mark.parametrize("what", list(BAD))
def test_an_answer_that_is_no_number_fails_its_image_alone(
    queued: list[ImageRef], answers: Callable[[list[EngineOpinion]], None], what: str
) -> None:
    answers([GOOD, GOOD, GOOD, GOOD, BAD[what]])
    tasks.drain("publish")
    assert_last_failed_alone()


def test_a_disk_that_refuses_one_file_fails_its_image_alone(
    queued: list[ImageRef],
    answers: Callable[[list[EngineOpinion]], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    last = replace(GOOD, heatmaps=(replace(GOOD.heatmaps[0], values=np.eye(3, dtype=np.float32)),))
    answers([GOOD, GOOD, GOOD, GOOD, last])
    put, refused = FileStore.put, services.heatmap_files.encode(last.heatmaps[0].values)

    def full(self: FileStore, data: bytes, *, folder: str, suffix: str) -> str:
        if data == refused:
            raise OSError("No space left on device")
        return put(self, data, folder=folder, suffix=suffix)

    monkeypatch.setattr(FileStore, "put", full)
    tasks.drain("publish")
    assert_last_failed_alone()


def test_an_opinion_that_is_there_already_ends_the_job(queued: list[ImageRef], now: datetime) -> None:
    batch = services.claim_jobs(queue="publish", limit=1, now=now)
    job = batch.jobs[0]
    AIOpinion.objects.create(
        model_key=job.model_key, model_sha256=job.model_sha256, image_sha256=job.image_sha256, created_at=now
    )
    stored = services.store_opinion(job=job, token=batch.token, opinion=GOOD, width=9, height=9, now=now)
    job.refresh_from_db()
    assert (stored, job.state, job.claimed_until) == (False, Job.State.DONE, None)
    assert AIOpinion.objects.count() == 1 and not Heatmap.objects.exists()


def test_a_row_that_can_not_be_written_is_no_success(queued: list[ImageRef], now: datetime) -> None:
    """The same map twice breaks a constraint of its own; the job must not end as if it were done."""
    batch = services.claim_jobs(queue="publish", limit=1, now=now)
    twice = replace(GOOD, heatmaps=GOOD.heatmaps * 2)
    with pytest.raises(IntegrityError):
        services.store_opinion(
            job=batch.jobs[0], token=batch.token, opinion=twice, width=9, height=9, now=now
        )
    assert Job.objects.get(pk=batch.jobs[0].pk).state == Job.State.RUNNING
    assert not AIOpinion.objects.exists()
