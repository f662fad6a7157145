"""The modes in a browser: rated, an exam with its clock and its release, judging the AI, a duel."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from scripts.launcher.places import ROOT
from tests.e2e import browser as browsers
from tests.e2e.browser import LAPTOP, PHONE, Watch, settled
from tests.e2e.reading import PASSWORD, Say, answer, payload, sign_up
from tests.e2e.site import Site, import_pack, running_site

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
DRAWN = ROOT / "fixtures" / "packs" / "demo-drawn"
OPACITY = "opacity"
PATIENCE_S = 600.0


def drawn_pack(folder: Path, key: str, *, flipped: int = 0, **lines: str) -> Path:
    """A copy of the drawn pack under another key; `flipped` of its cases with a finding are called normal."""
    path = folder / key
    shutil.copytree(DRAWN, path)
    text = (path / "pack.toml").read_text()
    for name, value in {"key": f'"{key}"', "title": f'"Set {key}"', **lines}.items():
        text = re.sub(rf"(?m)^{name} = .*$", f"{name} = {value}", text, count=1)
    (path / "pack.toml").write_text(text)
    with (path / "cases.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    turned = [row["case_id"] for row in rows if row["findings"]][:flipped]
    for row in rows:
        row["findings"] = "" if row["case_id"] in turned else row["findings"]
    _write(path / "cases.csv", rows)
    with (path / "regions.csv").open(newline="", encoding="utf-8") as file:
        regions = list(csv.DictReader(file))
    _write(path / "regions.csv", [row for row in regions if row["case_id"] not in turned])
    for row in regions:
        if row["case_id"] in turned and row["shape"] == "mask":
            (path / row["geometry"]).unlink()
    return path


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def modes(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of three sets of the same twelve drawings: open and rated, an exam, and one for judging the AI."""
    folder = tmp_path_factory.mktemp("mode-packs")

    def load(site: Site) -> None:
        import_pack(site, drawn_pack(folder, "mode-open", rated="true"))
        import_pack(site, drawn_pack(folder, "mode-exam", simulated="false"))
        import_pack(site, drawn_pack(folder, "mode-judge", flipped=4))
        change(
            site,
            "mode-exam",
            "pool='exam', flow='exam', time_limit_minutes=30, pass_mark_percent=50,"
            " pass_mark_note='Chosen for a browser test.', closes_at=timezone.now() + timedelta(hours=2)",
        )
        change(site, "mode-judge", "pool='ai_first', flow='ai_first'")
        site.wait_for_opinions(patience_s=PATIENCE_S)

    with running_site(content=load) as site:
        yield site


def change(site: Site, slug: str, fields: str) -> None:
    """Set fields of a set as its instructor would, with the clock at hand."""
    django(site, f"CaseSet.objects.filter(slug='{slug}').update({fields})")


def django(site: Site, code: str) -> None:
    site.manage(
        "shell",
        "-c",
        "from datetime import timedelta; from django.utils import timezone; "
        f"from quiz.models import CaseSet, Sitting; {code}",
    )


@pytest.fixture
def window(chromium: Browser, modes: Site) -> Iterator[Callable[[dict[str, int]], tuple[Page, Watch]]]:
    """Opens windows of a size; none may have complained by the end."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_one(size: dict[str, int]) -> tuple[Page, Watch]:
        phone = {"has_touch": True, "is_mobile": True} if size == PHONE else {}
        context = browsers.new_context(chromium, modes.address, viewport=size, **phone)
        opened.append((context, Watch(context)))
        return context.new_page(), opened[-1][1]

    yield open_one
    for context, watch in opened:
        context.close()
        watch.assert_clean()


def begin(page: Page, slug: str, mode: str, button: str) -> None:
    """Go to a mode's page and start it."""
    page.goto(f"/sets/{slug}/modes/{mode}/")
    fits(page)
    page.get_by_role("button", name=re.compile(f"^{button}$")).click()
    page.wait_for_url("**/reads/*/")


def fits(page: Page) -> None:
    """Nothing sticks out to the right."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def commit(page: Page, say: Say, label: str = "Commit") -> None:
    """Answer and send; wherever it leads."""
    answer(settled(page), OPACITY, say, "mouse")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile(f"^{label}")).click()
    settled(page)


def bar(page: Page) -> str:
    return page.locator(".read-bar .mode-chip").inner_text().strip()


def test_rated_is_told_apart_and_alone_moves_the_rating(
    modes: Site, window: Callable[[dict[str, int]], tuple[Page, Watch]]
) -> None:
    page, _ = window(LAPTOP)
    sign_up(page, "rated-reader")
    events = "SELECT s.mode FROM quiz_ratingevent e JOIN quiz_sitting s ON s.id = e.sitting_id"
    # The rated sitting first: practice may have the cases that it leaves, and would otherwise leave none to rate on.
    for mode, button, name in (("rated", "Start, rated", "Rated"), ("practice", "Start", "Practice")):
        begin(page, "mode-open", mode, button)
        assert bar(page) == name
        commit(page, Say(True, 2))
        commit(page, Say(True, 3), "Make it final")
        assert payload(page)["state"] == "truth_shown"
    assert [row["mode"] for row in modes.rows(events)] == ["rated"]


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_an_exam_from_its_rules_to_its_result(
    modes: Site, window: Callable[[dict[str, int]], tuple[Page, Watch]], size: dict[str, int]
) -> None:
    name = f"candidate-{size['width']}"
    change(modes, "mode-exam", "closes_at=timezone.now() + timedelta(hours=2)")
    page, _ = window(size)
    sign_up(page, name)
    page.goto("/sets/mode-exam/modes/exam/")
    expect(page.get_by_text("12 cases, and one attempt.")).to_be_visible()
    expect(page.get_by_text("Chosen for a browser test.")).to_be_visible()
    begin(page, "mode-exam", "exam", "Start")
    assert bar(page) == "Exam"
    expect(page.locator("[data-time-left]")).to_have_text(re.compile(r"(30:00|29:\d\d) left"))
    for _ in range(2):
        before = payload(page)["id"]
        commit(page, Say(True, 2))
        assert payload(page)["id"] != before and payload(page)["state"] == "opened"
    third = payload(page)["id"]

    # The browser dies; the candidate signs in elsewhere and is back at the same case, the clock still going.
    page.context.close()
    page, _ = window(size)
    page.goto("/accounts/login/?next=/sets/mode-exam/")
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").click()
    page.get_by_role("link", name=re.compile("^Resume: Exam")).click()
    page.wait_for_url("**/reads/*/")
    assert payload(page)["id"] == third and payload(page)["position"] == 3
    assert not {"ai", "truth"} & set(payload(page)) and "/files/heatmaps/" not in page.content()

    django(
        modes,
        f"Sitting.objects.filter(learner__username='{name}').update("
        "deadline_at=timezone.now() - timedelta(minutes=5))",
    )
    commit(page, Say(True, 2))
    expect(page.get_by_text("Your attempt is over.")).to_be_visible()
    expect(page.get_by_text("You have answered 2 of 12 cases.")).to_be_visible()
    fits(page)

    change(modes, "mode-exam", "closes_at=timezone.now() - timedelta(hours=1)")
    page.reload()
    page.get_by_role("button", name="See your result").click()
    expect(page.get_by_text("Not passed. The pass mark is 50 %.")).to_be_visible()
    assert page.locator(".case-table tbody tr").count() == 2
    fits(page)


def test_trust_or_override(modes: Site, window: Callable[[dict[str, int]], tuple[Page, Watch]]) -> None:
    page, _ = window(LAPTOP)
    sign_up(page, "judge")
    page.goto("/sets/mode-judge/modes/ai_first/")
    expect(page.get_by_text("Errors of the AI are over-represented in this round")).to_be_visible()
    begin(page, "mode-judge", "ai_first", "Start")
    assert bar(page) == "Trust or override"
    total = payload(page)["total"]
    errors = 0
    for number in range(total):
        assert "ai" not in payload(page) and page.locator("form[data-opinion]").count() == 0
        with page.expect_navigation():
            page.get_by_role("button", name=re.compile("^Ask the AI")).click()
        settled(page)
        called = bool(payload(page)["ai"]["findings"][0]["present"])
        assert "truth" not in payload(page)
        commit(page, Say(called, 3), "Make it final")
        truth = payload(page)["truth"]
        errors += bool(truth["findings"]) != called
        assert truth["outcome"]["learner_first"] is None
        with page.expect_navigation():
            page.locator("[data-next]").click()
        settled(page)
        assert number == total - 1 or payload(page)["position"] == number + 2
    # Who trusts everything catches no error, and overrides nothing that was right.
    assert errors >= 3
    expect(page.get_by_text(f"{errors} of {total}. Errors were over-represented.")).to_be_visible()
    facts = page.locator(".facts dd").all_inner_texts()
    assert facts[1].startswith(f"0 of {errors}") and facts[2].startswith(f"0 of {total - errors}")
    fits(page)


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_a_duel_shows_its_score_after_each_reveal(
    modes: Site, window: Callable[[dict[str, int]], tuple[Page, Watch]], size: dict[str, int]
) -> None:
    page, _ = window(size)
    sign_up(page, f"duellist-{size['width']}")
    begin(page, "mode-open", "duel", "Start")
    assert bar(page) == "Duel"
    you = ai = 0
    for number in range(1, 11):
        assert page.locator(".duel-score").count() == 0
        commit(page, Say(number % 2 == 0, 1))
        outcome = payload(page)["truth"]["outcome"]
        you, ai = you + (outcome["learner_first"] == "right"), ai + (outcome["ai"] == "right")
        score = page.locator(".duel-score strong").all_inner_texts()
        assert score == [str(you), str(ai)]
        with page.expect_navigation():
            page.locator("[data-next]").click()
        settled(page)
    expect(page.get_by_role("heading", name=re.compile("^(You won|The AI won|A draw)$"))).to_be_visible()
    fits(page)
