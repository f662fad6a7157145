"""Who may do what: every person, every object of two parallel worlds, every method, and the status that follows.

`-` in a row stands for being sent to sign in (302 to the login page; 401 from the API).
"""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from django.db import transaction
from django.http import HttpResponse

from inference.models import Job
from quiz import permissions
from quiz.models import Bookmark, Case, FaultReport, Read
from tests.quiz.api.calls import opinion
from tests.quiz.browsers import signed_in
from tests.quiz.permission_world import PEOPLE, Side, World, build_world, no_throttle


@pytest.fixture
def world(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    no_throttle(monkeypatch)
    return build_world(tmp_path)


def address(template: str, side: Side) -> str:
    return template.format(
        slug=side.case_set.slug,
        set=side.case_set.pk,
        pack=side.pack.pk,
        case=side.case.pk,
        key=side.key.pk,
        sitting=side.sitting.public_id,
        sitting_pk=side.sitting.pk,
        finished=side.finished.public_id,
        opened=side.opened.public_id,
        image=side.image.public_id,
        image_pk=side.image.pk,
        unseen=side.unseen_image.public_id,
        heatmap=side.heatmap(side.finished).pk,
        early=side.heatmap(side.opened).pk,
        mask=side.region.public_id,
        learner=side.finished.learner_id,
        fault=side.fault.pk,
        nothing=uuid.UUID(int=9),
    )


def outcome(response: HttpResponse) -> str:
    """A status as the tables write it."""
    login = response.status_code == 302 and "/login/" in response["Location"]
    return "-" if login or response.status_code == 401 else str(response.status_code)


# Columns: anonymous, learner, other, guest, owner, stranger, admin. Objects are those of `mine`:
# the set of `owner`, read by `learner`. `other` and `stranger` own the parallel world.
PUBLIC = "200 200 200 200 200 200 200"
SIGNED_IN = "-   200 200 200 200 200 200"
LEARNERS = "-   200 404 404 404 404 404"
AUTHORS = "-   -   -   -   200 302 200"
ADMINS = "-   -   -   -   403 403 200"
PAGES = {
    "/": PUBLIC,
    "/privacy/": PUBLIC,
    "/healthz": PUBLIC,
    "/models/fake-model/": PUBLIC,
    "/models/fake-model/pictures/miss-pneumonia-1.jpg": "404 404 404 404 404 404 404",
    "/sets/{slug}/": PUBLIC,
    "/sets/{slug}/modes/practice/": SIGNED_IN,
    "/sets/{slug}/modes/exam/": "-   404 404 404 404 404 404",
    "/review/": SIGNED_IN,
    "/daily/": SIGNED_IN,
    "/progress/": SIGNED_IN,
    "/progress/reads/": SIGNED_IN,
    "/progress/download.csv": SIGNED_IN,
    "/progress/download.json": SIGNED_IN,
    "/account/": SIGNED_IN,
    "/account/export": SIGNED_IN,
    "/reads/{opened}/": LEARNERS,
    "/reads/{finished}/": LEARNERS,
    "/sittings/{sitting}/": LEARNERS,
    "/sittings/{sitting}/next": "-   302 404 404 404 404 404",
    "/reads/{nothing}/": "-   404 404 404 404 404 404",
    "/files/images/{image}/display": "404 200 404 404 200 404 200",
    "/files/images/{unseen}/display": "404 404 404 404 200 404 200",
    "/files/images/{image}/master": "404 404 404 404 404 404 404",
    "/files/heatmaps/{heatmap}": "404 200 404 404 404 404 404",
    "/files/heatmaps/{early}": "404 404 404 404 404 404 404",
    "/files/masks/{mask}": "404 200 404 404 200 404 200",
}
API = {
    "/api/v1/schema": PUBLIC,
    "/api/v1/sets/": SIGNED_IN,
    "/api/v1/sets/{slug}/": SIGNED_IN,
    "/api/v1/sets/{slug}/modes": SIGNED_IN,
    "/api/v1/review": SIGNED_IN,
    "/api/v1/progress": SIGNED_IN,
    "/api/v1/reads/{opened}": LEARNERS,
    "/api/v1/reads/{opened}/ai": "-   409 404 404 404 404 404",
    "/api/v1/reads/{opened}/truth": "-   409 404 404 404 404 404",
    "/api/v1/reads/{finished}": LEARNERS,
    "/api/v1/reads/{finished}/ai": LEARNERS,
    "/api/v1/reads/{finished}/truth": LEARNERS,
    "/api/v1/reads/{opened}/occlusion": "-   409 404 404 404 404 404",
    "/api/v1/reads/{finished}/occlusion": LEARNERS,
    "/api/v1/sittings/{sitting}/summary": LEARNERS,
    "/api/v1/bookmarks": SIGNED_IN,
}
ADMIN = {
    "/admin/": "-   -   -   -   200 200 200",
    "/admin/quiz/pack/": "-   -   -   -   200 200 200",
    "/admin/quiz/pack/import/": "-   -   -   -   200 200 200",
    "/admin/quiz/pack/build/": "-   -   -   -   200 200 200",
    "/admin/quiz/pack/{pack}/change/": AUTHORS,
    "/admin/quiz/pack/{pack}/delete/": "-   -   -   -   403 403 403",
    "/admin/quiz/pack/add/": "-   -   -   -   403 403 403",
    "/admin/quiz/case/": "-   -   -   -   200 200 200",
    "/admin/quiz/case/{case}/change/": AUTHORS,
    "/admin/quiz/case/{case}/history/": AUTHORS,
    "/admin/quiz/case/{case}/key/": "-   -   -   -   200 404 200",
    "/admin/quiz/caseset/": "-   -   -   -   200 200 200",
    "/admin/quiz/caseset/add/": "-   -   -   -   200 200 200",
    "/admin/quiz/caseset/{set}/change/": AUTHORS,
    "/admin/quiz/answerkey/": "-   -   -   -   200 200 200",
    "/admin/quiz/answerkey/{key}/change/": AUTHORS,
    "/admin/quiz/answerkey/add/": "-   -   -   -   403 403 403",
    "/admin/quiz/image/": "-   -   -   -   200 200 200",
    "/admin/quiz/image/{image_pk}/change/": AUTHORS,
    "/admin/quiz/faultreport/": "-   -   -   -   200 200 200",
    "/admin/quiz/faultreport/{fault}/change/": AUTHORS,
    "/admin/quiz/faultreport/add/": "-   -   -   -   403 403 403",
    "/admin/quiz/sitting/": ADMINS,
    "/admin/quiz/sitting/{sitting_pk}/change/": ADMINS,
    "/admin/quiz/user/": ADMINS,
    "/admin/quiz/user/{learner}/change/": ADMINS,
    "/admin/auth/group/": ADMINS,
}
POSTS = {
    "/progress/rating": "-   302 302 302 302 302 302",
    "/account/preferences": "-   422 422 422 422 422 422",
    "/account/tour": "-   204 204 204 204 204 204",
    "/sets/{slug}/start": "-   302 302 302 302 302 302",
    "/sittings/{sitting}/results": "-   302 404 404 404 404 404",
    "/api/v1/sittings/{sitting}/results": "-   409 404 404 404 404 404",
    "/sittings/{sitting}/end": "-   409 404 404 404 404 404",
    "/api/v1/sittings/{sitting}/end": "-   409 404 404 404 404 404",
    "/review/day-off": "-   302 302 302 302 302 302",
    "/daily/board": "-   302 302 302 302 302 302",
    "/reads/{opened}/commit": "-   422 404 404 404 404 404",
    "/reads/{opened}/ai": "-   302 404 404 404 404 404",
    "/reads/{opened}/final": "-   422 404 404 404 404 404",
    "/reads/{opened}/truth": "-   302 404 404 404 404 404",
    "/reads/{opened}/occlusion": "-   302 404 404 404 404 404",
    "/reads/{finished}/occlusion": "-   302 404 404 404 404 404",
    "/api/v1/reads/{opened}/occlusion": "-   409 404 404 404 404 404",
    "/api/v1/reads/{finished}/occlusion": LEARNERS,
    "/reads/{opened}/bookmark": "-   302 404 404 404 404 404",
    "/reads/{opened}/fault": "-   302 404 404 404 404 404",
    "/api/v1/reads/{opened}/fault": "-   200 404 404 404 404 404",
    "/api/v1/sets/{slug}/next": SIGNED_IN,
    "/api/v1/reads/{finished}/open": LEARNERS,
    "/api/v1/reads/{opened}/ai": "-   409 404 404 404 404 404",
    "/api/v1/reads/{opened}/commit": LEARNERS,
    "/api/v1/reads/{opened}/final": "-   409 404 404 404 404 404",
    "/api/v1/reads/{opened}/truth": "-   409 404 404 404 404 404",
    "/admin/quiz/case/{case}/key/": "-   -   -   -   200 404 200",
    "/admin/quiz/caseset/{set}/change/": AUTHORS,
    "/admin/quiz/answerkey/{key}/change/": "-   -   -   -   403 403 403",
}


# What every step over the API reads from it: an opinion, or the finding to explain.
BODY = {**opinion(), "finding": "pneumonia", "kind": "image"}


def differences(world: World, table: dict[str, str], method: str) -> dict[tuple[str, str], str]:
    """Where the site doesn't answer as the table says; what a request changed is undone after it."""
    found = {}
    for who in PEOPLE:
        client = signed_in(world.people[who])
        for template, row in table.items():
            expected = row.split()[PEOPLE.index(who)]
            target = address(template, world.mine)
            with transaction.atomic():
                if method == "get":
                    response = client.get(target)
                elif target.startswith("/api"):
                    response = client.post(target, BODY, content_type="application/json")
                else:
                    response = client.post(target)
                transaction.set_rollback(True)
            if outcome(response) != expected:
                found[who, template] = f"{outcome(response)}, not {expected}"
    return found


@pytest.mark.parametrize("table", [PAGES, API, ADMIN], ids=["pages", "api", "admin"])
def test_who_may_look(world: World, table: dict[str, str]) -> None:
    assert differences(world, table, "get") == {}


def test_who_may_act(world: World) -> None:
    assert differences(world, POSTS, "post") == {}


def test_nobody_elses_attempts_change_anything(world: World) -> None:
    reads = Read.objects.filter(learner=world.people["other"]).order_by("pk")
    before = list(reads.values_list("pk", "state"))
    for who in PEOPLE:
        if who == "other":
            continue
        client = signed_in(world.people[who])
        for template in POSTS:
            target = address(template, world.theirs)
            client.post(target, BODY, content_type="application/json")
    assert not Job.objects.exclude(method="").exists()
    assert not Bookmark.objects.exists() and FaultReport.objects.count() == len((world.mine, world.theirs))
    assert list(reads.values_list("pk", "state")) == before


def test_admin_lists_hold_ones_own_rows(world: World) -> None:
    lists = ("pack", "case", "caseset", "answerkey", "image")
    counts = {"owner": (1, 3, 1, 3, 3), "stranger": (1, 3, 1, 3, 3), "admin": (2, 6, 2, 6, 6)}
    for who, expected in counts.items():
        client = signed_in(world.people[who])
        found = [client.get(f"/admin/quiz/{name}/").context["cl"].result_count for name in lists]
        assert tuple(found) == expected, who


def test_notes_and_reports_are_for_whom_they_are_meant(world: World) -> None:
    for who in PEOPLE:
        client = signed_in(world.people[who])
        target = f"/api/v1/reads/{world.mine.opened.public_id}/bookmark"
        with transaction.atomic():
            codes = [
                client.put(target, {"note": "mine"}, content_type="application/json").status_code,
                client.delete(target).status_code,
            ]
            transaction.set_rollback(True)
        expected = {"anonymous": [401, 401], "learner": [200, 200]}.get(who, [404, 404])
        assert codes == expected, who
    listed = {"owner": 1, "stranger": 1, "admin": 2}
    for who, count in listed.items():
        page = signed_in(world.people[who]).get("/admin/quiz/faultreport/")
        assert page.context["cl"].result_count == count, who


def test_instructors_cannot_take_in_others_cases(world: World) -> None:
    client = signed_in(world.people["stranger"])
    change = f"/admin/quiz/caseset/{world.theirs.case_set.pk}/change/"
    form = client.get(change).context["adminform"].form
    entries = world.theirs.case_set.entries.count()
    data = {name: form.initial.get(name) or "" for name in form.fields}
    data |= {"entries-TOTAL_FORMS": "1", "entries-INITIAL_FORMS": "0"}
    data |= {"entries-0-case": str(world.mine.case.pk), "entries-0-position": "99"}
    assert client.post(change, data).status_code == 200
    assert world.theirs.case_set.entries.count() == entries
    search = "/admin/autocomplete/?app_label=quiz&model_name=casesetentry&field_name=case&term="
    offered = {row["id"] for row in client.get(search).json()["results"]}
    assert str(world.mine.case.pk) not in offered and len(offered) == 3


def test_booleans_agree_with_what_is_visible(world: World) -> None:
    for who, user in world.people.items():
        if user is None:
            continue
        for side in (world.mine, world.theirs):
            seen = permissions.authored_case_sets(user).filter(pk=side.case_set.pk).exists()
            assert permissions.can_publish(user, side.case_set) is seen, who
            seen = permissions.authored_cases(user).filter(pk=side.case.pk).exists()
            assert permissions.can_correct_key(user, side.case) is seen, who
            assert permissions.can_start_sitting(user, side.case_set) is True
            for read in (side.finished, side.opened):
                seen = permissions.reads_showing_ai(user).filter(pk=read.pk).exists()
                assert permissions.can_see_ai(user, read) is seen, who


def test_answers_are_kept_by_no_browser_and_films_for_a_sitting(world: World) -> None:
    client = signed_in(world.people["learner"])
    kept = {
        name: client.get(address(template, world.mine))["Cache-Control"]
        for name, template in {
            "heatmap": "/files/heatmaps/{heatmap}",
            "mask": "/files/masks/{mask}",
            "film": "/files/images/{image}/display",
        }.items()
    }
    answer = "private, no-store"
    assert kept == {"heatmap": answer, "mask": answer, "film": "private, max-age=900"}
    signed_out = signed_in(None)
    assert signed_out.get(address("/files/heatmaps/{heatmap}", world.mine)).status_code == 404


def test_a_held_case_keeps_its_pixels_back_and_heatmaps_with_them(world: World) -> None:
    """What was said of the film stays with the read that has reached it (ADR 21)."""
    client = signed_in(world.people["learner"])
    pixels = ("/files/images/{image}/display", "/files/images/{image}/values", "/files/heatmaps/{heatmap}")
    said = ("/api/v1/reads/{finished}/ai", "/api/v1/reads/{finished}/truth", "/files/masks/{mask}")

    def codes(*templates: str) -> set[int]:
        return {client.get(address(template, world.mine)).status_code for template in templates}

    case = Case.objects.filter(pk=world.mine.case.pk)
    before = client.get(address(said[0], world.mine)).json()["ai"]["findings"]
    assert before and codes(*pixels) == codes(*said) == {200}
    case.update(status=Case.Status.HELD)
    assert (codes(*pixels), codes(*said)) == ({404}, {200})
    assert client.get(address(said[0], world.mine)).json()["ai"]["findings"] == before
    case.update(status=Case.Status.RETIRED)
    assert codes(*pixels) == codes(*said) == {200}


def test_inactive_accounts_see_nothing(world: World) -> None:
    learner = world.people["learner"]
    assert learner is not None and permissions.visible_reads(learner).exists()
    learner.is_active = False
    for rows in (permissions.visible_reads, permissions.visible_sittings, permissions.visible_ai_opinions):
        assert not rows(learner).exists()
    owner = world.people["owner"]
    assert owner is not None
    owner.is_active = False
    for rows in (permissions.authored_cases, permissions.authored_keys, permissions.visible_images):
        assert not rows(owner).exists()
