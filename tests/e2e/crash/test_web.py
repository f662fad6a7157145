"""The web server is killed: what was answered with success is there, and the read goes on."""

from __future__ import annotations

import random
import threading
import time

import pytest

from tests.e2e.crash.learner import STEPS, Learner, NotAnswered
from tests.e2e.crash.processes import WEB, CrashSite, group_members

pytestmark = pytest.mark.slow
KILLS = 4
START_LIMIT_S = 3.0
RETRY_PATIENCE_S = 240.0
FORBIDDEN = ("torch", "torchvision", "scipy", "sklearn", "statsmodels", "pandas", "matplotlib", "cv2")


def restart(site: CrashSite) -> None:
    site.kill(WEB)
    assert not site.answers()
    site.start_web()


def test_nothing_is_lost_between_any_two_steps(site: CrashSite) -> None:
    site.start_web()
    learner = Learner(site, "learner").sign_up()
    restart(site)
    read = learner.next_read()
    restart(site)
    assert learner.next_read() == read
    for name, (state, _) in STEPS.items():
        answer = learner.step(read, name)
        restart(site)
        found = learner.get(read)
        assert found == answer, f"after {name}"
        assert found["state"] == state
        # The app that never saw the answer sends the request again, and gets what is stored.
        assert learner.step(read, name) == answer
    assert found["ai"]["status"] == "declined", "the AI knows noise from films"
    assert found["truth"]["outcome"]["label"]
    assert site.count("SELECT count(*) FROM quiz_opinion") == 2
    assert site.count("SELECT count(*) FROM quiz_readoutcome") == 1
    assert site.count("SELECT count(*) FROM quiz_exposure") == 1
    assert_counted_once(site, reads=1, learners=1)
    assert learner.next_read() != read


def assert_counted_once(site: CrashSite, *, reads: int, learners: int) -> None:
    """What finished reads leave behind: grades, days, streaks and tallies hold each of them once."""
    assert site.count("SELECT count(*) FROM quiz_reviewevent") == reads
    assert site.count("SELECT sum(reviews) FROM quiz_reviewcard") == reads
    assert site.count("SELECT sum(reads) FROM quiz_dailyactivity") == reads
    assert site.count("SELECT count(*) FROM quiz_streak") == learners
    # Tallies and all the rest: nothing differs from what the reads give.
    assert site.manage("rebuild_progress", "--check", "--json")


def persistent(learner: Learner, reads: int) -> int:
    """Read `reads` cases, asking again whenever no answer comes; return how often that was."""
    unanswered = 0
    for _ in range(reads):
        read, waiting = "", list(STEPS)
        deadline = time.monotonic() + RETRY_PATIENCE_S
        while waiting:
            try:
                if not read:
                    read = learner.next_read()
                learner.step(read, waiting[0])
                waiting.pop(0)
            except NotAnswered:
                unanswered += 1
                assert time.monotonic() < deadline, "the site doesn't come back"
                time.sleep(0.1)
    return unanswered


def test_kills_in_the_middle_of_requests_lose_and_double_nothing(site: CrashSite) -> None:
    site.start_web()
    learners = [Learner(site, f"learner-{n}").sign_up() for n in range(3)]
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda one=one: counts.append(persistent(one, 8)), daemon=True)
        for one in learners
    ]
    for thread in threads:
        thread.start()
    moments = random.Random(4)
    kills = 0
    while any(thread.is_alive() for thread in threads) and kills < KILLS:
        time.sleep(moments.uniform(0.5, 1.5))
        restart(site)
        kills += 1
    for thread in threads:
        thread.join(RETRY_PATIENCE_S)
    assert len(counts) == len(learners), "a learner gave up"
    answers = sum(learner.assert_nothing_lost() for learner in learners)
    print(f"\n{kills} kills, {sum(counts)} requests without an answer, {answers} answers kept")
    assert kills and sum(counts)
    assert answers == 3 * 8 * len(STEPS)
    assert site.count("SELECT count(*) FROM quiz_opinion") == 3 * 8 * 2
    assert site.count("SELECT count(*) FROM quiz_readoutcome") == 3 * 8
    assert site.count("SELECT count(*) FROM quiz_exposure") == 3 * 8
    assert_counted_once(site, reads=3 * 8, learners=3)
    assert site.count("SELECT count(*) FROM quiz_sitting") == 3


def test_web_server_is_up_quickly_and_without_what_belongs_to_workers(site: CrashSite) -> None:
    times = []
    for _ in range(3):
        times.append(site.start_web())
        if len(times) < 3:
            site.kill(WEB)
    Learner(site, "learner").sign_up().whole_read()
    processes = group_members(site.running[WEB].pid)
    # The issue names the limit. The best of three: what else this machine is doing is no property of the site.
    print(f"\nfirst answer after {', '.join(f'{one:.2f} s' for one in times)}; {len(processes)} processes")
    assert min(times) < START_LIMIT_S
    assert len(processes) >= 3, "gunicorn and its workers"
    for pid, maps in processes.items():
        found = [name for name in FORBIDDEN if f"/{name}/" in maps]
        assert not found, f"process {pid} has loaded {found}"
