"""Case sets in the admin: rules, order, publishing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quiz.admin.base import AuthoringAdmin, AuthoringInline
from quiz.admin.forms import model_choices
from quiz.models import CaseSet, CaseSetEntry
from quiz.selectors.case_sets import ai_progress
from quiz.services.errors import Refused
from quiz.services.publishing import ask_ai_again, close_case_set, publish_case_set


class EntryInline(AuthoringInline):
    """The set's cases in order."""

    model = CaseSetEntry
    addable = True
    deletable = True
    extra = 1
    autocomplete_fields = ("case",)


class CaseSetForm(forms.ModelForm[CaseSet]):
    """A set's rules; the AI is chosen from the models this site has."""

    model_key = forms.ChoiceField(label=gettext_lazy("AI model"), choices=model_choices, required=False)

    class Meta:
        model = CaseSet
        fields = (
            "title",
            "slug",
            "description",
            "flow",
            "model_key",
            "sitting_size",
            "max_marks",
            "mark_radius_px",
        )


@admin.register(CaseSet)
class CaseSetAdmin(AuthoringAdmin):
    """Sets: made as drafts, published by an action that also asks the AI about every image."""

    form = CaseSetForm
    addable = True
    list_display = ("title", "status", "flow", "model_key", "ai_state", "published_at")
    list_filter = ("status", "flow")
    search_fields = ("title", "slug")
    prepopulated_fields = {"slug": ("title",)}
    readonly_fields = ("status", "ai_state")
    fields = (*CaseSetForm.Meta.fields, "status", "ai_state")
    inlines = (EntryInline,)
    actions = ("publish", "ask_again", "close")

    @admin.display(description=gettext_lazy("AI opinions"))
    def ai_state(self, case_set: CaseSet) -> str:
        """How far the AI is with the set's images."""
        progress = ai_progress(case_set)
        if progress is None:
            return _("no AI")
        return _("%(done)d of %(total)d, %(failed)d failed") % {
            "done": progress.done,
            "total": progress.total,
            "failed": progress.failed,
        }

    def save_model(self, request: HttpRequest, obj: CaseSet, form: Any, change: bool) -> None:
        """A new set belongs to whoever makes it."""
        if not change:
            obj.owner_id, obj.created_at = request.user.pk, timezone.now()
        super().save_model(request, obj, form, change)

    @admin.action(description=gettext_lazy("Publish the selected sets"))
    def publish(self, request: HttpRequest, sets: QuerySet[CaseSet]) -> None:
        """Publish each set, or say why not."""
        for case_set in sets:
            try:
                publish_case_set(case_set=case_set, now=timezone.now())
            except Refused as refused:
                messages.error(request, f"{case_set}: {refused.sentence}")
            else:
                messages.success(request, _("%(set)s is published.") % {"set": case_set})

    @admin.action(description=gettext_lazy("Ask the AI again where it failed"))
    def ask_again(self, request: HttpRequest, sets: QuerySet[CaseSet]) -> None:
        """Try failed images again."""
        count = sum(ask_ai_again(case_set=case_set, now=timezone.now()) for case_set in sets)
        messages.success(request, _("%(count)d failed images are tried again.") % {"count": count})

    @admin.action(description=gettext_lazy("Close the selected sets"))
    def close(self, request: HttpRequest, sets: QuerySet[CaseSet]) -> None:
        """Take sets from the home page."""
        for case_set in sets:
            close_case_set(case_set=case_set)
            messages.success(request, _("%(set)s is closed.") % {"set": case_set})
