"""What a finished read leaves behind: what counts where, exactly once, and again after a corrected key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from unittest import mock

import pytest

from quiz.domain.rating import CASE_START, LEARNER_START, expected
from quiz.domain.tallies import CaseTally, FindingTally
from quiz.models import (
    CaseSet,
    DailyActivity,
    Exposure,
    LearnerRating,
    RatingEvent,
    Read,
    ReadOutcome,
    ReviewCard,
    ReviewEvent,
    Sitting,
    Streak,
    Tally,
    User,
)
from quiz.services import finished_reads, reads
from quiz.services.answer_keys import KeyContent, correct_key
from quiz.services.progress import rebuild_progress
from tests.conftest import NOW
from tests.quiz.builders import advance, opened_read, says
from tests.quiz.random_reads import reserved, sitting_of

pytestmark = pytest.mark.django_db


def rated(
    learner: User, case_set: CaseSet, *, cases: int = 4, flow: str = "read_first", mode: str = "rated"
) -> list[Read]:
    """Opened reads of one sitting."""
    sitting = sitting_of(learner, case_set, mode=mode, flow=flow)
    rows = reserved(sitting, list(case_set.cases.order_by("pk")[:cases]))
    return [reads.open_read(read=row, now=NOW) for row in rows]


def finish(read: Read, *, right: bool = True, certainty: float = 0.75, now: datetime = NOW) -> Read:
    """Answer rightly or wrongly at both opinions, and ask for the truth."""
    present = bool(read.case.answer_keys.get(is_current=True).findings) == right
    later = now + timedelta(seconds=30)
    opinion = says(present, certainty)
    reads.commit_opinion(read=read, opinion=opinion, seconds=12.0, idempotency_key="a", now=later)
    if read.sitting.flow == "read_first":
        reads.reveal_ai(read=read, now=later)
        reads.finalise_read(read=read, opinion=opinion, seconds=5.0, idempotency_key="b", now=later)
    return reads.reveal_truth(read=read, now=later)


def counts() -> dict[str, int]:
    """How many rows each table has."""
    tables = (ReadOutcome, RatingEvent, LearnerRating, ReviewEvent, ReviewCard, DailyActivity, Streak, Tally)
    return {table.__name__: table._default_manager.count() for table in tables}


def test_one_rated_read_leaves_all_of_it(learner: User, case_set: CaseSet) -> None:
    read = finish(rated(learner, case_set, cases=1)[0])
    event = RatingEvent.objects.get(read=read)
    # Found, but the place wasn't marked.
    assert event.score == 0.5
    assert event.expected == expected(LEARNER_START.rating, CASE_START.rating, CASE_START.deviation)
    assert event.opponents == [
        {"kind": "case", "rating": CASE_START.rating, "deviation": CASE_START.deviation}
    ]
    standing = LearnerRating.objects.get(learner=learner, scale="DX")
    assert (standing.rating, standing.games) == (event.rating_after, 1)
    card = ReviewCard.objects.get(learner=learner, concept="pneumonia")
    assert (card.reviews, card.last_review_at) == (1, read.committed_at)
    day = DailyActivity.objects.get(learner=learner)
    assert (day.day, day.reads, day.seconds, day.points) == (date(2026, 3, 1), 1, 12.0, 2)
    assert (learner.streak.current, learner.streak.last_day) == (1, date(2026, 3, 1))
    whole, finding = Tally.objects.order_by("finding")
    assert CaseTally(whole.counts).right("first") == (1, 1)
    assert FindingTally(finding.counts).confusion("first").true_positive == 1
    assert FindingTally(finding.counts).lesion_fraction().value == 0.0
    read.refresh_from_db()
    assert read.day == date(2026, 3, 1)


def test_asking_again_changes_nothing(learner: User, case_set: CaseSet) -> None:
    read = finish(rated(learner, case_set, cases=1)[0])
    before = counts()
    for _ in range(3):
        reads.reveal_truth(read=Read.objects.get(pk=read.pk), now=NOW + timedelta(hours=1))
    assert counts() == before
    assert DailyActivity.objects.get().reads == 1
    assert ReviewCard.objects.get().reviews == 1
    assert rebuild_progress(now=NOW, write=False).different == ()


PARTS = ("score_read", "lock_learner", "finished_read", "rate_read", "review_concepts", "count_read")


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_anywhere_leaves_nothing_and_the_retry_all(
    learner: User, case_set: CaseSet, part: str, when: str
) -> None:
    read = advance(rated(learner, case_set, cases=1)[0], "finalised")
    real: Callable[..., object] = getattr(finished_reads, part)

    def dies(*args: object, **kwargs: object) -> object:
        if when == "after":
            real(*args, **kwargs)
        raise RuntimeError("the power went out")

    with mock.patch.object(finished_reads, part, dies), pytest.raises(RuntimeError, match="power"):
        reads.reveal_truth(read=Read.objects.get(pk=read.pk), now=NOW + timedelta(minutes=1))
    assert not any(counts().values())
    assert Read.objects.get(pk=read.pk).state == "finalised"
    reads.reveal_truth(read=Read.objects.get(pk=read.pk), now=NOW + timedelta(minutes=2))
    assert counts() == {
        "ReadOutcome": 1,
        "RatingEvent": 1,
        "LearnerRating": 1,
        "ReviewEvent": 1,
        "ReviewCard": 1,
        "DailyActivity": 1,
        "Streak": 1,
        "Tally": 2,
    }
    assert rebuild_progress(now=NOW, write=False).different == ()


@pytest.mark.parametrize("mode", ["practice", "review", "misses", "bookmarks", "duel", "daily"])
def test_no_other_mode_rates(learner: User, case_set: CaseSet, mode: str) -> None:
    finish(rated(learner, case_set, cases=1, mode=mode)[0])
    assert not RatingEvent.objects.exists()
    assert Tally.objects.exists()


def test_a_pack_that_may_not_rate_does_not(learner: User, case_set: CaseSet) -> None:
    read = rated(learner, case_set, cases=1)[0]
    read.case.pack.rated = False
    read.case.pack.save()
    finish(Read.objects.get(pk=read.pk))
    assert not RatingEvent.objects.exists()


def test_a_repeat_counts_as_activity_only(learner: User, case_set: CaseSet) -> None:
    finish(rated(learner, case_set, cases=1)[0])
    before = counts()
    again = finish(rated(learner, case_set, cases=1, mode="practice")[0], right=False)
    assert not again.first_exposure
    assert counts() == {**before, "ReadOutcome": 2}
    assert DailyActivity.objects.get().reads == 2
    assert CaseTally(Tally.objects.get(finding="").counts).reads == 1


def test_of_two_reads_begun_unseen_the_first_to_end_counts(learner: User, case_set: CaseSet) -> None:
    one, other = rated(learner, case_set, cases=1)[0], rated(learner, case_set, cases=1, mode="practice")[0]
    for read in (one, other):
        reads.commit_opinion(read=read, opinion=says(True), seconds=1, idempotency_key="a", now=NOW)
    assert Read.objects.filter(first_exposure=True).count() == 2
    for read in (other, one):
        reads.reveal_ai(read=read, now=NOW)
        reads.finalise_read(read=read, opinion=says(True), seconds=1, idempotency_key="b", now=NOW)
        reads.reveal_truth(read=read, now=NOW)
    assert list(Read.objects.filter(first_exposure=True)) == [other]
    assert not RatingEvent.objects.exists()
    assert Exposure.objects.count() == 1
    assert rebuild_progress(now=NOW, write=False).different == ()


def test_a_sitting_is_one_period_whatever_the_order_of_truths(learner: User, case_set: CaseSet) -> None:
    """Opinions were given in one order and the truths asked for in another: the rating goes by the opinions."""
    rows = rated(learner, case_set)
    for number, read in enumerate(rows):
        at = NOW + timedelta(minutes=number)
        advance(read, "finalised", first=number % 2 == 0, final=True, now=at)
    for read in reversed(rows):
        reads.reveal_truth(read=Read.objects.get(pk=read.pk), now=NOW + timedelta(hours=1))
    events = list(RatingEvent.objects.order_by("finalised_at"))
    assert [event.read_id for event in events] == [read.pk for read in rows]
    assert events[0].rating_before == LEARNER_START.rating
    assert LearnerRating.objects.get().rating == events[-1].rating_after
    assert rebuild_progress(now=NOW, write=False).different == ()


def test_a_reader_who_cannot_tell_is_not_marked_down(learner: User, case_set: CaseSet) -> None:
    read = rated(learner, case_set, cases=1, flow="unaided")[0]
    cannot = says(True).__class__((), cannot_tell=True)
    reads.commit_opinion(read=read, opinion=cannot, seconds=1, idempotency_key="a", now=NOW)
    reads.reveal_truth(read=read, now=NOW)
    assert not RatingEvent.objects.exists()
    assert not ReviewEvent.objects.exists()
    assert CaseTally(Tally.objects.get(finding="").counts).right("first") == (0, 0)
    assert DailyActivity.objects.get().points == 0


def test_the_day_is_the_learners_own_and_stays(learner: User, case_set: CaseSet) -> None:
    User.objects.filter(pk=learner.pk).update(time_zone="Asia/Tokyo")
    learner.refresh_from_db()
    late = datetime.fromisoformat("2026-03-01T20:00:00+00:00")
    rows = rated(learner, case_set)
    finish(rows[0], now=late)
    assert DailyActivity.objects.get().day == date(2026, 3, 2)
    User.objects.filter(pk=learner.pk).update(time_zone="America/Los_Angeles")
    finish(Read.objects.select_related("learner").get(pk=rows[1].pk), now=late)
    assert sorted(DailyActivity.objects.values_list("day", flat=True)) == [date(2026, 3, 1), date(2026, 3, 2)]
    assert Streak.objects.get().current == 2
    assert rebuild_progress(now=NOW, write=False).different == ()


def correct(read: Read, instructor: User, **changes: object) -> None:
    """Turn a case's truth round, or change what is given."""
    key = read.case.answer_keys.get(is_current=True)
    values: dict[str, object] = {
        "findings": () if key.findings else ("pneumonia",),
        "truth_basis": "follow-up",
        "concepts": ("vessel",),
    }
    content = KeyContent(**{**values, **changes})  # type: ignore[arg-type]
    correct_key(case=read.case, content=content, author=instructor, note="x", now=NOW + timedelta(days=1))


def test_a_corrected_key_moves_everything_that_rested_on_it(
    learner: User, instructor: User, case_set: CaseSet
) -> None:
    rows = [finish(read) for read in rated(learner, case_set)]
    rating, day = LearnerRating.objects.get(), DailyActivity.objects.get()
    correct(rows[0], instructor)
    event = RatingEvent.objects.get(read=rows[0])
    assert event.voided_at is not None
    assert event.void_reason == "The answer key was corrected."
    after = LearnerRating.objects.get()
    assert (after.games, after.rating != rating.rating) == (3, True)
    assert DailyActivity.objects.get().points == day.points - 2 - 2
    assert CaseTally(Tally.objects.get(finding="").counts).right("first") == (3, 4)
    assert ReviewEvent.objects.get(read=rows[0]).concept == "vessel"
    assert ReviewEvent.objects.get(read=rows[0]).grade == 1
    assert rebuild_progress(now=NOW, write=False).different == ()
    # And back again: the outcome is what it was, the game stays void.
    correct(rows[0], instructor)
    assert DailyActivity.objects.get().points == day.points
    assert CaseTally(Tally.objects.get(finding="").counts).right("first") == (4, 4)
    assert LearnerRating.objects.get().games == 3
    assert rebuild_progress(now=NOW, write=False).different == ()


def test_a_reworded_key_leaves_the_rating(learner: User, instructor: User, case_set: CaseSet) -> None:
    read = finish(rated(learner, case_set, cases=1)[0])
    key = read.case.answer_keys.get(is_current=True)
    regions = tuple(
        (row.image.pack_path, row.finding, row.shape, tuple(row.geometry), "")
        for row in key.regions.select_related("image")
    )
    correct(read, instructor, findings=tuple(key.findings), regions=regions)
    assert RatingEvent.objects.get().voided_at is None
    read.refresh_from_db()
    assert read.key_corrected_at is None
    # Concepts aren't part of the truth, but the cards follow them.
    assert list(ReviewCard.objects.values_list("concept", flat=True)) == ["vessel"]
    assert rebuild_progress(now=NOW, write=False).different == ()


def test_voiding_the_only_game_leaves_no_rating(learner: User, instructor: User, case_set: CaseSet) -> None:
    correct(finish(rated(learner, case_set, cases=1)[0]), instructor)
    assert not LearnerRating.objects.exists()
    assert rebuild_progress(now=NOW, write=False).different == ()


def test_a_corrected_exam_is_flagged(learner: User, instructor: User, case_set: CaseSet) -> None:
    """The flag itself is `exam_flags`'; here: a correction raises it, and only for exams."""
    CaseSet.objects.filter(pk=case_set.pk).update(released_at=NOW)
    read = rated(learner, case_set, cases=1, mode="exam", flow="exam")[0]
    practised = finish(rated(learner, case_set, cases=1, mode="practice")[0])
    reads.commit_opinion(read=read, opinion=says(True), seconds=1, idempotency_key="a", now=NOW)
    correct(practised, instructor)
    flagged = Sitting.objects.filter(flagged_at__isnull=False)
    assert list(flagged) == [read.sitting]


def test_the_cost_of_a_finished_read_is_fixed(
    learner: User, case_set: CaseSet, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    read = advance(opened_read(learner, case_set), "finalised")
    with django_assert_max_num_queries(75):  # type: ignore[attr-defined]
        reads.reveal_truth(read=Read.objects.get(pk=read.pk), now=NOW)
