"""Fixtures of quiz tests: a learner, another one, two instructors, and a published set with AI opinions."""

from __future__ import annotations

from pathlib import Path

import pytest

from quiz.models import CaseSet, User
from tests.quiz import builders


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
