"""Guessing passwords: attempts count for all web processes together, by page and by API."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from quiz.api.throttling import ProcessThrottle
from quiz.models import User
from scripts.launcher.places import ROOT

PASSWORD = "a long password"
TOO_MANY = "Too many failed login attempts"
ANOTHER_PROCESS = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
from django.test import Client
for n in range(5):
    page = Client().post("/accounts/login/", {"login": "learner", "password": f"guess {n}"}).content.decode()
    print("TOO MANY" if "Too many" in page else "wrong")
"""


@pytest.fixture
def no_attempts(transactional_db: None) -> Iterator[None]:
    """The cache's table isn't a model's: nobody empties it after a test that commits."""
    cache.clear()
    yield
    cache.clear()


def database_url() -> str:
    """The address of the database that this test run uses, for another process."""
    at: dict[str, Any] = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    server, _ = os.environ["SECONDREAD_DATABASE_URL"].rsplit("/", 1)
    return f"{server}/{at['NAME']}"


def signed_in_by_page(password: str) -> tuple[bool, str]:
    browser = Client()
    page = browser.post("/accounts/login/", {"login": "learner", "password": password})
    return "_auth_user_id" in browser.session, page.content.decode()


def test_guesses_in_one_process_count_in_another(no_attempts: None, learner: User) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ANOTHER_PROCESS],
        cwd=ROOT,
        env={**os.environ, "SECONDREAD_DATABASE_URL": database_url()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["wrong"] * 5, done.stderr
    entered, page = signed_in_by_page(PASSWORD)
    assert (entered, TOO_MANY in page) == (False, True)
    api = "/_allauth/app/v1/auth/login"
    body = {"username": "learner", "password": PASSWORD}
    answer = Client().post(api, body, content_type="application/json")
    assert answer.status_code == 400 and "too_many_login_attempts" in answer.content.decode()


def test_the_right_password_still_enters(no_attempts: None, learner: User) -> None:
    assert signed_in_by_page("a slip")[0] is False
    assert signed_in_by_page(PASSWORD)[0] is True


def test_calls_of_the_api_write_nothing_to_the_shared_cache(learner: User) -> None:
    client = Client()
    client.force_login(learner, backend="quiz.web.backends.AccountBackend")
    assert client.get("/api/v1/sets/").status_code == 200
    key = ProcessThrottle.cache_format % {"scope": "user", "ident": learner.pk}
    assert len(caches["process"].get(key)) == 1 and cache.get(key) is None


def test_the_table_is_made_by_migration_and_taken_back(transactional_db: None) -> None:
    def tables() -> set[str]:
        return set(connection.introspection.table_names())

    latest = MigrationExecutor(connection).loader.graph.leaf_nodes("quiz")
    try:
        MigrationExecutor(connection).migrate([("quiz", "0007_priors")])
        assert "shared_cache" not in tables()
    finally:
        MigrationExecutor(connection).migrate(latest)
    assert "shared_cache" in tables()
