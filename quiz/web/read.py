"""The read page: one address for every step; each step is a POST that leads back to it."""

from __future__ import annotations

import random
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

from quiz.domain.opinions import BANDS, InvalidOpinion
from quiz.models import CaseSet, Read, Sitting
from quiz.permissions import signed_in, visible_case_sets
from quiz.selectors.next_case import next_read
from quiz.selectors.questions import question_of
from quiz.selectors.read_page import read_page, visible_read
from quiz.selectors.sittings import scores, summary_rows, visible_sitting
from quiz.services import errors, reads, sittings
from quiz.services.errors import Refused
from quiz.services.occlusion import ask_occlusion
from quiz.web.opinion_form import posted_opinion, posted_seconds

# The states whose page holds a form; a form sent in any other is shown where the read stands.
FORM_STATES = {Read.State.OPENED, Read.State.AI_SHOWN}


@login_required
@require_POST
def sitting_start(request: HttpRequest, slug: str) -> HttpResponse:
    """Start or resume a sitting of a set."""
    try:
        case_set = visible_case_sets(request.user).get(slug=slug)
        sitting = sittings.start_sitting(
            learner=signed_in(request.user), case_set=case_set, now=timezone.now(), rng=random.SystemRandom()
        )
    except CaseSet.DoesNotExist:
        raise Http404 from None
    return redirect("sitting_next", sitting.public_id)


@login_required
@require_GET
def sitting_next(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Go to the sitting's next unfinished read, or to its summary."""
    sitting = _sitting(request, public_id)
    read = next_read(sitting)
    return redirect("read", read.public_id) if read else redirect("sitting_summary", sitting.public_id)


@login_required
@require_GET
def sitting_summary(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show each finished case of a sitting: learner against AI against truth, and both scores."""
    sitting = _sitting(request, public_id)
    rows = summary_rows(sitting)
    context = {
        "sitting": {
            "set_title": sitting.case_set.title,
            "set_slug": sitting.case_set.slug,
            "size": sitting.reads.count(),
            "finished": sitting.state == Sitting.State.FINISHED,
            "next_url": reverse("sitting_next", args=[sitting.public_id]),
        },
        "rows": [{**row.__dict__, "url": reverse("read", args=[row.read.public_id])} for row in rows],
        "scores": scores(rows),
    }
    return render(request, "quiz/sitting_summary.html", context)


@login_required
@require_GET
def read(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a read at its step; opening a reserved one starts its clock."""
    found = reads.open_read(read=_read(request, public_id), now=timezone.now())
    return _page(request, found)


@login_required
@require_POST
def commit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Store the first opinion, then go on to what the flow shows next."""
    found = _read(request, public_id)

    def go_on() -> None:
        if found.sitting.flow == CaseSet.Flow.READ_FIRST:
            reads.reveal_ai(read=found, now=timezone.now())
        elif found.sitting.flow == CaseSet.Flow.UNAIDED:
            reads.reveal_truth(read=found, now=timezone.now())

    return _store(request, found, reads.commit_opinion, go_on)


@login_required
@require_POST
def ai(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Reveal the AI opinion of a committed read (the way on after an interruption)."""
    return _step(request, _read(request, public_id), reads.reveal_ai)


@login_required
@require_POST
def final(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Store the final opinion and go on to the truth."""
    found = _read(request, public_id)
    return _store(
        request, found, reads.finalise_read, lambda: reads.reveal_truth(read=found, now=timezone.now())
    )


@login_required
@require_POST
def truth(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Reveal the truth of a finalised read (the way on after an interruption)."""
    return _step(request, _read(request, public_id), reads.reveal_truth)


@login_required
@require_POST
def occlusion(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask for an occlusion map of the AI's opinion (the way without script; the API has the other)."""
    found = _read(request, public_id)
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
        "state_partial": f"quiz/partials/{found.state}.html",
        "form_error": form_error,
        "submitted": request.POST if form_error else {},
        "idempotency_key": request.POST.get("idempotency_key") or str(uuid.uuid4()),
        "bands": [(f"{band.value:.2f}", band.name, band.range_label) for band in BANDS],
        "urls": {
            "commit": reverse("read_commit", args=address),
            "ai": reverse("read_ai", args=address),
            "final": reverse("read_final", args=address),
            "truth": reverse("read_truth", args=address),
            "occlusion": reverse("read_occlusion", args=address),
            "occlusion_api": reverse("api_read_occlusion", args=address),
            "next": reverse("sitting_next", args=[found.sitting.public_id]),
            "summary": reverse("sitting_summary", args=[found.sitting.public_id]),
            "set": reverse("set_detail", args=[found.sitting.case_set.slug]),
        },
    }
    return render(request, "quiz/read.html", context, status=status)


def _read(request: HttpRequest, public_id: UUID) -> Read:
    try:
        return visible_read(request.user, public_id)
    except Read.DoesNotExist:
        raise Http404 from None


def _sitting(request: HttpRequest, public_id: UUID) -> Sitting:
    try:
        return visible_sitting(request.user, public_id)
    except Sitting.DoesNotExist:
        raise Http404 from None
