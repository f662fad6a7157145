"""Rebuilding: what random reads leave behind equals what their rows give, and what was broken is mended."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import F

from quiz.models import (
    DailyActivity,
    LearnerRating,
    RatingEvent,
    Read,
    ReadOutcome,
    ReviewCard,
    ReviewEvent,
    Streak,
    Tally,
)
from quiz.services.accounts import erase_learner
from quiz.services.progress import rebuild_progress
from quiz.services.rating_periods import close_rating_period
from tests.quiz.random_reads import World, world

pytestmark = pytest.mark.django_db

COLUMNS: dict[type, tuple[str, ...]] = {
    DailyActivity: ("learner", "day", "reads", "seconds", "points"),
    LearnerRating: ("learner", "scale", "rating", "deviation", "volatility", "games"),
    RatingEvent: ("read", "score", "expected", "rating_before", "rating_after", "voided_at"),
    ReadOutcome: ("read", "headline", "points_first", "points_final"),
    ReviewCard: ("learner", "concept", "state", "stability", "due_at", "reviews", "lapses"),
    ReviewEvent: ("read", "concept", "grade", "at"),
    Streak: ("learner", "current", "longest", "last_day", "rest_days"),
    Tally: ("learner", "scale", "finding", "counts"),
}


def stored() -> dict[str, list[str]]:
    """Everything that is kept about reads, without primary keys and times of writing."""
    return {
        model.__name__: sorted(
            json.dumps(row, sort_keys=True, default=str)
            for row in model._default_manager.values(*names)  # type: ignore[attr-defined]
        )
        for model, names in COLUMNS.items()
    }


def check(played: World) -> None:
    """Nothing differs; and taking everything away and rebuilding it gives what was there."""
    rebuilt = rebuild_progress(now=played.now, write=False)
    assert rebuilt.different == ()
    assert rebuilt.reads == Read.objects.filter(state="truth_shown").count() == played.played
    before = stored()
    assert all(before.values()), "every table is in use"
    for model in (DailyActivity, LearnerRating, ReadOutcome, ReviewCard, ReviewEvent, Streak, Tally):
        model._default_manager.all().delete()
    assert rebuild_progress(now=played.now, write=False).different
    assert rebuild_progress(now=played.now, write=True).different
    assert stored() == before
    assert rebuild_progress(now=played.now, write=False).different == ()


def play(played: World, reads: int) -> None:
    """Reads with corrected keys and closed rating periods between them."""
    while played.played < reads:
        played.play(min(reads // 4, reads - played.played))
        played.correct()
        close_rating_period(now=played.now)


def test_a_hundred_random_reads_are_rebuilt(tmp_path: Path) -> None:
    played = world(tmp_path, seed=1)
    play(played, 100)
    assert RatingEvent.objects.filter(voided_at=None).exists()
    check(played)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_thousand_random_reads_are_rebuilt(tmp_path: Path) -> None:
    played = world(tmp_path, seed=2, cases=60, learners=12)
    play(played, 2000)
    assert RatingEvent.objects.filter(voided_at__isnull=False).exists()
    assert ReviewCard.objects.filter(lapses__gt=0).exists()
    assert Streak.objects.filter(longest__gt=3).exists()
    check(played)


BREAKAGES: dict[str, Callable[[], object]] = {
    "points": lambda: ReadOutcome.objects.filter(pk=ReadOutcome.objects.first().pk).update(points_first=77),  # type: ignore[union-attr]
    "figures": lambda: ReadOutcome.objects.filter(pk=ReadOutcome.objects.last().pk).update(findings={}),  # type: ignore[union-attr]
    "day": lambda: DailyActivity.objects.update(reads=F("reads") + 1),
    "extra day": lambda: DailyActivity.objects.create(
        learner=DailyActivity.objects.first().learner,
        day="1999-01-01",
        reads=1,  # type: ignore[union-attr]
    ),
    "streak": lambda: Streak.objects.update(longest=F("longest") + 1),
    "tally": lambda: Tally.objects.update(counts={"reads": 1}),
    "card": lambda: ReviewCard.objects.update(stability=F("stability") + 1),
    "grade": lambda: ReviewEvent.objects.filter(grade=1).update(grade=4),
    "rating": lambda: LearnerRating.objects.update(rating=F("rating") + 100),
    "no rating": lambda: LearnerRating.objects.all().delete(),
    "event": lambda: RatingEvent.objects.filter(voided_at=None).update(rating_after=F("rating_after") + 1),
    "score": lambda: RatingEvent.objects.filter(voided_at=None).update(score=0.5),
    "no day": lambda: Read.objects.update(day=None),
}


@pytest.mark.django_db(transaction=False)
def test_every_breakage_is_found_and_mended(tmp_path: Path) -> None:
    played = world(tmp_path, seed=3)
    play(played, 60)
    good = stored()
    for name, break_something in BREAKAGES.items():
        break_something()
        assert rebuild_progress(now=played.now, write=False).different, name
        assert rebuild_progress(now=played.now, write=True).different, name
        assert rebuild_progress(now=played.now, write=False).different == (), name
        assert stored() == good, name


def test_a_sample_goes_through_some_learners_only(tmp_path: Path) -> None:
    played = world(tmp_path, seed=4)
    for learner in played.learners:
        played.sit(learner)
    Tally.objects.update(counts={"reads": 1})
    rebuilt = rebuild_progress(now=played.now, write=False, sample=1, rng=random.Random(0))
    assert (rebuilt.learners, rebuilt.reads) == (1, 5)
    assert len({line.partition(":")[0] for line in rebuilt.different}) <= 1
    with pytest.raises(ValueError, match="sample"):
        rebuild_progress(now=played.now, write=False, sample=1)


def test_an_erased_learners_reads_keep_their_outcomes_only(tmp_path: Path) -> None:
    played = world(tmp_path, seed=5)
    for learner in played.learners:
        played.sit(learner)
    erase_learner(learner=played.learners[0], keep_reads=True)
    assert rebuild_progress(now=played.now, write=False).different == ()
    assert not Tally.objects.filter(learner__isnull=True).exists()
    played.now += timedelta(days=1)
    for _ in range(6):
        played.correct()
    assert rebuild_progress(now=played.now, write=False).different == ()


def test_reads_from_before_sums_were_kept_are_counted(tmp_path: Path) -> None:
    played = world(tmp_path, seed=8)
    for learner in played.learners:
        played.sit(learner)
    good = stored()
    for model in (DailyActivity, LearnerRating, ReviewCard, ReviewEvent, Streak, Tally):
        model._default_manager.filter(learner=played.learners[0]).delete()
    Read.objects.filter(learner=played.learners[0]).update(day=None)
    ReadOutcome.objects.filter(read__learner=played.learners[0]).update(findings={})
    rebuilt = rebuild_progress(now=played.now, write=True, uncounted=True)
    assert (rebuilt.learners, rebuilt.reads) == (1, 5)
    assert stored() == good
    assert rebuild_progress(now=played.now, write=True, uncounted=True).learners == 0


def test_a_correction_of_uncounted_reads_waits_for_the_rebuild(tmp_path: Path) -> None:
    played = world(tmp_path, seed=9)
    played.play(30)
    ReadOutcome.objects.update(findings={})
    for model in (DailyActivity, ReviewCard, ReviewEvent, Streak, Tally):
        model._default_manager.all().delete()
    for _ in range(6):
        played.correct()
    assert not Tally.objects.exists()
    assert rebuild_progress(now=played.now, write=True).different
    assert rebuild_progress(now=played.now, write=False).different == ()
