"""What all authoring admins share: rows through `quiz.permissions`, staff only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey, Model, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest

from quiz import permissions
from quiz.models import AnswerKey, Case, CaseSet, FaultReport, Image, Pack

Rows = Callable[[Any], QuerySet[Any]]
AUTHORED: dict[type[Model], Rows] = {
    Pack: permissions.authored_packs,
    Case: permissions.authored_cases,
    CaseSet: permissions.authored_case_sets,
    AnswerKey: permissions.authored_keys,
    Image: permissions.authored_images,
    FaultReport: permissions.authored_fault_reports,
}


class AuthoredRows:
    """Mixin: narrows rows and choices to what the instructor may edit, and permissions to instructors."""

    addable = False
    changeable = True
    deletable = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the instructor's own rows."""
        rows = super().get_queryset(request)  # type: ignore[misc]
        return rows.filter(pk__in=AUTHORED[rows.model](request.user).values("pk"))  # type: ignore[no-any-return]

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any]:
        """Offer only the instructor's own rows as choices."""
        model = db_field.remote_field.model
        if model in AUTHORED:
            kwargs["queryset"] = AUTHORED[model](request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc,no-any-return]

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Instructors see the authoring section."""
        return permissions.is_instructor(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Instructors see their own rows."""
        return self._mine(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Instructors change their own rows, where the table allows it."""
        return self.changeable and self._mine(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Rows come in through packs, except where the table says otherwise."""
        return self.addable and permissions.is_instructor(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Authored rows are retired or closed, not deleted, except where the table says otherwise."""
        return self.deletable and self._mine(request, obj)

    def _mine(self, request: HttpRequest, obj: Model | None) -> bool:
        if not permissions.is_instructor(request.user):
            return False
        rows = AUTHORED.get(type(obj)) if obj is not None else None
        return rows is None or obj is None or rows(request.user).filter(pk=obj.pk).exists()


class AuthoringAdmin(AuthoredRows, admin.ModelAdmin[Any]):
    """A model admin over authored rows."""


class AuthoringInline(AuthoredRows, admin.TabularInline[Any, Any]):
    """An inline over authored rows; its parent decides who may."""

    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Rows of the parent: the parent is already narrowed."""
        return admin.TabularInline.get_queryset(self, request)
