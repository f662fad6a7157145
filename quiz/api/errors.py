"""One error shape for the whole API: {"error": {"code", "message", "details"?}}."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import exception_handler as default_handler

from quiz.services.errors import Refused


class ErrorBodySerializer(serializers.Serializer[Any]):
    """What went wrong, for the program (`code`) and for the person (`message`)."""

    code = serializers.CharField()
    message = serializers.CharField()
    details = serializers.DictField(
        required=False, help_text="Sentences by field, for a body that doesn't parse."
    )


class ErrorSerializer(serializers.Serializer[Any]):
    """The body of every refusal."""

    error = ErrorBodySerializer()


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn services' refusals and DRF's exceptions into the one shape."""
    if isinstance(error, Refused):
        return Response({"error": {"code": error.code, "message": error.sentence}}, status=error.status)
    if isinstance(error, RequestDataTooBig):
        return Response({"error": {"code": "too_large", "message": "The body is too large."}}, status=413)
    response = default_handler(error, context)
    if response is None:
        return None
    body: dict[str, Any] = {"code": _code(error), "message": _message(error)}
    if isinstance(error, exceptions.ValidationError):
        body["details"] = response.data
    response.data = {"error": body}
    return response


def _code(error: Exception) -> str:
    if isinstance(error, Http404):
        return "not_found"
    if isinstance(error, PermissionDenied):
        return "permission_denied"
    if isinstance(error, exceptions.ValidationError):
        return "invalid"
    return str(getattr(error, "default_code", "error"))


def _message(error: Exception) -> str:
    if isinstance(error, Http404):
        return "There is nothing here for you."
    if isinstance(error, exceptions.ValidationError):
        return "The body doesn't have the expected form."
    return str(getattr(error, "detail", error))
