"""The home page, a set's page and the privacy page."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from inference.contracts import JobProgress
from quiz.models import CaseSet
from quiz.permissions import signed_in
from quiz.selectors.accounts import corrected_reads
from quiz.selectors.case_sets import SetRow, ai_progress_of, set_row, set_rows
from quiz.selectors.mode_words import NAMES
from quiz.selectors.modes import offers
from quiz.selectors.today import today_of
from quiz.services.answer_keys import acknowledge_corrections


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """List the sets open to the visitor, with progress and what the AI is still working on."""
    rows = set_rows(request.user, with_daily=False)
    working = ai_progress_of(rows)
    corrected = 0
    if request.user.is_authenticated:
        corrected = corrected_reads(signed_in(request.user))
        if corrected:
            acknowledge_corrections(learner=signed_in(request.user), now=timezone.now())
    context = {
        "rows": [_context(row, working.get(row.set.slug)) for row in rows],
        "corrected_reads": corrected,
        "today": today_of(request.user, timezone.now()),
    }
    return render(request, "quiz/home.html", context)


@require_GET
def set_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Describe one set and offer to start or resume it."""
    try:
        row = set_row(request.user, slug)
    except CaseSet.DoesNotExist:
        raise Http404 from None
    working = ai_progress_of([row])
    context = {
        "case_set": row.set,
        "row": _context(row, working.get(slug)),
        "offers": offers(request.user, row.set, timezone.now()),
    }
    return render(request, "quiz/set_detail.html", context)


@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is stored and for how long."""
    return render(request, "quiz/privacy.html")


def _context(row: SetRow, progress: JobProgress | None) -> dict[str, Any]:
    return {
        "set": {
            "slug": row.set.slug,
            "title": row.set.title,
            "description": row.set.description,
            "modality_label": row.modality,
            "simulated": row.simulated,
            "flow": row.flow,
            "flow_label": CaseSet.Flow(row.flow).label,
            "waits": row.waits,
            "case_count": row.total,
            "sitting_size": row.set.sitting_size,
            "model_key": row.set.model_key,
        },
        "done": row.done,
        "total": row.total,
        "percent": row.percent,
        "open_sitting": row.open_sitting,
        "open_sittings": row.open_sittings,
        "modes": [{"key": mode, "name": NAMES[mode]} for mode in row.modes],
        "first_mode": row.modes[0] if row.modes else "",
        "ai_progress": progress
        and {
            "done": progress.done,
            "total": progress.total,
            "failed": progress.failed,
            "percent": round(100 * progress.done / progress.total) if progress.total else 0,
        },
    }
