"""Fixtures of page tests: browsers that are signed in."""

from __future__ import annotations

import pytest
from django.test import Client

from quiz.models import CaseSet, Read, User
from tests.quiz.builders import opened_read


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def browser(learner: User) -> Client:
    """The learner's browser."""
    return browser_of(learner)


@pytest.fixture
def opened(learner: User, case_set: CaseSet) -> Read:
    """An opened read of the learner's."""
    return opened_read(learner, case_set)
