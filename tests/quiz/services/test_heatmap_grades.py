"""The AI's heatmaps graded against the key: once each, with the truth and not before."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings

from inference import heatmap_files
from inference.models import AIOpinion, Heatmap
from quiz.models import AnswerKey, CaseSet, HeatmapGrade, Image, Read, User
from quiz.selectors.read_page import read_page
from quiz.services import heatmap_grades, reads
from quiz.services.answer_keys import KeyContent, correct_key
from radiology.filestore import FileStore
from tests.conftest import NOW
from tests.quiz import builders
from tests.quiz.browsers import signed_in
from tests.threads import together

BOX = (4.0, 4.0, 16.0, 16.0)


def add_map(image: Image, method: str, values: np.ndarray, peak: tuple[float, float]) -> Heatmap:
    store = FileStore(settings.SECONDREAD_FILES_DIR)
    return AIOpinion.objects.get(image_sha256=image.sha256).heatmaps.create(
        finding="pneumonia",
        method=method,
        storage_key=store.put(
            heatmap_files.encode(values.astype(np.float32)), folder="heatmaps", suffix=".png"
        ),
        width=image.width,
        height=image.height,
        peak_x=peak[0],
        peak_y=peak[1],
    )


def quarter() -> np.ndarray:
    """A map over a film of 48 pixels that lights up its upper left quarter."""
    values = np.zeros((24, 24))
    values[:12, :12] = 1.0
    return values


@pytest.fixture
def finalised(learner: User, instructor: User, tmp_path: Path) -> Read:
    """A read of a case with the finding, one step before the truth, with maps by two methods."""
    region = builders.WriteRegion(0, 0, "pneumonia", "box", BOX)
    cases = [builders.case(0, present=True, regions=[region])]
    report = builders.imported(tmp_path, owner=instructor, cases=cases)
    case_set = CaseSet.objects.get(slug=report.case_set)
    builders.ai_for_all(case_set)
    read = builders.advance(builders.opened_read(learner, case_set), "finalised")
    add_map(read.case.images.get(), "gradcam++", quarter(), (30.0, 30.0))
    return read


def test_maps_are_graded_with_the_truth_and_not_before(finalised: Read) -> None:
    assert not HeatmapGrade.objects.exists()
    assert "heatmaps" not in read_page(finalised)
    reads.reveal_truth(read=finalised, now=NOW)
    rows = {row.method: row for row in HeatmapGrade.objects.all()}
    assert set(rows) == {"gradcam", "gradcam++"}
    row = rows["gradcam++"]
    assert (row.answer_key, row.image.case) == (finalised.answer_key, finalised.case)
    assert row.on_region_image and not row.inside and row.level == 0.5
    # Of 24 × 24 pixels that are lit, the key's 16 × 16 all lie inside.
    assert row.energy == pytest.approx(16 * 16 / (24 * 24))
    assert row.overlap == pytest.approx(16 * 16 / (24 * 24))
    assert rows["gradcam"].inside


def test_the_learner_is_told_per_method(finalised: Read) -> None:
    reads.reveal_truth(read=finalised, now=NOW)
    parts = read_page(finalised)["truth"]["heatmaps"]
    assert [part["method"] for part in parts] == ["gradcam", "gradcam++"]
    assert parts[1]["sentence"] == (
        "Its highest point lies outside; 44 % of its weight lies in the region; overlap (IoU) 0.44."
    )
    assert parts[0]["sentence"].startswith("Its highest point lies inside; ")


def test_grading_again_writes_nothing(finalised: Read) -> None:
    reads.reveal_truth(read=finalised, now=NOW)
    before = list(HeatmapGrade.objects.values_list("pk", "graded_at"))
    later = NOW + timedelta(days=1)
    key = finalised.answer_key
    assert key is not None
    assert heatmap_grades.grade_heatmaps(read=finalised, key=key, now=later) == 0
    reads.open_read(read=finalised, now=later)
    assert list(HeatmapGrade.objects.values_list("pk", "graded_at")) == before


def test_a_map_that_comes_after_the_truth_is_graded_on_the_next_visit(learner: User, finalised: Read) -> None:
    reads.reveal_truth(read=finalised, now=NOW)
    add_map(finalised.case.images.get(), "occlusion", quarter(), (10.0, 10.0))
    page = signed_in(learner).get(f"/reads/{finalised.public_id}/").content.decode()
    assert HeatmapGrade.objects.get(method="occlusion").inside
    assert "The heatmap itself, graded" in page and "Its highest point lies inside; 44 %" in page


def test_a_corrected_key_has_grades_of_its_own(finalised: Read, instructor: User) -> None:
    reads.reveal_truth(read=finalised, now=NOW)
    image = finalised.case.images.get()
    content = KeyContent(
        findings=("pneumonia",),
        truth_basis="a third reader",
        regions=((image.pack_path, "pneumonia", "box", (24.0, 24.0, 24.0, 24.0), ""),),
    )
    key = correct_key(case=finalised.case, content=content, author=instructor, note="", now=NOW)
    finalised.refresh_from_db()
    reads.open_read(read=finalised, now=NOW)
    assert HeatmapGrade.objects.filter(method="gradcam++").count() == 2
    row = HeatmapGrade.objects.get(method="gradcam++", answer_key=key)
    # What the blending of the map's cells brings over the edge is next to nothing.
    assert row.inside and row.energy < 0.001
    shown = {part["method"]: part for part in read_page(finalised)["truth"]["heatmaps"]}
    assert shown["gradcam++"]["energy"] < 0.001


def test_a_map_that_can_not_be_read_keeps_nobody_from_the_truth(finalised: Read) -> None:
    row = Heatmap.objects.get(method="gradcam", opinion__image_sha256=finalised.case.images.get().sha256)
    (settings.SECONDREAD_FILES_DIR / row.storage_key).unlink()
    read = reads.reveal_truth(read=finalised, now=NOW)
    assert read.state == Read.State.TRUTH_SHOWN
    assert [grade.method for grade in HeatmapGrade.objects.all()] == ["gradcam++"]


def test_a_case_without_the_finding_has_nothing_to_grade(learner: User, case_set: CaseSet) -> None:
    for _ in range(4):
        builders.advance(builders.opened_read(learner, case_set), "truth_shown")
    graded = set(HeatmapGrade.objects.values_list("image__case", flat=True))
    with_finding = {key.case_id for key in AnswerKey.objects.all() if key.findings}
    assert graded == with_finding and len(graded) == 2


def test_the_slice_that_decided_is_graded_though_the_key_has_nothing_there(
    learner: User, tmp_path: Path
) -> None:
    frames = [builders.frame(900 + n) for n in range(3)]
    region = builders.WriteRegion(0, 1, "pneumonia", "circle", (20.0, 20.0, 6.0))
    case = builders.case(0, present=True, series=[builders.WriteSeries(frames)], regions=[region])
    report = builders.imported(tmp_path, cases=[case])
    case_set = CaseSet.objects.get(slug=report.case_set)
    for n, image in enumerate(Image.objects.order_by("slice_index")):
        builders.ai_opinion(image, 0.6 + 0.1 * n)
    read = builders.advance(builders.opened_read(learner, case_set), "truth_shown")
    rows = {row.image.slice_index: row for row in HeatmapGrade.objects.select_related("image")}
    assert set(rows) == {1, 2}
    assert rows[1].on_region_image and rows[1].inside
    assert not rows[2].on_region_image and not rows[2].inside and rows[2].energy == 0.0
    (part,) = read_page(read)["truth"]["heatmaps"]
    assert part["sentence"] == "The AI decided on an image on which the key shows no place of it."


@pytest.mark.django_db(transaction=True)
def test_many_at_once_grade_each_map_once(finalised: Read) -> None:
    reads.reveal_truth(read=finalised, now=NOW)
    HeatmapGrade.objects.all().delete()
    key = finalised.answer_key
    assert key is not None

    def once() -> int:
        own = Read.objects.select_related("sitting", "case__pack").get(pk=finalised.pk)
        return heatmap_grades.grade_heatmaps(read=own, key=AnswerKey.objects.get(pk=key.pk), now=NOW)

    together([once] * 8)
    assert HeatmapGrade.objects.count() == 2
