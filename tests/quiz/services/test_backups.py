"""Backup and restore on the database in use: everything comes back, bad archives change nothing."""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from quiz.models import CaseSet, Image, Opinion, User
from quiz.services import backups
from quiz.services.errors import Refused
from tests.conftest import NOW
from tests.quiz.builders import advance, imported, opened_read, user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_folders(settings: Any, tmp_path: Path) -> None:
    settings.SECONDREAD_FILES_DIR = tmp_path / "files"
    settings.SECONDREAD_BACKUPS_DIR = tmp_path / "backups"
    settings.SECONDREAD_INSTALLED_MODELS_DIR = tmp_path / "models"


def test_everything_comes_back(tmp_path: Path, settings: Any) -> None:
    learner = user("learner")
    case_set = CaseSet.objects.get(slug=imported(tmp_path).case_set)
    advance(opened_read(learner, case_set), "truth_shown")
    keys = list(Image.objects.values_list("master_key", flat=True))
    contents = {key: (settings.SECONDREAD_FILES_DIR / key).read_bytes() for key in keys}
    archive = backups.backup(target=None, now=NOW)
    User.objects.filter(pk=learner.pk).delete()
    CaseSet.objects.update(title="Changed since")
    for key in keys:
        (settings.SECONDREAD_FILES_DIR / key).unlink()
    backups.restore(source=archive)
    assert CaseSet.objects.get().title == "Lungs"
    assert Opinion.objects.filter(read__learner__username="learner").count() == 2
    assert {key: (settings.SECONDREAD_FILES_DIR / key).read_bytes() for key in keys} == contents


def test_installed_models_come_back(settings: Any) -> None:
    models = settings.SECONDREAD_INSTALLED_MODELS_DIR
    for name in ("theirs", ".theirs.new-1a"):
        (models / name).mkdir(parents=True)
        (models / name / "model.toml").write_text("as it was")
    archive = backups.backup(target=None, now=NOW)
    with tarfile.open(archive) as opened:
        assert [name for name in opened.getnames() if "models" in name] == [
            "models/theirs",
            "models/theirs/model.toml",
        ]
    (models / "theirs" / "model.toml").write_text("changed since")
    (models / "theirs" / "weights.safetensors").write_text("of the change")
    (models / "later").mkdir()
    backups.restore(source=archive)
    assert (models / "theirs" / "model.toml").read_text() == "as it was"
    assert [path.name for path in (models / "theirs").iterdir()] == ["model.toml"]
    assert sorted(path.name for path in models.iterdir()) == [".theirs.new-1a", "later", "theirs"]


def test_bad_archive_changes_nothing(tmp_path: Path) -> None:
    user("learner")
    junk = tmp_path / "junk.tar.gz"
    junk.write_bytes(b"not an archive")
    empty = tmp_path / "empty.tar.gz"
    with tarfile.open(empty, "w:gz"):
        pass
    for source in (junk, empty, tmp_path / "missing.tar.gz"):
        with pytest.raises(Refused):
            backups.restore(source=source)
    assert User.objects.filter(username="learner").exists()


def test_backup_never_overwrites(tmp_path: Path) -> None:
    target = tmp_path / "one.tar.gz"
    backups.backup(target=target, now=NOW)
    with pytest.raises(Refused):
        backups.backup(target=target, now=NOW)


def test_restore_asks_for_a_yes(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as error:
        call_command("restore", tmp_path / "x.tar.gz")
    assert error.value.returncode == 2


def test_migrated_database_needs_no_backup(capsys: pytest.CaptureFixture[str]) -> None:
    assert not backups.needs_migration()
    call_command("backup", "--if-older")
    assert "up to date" in capsys.readouterr().out


def test_older_database_is_told_apart() -> None:
    recorder = MigrationRecorder(connection)
    applied = [name for app, name in recorder.applied_migrations() if app == "inference"]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'inference'")
    try:
        assert backups.needs_migration()
    finally:
        for name in applied:
            recorder.record_applied("inference", name)
