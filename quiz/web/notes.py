"""Bookmarking a case and reporting a fault from its page, with script or without."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from quiz.models import Read
from quiz.services import notes
from quiz.services.errors import Refused
from quiz.web.read import read_of


@login_required
@require_POST
def bookmark(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Bookmark a read's case, change the note there, or take the bookmark away (`remove`)."""
    found = read_of(request, public_id)
    if "remove" in request.POST:
        return _done(request, found, lambda: notes.remove_bookmark(read=found), _("Bookmark removed."))
    note = request.POST.get("note", "")
    return _done(
        request,
        found,
        lambda: notes.set_bookmark(read=found, note=note, now=timezone.now()),
        _("Bookmarked. Only you see the note."),
    )


@login_required
@require_POST
def fault(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Send a report of a fault to whoever teaches with this case."""
    found = read_of(request, public_id)
    kind, text = request.POST.get("kind", ""), request.POST.get("text", "")
    return _done(
        request,
        found,
        lambda: notes.report_fault(read=found, kind=kind, text=text, now=timezone.now()),
        _("Thank you. Your report is with the instructor; it changes nothing in your score."),
    )


def _done(request: HttpRequest, found: Read, service: Callable[[], object], said: str) -> HttpResponse:
    try:
        service()
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, said)
    return redirect("read", found.public_id)
