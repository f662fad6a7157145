"""Fixtures of API tests: signed-in callers, and an opened read."""

from __future__ import annotations

import pytest

from quiz.models import CaseSet, Read, User
from tests.quiz.api.calls import Api
from tests.quiz.builders import opened_read


@pytest.fixture
def api(learner: User) -> Api:
    """The learner's calls."""
    return Api(learner)


@pytest.fixture
def opened(learner: User, case_set: CaseSet) -> Read:
    """An opened read of the learner's."""
    return opened_read(learner, case_set)
