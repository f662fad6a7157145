"""A learner's finished reads, and everything the site keeps in sum about them: tallies, days, streak, review cards.

What one read adds is said here once; a service adds it when the read ends, and a rebuild adds up all reads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from quiz.domain import activity, rating, scheduling, tallies
from quiz.domain.activity import Streak
from quiz.domain.figures import ReadFigures
from quiz.domain.modes import Mode, rules
from quiz.domain.read_flow import Flow
from quiz.domain.reliance import eligible
from quiz.domain.scheduling import Card, Grade
from quiz.domain.tallies import Counts

TallyKey = tuple[str, str]
"""Scale, and finding (empty: the case as a whole)."""
_DECIMALS = 1
"""Seconds are kept in tenths, so that sums don't depend on their order."""


@dataclass(frozen=True)
class FinishedRead:
    """One read whose truth is shown.

    `first_at` is when the first opinion was stored, None in flows without one; `last_at` when the last one was, and
    `day` that moment's day on the learner's calendar. `seconds` is the time of all opinions. `rated_pack`: cases of
    its pack may rate. `place` is a value of `quiz.domain.outcomes.Place` for the first opinion.
    """

    read: int
    sitting: int
    mode: str
    flow: str
    scale: str
    rated_pack: bool
    first_exposure: bool
    ai_ready: bool
    first_at: datetime | None
    last_at: datetime
    day: date
    seconds: float
    points: int
    place: str
    concepts: tuple[str, ...]
    figures: ReadFigures

    def tally_counts(self) -> dict[TallyKey, Counts]:
        """Return what the read adds to each tally: nothing for a repeat, or where no first opinion was asked."""
        if not self.first_exposure or self.flow == Flow.AI_FIRST:
            return {}
        advised = eligible(flow=self.flow, first_exposure=self.first_exposure, ai_ready=self.ai_ready)
        counts = {(self.scale, ""): tallies.case_counts(self.figures, advised=advised)}
        for finding, one in self.figures.findings.items():
            counts[self.scale, finding] = tallies.finding_counts(
                one, kind=self.figures.kind, images=self.figures.images, advised=advised
            )
        return counts

    def grades(self) -> dict[str, Grade]:
        """Return the review grade of each concept, by the first opinion.

        Of first exposures, and of repeats that a review asked for; none where the reader couldn't tell. A concept
        that names a finding goes by that finding, any other (a look-alike, a normal variant) by the whole case.
        """
        asked = self.first_exposure or self.mode == Mode.REVIEW
        if not asked or self.flow == Flow.AI_FIRST or self.figures.first is None:
            return {}
        says = {name: one.first for name, one in self.figures.findings.items() if one.first}
        least = min((say.certainty for say in says.values()), default=0.5)
        grades = {}
        for concept in self.concepts:
            if concept in says:
                right = says[concept].called == self.figures.findings[concept].present
                grades[concept] = scheduling.grade(right=right, certainty=says[concept].certainty)
            else:
                grades[concept] = scheduling.grade(right=self.figures.first, certainty=least)
        return grades

    def score(self) -> float | None:
        """Return what the read scores in the rating; None where it doesn't rate."""
        rates = rules(self.mode).rates and self.rated_pack and self.first_exposure
        return rating.score(self.figures.first, self.place) if rates else None


@dataclass(frozen=True)
class Day:
    """What a learner did on one of their days; `seconds` in tenths."""

    reads: int = 0
    seconds: float = 0.0
    points: int = 0

    def plus(self, *, reads: int = 0, seconds: float = 0.0, points: int = 0) -> Day:
        """Return the day with more of each (or less, after a corrected key)."""
        return Day(self.reads + reads, round(self.seconds + seconds, _DECIMALS), self.points + points)


@dataclass(frozen=True)
class Review:
    """One read's grade for one concept."""

    read: int
    concept: str
    grade: Grade
    at: datetime


@dataclass
class Record:
    """All sums of one learner's reads; ratings are apart, since they need opponents."""

    tallies: dict[TallyKey, Counts] = field(default_factory=dict)
    days: dict[date, Day] = field(default_factory=dict)
    streak: Streak = Streak()
    reviews: list[Review] = field(default_factory=list)
    cards: dict[str, Card] = field(default_factory=dict)


def record(reads: Iterable[FinishedRead]) -> Record:
    """Return the sums of a learner's finished reads, whatever their order."""
    result = Record()
    for one in reads:
        for key, counts in one.tally_counts().items():
            result.tallies[key] = tallies.add(result.tallies.get(key, {}), counts)
        day = result.days.get(one.day, Day())
        result.days[one.day] = day.plus(reads=1, seconds=one.seconds, points=one.points)
        result.reviews += reviews_of(one)
    result.streak = activity.replay(result.days)
    result.cards = cards_of(result.reviews)
    return result


def reviews_of(one: FinishedRead) -> list[Review]:
    """Return a read's reviews, at the time of its first opinion."""
    at = one.first_at or one.last_at
    return [Review(one.read, concept, grade, at) for concept, grade in one.grades().items()]


def cards_of(reviews: Iterable[Review]) -> dict[str, Card]:
    """Return the card of each concept after its reviews, in the order of time and read."""
    by_concept: Mapping[str, list[Review]] = defaultdict(list)
    for one in reviews:
        by_concept[one.concept].append(one)
    return {concept: card for concept, some in by_concept.items() if (card := card_of(some)) is not None}


def card_of(reviews: Sequence[Review]) -> Card | None:
    """Return the card of one concept after its reviews, in the order of time and read; None without any."""
    in_order = sorted(reviews, key=lambda one: (one.at, one.read))
    return scheduling.replay((one.grade, one.at) for one in in_order)
