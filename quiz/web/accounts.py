"""The learner's own account: guest try-out, export, erasure; and what allauth asks of the site."""

from __future__ import annotations

import random
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from quiz.models import User
from quiz.permissions import signed_in
from quiz.selectors.accounts import account_export
from quiz.selectors.case_sets import first_open_set
from quiz.services import accounts, sittings
from quiz.services.errors import Refused


class AccountAdapter(DefaultAccountAdapter):
    """Keeps allauth's defaults; guests never keep an account they could be locked out of."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Anyone may sign up."""
        return True


@require_POST
def guest(request: HttpRequest) -> HttpResponse:
    """Make a guest (or keep the one signed in) and go straight to a case."""
    now = timezone.now()
    if request.user.is_authenticated:
        learner = signed_in(request.user)
    else:
        learner = accounts.create_guest(now=now)
        login(request, learner, backend="quiz.web.backends.AccountBackend")
    case_set = first_open_set(learner)
    if case_set is None:
        messages.info(request, _("There is no case set to try yet."))
        return redirect("home")
    sitting = sittings.start_sitting(learner=learner, case_set=case_set, now=now, rng=random.SystemRandom())
    return redirect("sitting_next", sitting.public_id)


@login_required
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """Show what the account holds and what its owner can do with it."""
    return render(request, "quiz/account.html")


@login_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """Hand over everything about the account as a JSON file."""
    response = JsonResponse(account_export(signed_in(request.user)), json_dumps_params={"indent": 2})
    response["Content-Disposition"] = 'attachment; filename="second-read-account.json"'
    return response


@login_required
@require_POST
def erase(request: HttpRequest) -> HttpResponse:
    """Erase the account after its name was typed; reads go or stay without a person, as chosen."""
    learner: User = signed_in(request.user)
    choices: dict[str, Any] = {"delete": False, "anonymise": True}
    choice = request.POST.get("reads", "")
    if choice not in choices or request.POST.get("username", "").strip() != learner.username:
        messages.error(
            request, _("Nothing was erased: type your user name and choose what happens to your reads.")
        )
        return redirect("account")
    try:
        accounts.erase_learner(learner=learner, keep_reads=choices[choice])
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("account")
    logout(request)
    messages.success(request, _("Your account is erased."))
    return redirect("home")
