"""Pages and lists ask the database a fixed number of questions, however much there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from quiz.models import CaseSet, Sitting, User
from tests.quiz import builders

FEW, MANY = 2, 8


def count(browser: Client, address: str) -> int:
    browser.get(address)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


@pytest.fixture
def add_sets(learner: User, tmp_path: Path) -> Iterator[Callable[[int], None]]:
    """Adds published sets, each with a finished read of the learner's."""
    made = iter(range(100))

    def add(number: int) -> None:
        for _, n in zip(range(number), made, strict=False):
            folder = tmp_path / str(n)
            folder.mkdir()
            cases = [builders.case(0, present=True, series=[_film(n)])]
            report = builders.imported(folder, key=f"set-{n}", title=f"Set {n}", cases=cases)
            case_set = CaseSet.objects.get(slug=report.case_set)
            builders.ai_for_all(case_set)
            builders.advance(builders.opened_read(learner, case_set), "truth_shown")

    yield add


def _film(n: int) -> builders.WriteSeries:
    return builders.WriteSeries([builders.frame(1000 + n)])


def test_lists_of_sets_ask_no_more_for_more(browser: Client, add_sets: Callable[[int], None]) -> None:
    addresses = ["/", "/progress/", "/progress/reads/", "/api/v1/sets/", "/api/v1/progress", "/account/"]
    add_sets(FEW)
    few = {address: count(browser, address) for address in addresses}
    add_sets(MANY - FEW)
    assert {address: count(browser, address) for address in addresses} == few
    assert max(few.values()) <= 21


def test_lists_of_reads_ask_no_more_for_more(browser: Client, learner: User, tmp_path: Path) -> None:
    cases = [builders.case(n, present=n % 2 == 0) for n in range(MANY)]
    report = builders.imported(tmp_path, cases=cases)
    CaseSet.objects.update(sitting_size=MANY)
    case_set = CaseSet.objects.get(slug=report.case_set)
    builders.ai_for_all(case_set)
    builders.advance(builders.opened_read(learner, case_set), "truth_shown")
    builders.advance(builders.opened_read(learner, case_set), "truth_shown")
    sitting = Sitting.objects.get().public_id
    addresses = [
        "/sets/lungs/",
        "/api/v1/sets/lungs/",
        f"/sittings/{sitting}/",
        f"/api/v1/sittings/{sitting}/summary",
        "/progress/",
        "/progress/reads/?finding=pneumonia&truth=present",
        "/api/v1/progress",
    ]
    few = {address: count(browser, address) for address in addresses}
    for _ in range(MANY - FEW):
        builders.advance(builders.opened_read(learner, case_set), "truth_shown")
    assert {address: count(browser, address) for address in addresses} == few
    assert max(few.values()) <= 21
