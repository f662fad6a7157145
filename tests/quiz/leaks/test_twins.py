"""Two cases that differ in their truth alone look the same, to the byte, until the truth is shown."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from django.test import Client

from quiz.models import CaseSet, Read, User
from quiz.services.sittings import start_sitting
from tests.conftest import NOW
from tests.quiz import builders
from tests.quiz.browsers import signed_in

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')


@pytest.fixture
def twins(learner: User, tmp_path: Path) -> list[Read]:
    """An abnormal and a normal case with the same history, the same size of film, the same AI opinion."""
    cases = [builders.case(n, present=n == 0, history="Cough.") for n in range(2)]
    report = builders.imported(tmp_path, cases=cases)
    case_set = CaseSet.objects.get(slug=report.case_set)
    builders.ai_for_all(case_set)
    sitting = start_sitting(learner=learner, case_set=case_set, now=NOW, rng=random.Random(1))
    return list(sitting.reads.select_related("sitting", "case__pack").order_by("position"))


def seen(client: Client, read: Read, template: str) -> tuple[int, list[tuple[str, str]], str]:
    """Status, headers and body, with ids, tokens and the place in the sitting made alike."""
    response = client.get(template.format(read.public_id))
    head = [(name, value) for name, value in response.items() if name != "Set-Cookie"]
    body = CSRF.sub("token", UUID.sub("uuid", response.content.decode()))
    for shape in (
        '"position": {}',
        '"position":{}',
        "Case {} of",
        "</span> {} of",
        "case {} of",
        ">{} of",
        " {} / ",
    ):
        body = body.replace(shape.format(read.position), shape.format("n"))
    return response.status_code, head, body


@pytest.mark.parametrize("state", ["reserved", "opened", "committed", "ai_shown", "finalised"])
def test_twins_look_the_same_before_the_truth(learner: User, twins: list[Read], state: str) -> None:
    client = signed_in(learner)
    for read in twins:
        if state != "reserved":
            builders.advance(builders.reads.open_read(read=read, now=NOW), state)
    pages = ["/api/v1/reads/{}"] if state == "reserved" else ["/api/v1/reads/{}", "/reads/{}/"]
    for page in pages:
        first, second = (seen(client, read, page) for read in twins)
        assert first == second


def test_twins_part_at_the_truth(learner: User, twins: list[Read]) -> None:
    client = signed_in(learner)
    for read in twins:
        builders.advance(builders.reads.open_read(read=read, now=NOW), "truth_shown")
    first, second = (seen(client, read, "/reads/{}/") for read in twins)
    assert first[2] != second[2]
