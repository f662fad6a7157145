"""The throwaway PostgreSQL of ./check --postgres."""

from __future__ import annotations

from pathlib import Path

import environ
import psycopg
import pytest

from scripts.checks.debian import NotHere, find_postgres
from scripts.checks.postgres import temporary_server


def test_server_answers_while_it_is_wanted_and_leaves_nothing(tmp_path: Path) -> None:
    programs = find_postgres()
    if programs is None:
        pytest.skip("PostgreSQL isn't installed on this machine.")
    with temporary_server(programs, log=tmp_path / "log") as address:
        settings = environ.Env().db_url_config(address)
        folder = Path(settings["HOST"])
        with psycopg.connect(host=str(folder), user=settings["USER"], dbname=settings["NAME"]) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
            assert folder.is_dir()
    assert not folder.exists()


def test_broken_installation_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "initdb").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "initdb").chmod(0o755)
    tmp_path.chmod(0o755)
    with pytest.raises(NotHere), temporary_server(tmp_path, log=tmp_path / "log"):
        pass
