"""Running calls at the same moment, each in a thread with a database connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

from quiz.services.errors import Refused

T = TypeVar("T")
PATIENCE_S = 60.0


def together(calls: Sequence[Callable[[], T]]) -> list[T | Refused]:
    """Start all calls at once and return their results in order; a refusal is a result, an error is raised."""
    gate = threading.Barrier(len(calls), timeout=PATIENCE_S)

    def run(call: Callable[[], T]) -> T | Refused:
        try:
            connection.ensure_connection()  # what is measured is the race, not the dialling
            gate.wait()
            return call()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        return [future.result(PATIENCE_S) for future in [pool.submit(run, call) for call in calls]]


def refusals(results: Sequence[object]) -> list[str]:
    """Return the codes of the refusals among the results."""
    return [result.code for result in results if isinstance(result, Refused)]
