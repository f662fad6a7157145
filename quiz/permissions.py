"""Every rule of who may see or do what: `visible_*` narrow querysets, booleans derive from them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet

from quiz.domain import read_flow
from quiz.models import (
    AnswerKey,
    Bookmark,
    Case,
    CaseSet,
    FaultReport,
    Image,
    KeyRegion,
    Pack,
    Read,
    ReadAI,
    Sitting,
    User,
)

Visitor = User | AnonymousUser

AI_STATES_BY_FLOW = {
    flow: [state for state in read_flow.State if read_flow.shows_ai(flow, state)] for flow in read_flow.Flow
}


def signed_in(user: Any) -> User:
    """Return a request's user as an account; views that call this are guarded against visitors."""
    if not is_learner(user):
        raise PermissionDenied
    return cast(User, user)


def is_learner(user: Visitor) -> bool:
    """Anyone signed in, guests included, may read cases."""
    return bool(user.is_authenticated and user.is_active)


def is_instructor(user: Visitor) -> bool:
    """Instructors author cases; administrators are instructors of everything."""
    return bool(user.is_authenticated and user.is_active and user.is_staff)


def _owned(user: Visitor, queryset: QuerySet[Any], owner: str) -> QuerySet[Any]:
    if not is_instructor(user):
        return queryset.none()
    return queryset if user.is_superuser else queryset.filter(**{owner: user})


def authored_packs(user: Visitor) -> QuerySet[Pack]:
    """Packs that this instructor may edit."""
    return _owned(user, Pack.objects.all(), "owner")


def authored_cases(user: Visitor) -> QuerySet[Case]:
    """Cases that this instructor may edit."""
    return _owned(user, Case.objects.all(), "pack__owner")


def authored_keys(user: Visitor) -> QuerySet[AnswerKey]:
    """Answer keys that this instructor may see and correct."""
    return _owned(user, AnswerKey.objects.all(), "case__pack__owner")


def authored_images(user: Visitor) -> QuerySet[Image]:
    """Images that this instructor may see outside a read."""
    return _owned(user, Image.objects.all(), "case__pack__owner")


def authored_case_sets(user: Visitor) -> QuerySet[CaseSet]:
    """Case sets that this instructor may edit."""
    return _owned(user, CaseSet.objects.all(), "owner")


def authored_fault_reports(user: Visitor) -> QuerySet[FaultReport]:
    """Reports of faults in cases that this instructor may edit."""
    return _owned(user, FaultReport.objects.all(), "case__pack__owner")


def visible_case_sets(user: Visitor) -> QuerySet[CaseSet]:
    """Published sets, for anyone signed in (and, as titles, for visitors of the home page)."""
    return CaseSet.objects.filter(status=CaseSet.Status.PUBLISHED)


def visible_sittings(user: Visitor) -> QuerySet[Sitting]:
    """A learner's own sittings."""
    return Sitting.objects.filter(learner=signed_in(user)) if is_learner(user) else Sitting.objects.none()


def visible_reads(user: Visitor) -> QuerySet[Read]:
    """A learner's own reads."""
    return Read.objects.filter(learner=signed_in(user)) if is_learner(user) else Read.objects.none()


def visible_bookmarks(user: Visitor) -> QuerySet[Bookmark]:
    """A learner's own bookmarks; their notes are for nobody else."""
    own = Bookmark.objects.all()
    return own.filter(learner=signed_in(user)) if is_learner(user) else own.none()


def visible_fault_reports(user: Visitor) -> QuerySet[FaultReport]:
    """The reports that a learner has sent."""
    own = FaultReport.objects.all()
    return own.filter(learner=signed_in(user)) if is_learner(user) else own.none()


def visible_images(user: Visitor) -> QuerySet[Image]:
    """Images of cases that the learner has a read of (reserved ones too), or that the instructor owns.

    A case held back for burned-in text stops being served, also to those who have begun to read it; a retired
    one goes on, since reads keep the images they were made on.
    """
    own = visible_reads(user).filter(case=OuterRef("case"))
    mine = authored_images(user).values("pk")
    held = Q(case__status=Case.Status.HELD)
    return Image.objects.filter((Q(Exists(own)) & ~held) | Q(pk__in=mine))


def reads_showing_ai(user: Visitor) -> QuerySet[Read]:
    """The learner's reads that have reached the reveal of the AI opinion."""
    allowed = Q(pk__in=[])
    for flow, states in AI_STATES_BY_FLOW.items():
        allowed |= Q(sitting__flow=flow, state__in=states)
    return visible_reads(user).filter(allowed)


def can_see_ai(user: Visitor, read: Read) -> bool:
    """Whether the AI opinion of this read was revealed to this learner."""
    return reads_showing_ai(user).filter(pk=read.pk).exists()


def visible_ai_opinions(user: Visitor) -> QuerySet[ReadAI]:
    """AI opinions that were shown to this learner, in the read they were shown in."""
    return ReadAI.objects.filter(read__in=reads_showing_ai(user))


def reads_showing_truth(user: Visitor) -> QuerySet[Read]:
    """The learner's reads that have reached the truth."""
    return visible_reads(user).filter(state=Read.State.TRUTH_SHOWN)


def visible_regions(user: Visitor) -> QuerySet[KeyRegion]:
    """Regions of the key versions that the learner's finished reads were scored with, or of own cases."""
    shown = reads_showing_truth(user).values("answer_key")
    mine = authored_keys(user).values("pk")
    return KeyRegion.objects.filter(Q(key__in=shown) | Q(key__in=mine))


def can_see_heatmap(user: Visitor, ai_opinion_id: Any) -> bool:
    """Whether the AI opinion that a heatmap belongs to was revealed to this learner, and its film is served to them.

    A heatmap is drawn from a film's pixels and goes where the film goes (ADR 21); the opinion's figures stay.
    """
    shown = visible_ai_opinions(user).filter(ai_opinion_id=ai_opinion_id)
    return shown.filter(image__in=visible_images(user)).exists()


def can_start_sitting(user: Visitor, case_set: CaseSet) -> bool:
    """Whether the learner may start reading a set."""
    return is_learner(user) and visible_case_sets(user).filter(pk=case_set.pk).exists()


def can_publish(user: Visitor, case_set: CaseSet) -> bool:
    """Whether the instructor may publish a set."""
    return authored_case_sets(user).filter(pk=case_set.pk).exists()


def can_release(user: Visitor, case_set: CaseSet) -> bool:
    """Whether the instructor may release an exam's results and settle its flags."""
    return can_publish(user, case_set)


def can_correct_key(user: Visitor, case: Case) -> bool:
    """Whether the instructor may give a case a new key version."""
    return authored_cases(user).filter(pk=case.pk).exists()


def shareable_films(sha256s: Iterable[str]) -> frozenset[str]:
    """The pixels, of those named, that nobody on this site reads or may come to read: for all visitors alike.

    A picture that tells the truth of a film must not be out before the film has been read. Films of sets that
    aren't published yet count too, since they may be tomorrow.
    """
    wanted = frozenset(sha256s)
    known: set[str] = set()
    for start in range(0, len(wanted), 500):
        chunk = sorted(wanted)[start : start + 500]
        known.update(Image.objects.filter(sha256__in=chunk).values_list("sha256", flat=True))
    return wanted - known
