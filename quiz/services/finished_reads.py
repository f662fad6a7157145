"""What a finished read does, in the transaction that shows its truth, exactly once; and again for a corrected key.

Outcome and points, rating event, review cards, day and streak, tallies, achievements. Whoever moved the read to
`truth_shown` calls this, so a retried or doubled request never gets here. All of it can be worked out anew:
`rebuild_progress`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from quiz.domain.learner_record import Day, FinishedRead
from quiz.models import AnswerKey, Read, ReadOutcome, User
from quiz.selectors.finished_reads import finished_read
from quiz.selectors.questions import opinions_of
from quiz.services.achievements import award
from quiz.services.activity import add_to_day, count_read, move_tallies
from quiz.services.outcomes import score_read
from quiz.services.ratings import rate_read, void_events
from quiz.services.reviews import grade_again, review_concepts


def finish_read(*, read: Read, key: AnswerKey, now: datetime) -> ReadOutcome:
    """Store what a read that has just reached its truth leaves behind. Call inside that transaction.

    Of two reads of one case that were both begun unseen, the one that ends first is the first exposure.
    """
    opinions = opinions_of(read)
    outcome = score_read(read=read, key=key, now=now, opinions=opinions)
    if read.learner_id is None:
        return outcome
    learner = lock_learner(read.learner_id)
    if read.first_exposure and _met_before(read):
        read.first_exposure = False
    finished = finished_read(read, outcome, opinions.values())
    read.day = finished.day
    read.save(update_fields=["day", "first_exposure"])
    rate_read(learner=learner, read=read, finished=finished, now=now)
    review_concepts(learner=learner, read=finished)
    count_read(learner=learner, read=finished)
    award(learner=learner, read=finished, difficulty=key.difficulty, now=now)
    return outcome


def rescore_reads(*, reads: Iterable[Read], key: AnswerKey, void: bool, now: datetime) -> None:
    """Score finished reads of a case against its new key, and move everything that rested on the old outcome.

    `void`: the truth itself changed, so the reads no longer count in the rating: nobody plays a case twice. Call
    inside the transaction that stores the key; `reads` come with sitting, pack, learner and outcome.
    """
    rows = list(reads)
    learners = lock_learners({read.learner_id for read in rows if read.learner_id is not None})
    for read in rows:
        opinions = opinions_of(read)
        # An outcome without figures is from before sums were kept, and waits for its first rebuild.
        before = finished_read(read, read.outcome, opinions.values()) if read.outcome.findings else None
        outcome = score_read(read=read, key=key, now=now, opinions=opinions)
        if read.learner_id is not None and before is not None:
            _count_again(learners[read.learner_id], before, finished_read(read, outcome, opinions.values()))
    if void:
        void_events(reads=rows, reason=_("The answer key was corrected."), now=now)


def lock_learner(learner: int) -> User:
    """Hold a learner's row to the end of the transaction: their sums move one read at a time.

    (SQLite has one writer at a time and ignores the lock.)
    """
    return User.objects.select_for_update(no_key=True).get(pk=learner)


def lock_learners(learners: Iterable[int]) -> dict[int, User]:
    """Hold many learners' rows, always in the same order, so that two corrections don't wait for each other."""
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=set(learners)).order_by("pk")
    return {row.pk: row for row in rows}


def _count_again(learner: User, before: FinishedRead, after: FinishedRead) -> None:
    move_tallies(learner=learner, out=before, into=after)
    grade_again(learner=learner, before=before, after=after)
    if after.points != before.points:
        add_to_day(learner=learner, day=after.day, more=Day(points=after.points - before.points))


def _met_before(read: Read) -> bool:
    others = Read.objects.filter(learner=read.learner_id, case=read.case_id, state=Read.State.TRUTH_SHOWN)
    return others.exclude(pk=read.pk).exists()
