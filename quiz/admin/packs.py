"""Packs in the admin: import a zip, build a set from images, edit what is said about a pack."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from quiz.admin.base import AuthoringAdmin, AuthoringInline
from quiz.admin.forms import BuildSetForm, CaseRowFormSet, ImportPackForm
from quiz.models import Finding, Pack
from quiz.permissions import is_instructor, signed_in
from quiz.services.authoring import build_set, import_uploaded_pack
from quiz.services.errors import Refused
from radiology.packs import PackRefused


class FindingInline(AuthoringInline):
    """The findings a pack asks about; their keys are fixed by its cases."""

    model = Finding
    fields = ("label", "radlex", "position")


@admin.register(Pack)
class PackAdmin(AuthoringAdmin):
    """What is said about a pack; its cases come in by import."""

    list_display = ("title", "key", "version", "modality", "simulated", "owner")
    search_fields = ("title", "key")
    readonly_fields = ("key", "version", "modality", "kind", "localise", "created_at", "updated_at", "owner")
    inlines = (FindingInline,)
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    change_list_template = "admin/quiz/pack/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the two ways in."""
        wrap = self.admin_site.admin_view
        return [
            path("import/", wrap(self.import_view), name="quiz_pack_import"),
            path("build/", wrap(self.build_view), name="quiz_pack_build"),
            *super().get_urls(),
        ]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Import an uploaded zip; a bad pack is listed line by line and nothing is changed."""
        form = ImportPackForm(request.POST or None, request.FILES or None)
        problems: list[Any] = []
        if is_instructor(request.user) and request.method == "POST" and form.is_valid():
            try:
                report = import_uploaded_pack(
                    upload=form.cleaned_data["file"],
                    publish=form.cleaned_data["publish"],
                    owner=signed_in(request.user),
                    now=timezone.now(),
                )
            except PackRefused as refused:
                problems = list(refused.problems)
            except Refused as refused:
                form.add_error(None, refused.sentence)
            else:
                for warning in report.warnings:
                    messages.warning(request, warning)
                messages.success(
                    request,
                    _("%(created)d cases came in, %(updated)d changed, %(unchanged)d were here already.")
                    % {"created": report.created, "updated": report.updated, "unchanged": report.unchanged},
                )
                return redirect("admin:quiz_pack_changelist")
        return self._render(
            request, "admin/quiz/pack/import.html", _("Import a pack"), form=form, problems=problems
        )

    def build_view(self, request: HttpRequest) -> HttpResponse:
        """Build a set from uploaded images, one row a case."""
        form = BuildSetForm(request.POST or None)
        rows = CaseRowFormSet(request.POST or None, request.FILES or None, prefix="case")
        problems: list[Any] = []
        if is_instructor(request.user) and request.method == "POST" and form.is_valid() and rows.is_valid():
            try:
                case_set = build_set(
                    content=form.content(),
                    cases=rows.cases(),
                    owner=signed_in(request.user),
                    now=timezone.now(),
                )
            except PackRefused as refused:
                problems = list(refused.problems)
            except Refused as refused:
                form.add_error(None, refused.sentence)
            else:
                messages.success(request, _("The set is a draft: look it over, then publish it."))
                return redirect(reverse("admin:quiz_caseset_change", args=[case_set.pk]))
        return self._render(
            request,
            "admin/quiz/pack/build.html",
            _("Build a set from images"),
            form=form,
            rows=rows,
            problems=problems,
        )

    def _render(self, request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
        values = {**self.admin_site.each_context(request), "title": title, "opts": Pack._meta, **context}
        return TemplateResponse(request, template, values)
