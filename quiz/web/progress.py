"""The learner's progress page, the reads behind its numbers, and its downloads."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from quiz.domain.opinions import BANDS
from quiz.domain.shares import MINIMUM_READS
from quiz.models import User
from quiz.permissions import signed_in
from quiz.selectors.portrait_words import AWARDS, remarks, skill_sentence
from quiz.selectors.progress import Progress, progress_of
from quiz.selectors.progress_export import COLUMNS, export_rows
from quiz.selectors.progress_figures import Figures, figures_of, scales_by_key
from quiz.selectors.progress_filters import filter_fields
from quiz.selectors.progress_reads import Filters, NoSuchFilter, filters_from, reads_behind
from quiz.selectors.progress_record import calendar_of, earned_by, ratings_of
from quiz.selectors.progress_words import (
    agreement_sentence,
    calendar_sentence,
    calibration_sentence,
    curve_sentence,
    reliance_meaning,
    reliance_sentences,
)
from quiz.selectors.reviews import days_ahead
from quiz.selectors.sittings import read_rows
from quiz.services.accounts import choose_rating_shown
from quiz.web import charts

_READS_A_PAGE = 25


@login_required
@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """Show everything that the learner's finished reads say, each number with the way to the reads behind it."""
    learner, now = signed_in(request.user), timezone.now()
    counted = progress_of(learner)
    context: dict[str, Any] = {"progress": counted, "minimum_reads": MINIMUM_READS}
    if counted.overall.reads:
        figures = figures_of(learner)
        context |= {
            "figures": figures,
            "remarks": remarks(figures.portrait),
            "skill_sentence": skill_sentence(figures.portrait),
            **_curve(counted, figures),
            **_calibration(figures),
            **_reliance(figures),
            **_findings(figures),
            **_ratings(learner),
        }
    context |= _days(learner, now)
    return render(request, "quiz/progress.html", context)


@login_required
@require_POST
def progress_rating(request: HttpRequest) -> HttpResponse:
    """Show or hide the learner's rating to themselves."""
    choose_rating_shown(learner=signed_in(request.user), shown=request.POST.get("shown") == "1")
    return redirect("progress")


@login_required
@require_GET
def progress_reads(request: HttpRequest) -> HttpResponse:
    """List the reads behind a number; filters that mean nothing are left out, and the page says so."""
    learner = signed_in(request.user)
    try:
        filters, refused = filters_from(request.GET), ""
    except NoSuchFilter as error:
        filters, refused = Filters(), str(error)
    reads = reads_behind(learner, filters)
    page = Paginator(reads, _READS_A_PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "rows": read_rows(reads[max(page.start_index() - 1, 0) : page.end_index()]),
        "page": page,
        "filters": filters.given,
        "fields": filter_fields(learner, filters),
        "refused": refused,
        "kept": "" if refused else kept.urlencode(),
    }
    return render(request, "quiz/progress_reads.html", context)


@login_required
@require_GET
def progress_csv(request: HttpRequest) -> HttpResponseBase:
    """Hand over the learner's finished reads as CSV, as they come from the database."""
    rows = export_rows(signed_in(request.user))
    return _download(_csv_lines(rows), "text/csv; charset=utf-8", "second-read-progress.csv")


@login_required
@require_GET
def progress_json(request: HttpRequest) -> HttpResponseBase:
    """Hand over the learner's finished reads as JSON, as they come from the database."""
    rows = export_rows(signed_in(request.user))
    return _download(_json_lines(rows), "application/json", "second-read-progress.json")


def _curve(counted: Progress, figures: Figures) -> dict[str, Any]:
    sentence = curve_sentence(counted)
    return {
        "curve_sentence": sentence,
        "curve_chart": charts.curve(counted.curve, _("Share right over time, as in the table below")),
        "agreement_sentence": agreement_sentence(counted.agreement, figures.mcnemar),
    }


def _calibration(figures: Figures) -> dict[str, Any]:
    names = {band.value: band for band in BANDS}
    rows = [
        {
            "name": names[value].name,
            "range": names[value].range_label,
            "key": f"{value:.2f}",
            "right": figures.stated[value, True],
            "wrong": figures.stated[value, False],
            "n": figures.stated[value, True] + figures.stated[value, False],
        }
        for value in sorted({value for value, _right in figures.stated})
    ]
    if figures.calibration is None:
        return {"calibration_rows": rows}
    sentence = calibration_sentence(figures.calibration)
    return {
        "calibration_rows": rows,
        "calibration_sentence": sentence,
        "calibration_chart": charts.reliability(
            figures.calibration, _("Certainty and share right, as in the table")
        ),
    }


def _reliance(figures: Figures) -> dict[str, Any]:
    meaning = reliance_meaning(figures.reliance)
    return {
        "reliance_sentences": reliance_sentences(figures.reliance),
        "reliance_meaning": meaning,
        "reliance_chart": charts.square(
            figures.reliance, _("Reliance as a point in a square, as in the table")
        ),
    }


def _findings(figures: Figures) -> dict[str, Any]:
    rows = [
        {
            "row": row,
            "voices": [
                {
                    "voice": voice,
                    "sensitivity": charts.whisker(voice.sensitivity, voice.who),
                    "specificity": charts.whisker(voice.specificity, voice.who),
                }
                for voice in row.voices
            ],
        }
        for row in figures.findings
    ]
    return {"finding_rows": rows}


def _ratings(learner: User) -> dict[str, Any]:
    if not learner.show_rating:
        return {"rating_hidden": True}
    scales = scales_by_key()
    rows = [
        {
            "rating": one,
            "scale": scales.get(one.scale),
            "chart": charts.rating_line(
                one,
                _("Rating %(rating)d, most likely between %(low)d and %(high)d")
                % {"rating": round(one.rating), "low": round(one.low), "high": round(one.high)},
            ),
        }
        for one in ratings_of(learner)
    ]
    return {"rating_rows": rows}


def _days(learner: User, now: datetime) -> dict[str, Any]:
    shown, ahead = calendar_of(learner, now), days_ahead(learner, now)
    sentence = calendar_sentence(shown)
    return {
        "calendar": shown,
        "calendar_sentence": sentence,
        "calendar_chart": charts.calendar(shown, _("Calendar of the days, as in the table below")),
        "due_days": ahead,
        "due_total": sum(day.reviews for day in ahead),
        "due_chart": charts.due(ahead, _("Reviews due on each of the next 14 days")),
        "earned": [
            {"title": AWARDS[one.award][0], "text": AWARDS[one.award][1], "read": one.read, "at": one.at}
            for one in earned_by(learner)
        ],
    }


class _Line:
    """A file of one line at a time, for `csv.writer`: it hands back what it is given."""

    def write(self, line: str) -> str:
        return line


def _csv_lines(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield writer.writerow(COLUMNS)
    for row in rows:
        yield writer.writerow([_cell(value) for value in row.values()])


def _cell(value: Any) -> Any:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else value


def _json_lines(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield '{"schema": "secondread-progress-1", "rows": ['
    for number, row in enumerate(rows):
        yield (",\n" if number else "\n") + json.dumps(row)
    yield "\n]}\n"


def _download(lines: Iterable[str], content_type: str, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
