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
from quiz.models import CaseSet, CaseSetEntry, ExamAllowance, User
from quiz.permissions import signed_in
from quiz.selectors.case_sets import ai_progress
from quiz.selectors.case_statistics import figures_of_case
from quiz.selectors.exams import flagged_results
from quiz.services.errors import Refused
from quiz.services.exams import apply_extra_time, check_hours_stand_open, release_exam, settle_flags
from quiz.services.publishing import ask_ai_again, close_case_set, publish_case_set

EXAM_HOURS = ("opens_at", "closes_at", "time_limit_minutes")


class EntryInline(AuthoringInline):
    """The set's cases in order."""

    model = CaseSetEntry
    addable = True
    deletable = True
    extra = 1
    autocomplete_fields = ("case",)
    readonly_fields = ("right",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CaseSetEntry]:
        """Entries with their cases' figures."""
        return super().get_queryset(request).select_related("case__pack", "case__statistic")

    @admin.display(description=gettext_lazy("right at first"))
    def right(self, entry: CaseSetEntry) -> str:
        """Show how many first opinions were right, and whether the best readers get the case wrong."""
        figures = figures_of_case(entry.case) if entry.pk else None
        if figures is None:
            return "–"
        share = f"{figures.right}/{figures.reads}"
        return _("%(share)s, to look at") % {"share": share} if figures.flagged else share


def _refuse_after_release(case_set_id: int, *fields: str) -> None:
    """Turn the service's refusal into a form's, at `fields` where given; asks about the set as it is stored."""
    try:
        check_hours_stand_open(case_set=CaseSet.objects.get(pk=case_set_id), now=timezone.now())
    except Refused as refused:
        error = forms.ValidationError(refused.sentence, code=refused.code)
        raise forms.ValidationError(dict.fromkeys(fields, error)) if fields else error from refused


class AllowanceForm(forms.ModelForm[ExamAllowance]):
    """Extra time of one candidate, named by username: instructors don't browse accounts."""

    candidate = forms.CharField(label=gettext_lazy("candidate's username"), max_length=150)

    class Meta:
        model = ExamAllowance
        fields = ("extra_minutes",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Show the username of a stored row."""
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["candidate"].initial = self.instance.learner.username

    def clean_candidate(self) -> str:
        """Find the account, or say that there is none."""
        name = str(self.cleaned_data["candidate"])
        learner = User.objects.filter(username=name, is_active=True).first()
        if learner is None:
            raise forms.ValidationError(_("Nobody here has this username."))
        rows = ExamAllowance.objects.filter(case_set=self.instance.case_set_id, learner=learner)
        if rows.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("This candidate has extra time already; change that line."))
        self.instance.learner = learner
        return name

    def clean(self) -> dict[str, Any] | None:
        """No extra time for an exam whose results are out."""
        data = super().clean()
        if self.instance.case_set_id and self.has_changed():
            _refuse_after_release(self.instance.case_set_id)
        return data


class AllowanceInline(AuthoringInline):
    """Extra time of single candidates."""

    model = ExamAllowance
    addable = True
    deletable = True
    form = AllowanceForm


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
            "pool",
            "model_key",
            "sitting_size",
            "max_marks",
            "mark_radius_px",
            "hanging",
            "opens_at",
            "closes_at",
            "time_limit_minutes",
            "pass_mark_percent",
            "pass_mark_note",
        )

    def clean(self) -> dict[str, Any] | None:
        """An exam's hours stand once its results are out."""
        data = super().clean()
        changed = [name for name in EXAM_HOURS if name in self.changed_data]
        if self.instance.pk and changed:
            _refuse_after_release(self.instance.pk, *changed)
        return data


@admin.register(CaseSet)
class CaseSetAdmin(AuthoringAdmin):
    """Sets: made as drafts, published by an action that also asks the AI about every image."""

    form = CaseSetForm
    addable = True
    list_display = ("title", "status", "pool", "flow", "model_key", "ai_state", "flagged", "published_at")
    list_filter = ("status", "pool", "flow")
    search_fields = ("title", "slug")
    prepopulated_fields = {"slug": ("title",)}
    readonly_fields = ("status", "ai_state", "released_at", "flagged")
    fields = (*CaseSetForm.Meta.fields, "status", "released_at", "flagged", "ai_state")
    inlines = (AllowanceInline, EntryInline)
    actions = ("publish", "ask_again", "close", "release", "settle")

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

    @admin.display(description=gettext_lazy("exam results to look at"))
    def flagged(self, case_set: CaseSet) -> int:
        """Results that a corrected key has touched."""
        return flagged_results(case_set)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Extra time granted in the middle of an exam counts at once."""
        super().save_related(request, form, formsets, change)
        apply_extra_time(case_set=form.instance)

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

    @admin.action(description=gettext_lazy("Release the results of the selected exams"))
    def release(self, request: HttpRequest, sets: QuerySet[CaseSet]) -> None:
        """End each exam for everyone and let its candidates see their results."""
        for case_set in sets:
            try:
                release_exam(case_set=case_set, instructor=signed_in(request.user), now=timezone.now())
            except Refused as refused:
                messages.error(request, f"{case_set}: {refused.sentence}")
            else:
                messages.success(request, _("The results of %(set)s are released.") % {"set": case_set})

    @admin.action(description=gettext_lazy("Settle flagged exam results: looked at, the new result stands"))
    def settle(self, request: HttpRequest, sets: QuerySet[CaseSet]) -> None:
        """Take the flags off results that a person has looked at."""
        count = sum(settle_flags(case_set=one, instructor=signed_in(request.user)) for one in sets)
        messages.success(request, _("%(count)d results are settled.") % {"count": count})
