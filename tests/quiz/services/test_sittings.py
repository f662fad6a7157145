"""Starting sittings: pools, exposure, what is never served, what each mode keeps in its row."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from inference.models import AIOpinion
from quiz.models import Bookmark, Case, CaseSet, CaseSetEntry, ReviewCard, Sitting, User
from quiz.services.errors import Refused
from quiz.services.sittings import start_sitting
from tests.conftest import NOW
from tests.quiz.mode_sets import a_set, expose, numbers, read_through

Start = Callable[..., Sitting]


@pytest.fixture
def start(learner: User) -> Start:
    def start_one(case_set: CaseSet, mode: str = "practice", seed: int = 1) -> Sitting:
        return start_sitting(learner=learner, case_set=case_set, now=NOW, rng=random.Random(seed), mode=mode)

    return start_one


def why(start: Start, case_set: CaseSet, mode: str) -> str:
    before = Sitting.objects.count()
    with pytest.raises(Refused) as refused:
        start(case_set, mode)
    assert Sitting.objects.count() == before
    return refused.value.code


RESERVED = ["exam", "withdrawal", "ai_first", "screening", "daily"]


@pytest.mark.parametrize("pool", RESERVED)
def test_reserved_cases_are_never_served_outside_their_pool(
    start: Start, learner: User, tmp_path: Path, pool: str
) -> None:
    case_set = a_set(tmp_path, 12)
    kept = CaseSet.objects.create(
        slug="kept", title="Kept", status="published", pool=pool, created_at=NOW, published_at=NOW
    )
    reserved = list(Case.objects.filter(source_id__in=["case-0", "case-1", "case-2", "case-3"]))
    CaseSetEntry.objects.bulk_create(
        CaseSetEntry(case_set=kept, case=case, position=n) for n, case in enumerate(reserved)
    )
    Bookmark.objects.bulk_create(
        Bookmark(learner=learner, case=case, created_at=NOW, updated_at=NOW) for case in Case.objects.all()
    )
    for concept in ("lobar", "round", "normal"):
        ReviewCard.objects.create(learner=learner, concept=concept, state=2, due_at=NOW)
    for mode in ("practice", "rated", "review", "bookmarks"):
        assert numbers(start(case_set, mode)) <= set(range(4, 12)), mode
        Sitting.objects.all().delete()
    expose(learner, list(Case.objects.all()))
    # All seen: practice repeats, but not what is kept for something else.
    assert numbers(start(case_set)) == set(range(4, 12))


def test_a_draft_reserves_its_cases_too(start: Start, tmp_path: Path) -> None:
    case_set = a_set(tmp_path, 6)
    kept = CaseSet.objects.create(slug="kept", title="Kept", pool="exam", created_at=NOW)
    CaseSetEntry.objects.create(case_set=kept, case=Case.objects.get(source_id="case-0"), position=1)
    assert numbers(start(case_set)) == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("mode", ["rated", "duel"])
def test_exposed_cases_are_left_out(start: Start, learner: User, tmp_path: Path, mode: str) -> None:
    case_set = a_set(tmp_path, 24)
    expose(learner, list(Case.objects.filter(source_id__in=[f"case-{n}" for n in range(8)])))
    assert not numbers(start(case_set, mode)) & set(range(8))


@pytest.mark.parametrize(
    ("pool", "flow", "mode"), [("exam", "exam", "exam"), ("screening", "unaided", "screening")]
)
def test_reserved_modes_leave_exposed_cases_out(
    start: Start, learner: User, tmp_path: Path, pool: str, flow: str, mode: str
) -> None:
    case_set = a_set(tmp_path, 103, pool=pool, flow=flow, time_limit_minutes=60)
    expose(learner, list(Case.objects.filter(source_id__in=["case-0", "case-1"])))
    assert numbers(start(case_set, mode)) == set(range(2, 103))


def test_rated_is_balanced_and_of_rated_packs_alone(start: Start, tmp_path: Path) -> None:
    sitting = start(a_set(tmp_path, 30), "rated")
    assert len(numbers(sitting)) == 10 and sum(n % 2 for n in numbers(sitting)) in {4, 5, 6}
    assert why(start, a_set(tmp_path, 12, key="drawn", pack={"rated": False}), "rated") == "not_rated"


@pytest.mark.parametrize(
    ("mode", "flow"),
    [("practice", "read_first"), ("rated", "read_first"), ("duel", "unaided")],
)
def test_a_sitting_keeps_its_mode_and_flow(start: Start, tmp_path: Path, mode: str, flow: str) -> None:
    case_set = a_set(tmp_path, 12)
    sitting = start(case_set, mode)
    assert (sitting.mode, sitting.flow, sitting.deadline_at) == (mode, flow, None)
    assert start(case_set, mode) == sitting


def test_modes_of_a_set_run_side_by_side(start: Start, tmp_path: Path) -> None:
    case_set = a_set(tmp_path, 30)
    assert len({start(case_set, mode).pk for mode in ("practice", "rated", "duel")}) == 3


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("review", "nothing_due"),
        ("misses", "no_misses"),
        ("bookmarks", "no_bookmarks"),
        ("ai_first", "too_few_finished"),
        ("withdrawal", "too_few_aided"),
        ("rated", "too_few_unseen"),
        ("duel", "too_few_unseen"),
        ("exam", "no_such_mode"),
        ("daily", "no_such_mode"),
        ("screening", "no_such_mode"),
        ("race", "invalid"),
    ],
)
def test_a_reason_has_a_name(start: Start, tmp_path: Path, mode: str, reason: str) -> None:
    assert why(start, a_set(tmp_path, 3), mode) == reason


def test_misses_are_what_went_wrong_the_last_time(start: Start, tmp_path: Path) -> None:
    case_set = a_set(tmp_path, 8)
    first = read_through(start(case_set), right=5)
    wrong = {int(r.case.source_id[5:]) for r in first.reads.select_related("case") if r.position > 5}
    again = start(case_set, "misses")
    assert numbers(again) == wrong and len(wrong) == 3
    read_through(again, now=NOW + timedelta(hours=1))
    assert why(start, case_set, "misses") == "no_misses"
    assert not again.reads.filter(first_exposure=True).exists()


def test_judging_uses_cases_this_learner_has_finished(start: Start, other: User, tmp_path: Path) -> None:
    case_set = a_set(tmp_path, 14, ai_wrong=(0, 1, 2, 3), sitting_size=14)
    sitting = start_sitting(learner=other, case_set=case_set, now=NOW, rng=random.Random(1))
    read_through(sitting)
    assert why(start, case_set, "ai_first") == "too_few_finished"
    read_through(start(case_set))
    judged = start(case_set, "ai_first")
    assert judged.flow == "ai_first" and 3 <= len(numbers(judged) & {0, 1, 2, 3}) <= 4
    assert judged.reads.count() == 10


def test_judging_of_a_pool_uses_what_nobody_has_shown_them(
    start: Start, learner: User, tmp_path: Path
) -> None:
    case_set = a_set(tmp_path, 16, ai_wrong=(0, 1, 2, 3, 4), pool="ai_first", flow="ai_first")
    expose(learner, list(Case.objects.filter(source_id="case-9")))
    judged = start(case_set, "ai_first")
    assert 9 not in numbers(judged) and 3 <= len(numbers(judged) & {0, 1, 2, 3, 4}) <= 5


def test_a_duel_waits_for_the_ai(start: Start, tmp_path: Path) -> None:
    case_set = a_set(tmp_path, 12)
    image = case_set.cases.all()[0].images.get()
    assert len(numbers(start(case_set, "duel"))) == 10
    Sitting.objects.all().delete()
    AIOpinion.objects.exclude(image_sha256=image.sha256).delete()
    assert why(start, case_set, "duel") == "ai_not_ready"
