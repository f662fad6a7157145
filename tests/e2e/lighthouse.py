"""Lighthouse's grades of every page, signed in: accessibility, best practices and, by the command, performance.

`python -m tests.e2e.lighthouse OUT` starts a site of its own, prints a table and keeps it in the folder OUT.
Lighthouse is an npm package of its own (`tests/e2e/npm/`), installed into `.venv/lighthouse` at its first use.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django

from scripts.launcher.front_end import find_node
from scripts.launcher.places import ROOT, Places
from scripts.launcher.stamps import Stamp, digest

PROJECT = ROOT / "tests" / "e2e" / "npm"
CATEGORIES = ("accessibility", "best-practices", "performance")
# What each grade must reach; performance on the pages that a learner meets between cases.
LEAST = {"accessibility": 95, "best-practices": 95}
LEAST_PERFORMANCE = 90
QUICK = ("home", "home-anonymous", "set", "progress")


class NotInstalled(Exception):
    """Lighthouse can't be had; the message says why."""


@dataclass(frozen=True)
class Place:
    """A page to grade: its label, its address, and the cookies, by name, with which it is asked for."""

    label: str
    url: str
    cookies: dict[str, str]


@dataclass(frozen=True)
class Grades:
    """Lighthouse's grades of 0 to 100 by category, and what cost points."""

    label: str
    scores: dict[str, int]
    lost: tuple[str, ...]

    def too_low(self) -> list[str]:
        """Return one line for each grade that misses its mark."""
        least = {**LEAST, **({"performance": LEAST_PERFORMANCE} if self.label in QUICK else {})}
        return [
            f"{self.label}: {name} {self.scores[name]}, not {mark}; {'; '.join(self.lost)}"
            for name, mark in least.items()
            if name in self.scores and self.scores[name] < mark
        ]


def install() -> Path:
    """Return the folder with Lighthouse, installing what the lock names where it isn't there yet."""
    folder = Path(sys.prefix) / "lighthouse"
    stamp = Stamp(folder / ".stamp")
    lock = PROJECT / "package-lock.json"
    value = digest(lock.read_bytes())
    if not stamp.matches(value):
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(PROJECT / name, folder / name)
        node = find_node(Places(root=ROOT, data=ROOT / "var"))
        command = [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(
            command, cwd=folder, env=node.environment(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise NotInstalled(f"npm couldn't install Lighthouse: {done.stderr[-500:]}")
        stamp.write(value)
    # A module finds its packages beside itself, not in the folder it is called from.
    shutil.copy(PROJECT / "grade.mjs", folder / "grade.mjs")
    return folder


@contextmanager
def grader(chromium: str, flags: Sequence[str]) -> Iterator[Any]:
    """Give a function that grades a place in the categories named, with one Chromium for all of them."""
    folder = install()
    node = find_node(Places(root=ROOT, data=ROOT / "var"))
    command = [str(node.program), "grade.mjs", chromium, *flags]
    process = subprocess.Popen(
        command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=node.environment()
    )
    assert process.stdin and process.stdout
    asked, answers = process.stdin, process.stdout

    def grade(place: Place, categories: Sequence[str]) -> Grades:
        cookies = [{"name": name, "value": value} for name, value in place.cookies.items()]
        task = {"url": place.url, "cookies": cookies, "categories": list(categories)}
        asked.write(json.dumps(task) + "\n")
        asked.flush()
        line = answers.readline()
        assert line, f"Lighthouse ended at {place.label}"
        told = json.loads(line)
        assert not told["error"], f"{place.label}: {told['error']}"
        assert told["url"] == place.url, f"{place.label} leads to {told['url']}"
        return Grades(place.label, told["scores"], tuple(told["lost"]))

    try:
        yield grade
    finally:
        asked.close()
        process.wait(timeout=60)
        answers.close()


def table(rows: Sequence[Grades]) -> str:
    """Return the grades as a text table, with what cost points below each page."""
    width = max(len(row.label) for row in rows)
    lines = [f"{'page':<{width}}  " + "  ".join(f"{name:>14}" for name in CATEGORIES)]
    for row in rows:
        marks = (str(row.scores[name]) if name in row.scores else "" for name in CATEGORIES)
        lines.append(f"{row.label:<{width}}  " + "  ".join(f"{mark:>14}" for mark in marks))
        lines += [f"{'':<{width}}    {one}" for one in row.lost]
    return "\n".join(lines)


def main(out: Path) -> int:
    """Grade every page and print the table; return 1 where a grade misses its mark."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    # The pack of the demo set may be made by code that needs Django set up.
    from tests.e2e import browser, content, tour
    from tests.e2e.site import running_site

    folder = Path(tempfile.mkdtemp(prefix="secondread-packs-"))
    with running_site(content=lambda site: content.load_demo(site, folder)) as site:
        with browser.running_chromium() as chromium:
            context = browser.new_context(chromium, site.address)
            places = tour.places(site, context.new_page(), name="graded")
        with grader(browser.chromium_path(), browser.FLAGS) as grade:
            rows = [grade(place, CATEGORIES) for place in places]
    out.mkdir(parents=True, exist_ok=True)
    text = table(rows)
    (out / "lighthouse.txt").write_text(text + "\n")
    print(text)
    low = [line for row in rows for line in row.too_low()]
    print("\n".join(["", *low]) if low else "\nEvery grade reaches its mark.")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
