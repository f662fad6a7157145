"""The course of `./run`: check, set up, start, wait, tend, end."""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from scripts.launcher import front_end, packages, preconditions, site
from scripts.launcher.children import POLL_S, Program, Supervisor
from scripts.launcher.console import Console, Refusal
from scripts.launcher.health import wait_until_healthy
from scripts.launcher.options import Options, parse
from scripts.launcher.places import ROOT, Places

STOP_GRACE_S = 12.0
LOCK_PATIENCE_S = 15.0


class StopRequests:
    """Counts the signals that ask the launcher to stop: the first ends it gently, a second at once."""

    def __init__(self) -> None:
        """Take over SIGINT, SIGTERM and SIGHUP."""
        self.count = 0
        self.patient = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.count += 1
        if not self.patient:
            raise KeyboardInterrupt


def main(argv: Sequence[str]) -> int:
    """Run the command; return its exit code: 0 ended as asked, 1 refused, 130 stopped during the set-up."""
    console = Console()
    options = parse(argv, root=ROOT, environ=os.environ)
    places = Places(root=ROOT, data=options.data_dir)
    requests = StopRequests()
    try:
        return run(places, options, console, requests)
    except Refusal as refusal:
        console.refuse(refusal)
        return 1
    except KeyboardInterrupt:
        console.say("\nStopped.")
        return 130


def run(places: Places, options: Options, console: Console, requests: StopRequests) -> int:
    """Set the site up and, unless only that was asked for, keep it running until a signal comes."""
    started = time.monotonic()
    preconditions.check_machine()
    preconditions.check_writable(places.data)
    preconditions.check_disk(places.data, needed_gib=site.LEAST_FREE_GIB, purpose="The data directory")
    with only_launcher(places.data) as lock:
        if not options.setup_only:
            preconditions.check_port(options.host, options.port)
        console.say("Second Read: setting up")
        set_up_tree(places, console, torch_index=options.torch_index)
        env = site.site_environment(places, options, os.environ)
        accounts = site.prepare(places, options, console, env)
        if options.setup_only:
            console.say(f"Set up in {time.monotonic() - started:.1f} s. ./run starts the site.")
            show_accounts(accounts, console)
            return 0
        supervise(places, options, console, requests, env, accounts, started, lock)
    return 0


def set_up_tree(places: Places, console: Console, *, torch_index: str, dev: bool = False) -> None:
    """Bring `.venv` and the built front end up to date; `dev` adds the packages that checks need."""
    packages.ensure_venv(places, console)
    packages.install_packages(places, console, torch_index=torch_index)
    if dev:
        packages.install_dev_packages(places, console)
    front_end.build(places, console)


def programs(places: Places, options: Options) -> list[Program]:
    """Return the processes of the site: web server, one worker for each queue, and the timetable."""
    celery = [str(places.python), "-m", "celery", "-A", "quizsite"]
    worker = [*celery, "worker", "--pool=solo", "--prefetch-multiplier=1", "--loglevel=INFO"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    web = [str(places.python), "-m", "gunicorn", "quizsite.wsgi:application", "--worker-class=gthread"]
    address = f"[{options.host}]" if ":" in options.host.strip("[]") else options.host
    sizes = ["--workers=2", "--threads=8", "--timeout=120", "--graceful-timeout=10", "--no-control-socket"]
    schedule = places.data / "celerybeat-schedule"
    return [
        Program("web server", [*web, f"--bind={address}:{options.port}", *sizes], places.logs / "web.log"),
        Program(
            "worker for AI opinions",
            [*worker, *quiet, "-Q", "lab", "-n", "lab@%h"],
            places.logs / "worker-lab.log",
        ),
        Program(
            "worker for publishing",
            [*worker, *quiet, "-Q", "publish", "-n", "publish@%h"],
            places.logs / "worker-publish.log",
        ),
        Program(
            "timetable",
            [*celery, "beat", f"--schedule={schedule}", "--pidfile=", "--loglevel=INFO"],
            places.logs / "beat.log",
        ),
    ]


def supervise(
    places: Places,
    options: Options,
    console: Console,
    requests: StopRequests,
    env: Mapping[str, str],
    accounts: list[dict[str, Any]],
    started: float,
    lock: int,
) -> None:
    """Start the site, print where it is, and tend it until a signal comes; then end all of it."""
    preconditions.check_port(options.host, options.port)
    web_log = places.logs / "web.log"
    since = web_log.stat().st_size if web_log.exists() else 0
    supervisor = Supervisor(
        programs(places, options), cwd=places.root, env=env, console=console, keep_open=[lock]
    )
    try:
        console.begin("Site")
        begun = time.monotonic()
        supervisor.start()
        wait_until_healthy(
            options.host,
            options.port,
            host_header=site.allowed_hosts(options, os.environ)[0].lstrip(".").replace("*", "localhost"),
            log=web_log,
            since=since,
            tend=supervisor.tend,
        )
        console.end(time.monotonic() - begun)
        welcome(places, options, console, accounts, time.monotonic() - started)
        requests.patient = True
        while not requests.count:
            supervisor.tend()
            time.sleep(POLL_S)
    finally:
        requests.patient = True
        console.say("\nEnding the site …")
        seen = requests.count
        supervisor.stop(grace_s=STOP_GRACE_S, hurry=lambda: requests.count > seen)
        supervisor.close()
        console.say("Everything has ended.")


def welcome(
    places: Places, options: Options, console: Console, accounts: list[dict[str, Any]], seconds: float
) -> None:
    """Print the address, the demo accounts that were just made, and how to stop."""
    shown = f"[{options.host}]" if ":" in options.host.strip("[]") else options.host
    console.say(f"\nSecond Read is ready after {seconds:.1f} s: http://{shown}:{options.port}/")
    show_accounts(accounts, console)
    if not options.loopback and not os.environ.get("SECONDREAD_ALLOWED_HOSTS"):
        names = ", ".join(site.allowed_hosts(options, os.environ))
        console.say(f"It answers to {names} only: name others in SECONDREAD_ALLOWED_HOSTS.")
    if not site.guests_allowed(options, os.environ):
        console.say(
            f"There are no demo accounts here. An administrator is made by:"
            f" SECONDREAD_DATA_DIR={places.data} {places.python} manage.py createsuperuser"
        )
    console.say(f"Logs: {places.logs}. Ctrl-C ends it.\n")


def show_accounts(accounts: list[dict[str, Any]], console: Console) -> None:
    """Print the demo accounts that were just made; their passwords are kept nowhere else."""
    if not accounts:
        return
    console.say("Demo accounts, shown only this once:")
    for account in accounts:
        role = f"  ({account['role']})" if account.get("role") else ""
        console.say(f"    {account['username']:<12} {account['password']}{role}")


@contextmanager
def only_launcher(data: Path) -> Iterator[int]:
    """Hold the data directory's lock, so that no two launchers run one site; yield its descriptor.

    The watchdog keeps it open too: after a kill of the launcher it is free once the children have ended.
    """
    descriptor = os.open(data / "run.lock", os.O_RDWR | os.O_CREAT, 0o640)
    try:
        _take_lock(descriptor, data)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _take_lock(descriptor: int, data: Path) -> None:
    deadline = time.monotonic() + LOCK_PATIENCE_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            owner = os.pread(descriptor, 20, 0).decode()
            if _alive(owner) or time.monotonic() > deadline:
                raise Refusal(
                    f"Second Read already runs on {data} (process {owner or 'unknown'}): end that one,"
                    " or choose another data directory with --data."
                ) from None
            time.sleep(POLL_S)


def _alive(owner: str) -> bool:
    try:
        os.kill(int(owner), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
