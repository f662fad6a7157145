"""Pages of the modes: what they state, what they offer and refuse, and that nothing is rated by accident."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from quiz.models import CaseSet, DayOff, Read, ReviewCard, Sitting, User
from tests.conftest import NOW
from tests.quiz.builders import opened_read
from tests.quiz.mode_sets import a_round, a_set, expose, read_through

FORM = {"present-pneumonia": "yes", "certainty-pneumonia": "0.75", "seconds": "1"}


def text(browser: Client, address: str, **options: object) -> str:
    response = browser.get(address, **options)
    assert response.status_code == 200, address
    return " ".join(response.content.decode().split())


def test_a_sets_page_lists_its_modes_with_reasons(browser: Client, tmp_path: Path) -> None:
    a_set(tmp_path, 30)
    page = text(browser, "/sets/lungs/")
    for name in ("Practice", "Rated", "Review", "My misses", "Bookmarks", "Duel", "Trust or override"):
        assert f">{name}</a>" in page
    assert "Nothing in this set is due for review today." in page
    assert "Exam" not in page and "Screening round" not in page


@pytest.mark.parametrize("mode", ["practice", "rated", "review", "misses", "bookmarks", "duel", "ai_first"])
def test_every_mode_has_a_page_that_says_whether_it_rates(browser: Client, tmp_path: Path, mode: str) -> None:
    a_set(tmp_path, 30)
    page = text(browser, f"/sets/lungs/modes/{mode}/")
    assert ("This moves your rating." in page) is (mode == "rated")
    assert ("This never moves your rating." in page) is (mode != "rated")


@pytest.mark.parametrize("mode", ["exam", "daily", "screening", "nonsense"])
def test_modes_that_a_set_lacks_are_not_there(browser: Client, case_set: CaseSet, mode: str) -> None:
    assert browser.get(f"/sets/lungs/modes/{mode}/").status_code == 404


def test_before_judging_the_ai_its_errors_are_announced(browser: Client, tmp_path: Path) -> None:
    a_set(tmp_path, 16, ai_wrong=(0, 1, 2, 3), pool="ai_first", flow="ai_first")
    page = text(browser, "/sets/lungs/modes/ai_first/")
    assert "Errors of the AI are over-represented" in page and "For education, not for diagnosis" in page


def test_mammography_says_why_there_is_no_screening_round(browser: Client, tmp_path: Path) -> None:
    a_set(tmp_path, 6, pack={"modality": "MG"})
    page = text(browser, "/sets/lungs/modes/screening/")
    assert "at least 100 cases" in page and "/start" not in page


def test_a_screening_round_states_its_prevalence(browser: Client, tmp_path: Path) -> None:
    a_set(tmp_path, 100, pool="screening", flow="unaided")
    assert "100 cases, 50 of them with a finding." in text(browser, "/sets/lungs/modes/screening/")


def test_practice_is_what_a_plain_start_gives(browser: Client, tmp_path: Path) -> None:
    a_set(tmp_path, 30)
    browser.post("/sets/lungs/start")
    browser.post("/sets/lungs/start", {"mode": "rated"})
    assert list(Sitting.objects.order_by("pk").values_list("mode", flat=True)) == ["practice", "rated"]


def test_the_read_page_names_its_mode(browser: Client, learner: User, tmp_path: Path) -> None:
    case_set = a_set(tmp_path, 30)
    for mode, name in (("practice", "Practice"), ("rated", "Rated"), ("duel", "Duel")):
        read = opened_read(learner, case_set, mode=mode)
        page = text(browser, f"/reads/{read.public_id}/")
        assert f"mode-chip mode-{mode}" in page and f"<span>{name}</span></span>" in page


def test_no_case_leads_to_the_reason(browser: Client, case_set: CaseSet) -> None:
    response = browser.post("/sets/lungs/start", {"mode": "misses"}, follow=True)
    assert response.redirect_chain[-1][0] == "/sets/lungs/modes/misses/"
    assert "You have no misses here" in response.content.decode()
    assert browser.post("/sets/lungs/start", {"mode": "nonsense"}).status_code == 400


def test_the_ai_answers_first_where_it_is_judged(browser: Client, learner: User, tmp_path: Path) -> None:
    case_set = a_set(tmp_path, 16, ai_wrong=(0, 1, 2, 3), pool="ai_first", flow="ai_first")
    read = opened_read(learner, case_set, mode="ai_first")
    address = f"/reads/{read.public_id}/"
    page = text(browser, address)
    assert "Ask the AI" in page and "data-opinion" not in page and "/files/heatmaps/" not in page
    assert browser.post(f"{address}commit", FORM)["Location"] == address
    assert Read.objects.get(pk=read.pk).state == "opened"
    assert browser.post(f"{address}ai")["Location"] == address
    page = text(browser, address)
    assert "Is the AI right?" in page and "To trust it answer" in page
    browser.post(f"{address}final", {**FORM, "idempotency_key": "f"})
    page = text(browser, address)
    assert Read.objects.get(pk=read.pk).state == "truth_shown"
    assert "first opinion" not in page.lower() and "you, at first" not in page.lower()


def test_a_duels_score_stands_after_each_reveal(browser: Client, learner: User, tmp_path: Path) -> None:
    case_set = a_set(tmp_path, 12)
    read = opened_read(learner, case_set, mode="duel")
    address = f"/reads/{read.public_id}/"
    assert "duel-score" not in text(browser, address)
    browser.post(f"{address}commit", {**FORM, "idempotency_key": "k"})
    assert "right, of 1 case" in text(browser, address)


@pytest.fixture
def exam(tmp_path: Path) -> CaseSet:
    now = timezone.now()
    return a_set(
        tmp_path,
        4,
        pool="exam",
        flow="exam",
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(hours=1),
        time_limit_minutes=20,
        pass_mark_percent=75,
        pass_mark_note="Angoff, five readers.",
    )


def begin(browser: Client) -> Sitting:
    browser.post("/sets/lungs/start", {"mode": "exam"})
    return Sitting.objects.get()


def test_the_page_before_an_exam_states_its_rules(browser: Client, exam: CaseSet) -> None:
    page = text(browser, "/sets/lungs/modes/exam/")
    for rule in (
        "4 cases, and one attempt.",
        "You have 20 minutes from your start.",
        "up to 30 seconds late still counts",
        "the clock goes on",
        "with 75 % of the cases right",
        "Angoff, five readers.",
    ):
        assert rule in page, rule


def test_a_committed_exam_case_leads_on_and_shows_nothing(browser: Client, exam: CaseSet) -> None:
    sitting = begin(browser)
    read = sitting.reads.get(position=1)
    address = f"/reads/{read.public_id}/"
    assert "data-deadline" in text(browser, address)
    response = browser.post(f"{address}commit", {**FORM, "idempotency_key": "k"})
    assert response["Location"] == f"/sittings/{sitting.public_id}/next"
    page = text(browser, address)
    assert "when the exam has closed for everyone" in page and "/files/heatmaps/" not in page
    for step in ("ai", "truth"):
        browser.post(f"{address}{step}")
    read.refresh_from_db()
    assert read.state == "committed"


def test_when_the_time_is_up_every_door_leads_to_the_attempts_page(browser: Client, exam: CaseSet) -> None:
    sitting = begin(browser)
    first, second, *_ = sitting.reads.order_by("position")
    browser.get(f"/reads/{first.public_id}/")
    Sitting.objects.update(deadline_at=timezone.now() - timedelta(minutes=1))
    there = f"/sittings/{sitting.public_id}/"
    response = browser.post(f"/reads/{first.public_id}/commit", {**FORM, "idempotency_key": "k"}, follow=True)
    assert response.redirect_chain[-1][0] == there
    assert browser.get(f"/reads/{second.public_id}/")["Location"] == there
    assert browser.get(f"{there}next")["Location"] == there
    page = text(browser, there)
    assert "Your attempt is over." in page and "0 of 4 cases" in page
    assert not Read.objects.exclude(state__in=["reserved", "opened"]).exists()
    response = browser.post("/sets/lungs/start", {"mode": "exam"}, follow=True)
    assert "There is one attempt." in response.content.decode()


def test_results_wait_and_then_stand(browser: Client, exam: CaseSet) -> None:
    sitting = read_through(begin(browser), right=3, now=timezone.now())
    there = f"/sittings/{sitting.public_id}/"
    browser.post(f"{there}results")
    page = text(browser, there)
    assert "Your attempt is over." in page and "Passed" not in page and "Right" not in page
    past = timezone.now() - timedelta(hours=1)
    CaseSet.objects.update(closes_at=past)
    assert "See your result" in text(browser, there)
    assert browser.post(f"{there}results")["Location"] == there
    page = text(browser, there)
    assert "Passed. The pass mark is 75 %." in page and "Angoff" in page


def test_the_workload_moves_past_a_day_off(browser: Client, learner: User, case_set: CaseSet) -> None:
    assert "Nothing to review yet" in text(browser, "/review/")
    ReviewCard.objects.create(learner=learner, concept="lobar", state=2, due_at=timezone.now())
    today = timezone.now().date()
    assert "1 thing is due today" in text(browser, "/review/")
    browser.post("/review/day-off", {"day": today.isoformat(), "free": "yes"})
    page = text(browser, "/review/")
    assert DayOff.objects.count() == 1 and "Nothing is due today" in page and page.count("1 review<") == 1
    browser.post("/review/day-off", {"day": today.isoformat(), "free": "no"})
    assert "1 thing is due today" in text(browser, "/review/")


@pytest.mark.parametrize("day", ["", "tomorrow", "2020-01-01", "2990-01-01"])
def test_only_days_ahead_can_be_kept_free(browser: Client, learner: User, day: str) -> None:
    response = browser.post("/review/day-off", {"day": day, "free": "yes"}, follow=True)
    assert "Choose one of the next fourteen days." in response.content.decode()
    assert not DayOff.objects.exists()


def test_review_pages_never_name_what_is_due(browser: Client, learner: User, tmp_path: Path) -> None:
    case_set = a_set(tmp_path, 12)
    ReviewCard.objects.create(learner=learner, concept="lobar", state=2, due_at=NOW)
    for address in ("/", "/review/", "/sets/lungs/", "/sets/lungs/modes/review/", "/api/v1/review"):
        assert "lobar" not in text(browser, address), address
    read = opened_read(learner, case_set, mode="review")
    assert "lobar" not in text(browser, f"/reads/{read.public_id}/")


def test_the_daily_page_before_during_and_after(browser: Client, tmp_path: Path) -> None:
    assert "No case of the day yet" in text(browser, "/daily/")
    a_set(tmp_path, 3, pool="daily")
    assert "Daily case" in text(browser, "/") and "Set lungs" not in text(browser, "/")
    page = text(browser, "/daily/")
    assert "Read today's case" in page.replace("&#x27;", "'")
    browser.post("/sets/lungs/start", {"mode": "daily"})
    assert "How everybody answered" not in text(browser, "/daily/")
    read_through(Sitting.objects.get(), now=timezone.now())
    assert "How everybody answered at first" in text(browser, "/daily/")
    browser.post("/daily/board", {"name": "Heron"})
    assert "Heron (you)" in text(browser, "/daily/")
    assert (
        "at most 40 characters"
        in browser.post("/daily/board", {"name": "x" * 50}, follow=True).content.decode()
    )


def test_home_says_what_waits_and_what_is_open(browser: Client, learner: User, tmp_path: Path) -> None:
    case_set = a_set(tmp_path, 30)
    assert "Resume" not in text(browser, "/")
    opened_read(learner, case_set, mode="rated")
    page = text(browser, "/")
    assert "Resume: Rated" in page and "Start a sitting" in page


def test_a_seen_case_keeps_its_learner_out_of_rated(
    browser: Client, learner: User, case_set: CaseSet
) -> None:
    expose(learner, list(case_set.cases.all()))
    response = browser.post("/sets/lungs/start", {"mode": "rated"}, follow=True)
    assert "that you haven't seen" in response.content.decode().replace("&#x27;", "'")


def test_summary_of_a_round_that_waited(
    browser: Client, learner: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting = a_round(learner, tmp_path, monkeypatch, answered=20)
    there = f"/sittings/{sitting.public_id}/"
    assert "Every case is read" in text(browser, there)
    browser.post(f"{there}results")
    page = text(browser, there)
    assert "10 of 20 cases had a finding" in page and "That is no pass mark." in page
    assert "Not comparable" not in page


def test_a_round_is_ended_early_and_counts_what_was_read(
    browser: Client, learner: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting = a_round(learner, tmp_path, monkeypatch, answered=6)
    there = f"/sittings/{sitting.public_id}/"
    assert f'href="{there}"' in text(browser, "/sets/lungs/modes/screening/")
    assert "The answers of the 6 cases that you have read are shown" in text(browser, there)
    assert browser.post(f"{there}end")["Location"] == there
    page = text(browser, there)
    assert "14 of its 20 cases were left" in page and "<td>6</td>" in page
    assert "End this round early" not in page
    left = sitting.reads.get(position=20)
    assert browser.get(f"/reads/{left.public_id}/")["Location"] == there
    browser.post(f"/reads/{left.public_id}/commit", {**FORM, "idempotency_key": "k"})
    left.refresh_from_db()
    assert left.state == "reserved"


def test_an_ended_test_without_the_ai_compares_nothing(
    browser: Client, learner: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting = a_round(learner, tmp_path, monkeypatch, answered=3)
    Sitting.objects.update(mode="withdrawal")
    there = f"/sittings/{sitting.public_id}/"
    page = text(browser, there)
    assert "The others count as met" in page and "With fewer than twenty cases there is no comparison" in page
    browser.post(f"{there}end")
    page = text(browser, there)
    assert "Right in this test" in page and "percentage points" not in page
