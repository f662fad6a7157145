"""Timing of pages as learners get them: through the whole stack of the site, in this process, one after another."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext

from quiz.models import CaseSet, Read, User

_BACKEND = "quiz.web.backends.AccountBackend"


@dataclass(frozen=True)
class Timing:
    """One page over many learners: milliseconds, and how many queries the fewest and the most took.

    `cpu_ms` is the median time that this process itself worked: without the database's and without waiting.
    """

    n: int
    median_ms: float
    p95_ms: float
    cpu_ms: float
    queries_least: int
    queries_most: int


@dataclass(frozen=True)
class Benchmark:
    """How much there is, and how long each page takes with it."""

    database: str
    learners: int
    reads: int
    pages: dict[str, Timing]

    def as_json(self) -> dict[str, object]:
        """Return it as plain values."""
        return asdict(self)


def benchmark_pages(*, samples: int, seed: int) -> Benchmark | None:
    """Return the timings over `samples` learners drawn by `seed` among those who have read; None without any.

    Nothing stays written: signing in and starting a sitting are rolled back.
    """
    readers = list(User.objects.filter(streak__current__gt=0).values_list("pk", flat=True))
    case_set = CaseSet.objects.filter(status=CaseSet.Status.PUBLISHED, pool=CaseSet.Pool.OPEN).first()
    if not readers or case_set is None:
        return None
    rng = random.Random(seed)  # noqa: S311 - nothing secret
    drawn = [rng.choice(readers) for _ in range(samples)]
    pages: dict[str, Callable[[Client], HttpResponseBase]] = {
        "home": lambda client: client.get("/"),
        "set": lambda client: client.get(f"/sets/{case_set.slug}/"),
        "next_case": lambda client: client.post(f"/sets/{case_set.slug}/start"),
        "progress": lambda client: client.get("/progress/"),
        "progress_reads": lambda client: client.get("/progress/reads/?first=right"),
        "api_progress": lambda client: client.get("/api/v1/progress"),
    }
    return Benchmark(
        database=connection.vendor,
        learners=len(readers),
        reads=Read.objects.count(),
        pages={name: _timing(get, drawn) for name, get in pages.items()},
    )


def _timing(get: Callable[[Client], HttpResponseBase], learners: Sequence[int]) -> Timing:
    taken, worked, queries = [], [], []
    for learner in learners:
        with transaction.atomic():
            client = Client(SERVER_NAME=_host())
            client.force_login(User.objects.get(pk=learner), backend=_BACKEND)
            with transaction.atomic():
                started, began = time.perf_counter(), time.process_time()
                get(client)
                worked.append(1000 * (time.process_time() - began))
                taken.append(1000 * (time.perf_counter() - started))
                transaction.set_rollback(True)
            with transaction.atomic(), CaptureQueriesContext(connection) as captured:
                get(client)
                transaction.set_rollback(True)
            queries.append(len(captured))
            transaction.set_rollback(True)
    return Timing(
        n=len(taken),
        median_ms=round(statistics.median(taken), 1),
        p95_ms=round(statistics.quantiles(taken, n=20)[-1] if len(taken) > 1 else taken[0], 1),
        cpu_ms=round(statistics.median(worked), 1),
        queries_least=min(queries),
        queries_most=max(queries),
    )


def _host() -> str:
    return next((host for host in settings.ALLOWED_HOSTS if host and "*" not in host), "localhost").lstrip(
        "."
    )
