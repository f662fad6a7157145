"""What happens to a data directory before the site starts: older ones are backed up, newer ones refused."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from scripts.launcher import prepare

pytestmark = pytest.mark.django_db


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The management commands that were called, in order; none of them runs."""
    called: list[str] = []
    monkeypatch.setattr(prepare, "command", lambda name, *_, **__: called.append(name))
    return called


def steps(capsys: pytest.CaptureFixture[str]) -> list[str]:
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [event["step"] for event in events if "step" in event]


def test_database_of_this_code_is_left_alone(commands: list[str]) -> None:
    prepare.migrate()
    assert commands == []


def test_older_database_is_backed_up_then_migrated(
    commands: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    newest = max(name for app, name in MigrationRecorder(connection).applied_migrations() if app == "quiz")
    MigrationRecorder(connection).record_unapplied("quiz", newest)
    prepare.migrate()
    assert commands == ["backup", "migrate", "rebuild_progress"]
    assert steps(capsys) == ["Backup before the database changes", "Database"]


def test_empty_database_needs_no_backup(commands: list[str]) -> None:
    MigrationRecorder.Migration.objects.all().delete()
    prepare.migrate()
    assert commands == ["migrate"]


def test_database_of_newer_code_is_refused_untouched(commands: list[str]) -> None:
    MigrationRecorder(connection).record_applied("quiz", "9999_from_the_future")
    with pytest.raises(prepare.NotPossible, match=r"newer Second Read \(it has quiz.9999_from_the_future\)"):
        prepare.migrate()
    assert commands == []


def test_rows_of_removed_apps_are_no_reason_to_refuse(commands: list[str]) -> None:
    MigrationRecorder(connection).record_applied("an_app_of_the_past", "0001_initial")
    prepare.migrate()
    assert commands == []
