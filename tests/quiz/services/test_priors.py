"""A prior is shown beside the current examination; the question, the marks, the key and the AI are not about it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from inference import models
from quiz.domain import figures
from quiz.domain.opinions import Mark
from quiz.models import Case, CaseSet, Image, Read, User
from quiz.selectors.ai_opinions import case_ai
from quiz.selectors.case_sets import ai_progress
from quiz.selectors.image_parts import image_parts, next_part
from quiz.selectors.words import examination_name
from quiz.services import reads
from quiz.services.answer_keys import KeyContent, check_content
from quiz.services.errors import Refused
from quiz.services.pack_export import export_pack
from quiz.services.pack_import import import_pack
from quiz.services.publishing import publish_case_set
from radiology.packs import PackLimits, WriteCase, WriteSeries, read_pack
from tests.conftest import FAKE_MODEL, NOW
from tests.quiz.builders import advance, ai_opinion, case, frame, opened_read, says, user, write_pack

pytestmark = pytest.mark.django_db


@pytest.fixture
def followed(tmp_path: Path) -> CaseSet:
    """A set of two cases, each a prior of 14 months before (first in the pack) and the current film."""
    cases = [
        case(
            n,
            present=False,
            series=[
                WriteSeries([frame(10 + n)], view="PA", months_before=14),
                WriteSeries([frame(n)], view="PA"),
            ],
        )
        for n in range(2)
    ]
    import_pack(path=write_pack(tmp_path, cases), now=NOW, publish=True)
    return CaseSet.objects.get()


@pytest.fixture
def read(followed: CaseSet) -> Read:
    return opened_read(user("learner"), followed)


def prior_of(read: Read) -> Image:
    return read.case.images.exclude(months_before=0).get()


def test_the_current_film_comes_first_and_both_are_named(read: Read) -> None:
    parts = image_parts(read)
    assert [(part["months_before"], part["examination"]) for part in parts] == [
        (0, "Current"),
        (14, "Prior, 14 months earlier"),
    ]
    following = next_part(read)
    assert following is not None
    current = Image.objects.current().get(case__reads__sitting=read.sitting, case__reads__state="reserved")
    assert str(current.public_id) in following["images"][0]


@pytest.mark.parametrize(
    ("months", "words"),
    [
        (0, "Current"),
        (1, "Prior, 1 month earlier"),
        (12, "Prior, 1 year earlier"),
        (30, "Prior, 30 months earlier"),
        (36, "Prior, 3 years earlier"),
    ],
)
def test_the_interval_in_words(months: int, words: str) -> None:
    assert str(examination_name(months)) == words


def test_a_page_without_script_names_them_too(client: Client, read: Read) -> None:
    client.force_login(User.objects.get())
    page = client.get(f"/reads/{read.public_id}/").content.decode()
    assert page.count("Prior, 14 months earlier") >= 2
    prior = client.get(f"/files/images/{prior_of(read).public_id}/display")
    assert prior.status_code == 200


def test_a_prior_is_served_with_its_case_or_not_at_all(client: Client, read: Read) -> None:
    address = f"/files/images/{prior_of(read).public_id}/values"
    client.force_login(user("stranger"))
    assert client.get(address).status_code == 404
    client.force_login(read.learner)
    assert client.get(address).status_code == 200
    Case.objects.filter(pk=read.case_id).update(status=Case.Status.HELD)
    assert client.get(address).status_code == 404


def test_another_current_film_makes_a_new_case_and_another_interval_does_not(
    followed: CaseSet, tmp_path: Path
) -> None:
    """Reads keep what they were asked about (ADR 6)."""
    first, second = Case.objects.order_by("source_id")

    def written(n: int, months: tuple[int, int]) -> WriteCase:
        films = zip((10 + n, n), months, strict=True)
        series = [WriteSeries([frame(seed)], view="PA", months_before=before) for seed, before in films]
        return case(n, present=False, series=series)

    changed = [written(0, (0, 14)), written(1, (20, 0))]
    report = import_pack(path=write_pack(tmp_path, changed, version=2), now=NOW)
    assert (report.created, report.updated, report.images) == (0, 2, 2)
    first.refresh_from_db()
    assert first.status == Case.Status.RETIRED
    assert [image.months_before for image in first.images.all()] == [14, 0]
    replaced = Case.objects.get(source_id="case-0")
    assert [image.months_before for image in replaced.images.all()] == [0, 14]
    assert [image.months_before for image in second.images.all()] == [20, 0]


def test_a_mark_on_a_prior_is_refused_and_nothing_is_stored(read: Read) -> None:
    mark = Mark(str(prior_of(read).public_id), "pneumonia", 20.0, 20.0)
    with pytest.raises(Refused, match="A prior is there to compare with"):
        reads.commit_opinion(
            read=read, opinion=says(True, marks=(mark,)), seconds=9.0, idempotency_key="k", now=NOW
        )
    read.refresh_from_db()
    assert (read.state, read.opinions.count()) == (Read.State.OPENED, 0)


def test_a_region_on_a_prior_is_refused(read: Read) -> None:
    prior = prior_of(read)
    content = KeyContent(
        findings=("pneumonia",),
        truth_basis="two readers",
        regions=((prior.pack_path, "pneumonia", "circle", (9.0, 9.0, 3.0), ""),),
    )
    with pytest.raises(Refused, match="lies on a prior"):
        check_content(read.case, content)


def test_the_ai_is_asked_about_the_current_film_alone(followed: CaseSet) -> None:
    asked = set(models.Job.objects.values_list("image_sha256", flat=True))
    assert asked == set(Image.objects.current().values_list("sha256", flat=True))
    progress = ai_progress(followed)
    assert progress is not None and progress.total == 2
    for image in Image.objects.current():
        ai_opinion(image, 0.8)
    one = Case.objects.order_by("pk")[0]
    assert list(case_ai(one, FAKE_MODEL.key).opinions) == [one.current_images[0].pk]
    learner = opened_read(user("met"), followed)
    shown = advance(learner, "truth_shown")
    assert shown.state == Read.State.TRUTH_SHOWN
    assert {row.image_id for row in shown.ai_opinions.all()} == {shown.case.current_images[0].pk}
    # False marks are counted per image that could be marked.
    assert figures.from_json(shown.outcome.findings).images == 1


def test_a_set_whose_case_has_nothing_but_priors_is_not_published(followed: CaseSet) -> None:
    Image.objects.current().filter(case=Case.objects.order_by("pk")[0]).delete()
    with pytest.raises(Refused, match="Every case needs an image"):
        publish_case_set(case_set=followed, now=NOW)


def test_an_export_keeps_priors(followed: CaseSet, tmp_path: Path) -> None:
    out = tmp_path / "out.zip"
    export_pack(key="lungs", out=out)
    with read_pack(out, limits=PackLimits()) as pack:
        assert {tuple(series.months_before for series in one.series) for one in pack.cases} == {(14, 0)}
    again = import_pack(path=out, now=NOW)
    assert not again.updated and not again.created
