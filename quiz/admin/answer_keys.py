"""Answer keys in the admin: every version, read only (corrections are made from the case)."""

from __future__ import annotations

from django.contrib import admin

from quiz.admin.base import AuthoringAdmin, AuthoringInline
from quiz.models import AnswerKey, KeyRegion


class RegionInline(AuthoringInline):
    """A key's regions."""

    model = KeyRegion
    changeable = False
    fields = ("image", "finding", "shape", "geometry")


@admin.register(AnswerKey)
class AnswerKeyAdmin(AuthoringAdmin):
    """Key versions with who wrote them and why."""

    changeable = False
    list_display = ("case", "version", "is_current", "findings", "author", "note", "created_at")
    list_filter = ("is_current", ("case__pack", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("case__pack", "author")
    search_fields = ("case__source_id",)
    inlines = (RegionInline,)
