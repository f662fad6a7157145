"""CT in other windows: a choice for the reader, under the same permission, and as silent as the stored one."""

from __future__ import annotations

import io
import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture

from quiz.models import CaseSet, Image, User
from quiz.selectors.read_page import read_page
from quiz.services.sittings import start_sitting
from radiology.imaging import Frame
from radiology.packs import WriteSeries
from tests.conftest import NOW
from tests.quiz import builders
from tests.quiz.browsers import signed_in

SIDE = 48


def ct(seed: int) -> WriteSeries:
    hounsfield = np.random.default_rng(seed).normal(35, 200, (3, SIDE, SIDE))
    frames = [
        Frame(
            pixels=np.clip(one + 1024, 0, 4095).astype(np.uint16),
            bits=12,
            intercept=-1024,
            window_center=40,
            window_width=80,
        )
        for one in hounsfield
    ]
    return WriteSeries(frames, as_stack=True)


@pytest.fixture
def slices(learner: User, tmp_path: Path) -> list[Image]:
    cases = [builders.case(n, present=n == 0, series=[ct(n)], regions=[]) for n in range(2)]
    case_set = CaseSet.objects.get(slug=builders.imported(tmp_path, modality="CT", cases=cases).case_set)
    start_sitting(learner=learner, case_set=case_set, now=NOW, rng=random.Random(1))
    return list(Image.objects.order_by("pk"))


def grey(content: bytes) -> np.ndarray:
    return np.asarray(Picture.open(io.BytesIO(content)))


def test_windows_show_other_greys_in_as_many_bytes(learner: User, slices: list[Image]) -> None:
    client, base = signed_in(learner), f"/files/images/{slices[0].public_id}"
    shown = {name: client.get(f"{base}/{name}") for name in ("display", "window-brain", "window-bone")}
    assert {response.status_code for response in shown.values()} == {200}
    assert len({len(response.content) for response in shown.values()}) == 1
    assert (grey(shown["display"].content) == grey(shown["window-brain"].content)).all()
    # Centre 500, width 2200: 35 HU lies at 0.29 of the way from black to white.
    assert abs(grey(shown["window-bone"].content).mean() / 255 - 0.29) < 0.02


def test_windows_are_asked_permission_like_the_image(other: User, slices: list[Image]) -> None:
    address = f"/files/images/{slices[0].public_id}/window-bone"
    assert signed_in(other).get(address).status_code == 404
    assert signed_in(other).get(address.replace("bone", "nothing")).status_code == 404


def test_films_have_one_window_only(learner: User, case_set: CaseSet) -> None:
    read = builders.opened_read(learner, case_set)
    assert read_page(read)["windows"] == []
    image = read.case.images.first()
    assert image is not None
    assert signed_in(learner).get(f"/files/images/{image.public_id}/window-bone").status_code == 404


def test_a_missing_master_is_not_found(learner: User, slices: list[Image]) -> None:
    Image.objects.filter(pk=slices[0].pk).update(master_key=f"masters/00/{'0' * 64}.png")
    assert signed_in(learner).get(f"/files/images/{slices[0].public_id}/window-bone").status_code == 404
