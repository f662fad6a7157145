"""Reports of faults in the admin: for the instructor of the pack, who says what was done about them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from quiz.admin.base import AuthoringAdmin
from quiz.models import FaultReport
from quiz.permissions import signed_in
from quiz.services.notes import LONGEST_NOTE, answer_fault


class WaitingFilter(admin.SimpleListFilter):
    """Reports that wait for an answer, or those that have one."""

    title = gettext_lazy("state")
    parameter_name = "handled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer both."""
        return [("no", gettext_lazy("waiting")), ("yes", gettext_lazy("handled"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow to one of them."""
        if self.value() is None:
            return queryset
        return queryset.filter(handled_at__isnull=self.value() == "no")


class FaultReportForm(forms.ModelForm[FaultReport]):
    """The answer, and whether it settles the report."""

    answer = forms.CharField(
        label=gettext_lazy("what was done"),
        help_text=gettext_lazy("The learner reads it once they know the truth."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=LONGEST_NOTE,
        required=False,
    )
    handled = forms.BooleanField(label=gettext_lazy("handled"), required=False)

    class Meta:
        model = FaultReport
        fields = ("answer",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Show whether it is settled."""
        super().__init__(*args, **kwargs)
        self.fields["handled"].initial = self.instance.handled_at is not None


@admin.register(FaultReport)
class FaultReportAdmin(AuthoringAdmin):
    """What learners say is wrong; whose report it is stays with administrators."""

    form = FaultReportForm
    list_display = ("case", "kind", "text", "created_at", "handled_at")
    list_filter = (WaitingFilter, "kind")
    list_select_related = ("case__pack",)
    search_fields = ("case__source_id", "text")
    fields = ("case", "kind", "text", "created_at", "answer", "handled", "handled_at", "handled_by")
    readonly_fields = ("case", "kind", "text", "created_at", "handled_at", "handled_by")

    def save_model(self, request: HttpRequest, obj: FaultReport, form: Any, change: bool) -> None:
        """Store the answer through its service."""
        answer_fault(
            report=obj,
            answer=form.cleaned_data["answer"],
            handled=form.cleaned_data["handled"],
            instructor=signed_in(request.user),
            now=timezone.now(),
        )
