"""What one sitting, or the page before one, could tell of a case that another sitting still withholds."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from quiz.domain import case_choice
from quiz.domain.case_choice import NoCase
from quiz.domain.modes import Mode
from quiz.models import Case, CaseSetEntry, Read, Sitting, User
from quiz.selectors.mode_intros import intro_of
from quiz.selectors.modes import Offer, offer
from quiz.selectors.round_results import screening_result
from quiz.services import exams, reads
from quiz.services.errors import Refused
from quiz.services.sittings import start_sitting
from tests.conftest import NOW
from tests.quiz.builders import advance
from tests.quiz.mode_sets import a_set, numbers, read_through

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_choice, "SCREENED", 10)
    monkeypatch.setattr(case_choice, "CANCERS", 2)


def start(learner: User, case_set: object, mode: str) -> Sitting:
    return start_sitting(learner=learner, case_set=case_set, now=NOW, rng=random.Random(5), mode=mode)  # type: ignore[arg-type]


def offered(learner: User, case_set: object, mode: Mode) -> Offer:
    found = offer(learner, case_set, mode, NOW)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_rounds_prevalence_stands_still_while_a_case_is_read(learner: User, tmp_path: Path) -> None:
    """Its change at the reveal of the AI would be the truth of the case in hand."""
    case_set = a_set(tmp_path, 30, pack={"modality": "MG"}, sitting_size=4)
    before = intro_of(case_set, learner, offered(learner, case_set, Mode.SCREENING), NOW)
    assert (before.cases, before.abnormal) == (30, 15)
    for read in start(learner, case_set, "practice").reads.order_by("position"):
        for state in ("opened", "committed", "ai_shown", "finalised"):
            advance(reads.open_read(read=read, now=NOW), state)
            standing = offered(learner, case_set, Mode.SCREENING)
            assert standing.reason is NoCase.OPEN_ELSEWHERE
            assert intro_of(case_set, learner, standing, NOW).cases == 0
        advance(read, "truth_shown")
    after = intro_of(case_set, learner, offered(learner, case_set, Mode.SCREENING), NOW)
    assert after.cases == 26


def test_a_rounds_prevalence_is_that_of_its_own_cases(learner: User, tmp_path: Path) -> None:
    case_set = a_set(tmp_path, 24, pack={"modality": "MG"})
    sitting = start(learner, case_set, "screening")
    first = sitting.reads.order_by("position")[0]
    told = [intro_of(case_set, learner, offered(learner, case_set, Mode.SCREENING), NOW)]
    advance(reads.open_read(read=first, now=NOW), "committed")
    told.append(intro_of(case_set, learner, offered(learner, case_set, Mode.SCREENING), NOW))
    assert [(one.abnormal, one.cases) for one in told] == [(12, 24)] * 2


def test_offers_stand_still_while_a_case_is_read(learner: User, tmp_path: Path) -> None:
    case_set = a_set(tmp_path, 14, sitting_size=4)
    sitting = start(learner, case_set, "practice")
    standing = offered(learner, case_set, Mode.RATED)
    assert standing.at_most and standing.cases == 4
    for read in sitting.reads.order_by("position")[:3]:
        for state in ("opened", "committed", "ai_shown", "finalised", "truth_shown"):
            advance(reads.open_read(read=read, now=NOW), state)
            assert offered(learner, case_set, Mode.RATED) == standing


@pytest.mark.parametrize("mode", ["practice", "rated", "duel", "bookmarks"])
def test_no_second_sitting_gets_a_case_in_hand(learner: User, tmp_path: Path, mode: str) -> None:
    case_set = a_set(tmp_path, 40, sitting_size=10)
    first = start(learner, case_set, "practice" if mode != "practice" else "rated")
    for case in first.reads.all():
        learner.bookmarks.create(case_id=case.case_id, created_at=NOW, updated_at=NOW)
    if mode == "bookmarks":
        with pytest.raises(Refused, match="bookmarked no case"):
            start(learner, case_set, mode)
        return
    assert not numbers(first) & numbers(start(learner, case_set, mode))


def test_a_round_leaves_nothing_to_practise_on(learner: User, tmp_path: Path) -> None:
    case_set = a_set(tmp_path, 12, pack={"modality": "MG"})
    start(learner, case_set, "screening")
    with pytest.raises(Refused, match="another sitting that you have open") as refused:
        start(learner, case_set, "practice")
    assert refused.value.code == "open_elsewhere"


def test_a_case_of_two_sittings_is_told_by_neither_before_the_round_ends(
    learner: User, tmp_path: Path
) -> None:
    """Sets may be changed while sittings are open, so that a case comes into both."""
    case_set = a_set(tmp_path, 12, pool="screening", flow="unaided")
    other = a_set(tmp_path, 6, key="other")
    practised = start(learner, other, "practice")
    kept = practised.reads.order_by("position")[0]
    shared = Case.objects.get(pk=kept.case_id)
    sitting = start(learner, case_set, "screening")
    CaseSetEntry.objects.create(case_set=case_set, case=shared, position=99)
    waiting = Read.objects.create(sitting=sitting, learner=learner, case=shared, position=99)
    advance(reads.open_read(read=kept, now=NOW), "committed")
    with pytest.raises(Refused, match="round that you have open"):
        reads.reveal_ai(read=kept, now=NOW)
    Read.objects.filter(pk=kept.pk).update(state=Read.State.FINALISED)
    with pytest.raises(Refused, match="round that you have open"):
        reads.reveal_truth(read=Read.objects.get(pk=kept.pk), now=NOW)
    waiting.delete()
    assert reads.reveal_truth(read=Read.objects.get(pk=kept.pk), now=NOW).state == Read.State.TRUTH_SHOWN


def test_a_round_counts_only_cases_not_met_before(learner: User, tmp_path: Path) -> None:
    case_set = a_set(tmp_path, 12, pool="screening", flow="unaided")
    sitting = start(learner, case_set, "screening")
    met = sitting.reads.order_by("position")[0]
    learner.exposures.create(case_id=met.case_id, where="truth", at=NOW)
    read_through(sitting)
    exams.show_results(sitting=sitting, now=NOW + timedelta(hours=1))
    assert screening_result(sitting).you.n == 11
