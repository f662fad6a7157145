"""Cases and their images in the admin, with the way to correct a key."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quiz.admin.base import AuthoringAdmin, AuthoringInline
from quiz.admin.forms import CorrectKeyForm
from quiz.models import AnswerKey, Case, Image
from quiz.permissions import authored_cases, signed_in
from quiz.selectors.case_statistics import case_sentence, figures_of_case
from quiz.services.answer_keys import correct_key
from quiz.services.errors import Refused


def preview(image: Image) -> str:
    """Return a small picture of an image, served through the same permission check as to learners."""
    address = reverse("image_file", args=[image.public_id, "display"])
    return format_html('<img src="{}" alt="{}" width="120">', address, _("Preview"))


class ImageInline(AuthoringInline):
    """A case's images."""

    model = Image
    changeable = False
    fields = (
        "picture", "series", "slice_index", "view", "laterality", "months_before", "width", "height", "bits",
    )  # fmt: skip
    readonly_fields = ("picture",)

    @admin.display(description=gettext_lazy("preview"))
    def picture(self, image: Image) -> str:
        """Show the image."""
        return preview(image)


@admin.register(Image)
class ImageAdmin(AuthoringAdmin):
    """Images: view, laterality and spacing can be put right; pixels never change."""

    list_display = ("picture", "case", "series", "slice_index", "view", "laterality", "width", "height")
    list_select_related = ("case__pack",)
    fields = (
        "picture", "case", "view", "laterality", "months_before", "pixel_spacing_mm", "width", "height", "bits",
    )  # fmt: skip
    readonly_fields = ("picture", "case", "months_before", "width", "height", "bits")
    search_fields = ("case__source_id",)

    @admin.display(description=gettext_lazy("preview"))
    def picture(self, image: Image) -> str:
        """Show the image."""
        return preview(image)


@admin.register(Case)
class CaseAdmin(AuthoringAdmin):
    """Cases: history and status; the key is corrected on a page of its own, as a new version."""

    list_display = ("source_id", "pack", "status", "split", "acquisition", "right", "flagged", "key_link")
    list_filter = ("statistic__flagged", "status", ("pack", admin.RelatedOnlyFieldListFilter), "split")
    search_fields = ("source_id", "history")
    list_select_related = ("pack", "statistic")
    fields = (
        "pack", "source_id", "patient_key", "split", "acquisition", "history", "status", "key_link", "figures",
    )  # fmt: skip
    readonly_fields = ("pack", "source_id", "patient_key", "split", "key_link", "figures")
    inlines = (ImageInline,)

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """Cases that the best readers get wrong come first."""
        return [Coalesce("statistic__flagged", Value(False)).desc(), "pack", "source_id"]

    @admin.display(description=gettext_lazy("right at first"))
    def right(self, case: Case) -> str:
        """Show how many first opinions were right."""
        figures = figures_of_case(case)
        return f"{figures.right}/{figures.reads}" if figures else "–"

    @admin.display(description=gettext_lazy("to look at"), boolean=True)
    def flagged(self, case: Case) -> bool | None:
        """Show False, a red cross, where the best readers get it wrong."""
        figures = figures_of_case(case)
        return False if figures and figures.flagged else None

    @admin.display(description=gettext_lazy("how learners do at it"))
    def figures(self, case: Case) -> str:
        """Show what is known of a case from first opinions."""
        figures = figures_of_case(case)
        return case_sentence(figures) if figures else _("Nobody's first opinion has been counted yet.")

    @admin.display(description=gettext_lazy("answer key"))
    def key_link(self, case: Case) -> str:
        """Link to the key's page."""
        return format_html('<a href="{}">{}</a>', reverse("admin:quiz_case_key", args=[case.pk]), _("Key"))

    def get_urls(self) -> list[URLPattern]:
        """Add the key's page."""
        view = self.admin_site.admin_view(self.key_view)
        return [path("<int:pk>/key/", view, name="quiz_case_key"), *super().get_urls()]

    def key_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show a case's key with its versions, and take a correction."""
        try:
            case = authored_cases(request.user).select_related("pack").get(pk=pk)
        except Case.DoesNotExist:
            raise Http404 from None
        keys = list(AnswerKey.objects.filter(case=case).prefetch_related("regions").order_by("-version"))
        form = CorrectKeyForm(request.POST or None, case=case, key=keys[0] if keys else None)
        if request.method == "POST" and form.is_valid():
            try:
                key = correct_key(
                    case=case,
                    content=form.content(),
                    author=signed_in(request.user),
                    note=form.cleaned_data["note"],
                    now=timezone.now(),
                )
            except Refused as refused:
                form.add_error(None, refused.sentence)
            else:
                messages.success(request, _("The key is now version %(version)d.") % {"version": key.version})
                return redirect("admin:quiz_case_key", case.pk)
        values: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": _("Answer key of %(case)s") % {"case": case.source_id},
            "opts": Case._meta,
            "case": case,
            "keys": keys,
            "images": list(case.images.all()),
            "form": form,
        }
        return TemplateResponse(request, "admin/quiz/case/key.html", values)
