"""Authoring without a command line: build a set from uploaded images, import a zip, publish, correct a key."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image as PillowImage

from inference.models import Job
from quiz.models import AnswerKey, Case, CaseSet, Pack, User
from tests.conftest import FAKE_MODEL
from tests.quiz.builders import advance, opened_read, user, write_pack


def png(seed: int) -> bytes:
    file = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 256, (40, 30), dtype=np.uint8)
    PillowImage.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def form(count: int, **changes: str) -> dict[str, object]:
    data: dict[str, object] = {
        "title": "Five films",
        "description": "",
        "modality": "DX",
        "prompt": "Is there pneumonia?",
        "finding": "Pneumonia",
        "localise": "on",
        "truth_basis": "biopsy",
        "licence": "CC0-1.0",
        "attribution": "Me",
        "ai_model": "",
        "case-TOTAL_FORMS": "10",
        "case-INITIAL_FORMS": "0",
    }
    for number in range(count):
        data[f"case-{number}-image"] = SimpleUploadedFile(f"film {number}.png", png(number), "image/png")
        data[f"case-{number}-history"] = f"Patient {number}"
        if number % 2:
            data[f"case-{number}-present"] = "on"
            data[f"case-{number}-region"] = "circle 12 14 5"
    return {**data, **changes}


@pytest.fixture
def author(client: Client, instructor: User) -> Client:
    client.force_login(instructor)
    return client


def test_five_uploaded_pngs_become_a_set_that_learners_read(author: Client, learner: User) -> None:
    page = author.get(reverse("admin:quiz_pack_build"))
    assert page.status_code == 200
    answer = author.post(reverse("admin:quiz_pack_build"), form(5))
    case_set = CaseSet.objects.get()
    assert answer.status_code == 302 and str(case_set.pk) in answer["Location"]
    assert (case_set.status, case_set.cases.count()) == ("draft", 5)
    actions = {"action": "publish", "_selected_action": [case_set.pk]}
    author.post(reverse("admin:quiz_caseset_changelist"), actions)
    case_set.refresh_from_db()
    assert case_set.status == "published"
    read = advance(opened_read(learner, case_set), "truth_shown")
    assert read.outcome.ai == "unavailable"
    assert AnswerKey.objects.filter(findings=["pneumonia"]).count() == 2


def test_publishing_asks_the_ai(author: Client) -> None:
    author.post(reverse("admin:quiz_pack_build"), form(2))
    CaseSet.objects.update(model_key=FAKE_MODEL.key)
    author.post(
        reverse("admin:quiz_caseset_changelist"),
        {"action": "publish", "_selected_action": [CaseSet.objects.get().pk]},
    )
    assert Job.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"case-0-region": "circle 12 14 5"}, "A region needs the finding to be present."),
        ({"case-1-region": "circle 12"}, "circle"),
        ({"case-1-region": "circle 900 900 5"}, "outside"),
        ({"title": ""}, "This field is required."),
    ],
)
def test_bad_rows_are_named_and_nothing_is_kept(
    author: Client, changes: dict[str, str], sentence: str
) -> None:
    answer = author.post(reverse("admin:quiz_pack_build"), form(2, **changes))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not Pack.objects.exists() and not Case.objects.exists()


def test_a_file_that_is_no_image_is_named(author: Client) -> None:
    data = form(1)
    data["case-1-image"] = SimpleUploadedFile("letter.png", b"Dear colleague", "image/png")
    answer = author.post(reverse("admin:quiz_pack_build"), data)
    assert "letter.png" in answer.content.decode()
    assert not Pack.objects.exists()


def test_uploaded_zip_comes_in_and_a_bad_one_is_listed(
    author: Client, tmp_path: Path, instructor: User
) -> None:
    source = write_pack(tmp_path)
    archive = Path(shutil.make_archive(str(tmp_path / "pack"), "zip", source))
    upload = SimpleUploadedFile("pack.zip", archive.read_bytes())
    assert author.post(reverse("admin:quiz_pack_import"), {"file": upload}).status_code == 302
    assert Pack.objects.get().owner == instructor
    bad = SimpleUploadedFile("pack.zip", b"PK nonsense")
    answer = author.post(reverse("admin:quiz_pack_import"), {"file": bad})
    assert answer.status_code == 200 and b"Nothing was imported" in answer.content


def test_key_page_corrects(author: Client, case_set: CaseSet) -> None:
    case = case_set.cases.filter(answer_keys__findings=[]).first()
    address = reverse("admin:quiz_case_key", args=[case.pk])
    assert author.get(address).status_code == 200
    body = {
        "findings": ["pneumonia"],
        "regions": "1 pneumonia box 3 4 10 10",
        "truth_basis": "CT",
        "note": "seen on CT",
    }
    assert author.post(address, body).status_code == 302
    key = AnswerKey.objects.get(case=case, is_current=True)
    assert (key.version, key.findings, key.regions.get().geometry) == (2, ["pneumonia"], [3, 4, 10, 10])
    answer = author.post(address, {**body, "regions": "9 pneumonia box 3 4 10 10"})
    assert b"isn&#x27;t a region" in answer.content


def test_every_admin_page_opens(author: Client, case_set: CaseSet, learner: User) -> None:
    read = advance(opened_read(learner, case_set), "truth_shown")
    case = read.case
    pages = [
        reverse(f"admin:quiz_{name}_changelist") for name in ("pack", "case", "caseset", "answerkey", "image")
    ]
    pages += [
        reverse("admin:index"),
        reverse("admin:quiz_pack_change", args=[case.pack_id]),
        reverse("admin:quiz_case_change", args=[case.pk]),
        reverse("admin:quiz_caseset_change", args=[case_set.pk]),
        reverse("admin:quiz_caseset_add"),
        reverse("admin:quiz_answerkey_change", args=[read.answer_key_id]),
        reverse("admin:quiz_image_change", args=[case.images.get().pk]),
    ]
    assert {page: author.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)


def test_another_instructor_sees_none_of_it(client: Client, case_set: CaseSet) -> None:
    client.force_login(user("stranger", is_staff=True))
    case = case_set.cases.first()
    assert client.get(reverse("admin:quiz_case_key", args=[case.pk])).status_code == 404
    assert client.get(reverse("admin:quiz_case_change", args=[case.pk])).status_code == 302
    assert case.source_id not in client.get(reverse("admin:quiz_case_changelist")).content.decode()


def test_case_with_reads_cannot_be_deleted(author: Client, case_set: CaseSet, learner: User) -> None:
    read = advance(opened_read(learner, case_set), "committed")
    assert (
        author.post(reverse("admin:quiz_case_delete", args=[read.case_id]), {"post": "yes"}).status_code
        == 403
    )


def test_instructor_asks_the_ai_again_where_it_failed(author: Client, case_set: CaseSet) -> None:
    failed = Job.objects.first()
    Job.objects.filter(pk=failed.pk).update(state="failed", attempts=3, message="no")
    Job.objects.exclude(pk=failed.pk).update(state="done")
    author.post(
        reverse("admin:quiz_caseset_changelist"), {"action": "ask_again", "_selected_action": [case_set.pk]}
    )
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == ("queued", 0)
    assert Job.objects.filter(state="done").count() == 3


def test_jobs_and_opinions_are_for_administrators(author: Client, client: Client, case_set: CaseSet) -> None:
    pages = [reverse(f"admin:inference_{name}_changelist") for name in ("job", "aiopinion")]
    assert [author.get(page).status_code for page in pages] == [403, 403]
    client.force_login(user("root", is_staff=True, is_superuser=True))
    assert [client.get(page).status_code for page in pages] == [200, 200]
