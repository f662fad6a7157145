"""Whether the site is ready to serve: database, migrations, worker heartbeat, disk."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from inference import selectors as inference_selectors

QUEUES = ("lab", "publish")


def readiness(*, now: datetime) -> dict[str, dict[str, Any]]:
    """Return each check as {"ok": bool, "detail": sentence}; nothing raises."""
    try:
        connection.ensure_connection()
    except DatabaseError:
        return {"database": {"ok": False, "detail": "The database doesn't answer."}}
    checks = {"database": {"ok": True, "detail": "The database answers."}, "migrations": _migrations()}
    if checks["migrations"]["ok"]:
        checks["workers"] = _workers(now)
    checks["disk"] = _disk()
    return checks


def _migrations() -> dict[str, Any]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return {"ok": not plan, "detail": f"{len(plan)} migrations are waiting." if plan else "Up to date."}


def _workers(now: datetime) -> dict[str, Any]:
    beats = inference_selectors.worker_heartbeats()
    limit = timedelta(seconds=settings.SECONDREAD_HEARTBEAT_SECONDS)
    silent = [queue for queue in QUEUES if queue not in beats or now - beats[queue] > limit]
    detail = f"No worker has reported on: {', '.join(silent)}." if silent else "Workers on every queue."
    return {"ok": not silent, "detail": detail}


def _disk() -> dict[str, Any]:
    free = shutil.disk_usage(settings.SECONDREAD_DATA_DIR).free // 2**20
    return {"ok": free >= settings.SECONDREAD_MIN_FREE_MB, "detail": f"{free} MB are free."}
