"""Sittings in the admin: for administrators, read only; opinions are never edited by anybody."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from quiz.models import Sitting


@admin.register(Sitting)
class SittingAdmin(admin.ModelAdmin[Sitting]):
    """Who read what, when."""

    list_display = ("public_id", "learner", "case_set", "mode", "state", "started_at", "finished_at")
    list_filter = ("state", "case_set")
    list_select_related = ("learner", "case_set")

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Administrators only."""
        return bool(request.user.is_active and request.user.is_superuser)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators only."""
        return bool(request.user.is_active and request.user.is_superuser)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Sittings are started by learners."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Sittings are never edited."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Reads go only with their learner."""
        return False
