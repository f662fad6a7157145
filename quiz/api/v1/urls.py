"""Addresses of version 1 of the API."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from quiz.api.v1 import not_found, notes, occlusion, progress, reads, review, sets, sittings

# Other methods have no template to answer with.
DOCS = SpectacularSwaggerSplitView.as_view(url_name="api_schema", http_method_names=["get"])

urlpatterns = [
    path("sets/", sets.SetList.as_view(), name="api_sets"),
    path("sets/<slug:slug>/", sets.SetDetail.as_view(), name="api_set"),
    path("sets/<slug:slug>/next", sets.SetNext.as_view(), name="api_set_next"),
    path("sets/<slug:slug>/modes", sets.SetModes.as_view(), name="api_set_modes"),
    path("review", review.ReviewView.as_view(), name="api_review"),
    path("reads/<uuid:public_id>", reads.ReadDetail.as_view(), name="api_read"),
    path("reads/<uuid:public_id>/open", reads.ReadOpen.as_view(), name="api_read_open"),
    path("reads/<uuid:public_id>/commit", reads.ReadCommit.as_view(), name="api_read_commit"),
    path("reads/<uuid:public_id>/ai", reads.ReadAI.as_view(), name="api_read_ai"),
    path("reads/<uuid:public_id>/final", reads.ReadFinal.as_view(), name="api_read_final"),
    path("reads/<uuid:public_id>/truth", reads.ReadTruth.as_view(), name="api_read_truth"),
    path("reads/<uuid:public_id>/occlusion", occlusion.ReadOcclusion.as_view(), name="api_read_occlusion"),
    path("reads/<uuid:public_id>/bookmark", notes.ReadBookmark.as_view(), name="api_read_bookmark"),
    path("reads/<uuid:public_id>/fault", notes.ReadFault.as_view(), name="api_read_fault"),
    path("bookmarks", notes.BookmarkList.as_view(), name="api_bookmarks"),
    path("sittings/<uuid:public_id>/summary", sittings.SittingSummary.as_view(), name="api_summary"),
    path("sittings/<uuid:public_id>/results", sittings.SittingResults.as_view(), name="api_results"),
    path("sittings/<uuid:public_id>/end", sittings.SittingEnd.as_view(), name="api_sitting_end"),
    path("progress", progress.ProgressView.as_view(), name="api_progress"),
    path("schema", SpectacularAPIView.as_view(), name="api_schema"),
    path("docs", DOCS, name="api_docs"),
    re_path(r"", not_found.NotFound.as_view()),
]
