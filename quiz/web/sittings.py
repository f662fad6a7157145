"""Sittings: starting one in a mode, going on with it, and the page of how it went."""

from __future__ import annotations

import random
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from quiz.domain.case_choice import NoCase
from quiz.domain.exams import GRACE
from quiz.domain.modes import Mode, may_end_early
from quiz.models import CaseSet, Read, Sitting
from quiz.permissions import signed_in, visible_case_sets
from quiz.selectors.exams import is_over, results_are_due
from quiz.selectors.mode_words import NAMES
from quiz.selectors.next_case import is_ended, next_read, unfinished_reads
from quiz.selectors.round_results import prevalence_of, round_of
from quiz.selectors.sittings import scores, summary_rows, visible_sitting
from quiz.services import exams, sittings
from quiz.services.errors import Refused


@login_required
@require_POST
def sitting_start(request: HttpRequest, slug: str) -> HttpResponse:
    """Start or resume a sitting of a set in a mode; without a case for it, the mode's page says why."""
    try:
        case_set = visible_case_sets(request.user).get(slug=slug)
    except CaseSet.DoesNotExist:
        raise Http404 from None
    mode = request.POST.get("mode", Mode.PRACTICE)
    try:
        sitting = sittings.start_sitting(
            learner=signed_in(request.user),
            case_set=case_set,
            now=timezone.now(),
            rng=random.SystemRandom(),
            mode=mode,
        )
    except Refused as refusal:
        if refusal.code not in list(NoCase):
            raise
        return redirect("mode", slug, mode)
    return redirect("sitting_next", sitting.public_id)


@login_required
@require_GET
def sitting_next(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Go to the sitting's next unfinished read, or to its summary."""
    sitting = sitting_of(request, public_id)
    read = None if is_over(sitting, timezone.now()) else next_read(sitting)
    return redirect("read", read.public_id) if read else redirect("sitting_summary", sitting.public_id)


@login_required
@require_GET
def sitting_summary(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show each finished case of a sitting, learner against AI against truth, and what its mode adds up to."""
    sitting = sitting_of(request, public_id)
    now = timezone.now()
    rows = summary_rows(sitting)
    over = is_over(sitting, now)
    waiting = sitting.reads.filter(state=Read.State.COMMITTED).count()
    context: dict[str, Any] = {
        "sitting": {
            "set_title": sitting.case_set.title,
            "set_slug": sitting.case_set.slug,
            "mode": sitting.mode,
            "mode_name": NAMES[Mode(sitting.mode)],
            "size": sitting.reads.count(),
            "finished": over,
            "deadline": sitting.deadline_at,
            "closes_at": sitting.case_set.closes_at,
            "grace_seconds": int(GRACE.total_seconds()),
            "pass_mark": sitting.case_set.pass_mark_percent,
            "pass_mark_note": sitting.case_set.pass_mark_note,
            "flag_reason": sitting.flag_reason,
            "waiting": waiting,
            "has_first": sitting.flow != CaseSet.Flow.AI_FIRST,
            "has_final": sitting.flow in {CaseSet.Flow.READ_FIRST, CaseSet.Flow.AI_FIRST},
            "left": unfinished_reads(sitting).count() if is_ended(sitting) else 0,
            "may_end": not over and may_end_early(sitting.mode),
            "results_due": bool(waiting) and results_are_due(sitting, now),
            "next_url": reverse("sitting_next", args=[sitting.public_id]),
            "results_url": reverse("sitting_results", args=[sitting.public_id]),
            "end_url": reverse("sitting_end", args=[sitting.public_id]),
        },
        "rows": [{**row.__dict__, "url": reverse("read", args=[row.read.public_id])} for row in rows],
        "scores": scores(rows),
        "round": {} if waiting and sitting.mode != Mode.EXAM else round_of(sitting, now),
    }
    if sitting.mode == Mode.SCREENING:
        context["prevalence"] = prevalence_of(sitting)
    return render(request, "quiz/sitting_summary.html", context)


@login_required
@require_POST
def sitting_results(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the answers of a sitting that waited for its end; too early, its page says when."""
    sitting = sitting_of(request, public_id)
    try:
        exams.show_results(sitting=sitting, now=timezone.now())
    except Refused as refusal:
        if refusal.code != "not_released":
            raise
    return redirect("sitting_summary", sitting.public_id)


@login_required
@require_POST
def sitting_end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End a round before its last case, and show the answers of what was read."""
    sitting, now = sitting_of(request, public_id), timezone.now()
    exams.show_results(sitting=sittings.end_round(sitting=sitting, now=now), now=now)
    return redirect("sitting_summary", sitting.public_id)


def sitting_of(request: HttpRequest, public_id: UUID) -> Sitting:
    """Return one of the visitor's own sittings, or 404."""
    try:
        return visible_sitting(request.user, public_id)
    except Sitting.DoesNotExist:
        raise Http404 from None
