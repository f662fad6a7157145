"""The comparison of learner, AI and truth for one read: of findings and of place, in one headline."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np

from quiz.domain.opinions import BOX, ELLIPSE, Mark, ReaderOpinion
from radiology.regions import Region, contains, iou, rasterise, within

# An ellipse as a polygon of so many sides covers 99.95 % of it.
_ELLIPSE_SIDES = 120


class Verdict(StrEnum):
    """How an opinion on findings compares with the key."""

    RIGHT = "right"
    WRONG = "wrong"
    NOT_SCORED = "not_scored"
    DECLINED = "declined"
    UNAVAILABLE = "unavailable"


class Place(StrEnum):
    """How a place compares with the key's regions."""

    HIT = "hit"
    MISS = "miss"
    INSIDE = "inside"
    OUTSIDE = "outside"
    NOT_APPLICABLE = "not_applicable"


class Error(StrEnum):
    """What kind of wrong: something missed, something made up, or both at once."""

    NONE = "none"
    MISSED = "missed"
    FALSE_ALARM = "false_alarm"
    MIXED = "mixed"


class Headline(StrEnum):
    """One label per outcome; every combination of reader and AI maps to exactly one."""

    BOTH_RIGHT = "both_right"
    YOU_CAUGHT_IT_AI_MISSED = "you_caught_it_ai_missed"
    AI_FALSE_ALARM_YOU_RIGHT = "ai_false_alarm_you_right"
    YOU_RIGHT_AI_MIXED_UP = "you_right_ai_mixed_up"
    AI_CAUGHT_IT_YOU_MISSED = "ai_caught_it_you_missed"
    YOU_FALSE_ALARM_AI_RIGHT = "you_false_alarm_ai_right"
    AI_RIGHT_YOU_MIXED_UP = "ai_right_you_mixed_up"
    BOTH_MISSED = "both_missed"
    BOTH_FALSE_ALARM = "both_false_alarm"
    BOTH_WRONG = "both_wrong"
    YOU_COULD_NOT_TELL_AI_RIGHT = "you_could_not_tell_ai_right"
    YOU_COULD_NOT_TELL_AI_WRONG = "you_could_not_tell_ai_wrong"
    AI_DECLINED = "ai_declined"
    AI_UNAVAILABLE = "ai_unavailable"


@dataclass(frozen=True)
class Key:
    """The truth: findings present, and regions as (image id, finding, region)."""

    findings: frozenset[str]
    regions: tuple[tuple[str, str, Region], ...] = ()

    def regions_of(self, finding: str, image: str | None = None) -> list[Region]:
        """Return the regions of a finding, on one image or on all."""
        return [
            region
            for where, what, region in self.regions
            if what == finding and (image is None or where == image)
        ]


@dataclass(frozen=True)
class AICall:
    """What the AI said of a case: findings called present, and peaks as (image id, finding, x, y) in pixels."""

    called: frozenset[str]
    peaks: tuple[tuple[str, str, float, float], ...] = ()
    declined: bool = False


@dataclass(frozen=True)
class Outcome:
    """The whole comparison; `learner_*` of the first opinion, or of the final one where there is no first."""

    headline: Headline
    learner_first: Verdict | None
    learner_final: Verdict | None
    ai: Verdict
    learner_place: Place
    ai_place: Place
    badges: tuple[str, ...]


def error_kind(called: frozenset[str], present: frozenset[str]) -> Error:
    """Return what is wrong with the findings called, against those present."""
    missed, extra = present - called, called - present
    if missed and extra:
        return Error.MIXED
    return Error.MISSED if missed else Error.FALSE_ALARM if extra else Error.NONE


def reader_verdict(opinion: ReaderOpinion | None, key: Key) -> Verdict | None:
    """Return right where every finding is right; None where there is no such opinion."""
    if opinion is None:
        return None
    if opinion.cannot_tell:
        return Verdict.NOT_SCORED
    return Verdict.RIGHT if opinion.called() == key.findings else Verdict.WRONG


def ai_verdict(call: AICall | None, key: Key) -> Verdict:
    """Return the AI's verdict; unavailable where it gave no opinion."""
    if call is None:
        return Verdict.UNAVAILABLE
    if call.declined:
        return Verdict.DECLINED
    return Verdict.RIGHT if call.called == key.findings else Verdict.WRONG


_BY_ERROR = {
    (Error.NONE, Error.NONE): Headline.BOTH_RIGHT,
    (Error.NONE, Error.MISSED): Headline.YOU_CAUGHT_IT_AI_MISSED,
    (Error.NONE, Error.FALSE_ALARM): Headline.AI_FALSE_ALARM_YOU_RIGHT,
    (Error.NONE, Error.MIXED): Headline.YOU_RIGHT_AI_MIXED_UP,
    (Error.MISSED, Error.NONE): Headline.AI_CAUGHT_IT_YOU_MISSED,
    (Error.FALSE_ALARM, Error.NONE): Headline.YOU_FALSE_ALARM_AI_RIGHT,
    (Error.MIXED, Error.NONE): Headline.AI_RIGHT_YOU_MIXED_UP,
    (Error.MISSED, Error.MISSED): Headline.BOTH_MISSED,
    (Error.FALSE_ALARM, Error.FALSE_ALARM): Headline.BOTH_FALSE_ALARM,
}


def headline(reader: Error | None, ai: Error | None, *, declined: bool = False) -> Headline:
    """Return the one label of a combination.

    `reader` is None where the reader couldn't tell, `ai` None where there is no AI opinion.
    """
    if declined:
        return Headline.AI_DECLINED
    if ai is None:
        return Headline.AI_UNAVAILABLE
    if reader is None:
        right = ai is Error.NONE
        return Headline.YOU_COULD_NOT_TELL_AI_RIGHT if right else Headline.YOU_COULD_NOT_TELL_AI_WRONG
    return _BY_ERROR.get((reader, ai), Headline.BOTH_WRONG)


def mark_hits(mark: Mark, key: Key, radius: float) -> bool:
    """Return whether a mark's centre lies in a region of its finding, or at most `radius` pixels from one."""
    return any(within(region, mark.x, mark.y, radius) for region in key.regions_of(mark.finding, mark.image))


def deciding_marks(opinion: ReaderOpinion, finding: str) -> list[Mark]:
    """Return the marks that a finding's place is judged by: the most certain one, several where they tie."""
    marks = [mark for mark in opinion.marks if mark.finding == finding]
    most = max((opinion.certainty_of(mark) for mark in marks), default=0.0)
    return [mark for mark in marks if opinion.certainty_of(mark) == most]


def reader_place(opinion: ReaderOpinion | None, key: Key, *, localise: bool, radius: float) -> Place:
    """Return whether every finding rightly called is also rightly placed.

    Applies where the set asks for marks and the key has regions for a finding the reader calls present. The most
    certain mark of a finding decides; where several tie, all must hit. `radius` is as `mark_hits` takes it.
    """
    if opinion is None or not localise:
        return Place.NOT_APPLICABLE
    judged = [finding for finding in opinion.called() & key.findings if key.regions_of(finding)]
    if not judged:
        return Place.NOT_APPLICABLE
    placed = [deciding_marks(opinion, finding) for finding in judged]
    right = all(marks and all(mark_hits(mark, key, radius) for mark in marks) for marks in placed)
    return Place.HIT if right else Place.MISS


def mark_overlap(mark: Mark, key: Key, *, width: int, height: int) -> float | None:
    """Return the intersection over union [0, 1] of what a mark encloses and its finding's regions on its image.

    Several regions count together, as one area. None for a point, and where the image of width × height pixels
    has no region of the finding.
    """
    regions = key.regions_of(mark.finding, mark.image)
    drawn = _enclosed(mark)
    if drawn is None or not regions:
        return None
    truth = np.logical_or.reduce([rasterise(region, width, height) for region in regions])
    return iou(rasterise(drawn, width, height), truth)


def _enclosed(mark: Mark) -> Region | None:
    a, b = mark.width / 2, mark.height / 2
    if mark.shape == BOX:
        return Region("box", (mark.x - a, mark.y - b, mark.width, mark.height))
    if mark.shape == ELLIPSE:
        angles = [2 * math.pi * step / _ELLIPSE_SIDES for step in range(_ELLIPSE_SIDES)]
        corners = ((mark.x + a * math.cos(angle), mark.y + b * math.sin(angle)) for angle in angles)
        return Region("polygon", tuple(number for corner in corners for number in corner))
    return None


def ai_place(call: AICall | None, key: Key) -> Place:
    """Return whether the AI's heatmap peaks lie inside the key's regions.

    Applies where the AI calls a finding present and the key has a region for it. A peak on an image without a
    region of its finding, the wrong view or slice, is outside.
    """
    if call is None or call.declined:
        return Place.NOT_APPLICABLE
    judged: Mapping[tuple[str, str], bool] = {
        (image, finding): any(contains(region, x, y) for region in key.regions_of(finding, image))
        for image, finding, x, y in call.peaks
        if finding in call.called and key.regions_of(finding)
    }
    if not judged:
        return Place.NOT_APPLICABLE
    return Place.INSIDE if all(judged.values()) else Place.OUTSIDE


def compare(
    *,
    first: ReaderOpinion | None,
    final: ReaderOpinion | None,
    ai: AICall | None,
    key: Key,
    localise: bool,
    radius: float,
) -> Outcome:
    """Compare a read's opinions and the AI's with the key; at least one opinion must be given."""
    opinion = first or final
    if opinion is None:
        raise ValueError("A read without any opinion has no outcome.")
    reader_error = None if opinion.cannot_tell else error_kind(opinion.called(), key.findings)
    ai_error = None if ai is None or ai.declined else error_kind(ai.called, key.findings)
    verdict, where = ai_verdict(ai, key), ai_place(ai, key)
    badges = ["ai_right_heatmap_elsewhere"] if (verdict, where) == (Verdict.RIGHT, Place.OUTSIDE) else []
    if verdict in (Verdict.RIGHT, Verdict.WRONG):
        badges += _change_badges(reader_verdict(first, key), reader_verdict(final, key))
    return Outcome(
        headline=headline(reader_error, ai_error, declined=verdict is Verdict.DECLINED),
        learner_first=reader_verdict(first, key),
        learner_final=reader_verdict(final, key),
        ai=verdict,
        learner_place=reader_place(opinion, key, localise=localise, radius=radius),
        ai_place=where,
        badges=tuple(badges),
    )


def _change_badges(first: Verdict | None, final: Verdict | None) -> list[str]:
    path = [verdict for verdict in (first, final) if verdict is not None]
    changed = {
        (Verdict.WRONG, Verdict.RIGHT): "changed_to_right",
        (Verdict.RIGHT, Verdict.WRONG): "changed_to_wrong",
    }
    return [changed[pair] for pair in pairwise(path) if pair in changed]
