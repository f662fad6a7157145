"""Fixtures of API tests: signed-in callers, and a throttle that starts afresh for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import caches

from quiz.models import CaseSet, Read, User
from tests.quiz.api.calls import Api
from tests.quiz.builders import opened_read


@pytest.fixture(autouse=True)
def fresh_throttle() -> Iterator[None]:
    caches["process"].clear()
    yield
    caches["process"].clear()


@pytest.fixture
def api(learner: User) -> Api:
    """The learner's calls."""
    return Api(learner)


@pytest.fixture
def opened(learner: User, case_set: CaseSet) -> Read:
    """An opened read of the learner's."""
    return opened_read(learner, case_set)
