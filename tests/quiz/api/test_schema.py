"""The OpenAPI document: valid without a warning, kept in the repository, and served.

After a wanted change of the API: `.venv/bin/python manage.py spectacular --file docs/openapi.yaml`.
"""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from quiz.api.v1.urls import urlpatterns

SNAPSHOT = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"


@pytest.fixture(scope="module")
def document() -> str:
    out = StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def schema(document: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(document)
    return loaded


def test_snapshot_is_up_to_date(document: str) -> None:
    refresh = ".venv/bin/python manage.py spectacular --file docs/openapi.yaml"
    assert SNAPSHOT.is_file(), f"Write it: {refresh}"
    assert SNAPSHOT.read_text() == document, f"The API changed. If that is meant: {refresh}"


def test_every_endpoint_is_described(schema: dict[str, Any]) -> None:
    described = {
        path.removeprefix("/api/v1/").replace("{", "<").replace("}", ">") for path in schema["paths"]
    }
    routes = {
        str(pattern.pattern).replace("<slug:", "<").replace("<uuid:", "<")
        for pattern in urlpatterns
        if pattern.name and pattern.name not in {"api_schema", "api_docs"}
    }
    assert described == routes


def test_every_operation_says_what_it_may_answer(schema: dict[str, Any]) -> None:
    ids = []
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            ids.append(operation["operationId"])
            answers = set(operation["responses"])
            assert operation["description"]
            assert {"200", "401", "429"} <= answers, (path, method)
            if "{" in path:
                assert "404" in answers, (path, method)
            if "requestBody" in operation:
                assert {"400", "413", "415"} <= answers, (path, method)
            for status, answer in operation["responses"].items():
                if status != "200":
                    reference = answer["content"]["application/json"]["schema"]["$ref"]
                    assert reference == "#/components/schemas/Error", (path, method, status)
    assert len(set(ids)) == len(ids)


def test_tokens_are_described(schema: dict[str, Any]) -> None:
    token = schema["components"]["securitySchemes"]["sessionToken"]
    assert (token["type"], token["in"], token["name"]) == ("apiKey", "header", "X-Session-Token")


@pytest.mark.django_db
def test_schema_and_documentation_are_served() -> None:
    client = Client()
    assert b"openapi: 3" in client.get("/api/v1/schema").content
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    # The strict CSP forbids inline scripts.
    assert b"<script>" not in page.content
