"""The learner's progress page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from quiz.permissions import signed_in
from quiz.selectors.progress import MINIMUM_READS, progress_of


@login_required
@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """Show reads over time, right answers of learner and AI, agreement, and figures by set."""
    figures = progress_of(signed_in(request.user))
    charts = {
        "days": [row.name for row in figures.by_day],
        "reads": [row.reads for row in figures.by_day],
        "first": [row.first.percent for row in figures.by_day],
        "final": [row.final.percent for row in figures.by_day],
        "ai": [row.ai.percent for row in figures.by_day],
        "agreement": figures.agreement.__dict__,
    }
    context = {"progress": figures, "charts": charts, "minimum_reads": MINIMUM_READS}
    return render(request, "quiz/progress.html", context)
