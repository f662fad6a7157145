"""What answers at addresses of the API that don't exist: the one error shape, not a page."""

from __future__ import annotations

from typing import NoReturn

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView


@extend_schema(exclude=True)
class NotFound(APIView):
    """Refuses every method alike."""

    permission_classes = [AllowAny]

    def initial(self, request: Request, *args: object, **kwargs: object) -> NoReturn:
        """Answer 404 before anything else is looked at."""
        raise Http404
