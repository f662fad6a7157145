"""The stored values of an image: exact to the bit, for those who may have the image, and nothing beside them."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client

from quiz.models import CaseSet, Image, Read, User
from quiz.selectors.files import windows_of_image
from quiz.selectors.read_page import read_page, visible_read
from quiz.services.pack_export import export_pack
from quiz.services.sittings import start_sitting
from radiology.imaging import Frame, to_display
from radiology.packs import PackLimits, WriteSeries, read_pack
from tests.conftest import NOW
from tests.quiz import builders
from tests.quiz.browsers import signed_in

SLICES = [
    Frame(
        pixels=(np.arange(48 * 40, dtype=np.uint16).reshape(48, 40) * 2 + number),
        bits=12,
        slope=1.0,
        intercept=-1024.0,
        window_center=40.0,
        window_width=80.0,
        instance_number=number + 1,
        orientation="L\\P",
    )
    for number in range(3)
]


@pytest.fixture
def stack(db: None, tmp_path: Path, learner: User) -> Read:
    cases = [
        builders.case(n, present=bool(n), series=[WriteSeries(SLICES)], regions=[], pixel_spacing_mm=0.9)
        for n in range(2)
    ]
    slug = builders.imported(tmp_path, cases=cases, modality="CT").case_set
    case_set = CaseSet.objects.get(slug=slug)
    sitting = start_sitting(learner=learner, case_set=case_set, now=NOW, rng=random.Random(1))
    first = sitting.reads.get(position=1)
    Read.objects.filter(pk=first.pk).update(state="opened", opened_at=NOW)
    return visible_read(learner, first.public_id)


def parts(read: Read) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read_page(read)["images"]
    return found


def test_values_are_the_master_bit_for_bit(stack: Read, learner: User) -> None:
    client = signed_in(learner)
    for part, image in zip(parts(stack), stack.case.images.all(), strict=True):
        response = client.get(part["values"]["url"])
        assert response["Content-Type"] == "application/octet-stream"
        stored = np.frombuffer(response.content, dtype="<u2").reshape(image.height, image.width)
        assert np.array_equal(stored, SLICES[image.slice_index].pixels)
        told = part["values"]
        assert (told["bits"], told["slope"], told["intercept"], told["unit"]) == (16, 1.0, -1024.0, "HU")
        assert part["orientation"] == "L\\P"


def test_the_first_window_shows_what_the_server_displays(stack: Read) -> None:
    window = parts(stack)[0]["windows"][0]
    frame = SLICES[0]
    values = frame.pixels * frame.slope + frame.intercept
    shown = (values - (window["center"] - 0.5)) / (window["width"] - 1) + 0.5
    assert np.abs(np.clip(shown, 0, 1) * 255 - to_display(frame)).max() <= 0.5
    assert [one["label"] for one in parts(stack)[0]["windows"]][1:] == ["Brain", "Blood", "Stroke", "Bone"]


@pytest.mark.parametrize("slope", [1.0, -1.0])
def test_eight_bits_have_the_window_that_changes_nothing(slope: float) -> None:
    image = Image(bits=8, slope=slope, intercept=0.0)
    ((name, center, width),) = windows_of_image(image, "DX")
    frame = Frame(pixels=np.arange(256, dtype=np.uint8).reshape(16, 16), bits=8, slope=slope)
    shown = (frame.pixels * slope - (center - 0.5)) / (width - 1) + 0.5
    assert name == "own"
    assert np.abs(np.clip(shown, 0, 1) * 255 - to_display(frame)).max() <= 0.5


def test_nobody_else_gets_the_values(stack: Read) -> None:
    address = parts(stack)[0]["values"]["url"]
    assert Client().get(address).status_code == 404
    assert signed_in(builders.user("other")).get(address).status_code == 404


def test_the_next_case_tells_where_its_images_are_and_nothing_more(stack: Read, learner: User) -> None:
    following = stack.sitting.reads.get(position=2)
    page = read_page(stack)
    wanted = [
        f"/files/images/{image.public_id}/values" for image in following.case.images.order_by("slice_index")
    ]
    assert page["next"] == {"images": wanted}
    assert {signed_in(learner).get(address).status_code for address in wanted} == {200}
    Read.objects.filter(pk=following.pk).update(state="opened", opened_at=NOW)
    assert "next" not in read_page(visible_read(learner, stack.public_id))


def test_values_survive_export_and_import(stack: Read, tmp_path: Path) -> None:
    export_pack(key="lungs", out=tmp_path / "out")
    with read_pack(tmp_path / "out", limits=PackLimits()) as pack:
        frames = [frame for case in pack.cases for _, _, _, frame in pack.frames(case)]
    assert {frame.orientation for frame in frames} == {"L\\P"}
    assert np.array_equal(frames[0].pixels, SLICES[0].pixels)
