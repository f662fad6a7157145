"""Calling the API in tests: JSON in, JSON out, as one user."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from quiz.models import Read, User
from tests.quiz.browsers import signed_in

ROOT = "/api/v1"


class Api:
    """The API as one signed-in user (or, with None, as a stranger)."""

    def __init__(self, user: User | None = None, **headers: str) -> None:
        self.client = signed_in(user, headers=headers or None)

    def get(self, path: str) -> HttpResponse:
        return self.client.get(ROOT + path)

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> HttpResponse:
        headers = {"Idempotency-Key": key} if key is not None else None
        return self.client.post(
            ROOT + path,
            data={} if body is None else body,
            content_type="application/json",
            headers=headers,
        )

    def read(self, read: Read, step: str = "") -> HttpResponse:
        return self.get(f"/reads/{read.public_id}{step and '/' + step}")

    def step(self, read: Read, step: str, body: Any = None, *, key: str | None = None) -> HttpResponse:
        return self.post(f"/reads/{read.public_id}/{step}", body, key=key)


def opinion(present: bool = True, certainty: float = 0.75, **changes: Any) -> dict[str, Any]:
    """The body of an opinion on the test pack's question."""
    answer = {"finding": "pneumonia", "present": present, "certainty": certainty}
    return {"findings": [answer], "seconds": 3.5, **changes}


def assert_error(response: HttpResponse, status: int, code: str) -> dict[str, Any]:
    """Check the one error shape and return its body."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/json"
    body: dict[str, Any] = response.json()
    assert set(body) == {"error"}
    assert {"code", "message"} <= set(body["error"]) <= {"code", "message", "details"}
    assert body["error"]["code"] == code
    assert isinstance(body["error"]["message"], str) and body["error"]["message"]
    return body["error"]
