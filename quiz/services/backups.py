"""Backup and restore: one archive with the database (an online copy, or pg_dump), all files, installed models."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import tarfile
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from quiz.services.errors import Refused

FORMAT = 1


def backup(*, target: Path | None, now: datetime) -> Path:
    """Write an archive while the site runs, and return its path.

    Files are content-named and never change, so the database is copied first: every file it names is in the
    archive. Raises Refused where the target exists or pg_dump fails.
    """
    path = target or settings.SECONDREAD_BACKUPS_DIR / f"secondread-{now:%Y%m%d-%H%M%S-%f}.tar.gz"
    if path.exists():
        raise Refused("exists", f"{path} exists already; choose another name.")
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        dump = Path(folder) / "database"
        _dump_database(dump)
        manifest = Path(folder) / "manifest.json"
        facts = {
            "format": FORMAT,
            "vendor": connection.vendor,
            "made": now.isoformat(),
            "migrations": _applied(),
        }
        manifest.write_text(json.dumps(facts))
        with tarfile.open(partial, "w:gz", compresslevel=1) as archive:
            archive.add(manifest, "manifest.json")
            archive.add(dump, "database")
            for file in _whole_files(settings.SECONDREAD_FILES_DIR):
                archive.add(file, Path("files") / file.relative_to(settings.SECONDREAD_FILES_DIR))
            for model in _models(settings.SECONDREAD_INSTALLED_MODELS_DIR):
                archive.add(model, Path("models") / model.name)
    os.replace(partial, path)
    return path


def restore(*, source: Path) -> None:
    """Put an archive's database, files and installed models in place of the site's.

    A model that was installed since stays.

    Raises Refused where the archive isn't a backup of this kind of database or is newer than this code. The
    archive is read whole before anything is replaced.
    """
    settings.SECONDREAD_DATA_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.SECONDREAD_DATA_DIR) as folder:
        root = Path(folder)
        try:
            with tarfile.open(source, "r:gz") as archive:
                archive.extractall(root, filter="data")
            manifest = json.loads((root / "manifest.json").read_text())
        except (OSError, tarfile.TarError, KeyError, ValueError) as error:
            raise Refused("not_a_backup", f"{source} isn't a readable backup: {error}", status=400) from error
        _check_manifest(manifest)
        # Files first: they are content-named, so adding them disturbs nothing until the database names them.
        for file in sorted((root / "files").rglob("*")) if (root / "files").is_dir() else []:
            if file.is_file():
                place = settings.SECONDREAD_FILES_DIR / file.relative_to(root / "files")
                place.parent.mkdir(parents=True, exist_ok=True)
                os.replace(file, place)
        for fresh in _models(root / "models"):
            _put_model(fresh, settings.SECONDREAD_INSTALLED_MODELS_DIR / fresh.name)
        _load_database(root / "database")


def needs_migration() -> bool:
    """Return whether the database holds data older than the code (an empty database doesn't count)."""
    applied = set(_applied())
    return bool(applied) and bool(_known() - applied)


def _known() -> set[str]:
    return {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}


def _applied() -> list[str]:
    loader = MigrationLoader(connection, ignore_no_migrations=True)
    return sorted(f"{app}.{name}" for app, name in loader.applied_migrations)


def _check_manifest(manifest: dict[str, object]) -> None:
    if manifest.get("format") != FORMAT:
        raise Refused(
            "not_a_backup", "This backup was written by another version of the backup command.", status=400
        )
    if manifest.get("vendor") != connection.vendor:
        raise Refused(
            "other_database",
            f"This is a backup of {manifest.get('vendor')}; the site uses {connection.vendor}.",
        )
    migrations = manifest.get("migrations")
    newer = set(migrations if isinstance(migrations, list) else []) - _known()
    if newer:
        raise Refused("newer_backup", "This backup comes from a newer Second Read; update the code first.")


def _whole_files(root: Path) -> list[Path]:
    # Listed beforehand: a file that is still being written has another name a moment later.
    found = (Path(folder) / name for folder, _, names in os.walk(root) for name in names)
    return sorted(path for path in found if not path.name.startswith(".writing-"))


def _models(root: Path) -> list[Path]:
    """The folders of installed models; a name that starts with a dot is one half copied."""
    found = root.iterdir() if root.is_dir() else ()
    return sorted(path for path in found if path.is_dir() and not path.name.startswith("."))


def _put_model(fresh: Path, target: Path) -> None:
    """Move a model's folder into its place, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".", dir=target.parent) as aside:
        if target.exists():
            os.rename(target, Path(aside) / "old")
        os.rename(fresh, target)


def _dump_database(target: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(target)) as copy:
            connection.connection.backup(copy)
        return
    _postgres(["pg_dump", "--format=custom", "--no-owner", f"--file={target}"])


def _load_database(dump: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(dump)) as copy:
            copy.backup(connection.connection)
        connection.close()
        return
    connection.close()
    name = str(connection.settings_dict["NAME"])
    command = [
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--single-transaction",
        f"--dbname={name}",
    ]
    _postgres([*command, str(dump)], database_as_option=False)


def _postgres(command: list[str], *, database_as_option: bool = True) -> None:
    config = connection.settings_dict
    environment = {**os.environ, "PGPASSWORD": str(config["PASSWORD"] or "")}
    options = [f"--{name}={config[key]}" for name, key in (("host", "HOST"), ("port", "PORT")) if config[key]]
    options += [f"--username={config['USER']}"] if config["USER"] else []
    options += [f"--dbname={config['NAME']}"] if database_as_option else []
    try:
        subprocess.run([command[0], *options, *command[1:]], env=environment, check=True, capture_output=True)
    except FileNotFoundError as error:
        raise Refused("no_tool", f"{command[0]} isn't installed on this machine.") from error
    except subprocess.CalledProcessError as error:
        raise Refused(
            "database_tool", f"{command[0]} failed: {error.stderr.decode(errors='replace').strip()}"
        ) from error
