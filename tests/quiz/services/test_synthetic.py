"""Synthetic learners: refused without cases, the same for the same seed, and as a rebuild would work them out."""

from __future__ import annotations

from pathlib import Path

import pytest

from quiz.domain.achievements import Award
from quiz.models import (
    Achievement,
    CaseSet,
    DailyActivity,
    Exposure,
    Opinion,
    RatingEvent,
    Read,
    ReadAI,
    ReadOutcome,
    ReviewCard,
    Tally,
    User,
)
from quiz.services.errors import Refused
from quiz.services.progress import rebuild_progress
from quiz.services.synthetic import seed_activity
from tests.conftest import NOW
from tests.quiz import builders

CASES = 24


@pytest.fixture
def readable(db: None, tmp_path: Path) -> CaseSet:
    cases = [
        builders.case(n, present=n % 2 == 0, concepts=["lobar" if n % 2 == 0 else "normal"])
        for n in range(CASES)
    ]
    case_set = CaseSet.objects.get(slug=builders.imported(tmp_path, cases=cases).case_set)
    builders.ai_for_all(case_set)
    return case_set


def test_refused_without_published_cases(db: None) -> None:
    with pytest.raises(Refused, match="no published cases"):
        seed_activity(learners=1, reads=1, seed=1, now=NOW)


@pytest.mark.parametrize(("learners", "reads"), [(0, 5), (3, 2)])
def test_refused_where_there_is_less_than_a_read_each(readable: CaseSet, learners: int, reads: int) -> None:
    with pytest.raises(Refused):
        seed_activity(learners=learners, reads=reads, seed=1, now=NOW)


def test_a_seed_is_used_once(readable: CaseSet) -> None:
    seed_activity(learners=1, reads=2, seed=1, now=NOW)
    with pytest.raises(Refused, match="seed 1"):
        seed_activity(learners=1, reads=2, seed=1, now=NOW)


def test_as_many_reads_as_asked_each_whole_and_before_now(readable: CaseSet) -> None:
    told: list[tuple[int, int]] = []
    seeded = seed_activity(
        learners=4, reads=150, seed=2, now=NOW, progress=lambda done, of: told.append((done, of))
    )
    assert (seeded.reads, Read.objects.count(), ReadOutcome.objects.count()) == (150, 150, 150)
    assert User.objects.filter(is_synthetic=True).count() == 4
    assert all(not user.has_usable_password() for user in User.objects.filter(is_synthetic=True))
    assert Opinion.objects.count() == 300
    assert ReadAI.objects.count() == 150
    assert not Read.objects.filter(truth_shown_at__gt=NOW).exists()
    assert Read.objects.filter(first_exposure=True).count() == Exposure.objects.count()
    assert sum(DailyActivity.objects.values_list("reads", flat=True)) == 150
    assert all(model.objects.exists() for model in (RatingEvent, ReviewCard, Tally))
    assert told[-1] == (4, 4)


def test_the_same_seed_makes_the_same_reads(readable: CaseSet) -> None:
    def made() -> list[tuple[str, int, str, str]]:
        rows = ReadOutcome.objects.order_by("read__truth_shown_at", "read__case")
        return list(
            rows.values_list("read__learner__username", "read__case_id", "learner_first", "learner_final")
        )

    seed_activity(learners=2, reads=40, seed=3, now=NOW)
    first = made()
    Read.objects.all().delete()
    User.objects.filter(is_synthetic=True).delete()
    seed_activity(learners=2, reads=40, seed=3, now=NOW)
    assert made() == first


def test_a_rebuild_finds_no_difference(readable: CaseSet) -> None:
    seed_activity(learners=3, reads=110, seed=4, now=NOW)
    rebuilt = rebuild_progress(now=NOW, write=False)
    assert (rebuilt.reads, rebuilt.different) == (110, ())


def test_a_rebuild_gives_and_takes_achievements(readable: CaseSet) -> None:
    seed_activity(learners=1, reads=CASES, seed=5, now=NOW)
    learner = User.objects.get(is_synthetic=True)
    Achievement.objects.all().delete()
    wrong = Achievement.objects.create(
        learner=learner, slug=Award.WEIGHS_THE_AI, read=Read.objects.first(), earned_at=NOW
    )
    assert len(rebuild_progress(now=NOW, write=False).different) == 1
    rebuild_progress(now=NOW, write=True)
    assert not Achievement.objects.filter(pk=wrong.pk).exists()
    assert rebuild_progress(now=NOW, write=False).different == ()
