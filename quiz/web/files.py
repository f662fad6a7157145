"""Serving images, heatmaps and masks: each through a permission check, with headers that say nothing."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from inference import selectors as inference_selectors
from quiz import permissions
from quiz.models import Image, KeyRegion
from quiz.permissions import Visitor
from quiz.selectors.files import file_store, stored_values, visible_image, visible_region
from quiz.selectors.files import rendition as other_rendition
from quiz.session_tokens import SessionTokenAuthentication

# Kept by the browser for the sitting only, revalidated by nobody: no ETag, no date, no name.
KEPT_A_WHILE = "private, max-age=900"
# An answer, the AI's or the key's: whoever sits at this computer next doesn't find it in the cache.
KEPT_NOWHERE = "private, no-store"


@require_GET
def image_file(request: HttpRequest, public_id: UUID, rendition: str) -> HttpResponse:
    """Serve an image the visitor may read: as displayed, in another window of its modality, or its stored values."""
    try:
        image = visible_image(_visitor(request), public_id)
    except Image.DoesNotExist:
        raise Http404 from None
    if rendition == "display":
        return _send(image.served_key)
    if rendition == "values":
        try:
            return _headers(HttpResponse(stored_values(image), content_type="application/octet-stream"))
        except FileNotFoundError:
            raise Http404 from None
    try:
        png = other_rendition(image, rendition)
    except FileNotFoundError:
        png = None
    if png is None:
        raise Http404
    return _headers(HttpResponse(png, content_type="image/png"))


@require_GET
def region_mask(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Serve a key's mask, after the truth."""
    try:
        region = visible_region(_visitor(request), public_id)
    except KeyRegion.DoesNotExist:
        raise Http404 from None
    if not region.mask_key:
        raise Http404
    return _send(region.mask_key, caching=KEPT_NOWHERE)


@require_GET
def heatmap_file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Serve a heatmap, after the reveal of the AI opinion it belongs to."""
    opinion = inference_selectors.opinion_of_heatmap(public_id)
    if opinion is None or not permissions.can_see_heatmap(_visitor(request), opinion):
        raise Http404
    png = inference_selectors.heatmap_png(public_id)
    if png is None:
        raise Http404
    return _headers(HttpResponse(png, content_type="image/png"), KEPT_NOWHERE)


def _visitor(request: HttpRequest) -> Visitor:
    """Apps fetch what the API's payloads point to with their session token, browsers with their cookie."""
    by_token = SessionTokenAuthentication().authenticate(request)
    return cast(Visitor, by_token[0] if by_token else request.user)


def _send(key: str, *, caching: str = KEPT_A_WHILE) -> HttpResponse:
    store = file_store()
    if settings.SECONDREAD_ACCEL_PREFIX:
        # The proxy takes the header away; content length is that of the padded file.
        response = HttpResponse(content_type="image/png")
        response["X-Accel-Redirect"] = f"{settings.SECONDREAD_ACCEL_PREFIX.rstrip('/')}/{key}"
        return _headers(response, caching)
    try:
        return _headers(HttpResponse(store.read(key), content_type="image/png"), caching)
    except FileNotFoundError:
        raise Http404 from None


def _headers(response: HttpResponse, caching: str = KEPT_A_WHILE) -> HttpResponse:
    response["Cache-Control"] = caching
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
