"""The read page: one address for every step; each step is a POST that leads back to it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from quiz.domain.exams import time_is_up
from quiz.domain.modes import Mode
from quiz.domain.opinions import BANDS, InvalidOpinion
from quiz.models import CaseSet, FaultReport, Read
from quiz.selectors.next_case import is_ended, waits
from quiz.selectors.questions import question_of
from quiz.selectors.read_page import read_page, visible_read
from quiz.selectors.round_results import duel_score
from quiz.services import errors, reads
from quiz.services.errors import Refused
from quiz.services.occlusion import ask_occlusion
from quiz.web.opinion_form import posted_opinion, posted_seconds

# The states whose page holds a form; a form sent in any other is shown where the read stands.
FORM_STATES = {Read.State.OPENED, Read.State.AI_SHOWN}


@login_required
@require_GET
def read(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a read at its step; opening a reserved one starts its clock. A sitting that is over leads to its page."""
    found, now = read_of(request, public_id), timezone.now()
    over = time_is_up(found.sitting.deadline_at, now) or is_ended(found.sitting)
    if over and found.state in {Read.State.RESERVED, Read.State.OPENED}:
        return redirect("sitting_summary", found.sitting.public_id)
    return _page(request, reads.open_read(read=found, now=now))


@login_required
@require_POST
def commit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Store the first opinion, then go on to what the flow shows next: the next case, where the truth waits."""
    found = read_of(request, public_id)
    waiting = waits(found.sitting)

    def go_on() -> None:
        if found.sitting.flow == CaseSet.Flow.READ_FIRST:
            reads.reveal_ai(read=found, now=timezone.now())
        elif found.sitting.flow == CaseSet.Flow.UNAIDED and not waiting:
            reads.reveal_truth(read=found, now=timezone.now())

    response = _store(request, found, reads.commit_opinion, go_on)
    if waiting and found.state == Read.State.COMMITTED:
        return redirect("sitting_next", found.sitting.public_id)
    return response


@login_required
@require_POST
def ai(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Reveal the AI opinion of a committed read (the way on after an interruption)."""
    return _step(request, read_of(request, public_id), reads.reveal_ai)


@login_required
@require_POST
def final(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Store the final opinion and go on to the truth."""
    found = read_of(request, public_id)
    return _store(
        request, found, reads.finalise_read, lambda: reads.reveal_truth(read=found, now=timezone.now())
    )


@login_required
@require_POST
def truth(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Reveal the truth of a finalised read (the way on after an interruption)."""
    return _step(request, read_of(request, public_id), reads.reveal_truth)


@login_required
@require_POST
def occlusion(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask for an occlusion map of the AI's opinion (the way without script; the API has the other)."""
    found = read_of(request, public_id)
    finding = request.POST.get("finding", "")[:80]

    def ask(*, read: Read, now: datetime) -> object:
        return ask_occlusion(read=read, finding=finding, now=now)

    return _step(request, found, ask)


def _step(request: HttpRequest, found: Read, service: Callable[..., Any]) -> HttpResponse:
    try:
        service(read=found, now=timezone.now())
    except Refused:
        # The page itself says where the read stands.
        return redirect("read", found.public_id)
    return redirect("read", found.public_id)


def _store(
    request: HttpRequest, found: Read, service: Callable[..., Any], go_on: Callable[[], object]
) -> HttpResponse:
    try:
        opinion = posted_opinion(request.POST, question_of(found))
        service(
            read=found,
            opinion=opinion,
            seconds=posted_seconds(request.POST),
            idempotency_key=request.POST.get("idempotency_key", "").replace("\x00", "")[:200],
            now=timezone.now(),
        )
    except (InvalidOpinion, Refused) as error:
        refusal = error if isinstance(error, Refused) else errors.invalid(str(error))
        found.refresh_from_db()
        if refusal.code == "invalid" and found.state in FORM_STATES:
            return _page(request, found, form_error=refusal.sentence, status=422)
        # Another tab, the back button or a double click was first: show what is stored.
        return redirect("read", found.public_id)
    try:
        go_on()
    except Refused:
        return redirect("read", found.public_id)
    return redirect("read", found.public_id)


def _page(request: HttpRequest, found: Read, *, form_error: str = "", status: int = 200) -> HttpResponse:
    address = [found.public_id]
    page = read_page(found)
    context = {
        "read": found,
        "page": page,
        "state_partial": state_partial(found),
        "waiting": waits(found.sitting),
        "deadline": found.sitting.deadline_at,
        "server_now": timezone.now().isoformat(),
        "duel": duel_score(found.sitting) if _shows_duel(found) else None,
        "form_error": form_error,
        "submitted": request.POST if form_error else {},
        "idempotency_key": request.POST.get("idempotency_key") or str(uuid.uuid4()),
        "fault_kinds": FaultReport.Kind.choices,
        "bands": [(f"{band.value:.2f}", band.name, band.range_label) for band in BANDS],
        "urls": {
            "commit": reverse("read_commit", args=address),
            "ai": reverse("read_ai", args=address),
            "final": reverse("read_final", args=address),
            "truth": reverse("read_truth", args=address),
            "occlusion": reverse("read_occlusion", args=address),
            "occlusion_api": reverse("api_read_occlusion", args=address),
            "bookmark": reverse("read_bookmark", args=address),
            "bookmark_api": reverse("api_read_bookmark", args=address),
            "fault": reverse("read_fault", args=address),
            "fault_api": reverse("api_read_fault", args=address),
            "next": reverse("sitting_next", args=[found.sitting.public_id]),
            "summary": reverse("sitting_summary", args=[found.sitting.public_id]),
            "set": reverse("set_detail", args=[found.sitting.case_set.slug]),
        },
    }
    return render(request, "quiz/read.html", context, status=status)


def read_of(request: HttpRequest, public_id: UUID) -> Read:
    """Return one of the visitor's own reads, or 404."""
    try:
        return visible_read(request.user, public_id)
    except Read.DoesNotExist:
        raise Http404 from None


def state_partial(read: Read) -> str:
    """Return the template of a read's panel: by its state, and where a mode has its own, by that."""
    if read.state == Read.State.COMMITTED and waits(read.sitting):
        return "quiz/partials/waiting.html"
    if read.sitting.flow == CaseSet.Flow.AI_FIRST and read.state in FORM_STATES:
        return f"quiz/partials/ai_first_{read.state}.html"
    return f"quiz/partials/{read.state}.html"


def _shows_duel(read: Read) -> bool:
    return read.sitting.mode == Mode.DUEL and read.state == Read.State.TRUTH_SHOWN
