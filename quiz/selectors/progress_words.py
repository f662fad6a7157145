"""The sentence under each chart of the progress page: what it means, in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from quiz.domain.calibration import Reliability
from quiz.domain.reliance import Reliance
from quiz.domain.shares import MINIMUM_READS, Share
from quiz.selectors.progress import Agreement, Progress
from quiz.selectors.progress_record import Calendar

_KEPT = ngettext_lazy(
    "When you were right and the AI wrong, you kept your answer %(k)d time of %(n)d.",
    "When you were right and the AI wrong, you kept your answer %(k)d times of %(n)d.",
    "k",
)
_CHANGED = ngettext_lazy(
    "When you were wrong and the AI right, you changed to the right answer %(k)d time of %(n)d.",
    "When you were wrong and the AI right, you changed to the right answer %(k)d times of %(n)d.",
    "k",
)
_GAP = 0.05
_SURPRISE = 0.05


def curve_sentence(progress: Progress) -> str:
    """Return how the last half of the curve compares with the first, and what it can't say."""
    points = [row for row in progress.curve if row.first.n]
    if len(points) < 2:
        return _("One point is no curve yet: read on another day.")
    half = len(points) // 2
    early, late = points[:half], points[-half:]
    before, after = (
        (sum(row.first.k for row in rows), sum(row.first.n for row in rows)) for rows in (early, late)
    )
    figures = {"k1": before[0], "n1": before[1], "k2": after[0], "n2": after[1]}
    return (
        _(
            "At first opinion you were right in %(k1)d of %(n1)d reads in the earlier half, and in %(k2)d of %(n2)d in "
            "the later one."
        )
        % figures
    )


def calibration_sentence(diagram: Reliability) -> str:
    """Return whether the learner is surer than right, or the other way round, and by how much."""
    gap = diagram.overconfidence
    points = round(100 * abs(gap))
    if abs(gap) <= _GAP:
        return _("On the whole you are right about as often as you say you are certain.")
    if gap > 0:
        return _("You are surer than you are right: on average by %(points)d percentage points.") % {
            "points": points
        }
    return _("You are right more often than you dare to say: on average by %(points)d percentage points.") % {
        "points": points
    }


def reliance_sentences(pair: Reliance) -> list[str]:
    """Return the two halves of reliance in words, and what went to neither answer."""
    said = [
        _counted(
            pair.rsr,
            _("You were never right against a wrong AI yet."),
            _KEPT,
        ),
        _counted(
            pair.rair,
            _("You were never wrong against a right AI yet."),
            _CHANGED,
        ),
    ]
    if pair.elsewhere:
        said.append(
            ngettext(
                "In %(n)d more read you ended at a third answer, which was neither yours nor the AI's.",
                "In %(n)d more reads you ended at a third answer, which was neither yours nor the AI's.",
                pair.elsewhere,
            )
            % {"n": pair.elsewhere}
        )
    return said


def reliance_meaning(pair: Reliance) -> str:
    """Return what the point in the square means, or how many reads are missing."""
    if pair.rair.interval is None or pair.rsr.interval is None:
        missing = max(MINIMUM_READS - pair.rair.n, 0) + max(MINIMUM_READS - pair.rsr.n, 0)
        return ngettext(
            "Not enough reads yet: a point needs 8 disagreements of each kind, %(n)d is missing.",
            "Not enough reads yet: a point needs 8 disagreements of each kind, %(n)d are missing.",
            missing,
        ) % {"n": missing}
    total = pair.rair.interval.value + pair.rsr.interval.value
    if total > 1 + _SURPRISE:
        return _("The point lies above the line: you tell a right AI from a wrong one better than by rule.")
    if total < 1 - _SURPRISE:
        return _(
            "The point lies below the line: you follow the AI more when it is wrong than when it is right."
        )
    return _("The point lies on the line, where anyone is who follows the AI a fixed share of the time.")


def agreement_sentence(agreement: Agreement, p_value: float | None) -> str:
    """Return who is right more often on the same cases, and whether chance alone could make the difference."""
    you, ai = agreement.you_only, agreement.ai_only
    if agreement.n < MINIMUM_READS:
        missing = MINIMUM_READS - agreement.n
        return ngettext(
            "Not enough reads yet: %(n)d more case that the AI has read, too.",
            "Not enough reads yet: %(n)d more cases that the AI has read, too.",
            missing,
        ) % {"n": missing}
    if you == ai or p_value is None:
        return _("On the same cases you and the AI are right equally often.")
    who = (
        _(
            "On the same cases your first opinion is right more often than the AI: in %(more)d cases against %(less)d."
        )
        if you > ai
        else _(
            "On the same cases the AI is right more often than your first opinion: in %(more)d cases against %(less)d."
        )
    )
    said = who % {"more": max(you, ai), "less": min(you, ai)}
    chance = (
        _("A difference like this comes up by chance alone about %(percent)d times in 100.")
        if p_value >= 0.01
        else _("Chance alone would hardly make such a difference.")
    )
    return f"{said} {chance % {'percent': round(100 * p_value)} if '%' in chance else chance}"


def calendar_sentence(calendar: Calendar) -> str:
    """Return the days and the streak in words."""
    said = ngettext(
        "In the last half year you read on %(n)d day.",
        "In the last half year you read on %(n)d days.",
        calendar.days,
    ) % {"n": calendar.days}
    streak = calendar.streak
    if streak.current > 1:
        said += " " + _(
            "Now you have read %(n)d days in a row, rest days apart; your longest run is %(most)d."
        ) % {
            "n": streak.current,
            "most": streak.longest,
        }
    return said


def _counted(share: Share, none: str, some: Promise) -> str:
    return str(some % {"k": share.k, "n": share.n}) if share.n else none
