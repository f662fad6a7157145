"""The names of modes, what each is for, and why one can't be started, as every page and the API word them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quiz.domain.case_choice import NoCase
from quiz.domain.modes import Mode
from quiz.domain.outcomes import Headline
from quiz.domain.read_flow import Flow
from quiz.selectors.words import HEADLINES

NAMES = {
    Mode.PRACTICE: _("Practice"),
    Mode.RATED: _("Rated"),
    Mode.REVIEW: _("Review"),
    Mode.MISSES: _("My misses"),
    Mode.BOOKMARKS: _("Bookmarks"),
    Mode.EXAM: _("Exam"),
    Mode.WITHDRAWAL: _("Test without the AI"),
    Mode.DUEL: _("Duel"),
    Mode.AI_FIRST: _("Trust or override"),
    Mode.SCREENING: _("Screening round"),
    Mode.DAILY: _("Daily case"),
}
SHORT = {
    Mode.PRACTICE: _("Any pace, the answer after each case. It never rates."),
    Mode.RATED: _("New cases that are hard enough for you. Your first opinion moves your rating."),
    Mode.REVIEW: _("What is due today, on cases you haven't seen where there are any."),
    Mode.MISSES: _("Cases you got wrong the last time you read them."),
    Mode.BOOKMARKS: _("Cases you marked to see again."),
    Mode.EXAM: _("A time limit, one attempt, and results when it has closed for everyone."),
    Mode.WITHDRAWAL: _("Twenty new cases without the AI: what stays when it is gone."),
    Mode.DUEL: _("Ten new cases against the AI. Its answer appears after yours."),
    Mode.AI_FIRST: _("The AI answers first. You say whether it is right."),
    Mode.SCREENING: _("A long round of mostly normal cases, as in a screening programme."),
    Mode.DAILY: _("One case a day, the same for everybody."),
}
REASONS = {
    NoCase.EMPTY_SET: _("This set has no cases to read yet."),
    NoCase.OPEN_ELSEWHERE: _(
        "Some of these cases are in another sitting that you have open. Finish that first."
    ),
    NoCase.NOT_RATED: _("The cases of this set are for practice only: nothing here is rated."),
    NoCase.TOO_FEW_UNSEEN: _("Too few cases are left in this set that you haven't seen."),
    NoCase.NOTHING_DUE: _("Nothing in this set is due for review today."),
    NoCase.TOO_FEW_NORMALS: _("This set has too few cases to mix with what is due."),
    NoCase.NO_MISSES: _("You have no misses here: no case went wrong the last time you read it."),
    NoCase.NO_BOOKMARKS: _("You have bookmarked no case of this set."),
    NoCase.NO_AI: _("This set has no AI."),
    NoCase.AI_NOT_READY: _("The AI hasn't read enough of these cases yet."),
    NoCase.TOO_FEW_FINISHED: _("Read more cases of this set to the end first: you judge the AI on those."),
    NoCase.TOO_FEW_AI_ERRORS: _("The AI made too few errors on the cases that could be used here."),
    NoCase.TOO_FEW_AIDED: _("Read at least 20 new cases with the AI first: the test compares with those."),
    NoCase.NOT_OFFERED_YET: _("It is offered by chance, so that you can't prepare for it. Go on reading."),
    NoCase.NO_MATCH: _("The cases left are easier or harder than those you read with the AI."),
    NoCase.ROUND_TOO_SMALL: _(
        "A round needs at least 100 cases that you haven't seen, at least 5 of them with a finding."
    ),
    NoCase.ALL_READ: _("You have seen all of these cases before."),
    NoCase.NOT_OPEN_YET: _("This exam hasn't opened yet."),
    NoCase.CLOSED: _("This exam has closed."),
    NoCase.ATTEMPT_USED: _("You have taken this exam. There is one attempt."),
    NoCase.NO_DAILY_CASE: _("No case is kept for the case of the day yet."),
    NoCase.DONE_TODAY: _("You have read today's case. The next one comes at midnight UTC."),
}
AI_FIRST_HEADLINES = {
    Headline.BOTH_RIGHT: _("The AI was right, and you trusted it."),
    Headline.YOU_CAUGHT_IT_AI_MISSED: _("The AI missed it. You overrode it, and were right."),
    Headline.AI_FALSE_ALARM_YOU_RIGHT: _("The AI raised a false alarm. You overrode it, and were right."),
    Headline.YOU_RIGHT_AI_MIXED_UP: _(
        "The AI took one finding for another. You overrode it, and were right."
    ),
    Headline.AI_CAUGHT_IT_YOU_MISSED: _("The AI was right. You overrode it, and missed what it had found."),
    Headline.YOU_FALSE_ALARM_AI_RIGHT: _("The AI was right. You overrode it with a false alarm."),
    Headline.AI_RIGHT_YOU_MIXED_UP: _("The AI was right. You overrode it with another finding."),
    Headline.BOTH_MISSED: _("The AI missed it, and so did you."),
    Headline.BOTH_FALSE_ALARM: _("The AI raised a false alarm, and so did you."),
    Headline.BOTH_WRONG: _("The AI was wrong, and so were you."),
    Headline.YOU_COULD_NOT_TELL_AI_RIGHT: _("You couldn't tell; the AI was right."),
    Headline.YOU_COULD_NOT_TELL_AI_WRONG: _("You couldn't tell; the AI was wrong."),
}


def headline_sentence(headline: str, flow: str) -> str:
    """Return the sentence of an outcome; where the AI came first, there is no first opinion to speak of."""
    which = Headline(headline)
    if flow == Flow.AI_FIRST and which in AI_FIRST_HEADLINES:
        return str(AI_FIRST_HEADLINES[which])
    return str(HEADLINES[which])
