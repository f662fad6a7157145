"""Tokens of mobile apps: allauth's session token in the `X-Session-Token` header."""

from __future__ import annotations

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from django.http import HttpRequest
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.request import Request


class SessionTokenAuthentication(XSessionTokenAuthentication):
    """allauth's token authentication, answering 401 (not 403) where no token is given."""

    def get_session_token(self, request: HttpRequest) -> str | None:
        """Return the header's token; PostgreSQL has no text with a NUL, so no session bears such a name."""
        token: str | None = super().get_session_token(request)
        return None if token and "\x00" in token else token

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme that a 401 asks for."""
        return "X-Session-Token"


class SessionTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the token to OpenAPI."""

    target_class = "quiz.session_tokens.SessionTokenAuthentication"
    name = "sessionToken"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """Return the OpenAPI security scheme."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "X-Session-Token",
            "description": "Sign in at /_allauth/app/v1/auth/login; the answer's meta.session_token goes here.",
        }
