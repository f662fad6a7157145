"""What a page must not give away before its step: the values themselves, looked up behind the site's back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from playwright.sync_api import Page

from tests.e2e import reading
from tests.e2e.browser import Watch, settled
from tests.e2e.site import Site

STEPS = ("opened", "committed", "ai_shown", "finalised", "truth_shown")
ALWAYS = {
    "id",
    "state",
    "flow",
    "mode",
    "mode_label",
    "set",
    "hanging",
    "sitting",
    "position",
    "total",
    "question",
    "images",
    "history",
    "windows",
    "reports",
}
PARTS = {
    "opened": ALWAYS,
    "committed": ALWAYS | {"first"},
    "ai_shown": ALWAYS | {"first", "ai"},
    "finalised": ALWAYS | {"first", "ai", "final"},
    "truth_shown": ALWAYS | {"first", "ai", "final", "truth"},
}


@dataclass(frozen=True)
class Secrets:
    """Of one read: what never reaches the learner, what comes with the AI opinion, what comes with the truth."""

    never: tuple[str, ...]
    ai: tuple[str, ...]
    truth: tuple[str, ...]
    present: bool
    source_id: str


def secrets_of(site: Site, read_id: str) -> Secrets:
    """Look a read's case up in the database."""
    case = site.rows(
        "SELECT c.*, k.findings, k.truth_basis, k.teaching_point, p.attribution FROM quiz_read r"
        " JOIN quiz_case c ON c.id = r.case_id JOIN quiz_pack p ON p.id = c.pack_id"
        " JOIN quiz_answerkey k ON k.case_id = c.id AND k.is_current WHERE r.public_id = ?",
        UUID(read_id).hex,
    )[0]
    images = site.rows("SELECT * FROM quiz_image WHERE case_id = ?", case["id"])
    hidden = [case["source_id"], case["patient_key"], case["content_digest"]]
    for image in images:
        hidden += [image["sha256"], image["master_key"], image["served_key"], image["pack_path"]]
    opinions = [row for image in images for row in _ai_rows(site, image["sha256"])]
    ai = [str(UUID(row[name])) for row in opinions for name in ("opinion_id", "heatmap_id")]
    # A short number such as 1.0 stands in many a text; a longer one stands for itself.
    ai += [text for row in opinions if len(text := repr(row["probability"])) > 7]
    truth = [text for text in (case["truth_basis"], case["teaching_point"], case["attribution"]) if text]
    return Secrets(
        tuple(hidden), tuple(ai), tuple(truth), bool(case["findings"] not in ("[]", "")), case["source_id"]
    )


def _ai_rows(site: Site, sha256: str) -> list[dict[str, str]]:
    return site.rows(
        "SELECT o.id AS opinion_id, h.id AS heatmap_id, f.probability FROM inference_aiopinion o"
        " JOIN inference_findingopinion f ON f.opinion_id = o.id"
        " JOIN inference_heatmap h ON h.opinion_id = o.id WHERE o.image_sha256 = ?",
        sha256,
    )


def assert_only_what_is_due(page: Page, watch: Watch, secrets: Secrets, state: str) -> None:
    """Check the payload, the page as it stands, and every answer of the server so far against the step."""
    settled(page)
    watch.read_responses()
    shown = reading.payload(page)
    assert shown["state"] == state
    # Where the next case's images are; after the last case there is none.
    assert set(shown) - {"next"} == PARTS[state]
    reached = STEPS.index(state)
    forbidden = list(secrets.never)
    if reached < STEPS.index("ai_shown"):
        forbidden += secrets.ai
        assert page.locator(".ai-card, [data-layer=heatmap], [data-layer=peak], [data-opacity]").count() == 0
        assert reading.heatmap(page).count() == 0
    if reached < STEPS.index("truth_shown"):
        forbidden += secrets.truth
        assert page.locator(".outcome, .verdicts, [data-layer=regions]").count() == 0
    for where, text in [("the page", page.content()), *watch.texts]:
        for secret in forbidden:
            assert secret not in text, f"{secret!r} stands in {where} at {state}"
