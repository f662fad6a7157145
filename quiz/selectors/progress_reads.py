"""The reads behind a number of the progress page: a learner's finished first exposures, narrowed by filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.fields.json import KeyTransform

from quiz import permissions
from quiz.domain.opinions import BAND_VALUES
from quiz.domain.outcomes import Place, Verdict
from quiz.domain.read_flow import Flow
from quiz.models import OpinionAnswer, Read, User

_SCORED = (Verdict.RIGHT.value, Verdict.WRONG.value)
_VERDICTS = {"right": _SCORED[:1], "wrong": _SCORED[1:], "scored": _SCORED}
_CHOICES = {
    "first": tuple(_VERDICTS),
    "final": tuple(_VERDICTS),
    "ai": tuple(_VERDICTS),
    "place": (Place.HIT.value, Place.MISS.value),
    "truth": ("present", "absent"),
    "called": ("present", "absent"),
    "who": ("first", "final", "ai"),
    "aided": ("1",),
    "repeats": ("1",),
}


class NoSuchFilter(ValueError):
    """A filter's value that means nothing; the message is for a person."""


@dataclass(frozen=True)
class Filters:
    """What narrows the list; empty means everything.

    `scale`, `set` (slug) and `finding` (key) say of what; `first`, `final`, `ai` are right, wrong or scored
    (either), of the whole case. `truth` and `called` are of `finding`: present or absent, as `who` (first, if not
    said) called it. `certainty` is a band's value that the first opinion used. `aided` leaves what counts for
    reliance, `repeats` turns to the reads that no figure counts. `since` and `until` are own days.
    """

    scale: str = ""
    set: str = ""
    finding: str = ""
    first: str = ""
    final: str = ""
    ai: str = ""
    place: str = ""
    truth: str = ""
    called: str = ""
    who: str = ""
    certainty: str = ""
    aided: str = ""
    repeats: str = ""
    since: str = ""
    until: str = ""

    @property
    def given(self) -> dict[str, str]:
        """The filters that narrow anything."""
        return {one.name: value for one in fields(self) if (value := getattr(self, one.name))}


def filters_from(values: Mapping[str, str]) -> Filters:
    """Return the filters of an address; raises NoSuchFilter for a value that means nothing."""
    known = {one.name: values.get(one.name, "").strip() for one in fields(Filters)}
    for name, choices in _CHOICES.items():
        if known[name] and known[name] not in choices:
            raise NoSuchFilter(name)
    for name in ("since", "until"):
        if known[name]:
            _day(name, known[name])
    if known["certainty"] and known["certainty"] not in {f"{value:.2f}" for value in BAND_VALUES}:
        raise NoSuchFilter("certainty")
    return Filters(**known)


def reads_behind(user: User, filters: Filters) -> QuerySet[Read]:
    """Return the learner's finished reads that the filters leave, newest first.

    Reads in which the AI came first are in no figure, and not here.
    """
    reads = permissions.reads_showing_truth(user).exclude(sitting__flow=Flow.AI_FIRST)
    reads = reads.filter(first_exposure=not filters.repeats)
    if filters.scale:
        modality = filters.scale.removesuffix("-simulated")
        reads = reads.filter(case__pack__modality=modality, case__pack__simulated=modality != filters.scale)
    if filters.set:
        reads = reads.filter(sitting__case_set__slug=filters.set)
    for name, column in {"first": "learner_first", "final": "learner_final", "ai": "ai"}.items():
        if getattr(filters, name):
            reads = reads.filter(**{f"outcome__{column}__in": _VERDICTS[getattr(filters, name)]})
    if filters.place:
        reads = reads.filter(outcome__learner_place=filters.place)
    if filters.aided:
        reads = reads.filter(
            sitting__flow=Flow.READ_FIRST,
            ai_status=Read.AIStatus.READY,
            outcome__learner_first__in=_SCORED,
            outcome__learner_final__in=_SCORED,
            outcome__ai__in=_SCORED,
        )
    if filters.since:
        reads = reads.filter(day__gte=_day("since", filters.since))
    if filters.until:
        reads = reads.filter(day__lte=_day("until", filters.until))
    return _of_finding(_of_certainty(reads, filters), filters).order_by("-truth_shown_at", "-pk")


def _of_finding(reads: QuerySet[Read], filters: Filters) -> QuerySet[Read]:
    if not filters.finding:
        return reads
    # Key transforms by hand: a finding may be called what a lookup is called.
    one = KeyTransform(filters.finding, "outcome__findings")
    reads = reads.annotate(
        finding_present=KeyTransform("present", one),
        finding_called=KeyTransform("0", KeyTransform(filters.who or "first", one)),
    ).filter(finding_present__isnull=False)
    if filters.truth:
        reads = reads.filter(finding_present=filters.truth == "present")
    if filters.who:
        reads = reads.filter(finding_called__isnull=False)
    if filters.called:
        reads = reads.filter(finding_called=filters.called == "present")
    return reads


def _of_certainty(reads: QuerySet[Read], filters: Filters) -> QuerySet[Read]:
    if not filters.certainty:
        return reads
    answers = OpinionAnswer.objects.filter(
        opinion__read=OuterRef("pk"), opinion__kind="first", certainty=float(filters.certainty)
    )
    return reads.filter(Exists(answers))


def _day(name: str, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise NoSuchFilter(name) from None
