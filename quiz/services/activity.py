"""A learner's running sums: days, streak and tallies, moved as reads end. Callers hold the learner's row."""

from __future__ import annotations

from datetime import date

from quiz.domain import activity, tallies
from quiz.domain.learner_record import Day, FinishedRead
from quiz.models import DailyActivity, Streak, Tally, User


def count_read(*, learner: User, read: FinishedRead) -> None:
    """Add a finished read to its day, to the streak and to the tallies."""
    add_to_day(learner=learner, day=read.day, more=Day(1, read.seconds, read.points))
    extend_streak(learner=learner, day=read.day)
    move_tallies(learner=learner, into=read)


def add_to_day(*, learner: User, day: date, more: Day) -> None:
    """Add to a learner's day, which may be new; negative numbers take away."""
    row, _ = DailyActivity.objects.get_or_create(learner=learner, day=day)
    total = Day(row.reads, row.seconds, row.points).plus(
        reads=more.reads, seconds=more.seconds, points=more.points
    )
    row.reads, row.seconds, row.points = total.reads, total.seconds, total.points
    row.save(update_fields=["reads", "seconds", "points"])


def extend_streak(*, learner: User, day: date) -> None:
    """Add a day of reading to the streak; an earlier day (an exam's, released late) replays all days."""
    row, _ = Streak.objects.get_or_create(learner=learner)
    standing = activity.Streak(row.current, row.longest, row.last_day, row.rest_days)
    if standing.last_day is not None and day < standing.last_day:
        days = DailyActivity.objects.filter(learner=learner).values_list("day", flat=True)
        after = activity.replay(days)
    else:
        after = activity.after(standing, day)
    if after != standing:
        row.current, row.longest = after.current, after.longest
        row.last_day, row.rest_days = after.last_day, after.rest_days
        row.save()


def move_tallies(*, learner: User, out: FinishedRead | None = None, into: FinishedRead | None = None) -> None:
    """Take a read as it was counted out of the learner's tallies, and add it as it counts now."""
    taken, added = (one.tally_counts() if one else {} for one in (out, into))
    if taken == added:
        return
    changes = {
        key: tallies.add(added.get(key, {}), taken.get(key, {}), times=-1)
        for key in taken.keys() | added.keys()
    }
    scales = {scale for scale, _ in changes}
    rows = {(row.scale, row.finding): row for row in Tally.objects.filter(learner=learner, scale__in=scales)}
    kept: list[Tally] = []
    new: list[Tally] = []
    emptied: list[int] = []
    for (scale, finding), change in sorted(changes.items()):
        row = rows.get((scale, finding)) or Tally(learner=learner, scale=scale, finding=finding, counts={})
        row.counts = tallies.add(row.counts, change)
        if row.counts:
            (kept if row.pk else new).append(row)
        elif row.pk:
            emptied.append(row.pk)
    Tally.objects.bulk_update(kept, ["counts"])
    Tally.objects.bulk_create(new)
    if emptied:
        Tally.objects.filter(pk__in=emptied).delete()
