"""Fixtures of crash tests: a prepared data directory with a published set, and copies of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.e2e.crash import processes
from tests.e2e.crash.processes import CrashSite, copied_site, wait_for
from tests.quiz import builders

KEY = "cxr-pneumonia"
CASES = 12


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory as the launcher prepares it, with a published set whose AI opinions are done."""
    folder = tmp_path_factory.mktemp("template")
    site = CrashSite(folder / "data")
    site.data.mkdir()
    cases = [builders.case(number, present=number % 2 == 0) for number in range(CASES)]
    pack = builders.write_pack(folder / "packs", cases, ai_model=KEY)
    try:
        site.prepare()
        site.manage("import_pack", pack, "--publish")
        for name in (processes.LAB, processes.PUBLISH):
            site.start(name)
        wait_for(
            lambda: site.count("SELECT count(*) FROM inference_job WHERE state = 'done'") == CASES,
            what="AI opinions",
            report=lambda: site.log("worker-publish"),
        )
    finally:
        site.end()
    return site.data


@pytest.fixture
def make_site(template: Path, tmp_path: Path) -> Iterator[Callable[..., CrashSite]]:
    """Makes sites on copies of the template (or on other data), which are ended after the test."""
    with ExitStack() as stack:

        def make(name: str = "site", *, source: Path | None = None, **changes: str) -> CrashSite:
            data = tmp_path / name / "data"
            data.parent.mkdir()
            return stack.enter_context(copied_site(source or template, data, **changes))

        yield make
    shutil.rmtree(tmp_path, ignore_errors=True)


@pytest.fixture
def site(make_site: Callable[..., CrashSite]) -> CrashSite:
    return make_site()
