"""The main job on real films: read, commit, meet the AI, decide, learn the truth; at laptop and phone size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import content, reading, secrets
from tests.e2e.browser import Watch, settled
from tests.e2e.reading import NOT_DIAGNOSIS, Hand, Say
from tests.e2e.site import Site

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
FINDING = "pneumonia"
CASES = 10


@dataclass
class Score:
    """What a sitting's summary must say, counted from what was answered and what the pages said was true."""

    first: int = 0
    final: int = 0
    ai: int = 0
    truths: list[bool] = field(default_factory=list)


def test_worker_reads_every_film(films: Site, real_pack: Path) -> None:
    images = films.rows(
        "SELECT i.sha256 FROM quiz_image i JOIN quiz_case c ON c.id = i.case_id"
        " JOIN quiz_pack p ON p.id = c.pack_id WHERE p.key = ?",
        content.FILMS,
    )
    assert len(images) == content.FILM_COUNT
    wanted = {row["sha256"] for row in images}
    jobs = films.rows("SELECT * FROM inference_job WHERE model_key = 'cxr-pneumonia'")
    assert {job["state"] for job in jobs} == {"done"}, films.log("publish")
    opinions = films.rows(
        "SELECT o.image_sha256, o.declined, f.probability, h.storage_key, h.width, h.height"
        " FROM inference_aiopinion o JOIN inference_findingopinion f ON f.opinion_id = o.id"
        " JOIN inference_heatmap h ON h.opinion_id = o.id"
        " WHERE o.model_key = 'cxr-pneumonia' AND h.method = 'gradcam'"
    )
    of_films = [row for row in opinions if row["image_sha256"] in wanted]
    assert sorted(row["image_sha256"] for row in of_films) == sorted(wanted)
    for row in of_films:
        assert 0 <= row["probability"] <= 1
        assert (row["width"], row["height"]) == (224, 224)
        assert (films.data / "files" / row["storage_key"]).stat().st_size > 0


def test_ten_films_by_mouse_and_by_keyboard(films: Site, real_pack: Path, laptop: tuple[Page, Watch]) -> None:
    hands: list[Hand] = ["mouse"] * 5 + ["tab"] + ["keys"] * 4
    read_ten_films(films, real_pack, *laptop, name="laptop-reader", hands=hands)


def test_ten_films_by_touch(films: Site, real_pack: Path, phone: tuple[Page, Watch]) -> None:
    page, watch = phone
    read_ten_films(films, real_pack, page, watch, name="phone-reader", hands=["finger"] * CASES)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390, "the summary scrolls sideways on a phone"


def read_ten_films(
    site: Site, pack: Path, page: Page, watch: Watch, *, name: str, hands: Sequence[Hand]
) -> None:
    """Sign up, read a sitting of ten films, and compare its summary with what happened."""
    reading.sign_up(page, name)
    page.goto(f"/sets/{content.set_slug(site, content.FILMS)}/")
    settled(page)
    watch.forget()
    reading.begin(page)
    truth_of_films = content.truth_of_films(pack)
    score = Score()
    for number, hand in enumerate(hands):
        # Reload at every step of the first film by each hand: it takes the browser back to that step.
        again = number == 0 or hand != hands[number - 1]
        expect(page.get_by_text(f"Case {number + 1} of {CASES}").first).to_be_visible()
        read_one_film(site, page, watch, number, hand, score, truth_of_films, reload=again)
        watch.forget()
        reading.next_case(page, hand)
    expect_summary(page, score)


def read_one_film(
    site: Site,
    page: Page,
    watch: Watch,
    number: int,
    hand: Hand,
    score: Score,
    truth_of_films: dict[str, bool],
    *,
    reload: bool,
) -> None:
    """Take one film through all steps, checking at each what is to be seen and what isn't yet."""
    read_id = reading.payload(page)["id"]
    known = secrets.secrets_of(site, read_id)
    first = Say(present=number % 2 == 0, band=number % 5)
    keep = number % 3 != 2

    def step(state: str) -> None:
        secrets.assert_only_what_is_due(page, watch, known, state)
        if reload:
            page.reload()
            secrets.assert_only_what_is_due(page, watch, known, state)

    step("opened")
    reading.expect_loaded(reading.film(page))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    reading.answer(page, FINDING, first, hand)
    reading.send(page, "Commit", hand)

    step("ai_shown")
    expect_ai(page)
    reading.decide(page, FINDING, first, keep=keep, band=(number + 1) % 5, hand=hand)
    reading.send(page, "Make it final", hand)

    step("truth_shown")
    present = expect_truth(page)
    assert present == truth_of_films[known.source_id] == known.present
    final = first.present if keep else not first.present
    score.truths.append(present)
    score.first += first.present == present
    score.final += final == present
    score.ai += ai_right(page)


def expect_ai(page: Page) -> None:
    """The AI's opinion is in sight: probability against threshold, heatmap, the reminder what it is for."""
    reading.expect_loaded(reading.film(page))
    card = page.locator(".ai-card")
    expect(card).to_be_visible()
    expect(card).to_contain_text("%")
    expect(card).to_contain_text("threshold of")
    expect(card.get_by_text(NOT_DIAGNOSIS)).to_have_count(1)
    expect(card.get_by_role("link", name="Model card")).to_have_attribute("href", "/models/cxr-pneumonia/")
    heat = reading.heatmap(page)
    reading.expect_loaded(heat)
    assert heat.evaluate("(img) => getComputedStyle(img).opacity") == "0.4"
    page.locator("[data-opacity]").fill("80")
    assert heat.evaluate("(img) => getComputedStyle(img).opacity") == "0.8"
    page.locator("[data-opacity]").evaluate("(slider) => slider.blur()")


def expect_truth(page: Page) -> bool:
    """The truth is in sight with basis, licence, outcome and heatmap; returns whether it says pneumonia."""
    expect(page.locator(".outcome-sentence")).to_be_visible()
    reading.expect_loaded(reading.film(page))
    reading.expect_loaded(reading.heatmap(page))
    facts = page.locator("dl.facts")
    expect(facts).to_contain_text("two physicians")
    expect(facts).to_contain_text("CC-BY-4.0")
    expect(facts).to_contain_text("Kermany")
    expect(page.get_by_text(NOT_DIAGNOSIS).first).to_be_attached()
    shown = page.locator(".verdicts-truth dd").inner_text().strip()
    assert shown in {"Pneumonia", "Normal"}
    return shown == "Pneumonia"


def ai_right(page: Page) -> bool:
    """Whether the payload of a finished read calls the AI right."""
    return bool(reading.payload(page)["truth"]["outcome"]["ai"] == "right")


def expect_summary(page: Page, score: Score) -> None:
    """The summary lists every case and gives both scores, as counted here."""
    expect(page.get_by_role("heading", level=1)).to_have_text("How the sitting went")
    rows = page.locator(".case-table tbody tr")
    expect(rows).to_have_count(CASES)
    values = page.locator(".scores .score-value")
    expected = [f"{right} / {CASES}" for right in (score.first, score.final, score.ai)]
    assert [text.strip() for text in values.all_inner_texts()] == expected
    shown = [row.locator("td").last.inner_text().strip() == "Pneumonia" for row in rows.all()]
    assert shown == score.truths
    settled(page)
