"""Administrators look at jobs and opinions and retry what failed; nobody edits them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from inference import services
from inference.contracts import ImageRef
from inference.models import AIOpinion, FindingOpinion, Job
from tests.conftest import FAKE_MODEL

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(images: list[ImageRef], now: datetime, monkeypatch: pytest.MonkeyPatch) -> Job:
    monkeypatch.setattr(services, "_tell_broker", lambda queue: None)
    services.queue_opinions(images=images[:1], model_key=FAKE_MODEL.key, now=now)
    Job.objects.update(state=Job.State.FAILED, message="The image file couldn't be read.")
    return Job.objects.get()


def signed_in(name: str, **fields: Any) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.create_user(name, password="a long password", **fields))
    return client


def test_administrators_see_jobs_and_opinions(job: Job, now: datetime) -> None:
    opinion = AIOpinion.objects.create(
        model_key=job.model_key, model_sha256=job.model_sha256, image_sha256=job.image_sha256, created_at=now
    )
    FindingOpinion.objects.create(
        opinion=opinion, finding="pneumonia", probability=0.8, threshold=0.4, present=True
    )
    client = signed_in("root", is_staff=True, is_superuser=True)
    assert "couldn&#x27;t be read" in client.get("/admin/inference/job/").content.decode()
    assert "pneumonia: 0.80" in client.get("/admin/inference/aiopinion/").content.decode()
    assert client.get(f"/admin/inference/job/{job.pk}/change/").status_code == 200
    assert client.get(f"/admin/inference/aiopinion/{opinion.pk}/change/").status_code == 200


def test_nobody_adds_changes_or_deletes(job: Job) -> None:
    client = signed_in("boss", is_staff=True, is_superuser=True)
    assert client.get("/admin/inference/job/add/").status_code == 403
    assert client.post(f"/admin/inference/job/{job.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(f"/admin/inference/job/{job.pk}/change/", {"state": "done"})
    job.refresh_from_db()
    assert job.state == Job.State.FAILED


def test_administrators_retry_failed_jobs(job: Job) -> None:
    data = {"action": "retry", "_selected_action": [str(job.pk)]}
    response = signed_in("root", is_staff=True, is_superuser=True).post(
        "/admin/inference/job/", data, follow=True
    )
    assert "1 job is queued again." in response.content.decode()
    job.refresh_from_db()
    assert job.state == Job.State.QUEUED


def test_learners_see_nothing_of_it(job: Job) -> None:
    client = signed_in("learner")
    for address in ("/admin/inference/job/", "/admin/inference/aiopinion/"):
        assert client.get(address).status_code in (302, 403)
