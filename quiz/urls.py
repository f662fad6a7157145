"""Addresses of the pages and files; the API's are in `quiz/api/v1/urls.py`."""

from django.urls import path

from quiz.web import accounts, files, health, home, model_cards, progress, read

urlpatterns = [
    path("", home.home, name="home"),
    path("guest/", accounts.guest, name="guest"),
    path("sets/<slug:slug>/", home.set_detail, name="set_detail"),
    path("sets/<slug:slug>/start", read.sitting_start, name="sitting_start"),
    path("sittings/<uuid:public_id>/", read.sitting_summary, name="sitting_summary"),
    path("sittings/<uuid:public_id>/next", read.sitting_next, name="sitting_next"),
    path("reads/<uuid:public_id>/", read.read, name="read"),
    path("reads/<uuid:public_id>/commit", read.commit, name="read_commit"),
    path("reads/<uuid:public_id>/ai", read.ai, name="read_ai"),
    path("reads/<uuid:public_id>/final", read.final, name="read_final"),
    path("reads/<uuid:public_id>/truth", read.truth, name="read_truth"),
    path("reads/<uuid:public_id>/occlusion", read.occlusion, name="read_occlusion"),
    path("progress/", progress.progress, name="progress"),
    path("models/<slug:key>/", model_cards.model_card, name="model_card"),
    path("models/<slug:key>/pictures/<str:name>", model_cards.model_picture, name="model_picture"),
    path("account/", accounts.account, name="account"),
    path("account/export", accounts.export, name="account_export"),
    path("account/erase", accounts.erase, name="account_erase"),
    path("privacy/", home.privacy, name="privacy"),
    path("files/images/<uuid:public_id>/<slug:rendition>", files.image_file, name="image_file"),
    path("files/heatmaps/<uuid:public_id>", files.heatmap_file, name="heatmap_file"),
    path("files/masks/<uuid:public_id>", files.region_mask, name="region_mask"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
