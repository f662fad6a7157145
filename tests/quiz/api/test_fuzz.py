"""Made-up requests to every operation, from the schema itself: no 500, and nothing the schema doesn't describe."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.contrib.sessions.backends.db import SessionStore
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from rest_framework.throttling import UserRateThrottle
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from quiz.models import CaseSet, Read, User
from quizsite.wsgi import application
from tests.quiz.browsers import signed_in
from tests.quiz.builders import advance, opened_read

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 60


def token_of(user: User) -> str:
    session = signed_in(user).session
    assert isinstance(session, SessionStore)
    return str(session.session_key)


def known_ids(learner: User, case_set: CaseSet) -> dict[str, list[str]]:
    """Reads in several states and their sitting, so that not every made-up request ends in a 404."""
    states = ["truth_shown", "ai_shown", "committed", "opened"]
    reads = []
    for state in states:
        reads.append(advance(opened_read(learner, case_set), state))
        # Unfinished reads would be served again: put them aside, behind the others.
        Read.objects.filter(pk=reads[-1].pk).update(position=100 + len(reads))
    return {
        "reads": [str(read.public_id) for read in reads],
        "sittings": [str(reads[0].sitting.public_id)],
        "sets": [case_set.slug],
    }


def statuses_of(operation: Any, ids: dict[str, list[str]], headers: dict[str, str]) -> set[int]:
    """Send made-up requests to one operation, check each answer, and return the statuses seen."""
    seen: set[int] = set()

    @seed(20260301)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def attack(case: Any) -> None:
        known = ids.get(case.path.split("/")[3], [])
        for name, value in (case.path_parameters or {}).items():
            # The generated value decides, repeatably, between a known id and itself.
            chance = sum(str(value).encode())
            if known and chance % 4:
                case.path_parameters[name] = known[chance // 4 % len(known)]
        response = case.call(headers=headers)
        seen.add(response.status_code)
        case.validate_response(response, checks=CHECKS)

    attack()
    return seen


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Keep the test's own connection open over requests to the bare WSGI application, as Django's client does."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.mark.slow
@pytest.mark.usefixtures("one_connection")
def test_made_up_requests_find_no_hole(
    learner: User, case_set: CaseSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UserRateThrottle, "allow_request", lambda *args: True)
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema?format=json", application)
    ids = known_ids(learner, case_set)
    headers = {"X-Session-Token": token_of(learner)}
    seen = {}
    for result in schema.get_all_operations():
        operation = result.ok()
        seen[f"{operation.method} {operation.path}"] = sorted(statuses_of(operation, ids, headers))
    assert len(seen) == 23
    # Made-up opinions rarely answer the question, and made-up findings aren't asked about: those need no 200.
    # Results, and an early end, are for sittings that waited for them, which practice doesn't.
    rarely = {f"post /api/v1/sittings/{{public_id}}/{what}" for what in ("results", "end")}
    rarely |= {f"post /api/v1/reads/{{public_id}}/{step}" for step in ("commit", "final", "occlusion")}
    hit = {name for name, statuses in seen.items() if 200 in statuses or name in rarely}
    assert hit == set(seen), json.dumps(seen, indent=1)
