"""Timing of pages as learners get them: through the whole stack of the site, in this process, one after another.

Two databases are compared by turns, a request here and a request there: a machine that is faster or slower for a
while is so for both.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import IO

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext

from quiz.models import CaseSet, Read, User

PAGES = ("home", "set", "next_case", "progress", "progress_reads", "api_progress")
_BACKEND = "quiz.web.backends.AccountBackend"


@dataclass(frozen=True)
class Sample:
    """One request: milliseconds that it took and that this process worked, and its queries."""

    taken_ms: float
    worked_ms: float
    queries: int


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
class Site:
    """What is measured: a database, and how much there is in it."""

    database: str
    learners: int
    reads: int


@dataclass(frozen=True)
class Benchmark(Site):
    """How much there is, and how long each page takes with it."""

    pages: dict[str, Timing]
    beside: Benchmark | None = None
    """The same of the other database."""

    def ratios(self) -> dict[str, float]:
        """Each page's median over the other database's; empty without one."""
        other = {} if self.beside is None else self.beside.pages
        return {name: round(self.pages[name].median_ms / one.median_ms, 2) for name, one in other.items()}

    def as_json(self) -> dict[str, object]:
        """Return it as plain values."""
        return {**asdict(self), "ratios": self.ratios()}


class Learners:
    """Those who are asked for: drawn by `seed` among the accounts that have read.

    Raises LookupError where nobody has, or no set is open.
    """

    def __init__(self, seed: int) -> None:
        self._readers = list(User.objects.filter(streak__current__gt=0).values_list("pk", flat=True))
        case_set = CaseSet.objects.filter(status=CaseSet.Status.PUBLISHED, pool=CaseSet.Pool.OPEN).first()
        if not self._readers or case_set is None:
            raise LookupError("Nobody has read anything yet.")
        self._rng = random.Random(seed)  # noqa: S311 - nothing secret
        self.site = Site(connection.vendor, len(self._readers), Read.objects.count())
        self._pages: dict[str, Callable[[Client], HttpResponseBase]] = {
            "home": lambda client: client.get("/"),
            "set": lambda client: client.get(f"/sets/{case_set.slug}/"),
            "next_case": lambda client: client.post(f"/sets/{case_set.slug}/start"),
            "progress": lambda client: client.get("/progress/"),
            "progress_reads": lambda client: client.get("/progress/reads/?first=right"),
            "api_progress": lambda client: client.get("/api/v1/progress"),
        }

    def ask(self, page: str) -> Sample:
        """One learner's request, timed, then once more to count its queries; what it writes is rolled back."""
        get = self._pages[page]
        with transaction.atomic():
            client = Client(SERVER_NAME=_host())
            client.force_login(User.objects.get(pk=self._rng.choice(self._readers)), backend=_BACKEND)
            with transaction.atomic():
                started, began = time.perf_counter(), time.process_time()
                get(client)
                worked = 1000 * (time.process_time() - began)
                taken = 1000 * (time.perf_counter() - started)
                transaction.set_rollback(True)
            with transaction.atomic(), CaptureQueriesContext(connection) as captured:
                get(client)
                transaction.set_rollback(True)
            transaction.set_rollback(True)
        return Sample(taken, worked, len(captured))


def benchmark_pages(*, samples: int, seed: int, beside: str = "", pages: Sequence[str] = PAGES) -> Benchmark:
    """Return the timings of `pages` over `samples` learners drawn by `seed`; also of the database at `beside`.

    Nothing stays written: signing in and starting a sitting are rolled back. Raises LookupError where nobody has
    read anything yet, here or there.
    """
    learners = Learners(seed)
    if not beside:
        _warm(learners.ask, pages)
        return _benchmark(
            learners.site, {page: [learners.ask(page) for _ in range(samples)] for page in pages}
        )
    with _other(beside, seed) as (site, ask):
        _warm(learners.ask, pages)
        _warm(ask, pages)
        here: dict[str, list[Sample]] = {page: [] for page in pages}
        there: dict[str, list[Sample]] = {page: [] for page in pages}
        for page in pages:
            turns = [(learners.ask, here[page]), (ask, there[page])]
            for number in range(samples):
                for one, kept in turns if number % 2 else reversed(turns):
                    kept.append(one(page))
    return _benchmark(learners.site, here, _benchmark(site, there))


def _warm(ask: Callable[[str], Sample], pages: Sequence[str]) -> None:
    """Each page once, untimed: the first request of a process also reads templates and modules."""
    for page in pages:
        ask(page)


def answer(asked: Iterable[str], answers: IO[str], *, seed: int) -> None:
    """Be the other side of a comparison: the site first, then a sample for each page named, a line of JSON each."""
    learners = Learners(seed)
    print(json.dumps(asdict(learners.site)), file=answers, flush=True)
    for line in asked:
        print(json.dumps(asdict(learners.ask(line.strip()))), file=answers, flush=True)


@contextmanager
def _other(address: str, seed: int) -> Iterator[tuple[Site, Callable[[str], Sample]]]:
    """The same command on the database at `address`: what there is, and a request there."""
    command = [sys.executable, "manage.py", "benchmark_pages", "--in-turn", "--seed", str(seed)]
    environment = dict(os.environ)
    environment["SECONDREAD_DATABASE_URL"] = address
    with subprocess.Popen(  # noqa: S603 - our own command
        command,
        cwd=settings.BASE_DIR,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        asked, answers = process.stdin, process.stdout
        if asked is None or answers is None:  # pragma: no cover - both were asked for
            raise RuntimeError("No pipes.")
        first = answers.readline()
        if not first:
            raise LookupError(f"Nothing to measure at {address}.")

        def ask(page: str) -> Sample:
            print(page, file=asked, flush=True)
            return Sample(**json.loads(answers.readline()))

        yield Site(**json.loads(first)), ask
        asked.close()


def _benchmark(site: Site, taken: dict[str, list[Sample]], beside: Benchmark | None = None) -> Benchmark:
    pages = {name: _timing(samples) for name, samples in taken.items()}
    return Benchmark(**asdict(site), pages=pages, beside=beside)


def _timing(samples: Sequence[Sample]) -> Timing:
    taken = [one.taken_ms for one in samples]
    queries = [one.queries for one in samples]
    return Timing(
        n=len(taken),
        median_ms=round(statistics.median(taken), 1),
        p95_ms=round(statistics.quantiles(taken, n=20)[-1] if len(taken) > 1 else taken[0], 1),
        cpu_ms=round(statistics.median(one.worked_ms for one in samples), 1),
        queries_least=min(queries),
        queries_most=max(queries),
    )


def _host() -> str:
    return next((host for host in settings.ALLOWED_HOSTS if host and "*" not in host), "localhost").lstrip(
        "."
    )
