"""Pages of the modes: one to read before a round, what is due for review, and the case of the day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from quiz.domain.exams import GRACE
from quiz.domain.modes import Mode
from quiz.models import CaseSet
from quiz.permissions import signed_in
from quiz.selectors.case_sets import set_row
from quiz.selectors.daily import daily_page
from quiz.selectors.exams import extra_minutes
from quiz.selectors.mode_intros import intro_of
from quiz.selectors.modes import offer
from quiz.selectors.reviews import workload_of
from quiz.services import days_off
from quiz.services.daily import choose_board_name
from quiz.services.errors import Refused


@login_required
@require_GET
def mode(request: HttpRequest, slug: str, mode: str) -> HttpResponse:
    """Say what a mode of a set is before it begins, and start it, or why there is nothing to start."""
    now = timezone.now()
    try:
        row = set_row(request.user, slug)
        found = offer(request.user, row.set, Mode(mode), now)
    except (CaseSet.DoesNotExist, ValueError):
        raise Http404 from None
    if found is None:
        raise Http404
    learner = signed_in(request.user)
    context: dict[str, Any] = {
        "case_set": row.set,
        "offer": found,
        "partial": f"quiz/partials/mode_{found.mode}.html",
        "intro": intro_of(row.set, learner, found, now),
        "grace_seconds": int(GRACE.total_seconds()),
    }
    if found.mode is Mode.EXAM:
        context["extra_minutes"] = extra_minutes(row.set, learner)
    return render(request, "quiz/mode.html", context)


@login_required
@require_GET
def review(request: HttpRequest) -> HttpResponse:
    """Show what is due for review, in which sets, and the next fourteen days."""
    workload = workload_of(signed_in(request.user), timezone.now())
    most = max((day.reviews for day in workload.days), default=0)
    days = [
        {
            "day": day.day,
            "reviews": day.reviews,
            "off": day.off,
            "percent": round(100 * day.reviews / most) if most else 0,
        }
        for day in workload.days
    ]
    return render(request, "quiz/review.html", {"workload": workload, "days": days})


@login_required
@require_POST
def day_off(request: HttpRequest) -> HttpResponse:
    """Keep a day free of reviews, or take it back."""
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
        free = request.POST.get("free") == "yes"
        days_off.keep_free(learner=signed_in(request.user), day=day, free=free, now=timezone.now())
    except ValueError:
        messages.error(request, _("Choose one of the next fourteen days."))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("review")


@login_required
@require_GET
def daily(request: HttpRequest) -> HttpResponse:
    """Show today's case as far as this learner is with it, and who takes part."""
    return render(request, "quiz/daily.html", daily_page(signed_in(request.user), timezone.now()))


@login_required
@require_POST
def board(request: HttpRequest) -> HttpResponse:
    """Choose a name for the board of the daily case, or leave it."""
    try:
        name = choose_board_name(learner=signed_in(request.user), name=request.POST.get("name", ""))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        said = (
            _("You are on the board as “%(name)s”.") % {"name": name} if name else _("You are off the board.")
        )
        messages.success(request, said)
    return redirect("daily")
