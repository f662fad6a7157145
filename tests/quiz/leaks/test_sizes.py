"""Served files tell nothing: neither by size nor by header do normal and abnormal films differ."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.http import HttpResponse

from quiz.models import CaseSet, Image, User
from quiz.services.pack_import import import_pack
from quiz.services.sittings import start_sitting
from radiology.imaging import Frame
from radiology.packs import WriteSeries
from radiology.statistics import roc_auc
from tests.conftest import NOW
from tests.quiz import builders
from tests.quiz.browsers import signed_in
from tests.quiz.leaks.walk import png_chunks

ALLOWED_HEADERS = {
    "Content-Type",
    "Content-Length",
    "Cache-Control",
    "Cross-Origin-Resource-Policy",
    "X-Frame-Options",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Content-Security-Policy",
    "Vary",
    "Content-Language",
}


def readable(learner: User, slug: str) -> None:
    """Reserve every case of a set for the learner, so that its images are theirs to fetch."""
    case_set = CaseSet.objects.get(slug=slug)
    CaseSet.objects.filter(pk=case_set.pk).update(sitting_size=1000)
    case_set.refresh_from_db()
    start_sitting(learner=learner, case_set=case_set, now=NOW, rng=random.Random(1))


def fetched(learner: User, images: Sequence[Image], rendition: str = "display") -> list[HttpResponse]:
    client = signed_in(learner)
    responses = [client.get(f"/files/images/{image.public_id}/{rendition}") for image in images]
    assert {response.status_code for response in responses} == {200}
    return responses


def present(images: Sequence[Image]) -> list[bool]:
    return [bool(image.case.answer_keys.get().findings) for image in images]


def assert_sizes_tell_nothing(responses: Sequence[HttpResponse], labels: Sequence[bool]) -> None:
    sizes = np.array([float(len(response.content)) for response in responses])
    assert any(labels) and not all(labels)
    assert 0.4 <= roc_auc(sizes, np.array(labels)) <= 0.6


def test_sizes_do_not_separate_noise_from_flat_films(learner: User, tmp_path: Path) -> None:
    noise = np.random.default_rng(5)
    cases = []
    for n in range(60):
        abnormal = n % 2 == 0
        high = 256 if abnormal else 3
        pixels = noise.integers(0, high, (builders.SIZE, builders.SIZE), dtype=np.uint8)
        series = [WriteSeries([Frame(pixels=pixels, bits=8)])]
        cases.append(builders.case(n, present=abnormal, series=series))
    readable(learner, builders.imported(tmp_path, cases=cases).case_set)
    images = list(Image.objects.order_by("pk"))
    responses = fetched(learner, images)
    assert_sizes_tell_nothing(responses, present(images))
    assert_sizes_tell_nothing(fetched(learner, images, "values"), present(images))
    masters = [(settings.SECONDREAD_FILES_DIR / image.master_key).stat().st_size for image in images]
    # The test can tell: as stored, compressed, the two kinds differ as much as can be.
    assert roc_auc(np.array(masters, dtype=float), np.array(present(images))) == 1.0


def test_headers_are_alike_and_name_nothing(learner: User, tmp_path: Path) -> None:
    readable(learner, builders.imported(tmp_path).case_set)
    responses = fetched(learner, list(Image.objects.all()))
    heads = [dict(response.items()) for response in responses]
    assert all(head == heads[0] for head in heads)
    assert set(heads[0]) <= ALLOWED_HEADERS, set(heads[0]) - ALLOWED_HEADERS
    assert heads[0]["Cache-Control"].startswith("private")
    assert all(not response.cookies for response in responses)


def test_files_hold_pixels_and_padding_only(learner: User, tmp_path: Path) -> None:
    readable(learner, builders.imported(tmp_path).case_set)
    for response in fetched(learner, list(Image.objects.all())):
        kinds = [kind for kind, _ in png_chunks(response.content)]
        assert kinds == [b"IHDR", b"IDAT", b"paDd", b"IEND"]
        assert len(response.content) % 65536 == 0


@pytest.mark.slow
def test_sizes_do_not_separate_real_films(learner: User, shared_packs: Path) -> None:
    report = import_pack(path=shared_packs / "paediatric-cxr", now=NOW, split="practice", publish=True)
    assert report.images == 176
    readable(learner, report.case_set)
    images = list(Image.objects.select_related("case"))
    responses = fetched(learner, images)
    assert_sizes_tell_nothing(responses, present(images))
    heads = {tuple(sorted(response.items())) for response in responses}
    assert len(heads) == 1
