"""The worker is killed in the middle of a batch: after a restart every opinion is there, exactly once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from inference import heatmap_files
from inference.contracts import HEATMAP_METHODS
from radiology.filestore import FileStore
from tests.e2e.crash.conftest import CASES, KEY
from tests.e2e.crash.processes import LAB, PUBLISH, TIMETABLE, CrashSite, wait_for
from tests.quiz import builders

pytestmark = pytest.mark.slow
IMAGES = 60
DONE_PATIENCE_S = 180.0


def jobs(site: CrashSite) -> Counter[str]:
    """How many of the new jobs are in each state."""
    rows = site.rows('SELECT state FROM inference_job ORDER BY created_at, "order"')
    return Counter(row["state"] for row in rows) - Counter({"done": CASES})


def kill_in_a_batch(site: CrashSite, *, done: int) -> int:
    """Kill the worker while it holds claims and at least `done` jobs are done; return how many it held."""
    for _ in range(10):
        wait_for(
            lambda: jobs(site)["done"] >= done and jobs(site)["running"] > 0,
            what=f"batch after {done} jobs",
            every_s=0.002,
            report=lambda: f"{jobs(site)}\n{site.log('worker-publish')}",
        )
        site.kill(PUBLISH)
        held = jobs(site)["running"]
        site.start(PUBLISH)
        if held:
            return held
        # It had just finished its batch: the next one, then.
    raise AssertionError("the worker never died in the middle of a batch")


def test_every_opinion_exactly_once_after_kills(site: CrashSite, tmp_path: Path) -> None:
    cases = [builders.case(1000 + number, present=False) for number in range(IMAGES)]
    pack = builders.write_pack(tmp_path / "packs", cases, key="crash", ai_model=KEY)
    site.manage("import_pack", pack, "--publish")
    assert jobs(site) == {"queued": IMAGES}
    for name in (LAB, PUBLISH, TIMETABLE):
        site.start(name)
    held = [kill_in_a_batch(site, done=0), kill_in_a_batch(site, done=IMAGES // 4)]
    seconds = wait_for(
        lambda: jobs(site)["done"] == IMAGES,
        what="end of the work",
        patience_s=DONE_PATIENCE_S,
        report=lambda: f"{jobs(site)}\n{site.log('worker-publish')}",
    )
    print(f"\nkilled holding {held} jobs; all {IMAGES} done {seconds:.1f} s after the last restart")
    assert_every_opinion_once(site)
    attempts = Counter(row["attempts"] for row in site.rows("SELECT attempts FROM inference_job"))
    assert min(attempts) == 1
    assert sum(count for tries, count in attempts.items() if tries > 1) >= max(held)


def assert_every_opinion_once(site: CrashSite) -> None:
    total = IMAGES + CASES
    assert jobs(site) == {"done": IMAGES}
    assert site.count("SELECT count(*) FROM inference_job WHERE claimed_until IS NOT NULL") == 0
    assert site.count("SELECT count(*) FROM inference_aiopinion") == total
    assert site.count("SELECT count(DISTINCT image_sha256) FROM inference_aiopinion") == total
    opinions = site.rows(
        "SELECT o.id, count(h.id) AS n FROM inference_aiopinion o"
        " LEFT JOIN inference_heatmap h ON h.opinion_id = o.id GROUP BY o.id"
    )
    # Each opinion has a map of its one finding by each method that is always made.
    assert {row["n"] for row in opinions} == {len(HEATMAP_METHODS) - 1}
    assert site.count("SELECT count(*) FROM inference_heatmap WHERE method = 'occlusion'") == 0
    assert site.count("SELECT count(*) FROM inference_findingopinion") == total
    store = FileStore(site.data / "files")
    for row in site.rows("SELECT storage_key, width, height FROM inference_heatmap"):
        values = heatmap_files.decode(store.read(row["storage_key"]))
        assert values.size and (row["width"], row["height"]) == (builders.SIZE, builders.SIZE)
