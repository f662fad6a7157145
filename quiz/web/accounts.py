"""The learner's own account: guest try-out, preferences, export, erasure; and what allauth asks of the site."""

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
from quiz.web.preferences_form import PreferencesForm


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
    return render(request, "quiz/account.html", {"form": PreferencesForm(signed_in(request.user))})


@login_required
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Store the preferences; a form that can't be stored comes back with what is wrong beside each field."""
    learner = signed_in(request.user)
    form = PreferencesForm(learner, request.POST)
    if form.is_valid():
        try:
            accounts.set_preferences(learner=learner, **form.cleaned_data)
        except Refused as refusal:
            # The other fields are choices: only a name can be refused after the form's own checks.
            form.add_error("board_name", refusal.sentence)
        else:
            messages.success(request, _("Your preferences are stored."))
            return redirect("account")
    return render(request, "quiz/account.html", {"form": form}, status=422)


@login_required
@require_POST
def tour_seen(request: HttpRequest) -> HttpResponse:
    """Remember that the first-case tour was seen or skipped; the page's script calls it."""
    accounts.mark_tour_seen(learner=signed_in(request.user), now=timezone.now())
    return HttpResponse(status=204)


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
