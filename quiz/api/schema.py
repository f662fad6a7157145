"""What the OpenAPI document says of every operation alike: the refusals that come before any view."""

from __future__ import annotations

from typing import Any

EVERYWHERE = {401: "No session token, or one that has ended.", 429: "Too many requests; wait and try again."}
FROM_THE_SITE = {403: "Signed in by cookie, but without a CSRF token."}
WITH_A_BODY = {
    400: "The body can't be taken; `error.code` and `error.message` say why.",
    413: "The body is too large.",
    415: "The body isn't JSON.",
}


def describe_refusals(
    result: dict[str, Any], generator: object, request: object, public: bool
) -> dict[str, Any]:
    """Add to each operation of the document the answers of authentication, throttling and parsing."""
    for path in result["paths"].values():
        for method, operation in path.items():
            refusals = dict(EVERYWHERE)
            if method != "get":
                refusals |= FROM_THE_SITE
            if "requestBody" in operation:
                refusals |= WITH_A_BODY
            for status, description in refusals.items():
                operation["responses"].setdefault(str(status), _refusal(description))
            operation["responses"] = dict(sorted(operation["responses"].items()))
    return result


def _refusal(description: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {"description": description, "content": content}
