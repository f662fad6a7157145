"""Backups of a running site, restored elsewhere; and the backup that precedes a migration."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.crash.conftest import KEY
from tests.e2e.crash.learner import Learner
from tests.e2e.crash.processes import LAB, PUBLISH, CrashSite, wait_for
from tests.e2e.crash.test_import import reading
from tests.quiz import builders

pytestmark = pytest.mark.slow
LATER = "tests.e2e.crash.later.settings"


def tables(site: CrashSite) -> set[str]:
    return {row["name"] for row in site.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}


def backups(site: CrashSite) -> list[Path]:
    return sorted((site.data / "backups").glob("*.tar.gz"))


def assert_files_are_there(site: CrashSite) -> None:
    """Every file that the database names came along."""
    keys = [key for row in site.rows("SELECT master_key, served_key FROM quiz_image") for key in row.values()]
    keys += [row["storage_key"] for row in site.rows("SELECT storage_key FROM inference_heatmap")]
    missing = [key for key in keys if not (site.data / "files" / key).is_file()]
    assert keys and not missing


def empty_site(make_site: Callable[..., CrashSite], tmp_path: Path, name: str) -> CrashSite:
    source = tmp_path / f"nothing-{name}"
    source.mkdir()
    return make_site(name, source=source)


def test_backup_of_a_writing_site_restores_and_goes_on(
    make_site: Callable[..., CrashSite], tmp_path: Path
) -> None:
    site = make_site()
    site.start_web()
    learner = Learner(site, "learner").sign_up()
    begun = learner.next_read()
    learner.step(begun, "open")
    learner.step(begun, "commit")
    finished = Learner(site, "other").sign_up()
    done = [finished.whole_read() for _ in range(2)]
    before = dict(finished.answers)
    cases = [builders.case(7000 + number, present=False) for number in range(300)]
    pack = builders.write_pack(tmp_path / "packs", cases, key="beside", ai_model=KEY)
    stop, errors = threading.Event(), list[BaseException]()
    reader = threading.Thread(target=reading(finished, stop, errors), daemon=True)
    for name in (LAB, PUBLISH):
        site.start(name)
    with site.python_process("manage.py", "import_pack", str(pack), "--publish") as importing:
        reader.start()
        archives = []
        while importing.poll() is None or not archives:
            archives.append(Path(json.loads(site.manage("backup", "--json"))["path"]))
        out, err = importing.communicate()
    assert importing.returncode == 0, f"{out}\n{err}"
    time.sleep(0.5)
    archives.append(Path(json.loads(site.manage("backup", "--json"))["path"]))
    stop.set()
    reader.join(30)
    assert not errors, errors
    print(f"\n{len(archives)} backups while an import, a worker and a learner wrote")
    site.end()
    for number, archive in enumerate(archives[:: max(1, len(archives) - 1)]):
        restored = empty_site(make_site, tmp_path, f"restored-{number}")
        restored.manage("restore", archive, "--yes")
        restored.prepare()
        assert restored.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
        assert_files_are_there(restored)
        restored.start_web()
        again = Learner(restored, "learner").sign_in()
        assert again.get(begun) == learner.answers[begun, "commit"]
        for name in ("ai", "final", "truth"):
            again.step(begun, name)
        assert again.next_read() != begun
        theirs = Learner(restored, "other", answers=before).sign_in()
        assert theirs.assert_nothing_lost() == len(before) and theirs.get(done[0])["state"] == "truth_shown"


def test_older_data_is_backed_up_and_then_migrated(
    make_site: Callable[..., CrashSite], tmp_path: Path
) -> None:
    today = make_site("today")
    today.start_web()
    learner = Learner(today, "learner").sign_up()
    read = learner.whole_read()
    today.end()
    assert "up to date" in today.manage("backup", "--if-older")
    assert not backups(today)

    tomorrow = make_site("tomorrow", source=today.data, settings=LATER)
    archive = Path(json.loads(tomorrow.manage("backup", "--if-older", "--json"))["path"])
    assert backups(tomorrow) == [archive]
    assert "later_thing" not in tables(tomorrow), "the backup comes before the change"
    tomorrow.manage("migrate", "--noinput")
    assert "later_thing" in tables(tomorrow)
    assert "up to date" in tomorrow.manage("backup", "--if-older")
    assert backups(tomorrow) == [archive]

    # The way back: what was kept is the older state, and today's code runs on it.
    back = empty_site(make_site, tmp_path, "back")
    back.manage("restore", archive, "--yes")
    assert "later_thing" not in tables(back)
    back.start_web()
    assert Learner(back, "learner").sign_in().get(read) == learner.answers[read, "truth"]


def test_the_launcher_backs_up_before_it_migrates(make_site: Callable[..., CrashSite]) -> None:
    site = make_site(settings=LATER)
    steps = [event["step"] for line in site.prepare().splitlines() if "step" in (event := json.loads(line))]
    assert steps == ["Backup before the database changes", "Database"]
    assert len(backups(site)) == 1
    assert "later_thing" in tables(site)
    assert site.prepare() == ""
    assert len(backups(site)) == 1
    site.start_web()
    Learner(site, "learner").sign_up().whole_read()


def test_newer_data_is_refused(make_site: Callable[..., CrashSite], tmp_path: Path) -> None:
    newer = make_site("newer", settings=LATER)
    newer.prepare()
    archive = tmp_path / "newer.tar.gz"
    newer.manage("backup", archive)
    today = make_site("today")
    with today.python_process("manage.py", "restore", str(archive), "--yes") as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "newer" in err
    assert "later_thing" not in tables(today)
    wait_for(lambda: not list(today.data.glob("tmp*")), what="tidy data directory", patience_s=1)
