"""An occlusion map is for those who have met the AI, of the finding and image that it decided on."""

from __future__ import annotations

from pathlib import Path

import pytest

from inference.models import AIOpinion, Job
from quiz.models import CaseSet, Read, User
from quiz.services import occlusion
from quiz.services.errors import Refused
from tests.conftest import FAKE_MODEL, NOW
from tests.quiz import builders


def ask(read: Read, finding: str = "pneumonia") -> bool:
    return occlusion.ask_occlusion(read=read, finding=finding, now=NOW)


def maps() -> list[Job]:
    return list(Job.objects.filter(method="occlusion"))


@pytest.mark.parametrize("state", ["reserved", "opened", "committed"])
def test_nobody_asks_before_the_reveal(learner: User, case_set: CaseSet, state: str) -> None:
    read = builders.opened_read(learner, case_set)
    if state == "reserved":
        Read.objects.filter(pk=read.pk).update(state="reserved")
    else:
        builders.advance(read, state)
    for refused in (ask, lambda read: occlusion.occlusion_state(read=read, now=NOW)):
        with pytest.raises(Refused, match="isn't shown in this read yet") as error:
            refused(read)
        assert (error.value.code, error.value.status) == ("wrong_step", 409)
    assert maps() == []


def test_an_unaided_read_waits_for_the_truth(learner: User, case_set: CaseSet) -> None:
    CaseSet.objects.update(flow="unaided")
    case_set.refresh_from_db()
    read = builders.advance(builders.opened_read(learner, case_set), "committed")
    with pytest.raises(Refused):
        ask(read)
    builders.reads.reveal_truth(read=read, now=NOW)
    assert ask(read)


@pytest.mark.parametrize("state", ["ai_shown", "finalised", "truth_shown"])
def test_it_is_asked_for_once_whoever_asks(learner: User, other: User, case_set: CaseSet, state: str) -> None:
    read = builders.advance(builders.opened_read(learner, case_set), state)
    assert ask(read)
    assert not ask(read)
    (job,) = maps()
    image = read.case.images.get()
    assert (job.image_sha256, job.storage_key, job.finding) == (
        image.sha256,
        image.master_key,
        "pneumonia",
    )
    assert (job.queue, job.model_sha256) == ("lab", FAKE_MODEL.sha256)
    (state_now,) = occlusion.occlusion_state(read=read, now=NOW)
    assert (state_now["state"], state_now["image"]) == ("waiting", str(image.public_id))
    assert "heatmap" not in state_now


def test_of_a_stack_it_is_the_slice_that_decided(learner: User, tmp_path: Path) -> None:
    frames = [builders.frame(900 + n) for n in range(3)]
    case = builders.case(0, present=False, series=[builders.WriteSeries(frames)])
    report = builders.imported(tmp_path, cases=[case])
    case_set = CaseSet.objects.get(slug=report.case_set)
    read = builders.opened_read(learner, case_set)
    for image, probability in zip(read.case.images.all(), (0.2, 0.9, 0.6), strict=True):
        builders.ai_opinion(image, probability)
    builders.advance(read, "ai_shown")
    assert ask(read)
    (job,) = maps()
    assert job.image_sha256 == read.case.images.get(slice_index=1).sha256


def test_a_finding_that_is_not_asked_about_is_refused(learner: User, case_set: CaseSet) -> None:
    read = builders.advance(builders.opened_read(learner, case_set), "ai_shown")
    with pytest.raises(Refused, match="doesn't ask about") as error:
        ask(read, "mass")
    assert error.value.status == 400


def test_without_an_opinion_there_is_nothing_to_explain(learner: User, case_set: CaseSet) -> None:
    AIOpinion.objects.update(declined=True)
    read = builders.advance(builders.opened_read(learner, case_set), "ai_shown")
    with pytest.raises(Refused, match="no opinion on this finding"):
        ask(read)
    assert occlusion.occlusion_state(read=read, now=NOW) == []


def test_a_replaced_model_is_not_asked(learner: User, case_set: CaseSet) -> None:
    read = builders.advance(builders.opened_read(learner, case_set), "ai_shown")
    AIOpinion.objects.update(model_sha256="0" * 64)
    with pytest.raises(Refused, match="has been replaced") as error:
        ask(read)
    assert (error.value.code, maps()) == ("no_ai", [])
