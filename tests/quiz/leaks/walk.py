"""Walking every address of the site, with every argument that could fit, and looking at all that comes back."""

from __future__ import annotations

import re
import struct
import uuid
from collections.abc import Iterator
from itertools import product
from typing import Any

from django.apps import apps
from django.db import transaction
from django.http import HttpResponse
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from inference.models import Heatmap
from quiz.models import Case, CaseSet, Image, KeyRegion, Read, Sitting, User
from tests.quiz.browsers import signed_in
from tests.quiz.leaks.canaries import Site, model_key

ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")
STEPS_BY_GET = {
    ("reserved", "opened"),
    ("opened", "ai_shown"),
    ("committed", "ai_shown"),
    ("committed", "truth_shown"),
    ("finalised", "truth_shown"),
}


def routes() -> Iterator[str]:
    """Every route of the URLconf, as one string."""

    def inside(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern).lstrip("^").rstrip("$")
            if isinstance(pattern, URLResolver):
                yield from inside(pattern.url_patterns, route)
            else:
                yield route

    yield from inside(get_resolver().url_patterns, "")


def uuids_for(route: str) -> list[str]:
    """Public ids that fit a route, and some of other kinds that don't."""
    reads = [str(pk) for pk in Read.objects.values_list("public_id", flat=True)]
    sittings = [str(pk) for pk in Sitting.objects.values_list("public_id", flat=True)]
    images = [str(pk) for pk in Image.objects.values_list("public_id", flat=True)]
    heatmaps = [str(pk) for pk in Heatmap.objects.values_list("pk", flat=True)]
    regions = [str(pk) for pk in KeyRegion.objects.values_list("public_id", flat=True)]
    strange = [str(uuid.UUID(int=1)), str(Case.objects.values_list("public_id", flat=True)[0])]
    fitting = {
        "reads": reads,
        "sittings": sittings,
        "images": images,
        "heatmaps": heatmaps,
        "masks": regions,
    }
    noun = next(part for part in reversed(route.split("/")) if part in fitting)
    other = next(ids[0] for name, ids in fitting.items() if name != noun)
    return [*fitting[noun], *strange, other]


def values_of(name: str, route: str) -> list[str]:
    """Plausible arguments of a route's placeholder."""
    if name == "public_id":
        return uuids_for(route)
    if name == "slug":
        return [*CaseSet.objects.values_list("slug", flat=True), "no-such-set"]
    if name in {"pk", "id"}:
        return [str(pk) for pk in [*Case.objects.values_list("pk", flat=True)[:3], 999_999]]
    if name == "object_id":
        return _object_ids(route)
    return {
        "mode": ["practice", "exam", "ai_first", "daily", "rated", "no-such-mode"],
        "rendition": ["display", "values", "window-bone", "master"],
        "key": [model_key(), "no-such-model"],
        "name": ["miss-pneumonia-1.jpg", "report.json"],
        "content_type_id": ["1"],
        "uidb36": ["1"],
        "app_label": ["quiz", "inference"],
        "url": ["no/such/page"],
    }[name]


def _object_ids(route: str) -> list[str]:
    labels = re.search(r"admin/(\w+)/(\w+)/", route)
    if labels is None:
        return ["1"]
    try:
        model = apps.get_model(*labels.groups())
    except LookupError:
        return ["1"]
    return [str(pk) for pk in model._default_manager.values_list("pk", flat=True)[:2]] or ["1"]


def addresses() -> Iterator[str]:
    """Every address: each route with each of its plausible arguments."""
    for route in routes():
        names = [left or right for left, right in ARGUMENT.findall(route)]
        for values in product(*(values_of(name, route) for name in names)):
            filled = iter(values)
            yield "/" + ARGUMENT.sub(lambda _, filled=filled: next(filled), route)


def states() -> dict[str, str]:
    return {str(pk): state for pk, state in Read.objects.values_list("public_id", "state")}


class Walker:
    """One visitor's walk. Every request is rolled back, so that each sees the site as it was built."""

    def __init__(self, site: Site, user: User | None) -> None:
        self.site, self.user = site, user
        self.client = signed_in(user)
        self.before = states()
        self.forbidden_before = site.forbidden(user)
        self.statuses: dict[int, int] = {}
        self.trouble: list[str] = []

    def visit(self, method: str, address: str, body: dict[str, Any] | None = None) -> HttpResponse:
        """Send one request, look at all of the answer, undo what it did."""
        with transaction.atomic():
            send = getattr(self.client, method)
            response = send(address, body, content_type="application/json") if body else send(address)
            after = states()
            moved = {
                (self.before[read], state)
                for read, state in after.items()
                if self.before.get(read, state) != state
            }
            forbidden = self.site.forbidden(self.user) if moved else self.forbidden_before
            self._look(f"{method.upper()} {address}", response, forbidden, moved)
            transaction.set_rollback(True)
        self.statuses[response.status_code] = self.statuses.get(response.status_code, 0) + 1
        return response

    def _look(
        self, request: str, response: HttpResponse, forbidden: set[str], moved: set[tuple[str, str]]
    ) -> None:
        if response.status_code >= 500 and "readyz" not in request:
            self.trouble.append(f"{request}: {response.status_code}")
        owner = self.user == self.site.learner
        if moved and (not owner or not moved <= STEPS_BY_GET or request.startswith(("HEAD", "OPTIONS"))):
            self.trouble.append(f"{request}: moved {moved}")
        text = everything_in(response)
        # What the visitor typed into the address bar comes back in redirects and messages: no news to them.
        unknown = [canary for canary in forbidden if canary not in request]
        self.trouble += [f"{request}: shows {canary}" for canary in unknown if canary in text]
        if response.get("Content-Type") == "image/png" and response.status_code == 200:
            self.trouble += [f"{request}: {why}" for why in png_trouble(response.content)]


def everything_in(response: HttpResponse) -> str:
    """Status line, headers, cookies and body, as one text."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    head = "\n".join(f"{name}: {value}" for name, value in response.items())
    return "\n".join([response.reason_phrase, head, response.cookies.output(), body.decode("latin-1")])


def png_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """A PNG's chunks: kind and content."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    place, chunks = 8, []
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        chunks.append((data[place + 4 : place + 8], data[place + 8 : place + 8 + length]))
        place += 12 + length
    assert place == len(data)
    return chunks


def png_trouble(data: bytes) -> list[str]:
    """What a served PNG holds beyond pixels and empty padding."""
    trouble = []
    for kind, content in png_chunks(data):
        if kind not in {b"IHDR", b"IDAT", b"IEND", b"paDd"}:
            trouble.append(f"PNG chunk {kind!r}")
        if kind == b"paDd" and content.strip(b"\0"):
            trouble.append("padding that isn't empty")
    return trouble
