"""Accounts in the admin: for administrators."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.utils.translation import gettext_lazy as _

from quiz.models import User


@admin.register(User)
class UserAdmin(DjangoUserAdmin[User]):
    """Accounts; `staff` makes an instructor."""

    list_display = ("username", "email", "is_staff", "is_superuser", "is_guest", "last_login")
    list_filter = ("is_staff", "is_superuser", "is_guest")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email", "time_zone")}),
        (_("Roles"), {"fields": ("is_active", "is_staff", "is_superuser", "is_guest")}),
    )
