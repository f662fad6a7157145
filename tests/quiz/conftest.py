"""Fixtures of quiz tests: people, a published set with AI opinions, and calls that are counted afresh."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import caches

from quiz.models import CaseSet, User
from tests.quiz import builders


@pytest.fixture(autouse=True)
def fresh_throttle() -> Iterator[None]:
    """No test counts towards another's limit of API calls."""
    caches["process"].clear()
    yield
    caches["process"].clear()


@pytest.fixture
def learner(db: None) -> User:
    return builders.user("learner")


@pytest.fixture
def other(db: None) -> User:
    return builders.user("other")


@pytest.fixture
def instructor(db: None) -> User:
    return builders.user("instructor", is_staff=True)


@pytest.fixture
def case_set(db: None, tmp_path: Path, instructor: User) -> CaseSet:
    """Four cases, two with the finding, published by `instructor`; the AI calls every case present."""
    report = builders.imported(tmp_path, owner=instructor)
    case_set = CaseSet.objects.get(slug=report.case_set)
    builders.ai_for_all(case_set)
    return case_set
