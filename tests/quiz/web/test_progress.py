"""The progress page: every number leads to its reads, habits are named, downloads hold one's own reads alone."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client

from quiz.domain import synthetic
from quiz.models import Achievement, CaseSet, Image, Read, User
from quiz.services.synthetic import seed_activity
from tests.conftest import NOW
from tests.quiz import builders
from tests.quiz.browsers import signed_in

CASES = 80
COUNT = re.compile(r'<a href="(/progress/reads/\?[^"]+)">(\d+)</a>')
FIVE = {
    synthetic.ALWAYS_AGREES: "follows_ai",
    synthetic.NEVER_AGREES: "ignores_ai",
    synthetic.GUESSES: "guessing",
    synthetic.ALWAYS_CERTAIN: "always_certain",
    synthetic.ALWAYS_NORMAL: "always_normal",
}


@pytest.fixture
def many(db: None, tmp_path: Path) -> CaseSet:
    """A set of many cases, half of them with the finding, where the AI is right three times of four."""
    cases = [builders.case(n, present=n % 2 == 0, difficulty="subtle: CNR 3") for n in range(CASES)]
    case_set = CaseSet.objects.get(slug=builders.imported(tmp_path, cases=cases).case_set)
    for image in Image.objects.select_related("case").order_by("pk"):
        number = int(image.case.source_id.split("-")[1])
        builders.ai_opinion(image, 0.9 if (number % 2 == 0) != (number % 8 in (1, 2)) else 0.1)
    return case_set


def seeded(reader: synthetic.Reader, reads: int = CASES) -> Client:
    """A browser of a learner who has read that way."""
    seed_activity(learners=1, reads=reads, seed=1, now=NOW, readers=[reader])
    return signed_in(User.objects.get(is_synthetic=True))


def listed(browser: Client, address: str) -> int:
    found = re.search(r'data-count="(\d+)"', browser.get(address).content.decode())
    assert found is not None
    return int(found[1])


def body(response: HttpResponse) -> str:
    return b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]


def test_every_number_leads_to_as_many_reads(many: CaseSet) -> None:
    browser = seeded(synthetic.Reader(skill=1.5), reads=CASES + 15)
    page = browser.get("/progress/").content.decode()
    links = {(html.unescape(address), int(n)) for address, n in COUNT.findall(page)}
    assert len(links) > 30
    assert {address: listed(browser, address) for address, _ in links} == dict(links)
    assert listed(browser, "/progress/reads/?repeats=1") == 15
    assert "15 repeated reads are left out" in page


@pytest.mark.parametrize("reader", FIVE, ids=FIVE.values())
def test_five_ways_of_reading_are_told_so_and_earn_nothing(many: CaseSet, reader: synthetic.Reader) -> None:
    page = seeded(reader).get("/progress/").content.decode()
    assert FIVE[reader] in re.findall(r'data-habit="(\w+)"', page)
    assert "Try this:" in page
    assert "synthetic learner" in page
    assert not Achievement.objects.exists()


def test_careful_reading_is_rewarded(many: CaseSet) -> None:
    page = seeded(synthetic.Reader(skill=3.5)).get("/progress/").content.decode()
    assert "data-habit" not in page
    assert "A subtle finding" in page
    assert Achievement.objects.filter(slug="subtle-lesion").exists()


def test_nothing_read_and_one_read(browser: Client, learner: User, case_set: CaseSet) -> None:
    assert "Nothing to show yet" in browser.get("/progress/").content.decode()
    builders.advance(builders.opened_read(learner, case_set), "truth_shown")
    page = browser.get("/progress/").content.decode()
    assert "One point is no curve yet" in page
    assert page.count("Not enough reads yet") == 3
    assert listed(browser, "/progress/reads/") == 1


def test_reads_are_ones_own_and_finished(
    browser: Client, learner: User, other: User, case_set: CaseSet
) -> None:
    builders.advance(builders.opened_read(other, case_set), "truth_shown")
    builders.advance(builders.opened_read(learner, case_set), "finalised")
    assert listed(browser, "/progress/reads/") == 0
    assert listed(browser, "/progress/reads/?set=lungs&first=right") == 0


@pytest.mark.parametrize(
    "query", ["first=maybe", "since=yesterday", "certainty=0.8", "who=nobody", "truth=1", "page=x", "place=x"]
)
def test_a_filter_that_means_nothing_is_no_error(browser: Client, case_set: CaseSet, query: str) -> None:
    assert browser.get(f"/progress/reads/?{query}").status_code == 200


@pytest.mark.parametrize("finding", ["isnull", "contains", "a__b", "0", "'", "%"])
def test_a_finding_is_never_a_lookup(browser: Client, learner: User, case_set: CaseSet, finding: str) -> None:
    builders.advance(builders.opened_read(learner, case_set), "truth_shown")
    query = {"finding": finding, "truth": "present", "called": "present"}
    response = browser.get("/progress/reads/", query)
    assert response.status_code == 200
    assert 'data-count="0"' in response.content.decode()


def test_the_rating_can_be_hidden(many: CaseSet) -> None:
    browser = seeded(synthetic.Reader(skill=2.0))
    assert "Hide my rating" in browser.get("/progress/").content.decode()
    hidden = browser.post("/progress/rating", {"shown": "0"}, follow=True).content.decode()
    assert "Your rating is hidden" in hidden
    assert "rated reads, most likely" not in hidden
    assert browser.get("/api/v1/progress").json()["ratings"] == []
    shown = browser.post("/progress/rating", {"shown": "1"}, follow=True).content.decode()
    assert "rated reads, most likely" in shown


def test_downloads_hold_ones_own_finished_reads(
    browser: Client, learner: User, other: User, case_set: CaseSet
) -> None:
    for reader in (learner, other):
        builders.advance(builders.opened_read(reader, case_set), "truth_shown", first=True, final=False)
    builders.advance(builders.opened_read(learner, case_set), "committed")
    mine = Read.objects.get(learner=learner, state="truth_shown")
    as_csv = list(csv.DictReader(io.StringIO(body(browser.get("/progress/download.csv")))))
    as_json = json.loads(body(browser.get("/progress/download.json")))["rows"]
    assert [row["read"] for row in as_csv] == [row["read"] for row in as_json] == [str(mine.public_id)]
    (row,) = as_json
    assert (row["finding"], row["first"], row["final"], row["ai"]) == ("pneumonia", True, False, True)
    assert row["case_first"] == ("right" if row["truth"] else "wrong")
    assert (as_csv[0]["first"], as_csv[0]["first_certainty"]) == ("true", "0.75")
