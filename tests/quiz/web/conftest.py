"""Fixtures of page tests: browsers that are signed in."""

from __future__ import annotations

import pytest
from django.test import Client

from quiz.models import CaseSet, Read, User
from tests.quiz.browsers import signed_in
from tests.quiz.builders import opened_read


@pytest.fixture
def browser(learner: User) -> Client:
    """The learner's browser."""
    return signed_in(learner)


@pytest.fixture
def opened(learner: User, case_set: CaseSet) -> Read:
    """An opened read of the learner's."""
    return opened_read(learner, case_set)
