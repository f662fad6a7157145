"""Jobs and AI opinions in the Django admin: to look at, and to retry what failed. Administrators only.

An opinion isn't tied to an owner here (inference knows images, not cases), and instructors are learners of each
other's sets: they see how far the AI is, and ask again, on their own case sets.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from inference import services
from inference.models import AIOpinion, FindingOpinion, Heatmap, Job


class LookOnly:
    """Rows that code writes and nobody edits by hand; administrators may look."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_administrator(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_administrator(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def _is_administrator(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_superuser)


@admin.register(Job)
class JobAdmin(LookOnly, admin.ModelAdmin[Job]):
    """What workers have done, are doing and have given up."""

    list_display = (
        "model_key",
        "short_image",
        "method",
        "queue",
        "state",
        "attempts",
        "created_at",
        "finished_at",
        "message",
    )
    list_filter = ("state", "queue", "method", "model_key")
    search_fields = ("=image_sha256",)
    date_hierarchy = "created_at"
    exclude = ("claim_token", "storage_key", "order")
    actions = ("retry",)

    @admin.display(description=_("image"), ordering="image_sha256")
    def short_image(self, job: Job) -> str:
        return job.image_sha256[:12]

    @admin.action(description=_("Retry failed jobs"), permissions=["view"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Queue the failed ones among the chosen jobs again."""
        chosen = list(queryset.values_list("pk", flat=True))
        count = services.retry_failed(job_ids=chosen, now=timezone.now())
        sentence = ngettext("%d job is queued again.", "%d jobs are queued again.", count) % count
        self.message_user(request, sentence, messages.SUCCESS if count else messages.WARNING)


class FindingInline(LookOnly, admin.TabularInline[FindingOpinion, AIOpinion]):
    """What the opinion says of each finding."""

    model = FindingOpinion
    extra = 0


class HeatmapInline(LookOnly, admin.TabularInline[Heatmap, AIOpinion]):
    """Where the model looked."""

    model = Heatmap
    extra = 0
    exclude = ("storage_key",)


@admin.register(AIOpinion)
class AIOpinionAdmin(LookOnly, admin.ModelAdmin[AIOpinion]):
    """Opinions as learners meet them."""

    list_display = ("model_key", "short_image", "summary", "ood_score", "declined", "created_at")
    list_filter = ("model_key", "declined")
    search_fields = ("=image_sha256",)
    inlines = (FindingInline, HeatmapInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[AIOpinion]:
        return super().get_queryset(request).prefetch_related("findings")

    @admin.display(description=_("image"), ordering="image_sha256")
    def short_image(self, opinion: AIOpinion) -> str:
        return opinion.image_sha256[:12]

    @admin.display(description=_("findings"))
    def summary(self, opinion: AIOpinion) -> str:
        return ", ".join(str(one) for one in opinion.findings.all())

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        return ("model_key",)
