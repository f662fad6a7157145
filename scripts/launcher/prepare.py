"""The part of the set-up that needs Django: static files, database, demo content, in one process.

Run by the launcher with the Python of `.venv`. Events go to the standard output, one JSON object a line:
`{"step": name}` when a step starts, `{"done": true}` at its end,
`{"accounts": […]}`, `{"refused": sentence}`.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from typing import Any

import django
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader


class NotPossible(Exception):
    """The data directory can't be used with this code; the message is one sentence."""


def emit(**event: Any) -> None:
    """Write one event for the launcher."""
    print(json.dumps(event), flush=True)


def command(name: str, *arguments: str, **options: Any) -> None:
    """Run a management command, its output going to the standard error."""
    printed = io.StringIO()
    call_command(name, *arguments, stdout=printed, stderr=sys.stderr, **options)
    sys.stderr.write(printed.getvalue())


def unknown_migrations(loader: MigrationLoader) -> list[str]:
    """Return the migrations that the database has and this code, in the same apps, has not."""
    return sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in loader.migrated_apps and (app, name) not in (loader.disk_migrations or {})
    )


def migrate() -> None:
    """Bring the database to this code's migrations, with a backup first where it holds anything."""
    executor = MigrationExecutor(connection)
    unknown = unknown_migrations(executor.loader)
    if unknown:
        raise NotPossible(
            f"The database is of a newer Second Read (it has {unknown[0]}): update, or restore a backup."
        )
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    if executor.loader.applied_migrations:
        emit(step="Backup before the database changes")
        command("backup")
        emit(done=True)
    emit(step="Database")
    command("migrate", interactive=False, verbosity=0)
    if executor.loader.applied_migrations:
        # Reads from before their sums were kept.
        command("rebuild_progress", uncounted=True)
    emit(done=True)


def collect_static() -> None:
    """Copy the static files to where the site serves them from."""
    emit(step="Static files")
    command("collectstatic", interactive=False, verbosity=0)
    emit(done=True)


def load_demo() -> None:
    """Load the demo cases where they are missing."""
    emit(step="Demo cases")
    command("load_demo")
    emit(done=True)


def make_accounts() -> None:
    """Make the demo accounts where they are missing; hand over those made, passwords included."""
    printed = io.StringIO()
    call_command("create_demo_accounts", "--json", stdout=printed, stderr=sys.stderr)
    answer = json.loads(printed.getvalue() or "[]")
    emit(accounts=answer["accounts"] if isinstance(answer, dict) else answer)


def main() -> int:
    """Do what the flags name; exits 1 after saying why where it isn't possible."""
    parser = argparse.ArgumentParser()
    for flag in ("--static", "--demo", "--accounts"):
        parser.add_argument(flag, action="store_true")
    flags = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quizsite.settings")
    django.setup()
    try:
        call_command("check", stdout=sys.stderr, stderr=sys.stderr)
        if flags.static:
            collect_static()
        migrate()
        if flags.demo:
            load_demo()
        if flags.accounts:
            make_accounts()
    except SystemCheckError as error:
        print(error, file=sys.stderr)
        emit(refused="The site's own checks found something that must be mended first.")
        return 1
    except (NotPossible, CommandError) as error:
        emit(refused=str(error))
        return 1
    except DatabaseError as error:
        print(error, file=sys.stderr)
        emit(refused="The database can't be used.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
