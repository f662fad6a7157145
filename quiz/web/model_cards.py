"""The page of an AI model: its card, its report card, and the report's pictures."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from inference import selectors as inference_selectors
from quiz.selectors.model_cards import card_sections
from quiz.selectors.model_reports import shown_picture, shown_report


@require_GET
def model_card(request: HttpRequest, key: str) -> HttpResponse:
    """Show what is known of an AI model, and how it did."""
    info = inference_selectors.model_info(key)
    if info is None:
        raise Http404
    shown = shown_report(key)
    sections = card_sections(info, reported=shown is not None)
    context = {"model": info, "sections": sections, "shown": shown}
    return render(request, "quiz/model_card.html", context)


@require_GET
def model_picture(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """Serve a picture of a report card, unless its film is one that is read on this site."""
    data = shown_picture(key, name)
    if data is None:
        raise Http404
    response = HttpResponse(data, content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=900"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
