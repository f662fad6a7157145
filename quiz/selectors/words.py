"""The sentences for outcomes, badges and AI states, as every page and the API word them."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from inference.contracts import GRAD_CAM, GRAD_CAM_PLUS_PLUS, OCCLUSION
from quiz.domain.outcomes import Headline
from quiz.models import HeatmapGrade, Read

HEADLINES = {
    Headline.BOTH_RIGHT: _("Your first opinion and the AI were both right."),
    Headline.YOU_CAUGHT_IT_AI_MISSED: _("Your first opinion caught what the AI missed."),
    Headline.AI_FALSE_ALARM_YOU_RIGHT: _("The AI raised a false alarm; your first opinion was right."),
    Headline.YOU_RIGHT_AI_MIXED_UP: _("Your first opinion was right; the AI took one finding for another."),
    Headline.AI_CAUGHT_IT_YOU_MISSED: _("The AI caught what you missed at first."),
    Headline.YOU_FALSE_ALARM_AI_RIGHT: _("Your first opinion was a false alarm; the AI was right."),
    Headline.AI_RIGHT_YOU_MIXED_UP: _("The AI was right; you took one finding for another at first."),
    Headline.BOTH_MISSED: _("Your first opinion and the AI both missed it."),
    Headline.BOTH_FALSE_ALARM: _("Your first opinion and the AI both raised a false alarm."),
    Headline.BOTH_WRONG: _("Your first opinion and the AI were both wrong, each in another way."),
    Headline.YOU_COULD_NOT_TELL_AI_RIGHT: _("You couldn't tell at first; the AI was right."),
    Headline.YOU_COULD_NOT_TELL_AI_WRONG: _("You couldn't tell at first; the AI was wrong."),
    Headline.AI_DECLINED: _("The AI declined to answer: this image is unlike those it learned from."),
    Headline.AI_UNAVAILABLE: _("There was no AI opinion for this case."),
}
BADGES = {
    "ai_right_heatmap_elsewhere": _("AI right, heatmap elsewhere"),
    "changed_to_right": _("Meeting the AI, you changed to the right answer"),
    "changed_to_wrong": _("Meeting the AI, you changed to a wrong answer"),
}
WINDOW_NAMES = {
    "brain": _("Brain"),
    "blood": _("Blood"),
    "stroke": _("Stroke"),
    "bone": _("Bone"),
}
METHOD_SENTENCES = {
    GRAD_CAM: _("Grad-CAM shows where the features lie that the network's answer rests on."),
    GRAD_CAM_PLUS_PLUS: _(
        "Grad-CAM++ shows only the features that speak for the finding, weighed place by place: it spreads wider."
    ),
    OCCLUSION: _(
        "Occlusion covers the image piece by piece and shows where covering makes the AI less sure of the finding."
    ),
}
_AI_MESSAGES = {
    Read.AIStatus.READY: "",
    Read.AIStatus.DECLINED: _("The AI declines: this image is too unlike the ones it was trained on."),
    Read.AIStatus.UNAVAILABLE: _("There is no AI opinion for this case. Go by your own reading."),
}


def ai_message(status: str) -> str:
    """Return the sentence that goes with an AI status; empty where the opinion speaks for itself."""
    return str(_AI_MESSAGES[Read.AIStatus(status)]) if status else ""


def grade_sentence(grade: HeatmapGrade) -> str:
    """Return how a heatmap met the key's regions, in one sentence."""
    if not grade.on_region_image:
        return gettext("The AI decided on an image on which the key shows no place of it.")
    figures = {"share": round(100 * grade.energy), "overlap": f"{grade.overlap:.2f}"}
    if grade.inside:
        return (
            gettext(
                "Its highest point lies inside; %(share)d %% of its weight lies in the region; "
                "overlap (IoU) %(overlap)s."
            )
            % figures
        )
    return (
        gettext(
            "Its highest point lies outside; %(share)d %% of its weight lies in the region; "
            "overlap (IoU) %(overlap)s."
        )
        % figures
    )


def examination_name(months_before: int) -> str:
    """Return what an image is of, where a case has priors: the current examination, or one so long before."""
    if not months_before:
        return gettext("Current")
    if months_before % 12 == 0:
        years = months_before // 12
        return ngettext("Prior, %(n)d year earlier", "Prior, %(n)d years earlier", years) % {"n": years}
    return ngettext("Prior, %(n)d month earlier", "Prior, %(n)d months earlier", months_before) % {
        "n": months_before
    }
