"""The sentences about a learner's way of reading, and the names of achievements."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quiz.domain.achievements import Award
from quiz.domain.portrait import Habit, Portrait, Trait

_TITLES = {
    Habit.ALWAYS_NORMAL: gettext_lazy("Nearly every answer of yours is “normal”"),
    Habit.ALWAYS_ABNORMAL: gettext_lazy("Nearly every answer of yours is “abnormal”"),
    Habit.GUESSING: gettext_lazy("Your first opinions can't be told from guessing yet"),
    Habit.ALWAYS_CERTAIN: gettext_lazy("You are certain more often than you are right"),
    Habit.FOLLOWS_AI: gettext_lazy("When you and the AI differ, you take its answer"),
    Habit.IGNORES_AI: gettext_lazy("When you and the AI differ, you keep your answer"),
}
_WHAT = {
    Habit.ALWAYS_NORMAL: gettext_lazy(
        "You answered “not there” in %(k)d of %(n)d answers. That alone makes specificity high; of %(of)d findings "
        "that were there you found %(right)d."
    ),
    Habit.ALWAYS_ABNORMAL: gettext_lazy(
        "You answered “there” in %(k)d of %(n)d answers. That alone makes sensitivity high; of %(of)d answers where "
        "there was nothing you said so in %(right)d."
    ),
    Habit.GUESSING: gettext_lazy(
        "You called %(k)d of %(n)d findings that were there, and %(right)d of %(of)d that were not. With so many "
        "reads, chance alone could do that."
    ),
    Habit.ALWAYS_CERTAIN: gettext_lazy(
        "You chose “certain” in %(k)d of %(n)d answers; %(right)d of those %(of)d were right. “Certain” stands for "
        "more than 95 of 100."
    ),
    Habit.FOLLOWS_AI: gettext_lazy(
        "In %(k)d of %(n)d disagreements your final answer was the AI's. In %(right)d of these %(of)d your own first "
        "answer was the right one."
    ),
    Habit.IGNORES_AI: gettext_lazy(
        "In %(k)d of %(n)d disagreements your final answer was your own. In %(right)d of these %(of)d the AI was "
        "the one who was right."
    ),
}
_TRY = {
    Habit.ALWAYS_NORMAL: gettext_lazy(
        "Try this: before you answer “normal”, name the one place where you would be least surprised to be wrong, "
        "and look there again."
    ),
    Habit.ALWAYS_ABNORMAL: gettext_lazy(
        "Try this: call it only where you could put a mark and say what else it could be."
    ),
    Habit.GUESSING: gettext_lazy(
        "Try this: read the teaching point after each case, and take “my misses” once more before new cases."
    ),
    Habit.ALWAYS_CERTAIN: gettext_lazy(
        "Try this: keep “certain” for cases where you would be astonished to be wrong. Where you have a doubt, a "
        "lower band loses fewer points."
    ),
    Habit.FOLLOWS_AI: gettext_lazy(
        "Try this: before you change, find on the image what the AI may have seen. If you can't see it, keep yours."
    ),
    Habit.IGNORES_AI: gettext_lazy(
        "Try this: where the AI differs, look once more at the place it points to before you keep your answer."
    ),
}
AWARDS = {
    Award.WEIGHS_THE_AI: (
        gettext_lazy("Weighs the AI"),
        gettext_lazy(
            "In 20 disagreements or more, you took its answer in at least 7 of 10 where it was right and kept yours "
            "in at least 7 of 10 where it was wrong."
        ),
    ),
    Award.WELL_CALIBRATED: (
        gettext_lazy("Well calibrated"),
        gettext_lazy("Over 50 reads or more, how certain you say you are fits how often you are right."),
    ),
    Award.SUBTLE_LESION: (
        gettext_lazy("A subtle finding"),
        gettext_lazy(
            "You found and placed a subtle finding at first reading, without the AI, and were sure of it."
        ),
    ),
}


@dataclass(frozen=True)
class Remark:
    """What a page says about a habit: a heading, what was counted, and one thing to try."""

    habit: Habit
    title: str
    counted: str
    advice: str


def remarks(portrait: Portrait) -> list[Remark]:
    """Return one remark a habit; none where there is nothing to say."""
    return [_remark(trait) for trait in portrait.traits]


def skill_sentence(portrait: Portrait) -> str:
    """Return whether first opinions stand clear of chance, or that it can't be said yet."""
    if portrait.skill is None:
        return _("There are too few reads yet to tell your first opinions from chance.")
    if portrait.skill.low > 0:
        return _("Your first opinions stand clear of chance.")
    return _("Your first opinions don't stand clear of chance yet.")


def _remark(trait: Trait) -> Remark:
    counts = {"k": trait.k, "n": trait.n, "right": trait.right, "of": trait.of}
    return Remark(
        trait.habit,
        str(_TITLES[trait.habit]),
        str(_WHAT[trait.habit]) % counts,
        str(_TRY[trait.habit]),
    )
