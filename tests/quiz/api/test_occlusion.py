"""Occlusion over HTTP: asked for, waited for, shown as one more heatmap of the read, and of nobody else's."""

from __future__ import annotations

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from inference import services as inference_services
from inference.models import Heatmap, Job
from inference.results import EngineHeatmap
from quiz.models import CaseSet, Read, User
from tests.quiz.api.calls import Api, assert_error
from tests.quiz.browsers import signed_in
from tests.quiz.builders import advance

ASK = {"finding": "pneumonia"}


def work() -> Heatmap:
    """Do what the worker does with the one job there is."""
    now = timezone.now()
    batch = inference_services.claim_jobs(queue="lab", limit=1, now=now)
    result = EngineHeatmap("pneumonia", "occlusion", np.eye(6, dtype=np.float32), 9.0, 9.0)
    inference_services.store_map(
        job=batch.jobs[0], token=batch.token, heatmap=result, width=48, height=48, now=now
    )
    return Heatmap.objects.get(method="occlusion")


@pytest.fixture
def shown(opened: Read) -> Read:
    return advance(opened, "ai_shown")


def test_from_the_question_to_the_picture(api: Api, shown: Read) -> None:
    assert api.read(shown, "occlusion").json()["maps"][0]["state"] == "absent"
    assert api.step(shown, "occlusion", ASK).json()["maps"][0]["state"] == "waiting"
    assert api.step(shown, "occlusion", ASK).json()["maps"][0]["state"] == "waiting"
    assert Job.objects.filter(method="occlusion").count() == 1
    row = work()
    (found,) = api.read(shown, "occlusion").json()["maps"]
    assert found["state"] == "ready" and found["heatmap"]["id"] == str(row.pk)
    assert found["heatmap"]["peak"] is None, "the AI's place is its first method's"
    ai = api.read(shown).json()["ai"]
    assert [one["method"] for one in ai["images"][0]["heatmaps"]] == ["gradcam", "occlusion"]
    assert ai["occlusion"] == [found]
    assert [one["key"] for one in ai["methods"]] == ["gradcam", "gradcam++", "occlusion"]
    picture = api.client.get(found["heatmap"]["url"])
    assert picture.status_code == 200 and picture["Content-Type"] == "image/png"


def test_a_failure_is_told_and_can_be_tried_again(api: Api, shown: Read) -> None:
    api.step(shown, "occlusion", ASK)
    Job.objects.filter(method="occlusion").update(state="failed", message="The worker stopped.")
    (found,) = api.read(shown, "occlusion").json()["maps"]
    assert (found["state"], found["message"]) == ("failed", "The worker stopped.")
    assert api.step(shown, "occlusion", ASK).json()["maps"][0]["state"] == "waiting"


def test_what_is_wrong_is_said(api: Api, shown: Read, opened: Read) -> None:
    assert_error(api.step(shown, "occlusion", {}), 400, "invalid")
    assert_error(api.step(shown, "occlusion", {"finding": "mass"}), 400, "invalid")
    Read.objects.filter(pk=shown.pk).update(state="committed")
    assert_error(api.step(shown, "occlusion", ASK), 409, "wrong_step")
    assert_error(api.read(shown, "occlusion"), 409, "wrong_step")


def test_the_file_is_for_those_who_met_the_ai(
    api: Api, shown: Read, other: User, instructor: User, case_set: CaseSet
) -> None:
    api.step(shown, "occlusion", ASK)
    address = f"/files/heatmaps/{work().pk}"
    assert api.client.get(address).status_code == 200
    for stranger in (None, other, instructor):
        assert signed_in(stranger).get(address).status_code == 404
    # Back before the reveal it would be nobody's, not even the learner's own.
    Read.objects.filter(pk=shown.pk).update(state="committed")
    assert api.client.get(address).status_code == 404


def test_the_page_offers_it_and_works_without_script(learner: User, shown: Read) -> None:
    browser: Client = signed_in(learner)
    page = browser.get(f"/reads/{shown.public_id}/").content.decode()
    assert "What changes its mind? (occlusion)" in page
    assert "Grad-CAM++ shows" in page and 'value="gradcam++"' in page
    answer = browser.post(f"/reads/{shown.public_id}/occlusion", ASK)
    assert (answer.status_code, answer["Location"]) == (302, f"/reads/{shown.public_id}/")
    assert "An occlusion map is being computed." in browser.get(answer["Location"]).content.decode()


def test_the_page_has_none_of_it_before(learner: User, opened: Read) -> None:
    browser = signed_in(learner)
    page = browser.get(f"/reads/{opened.public_id}/").content.decode()
    assert "What changes its mind?" not in page and 'id="occlusion"' not in page
    assert browser.post(f"/reads/{opened.public_id}/occlusion", ASK).status_code == 302
    assert not Job.objects.filter(method="occlusion").exists()
