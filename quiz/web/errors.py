"""Designed error pages, and the one place where a service's refusal becomes a page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from quiz.services.errors import Refused


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain an expired form; what was typed is still in the browser's back button."""
    return render(request, "csrf.html", status=403)


class RefusedMiddleware:
    """Turns a Refused that a view let through into a page with its sentence and status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Render a refusal; anything else goes on to Django."""
        if not isinstance(exception, Refused):
            return None
        template = {404: "404.html", 403: "403.html", 400: "400.html"}.get(exception.status, "409.html")
        return render(request, template, {"exception": exception.sentence}, status=exception.status)
