"""The filters of the list of reads as a form: what can be chosen, in words, and what is chosen."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from quiz.domain.opinions import BANDS
from quiz.models import CaseSet, Finding, Tally, User
from quiz.selectors.progress_figures import scales_by_key
from quiz.selectors.progress_reads import Filters


@dataclass(frozen=True)
class Field:
    """One filter: its name in the address, its label, (value, words) to choose from, and the value chosen."""

    name: str
    label: str
    choices: list[tuple[str, str]]
    chosen: str


def filter_fields(user: User, filters: Filters) -> list[Field]:
    """Return the form of the filters; what only a link can set comes along where it is set."""
    verdicts = [("right", _("right")), ("wrong", _("wrong"))]
    scored = [*verdicts, ("scored", _("right or wrong"))]
    there = [("present", _("there")), ("absent", _("not there"))]
    mine = list(Tally.objects.filter(learner=user).values_list("scale", "finding"))
    labels = dict(
        Finding.objects.filter(key__in={finding for _scale, finding in mine}).values_list("key", "label")
    )
    known = scales_by_key()
    scales = [
        (key, f"{one.modality}, {_('simulated')}" if one.simulated else one.modality)
        for key, one in sorted(known.items())
        if (key, "") in mine
    ]
    always = [
        Field("scale", _("Modality"), scales, filters.scale),
        Field("finding", _("Finding"), sorted(labels.items()), filters.finding),
        Field("truth", _("The finding was"), there, filters.truth),
        Field("first", _("Your first opinion"), scored, filters.first),
        Field("final", _("Your final opinion"), scored, filters.final),
        Field("ai", _("The AI"), scored, filters.ai),
        Field(
            "place",
            _("Your mark"),
            [("hit", _("in the right place")), ("miss", _("elsewhere"))],
            filters.place,
        ),
    ]
    bands = [(f"{band.value:.2f}", band.name) for band in BANDS]
    sets = list(CaseSet.objects.filter(slug=filters.set).values_list("slug", "title")) if filters.set else []
    linked = [
        Field("called", _("Called"), there, filters.called),
        Field(
            "who",
            _("by"),
            [("first", _("you, at first")), ("final", _("you, after the AI")), ("ai", _("the AI"))],
            filters.who,
        ),
        Field("certainty", _("How certain, at first"), bands, filters.certainty),
        Field("set", _("Case set"), sets, filters.set),
        Field("aided", _("Reliance"), [("1", _("reads that count for it"))], filters.aided),
        Field("repeats", _("Repeats"), [("1", _("repeated reads"))], filters.repeats),
        Field("since", _("From"), [(filters.since, filters.since)], filters.since),
        Field("until", _("To"), [(filters.until, filters.until)], filters.until),
    ]
    return always + [field for field in linked if field.chosen]
