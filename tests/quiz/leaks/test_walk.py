"""No byte before the reveal: canaries in every secret, every address, every kind of visitor, every state."""

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path
from typing import Any

import pytest

from quiz.models import Read, User
from tests.quiz import builders
from tests.quiz.leaks.canaries import STATES, Site, build_site
from tests.quiz.leaks.walk import Walker, addresses, routes
from tests.quiz.permission_world import no_throttle

VISITORS = ["anonymous", "learner", "another learner", "guest", "another instructor"]
SOME_SLOW = [
    pytest.param(who, marks=() if who in {"learner", "another learner"} else pytest.mark.slow)
    for who in VISITORS
]
BODY = {
    "findings": [{"finding": "pneumonia", "present": True, "certainty": 0.75}],
    "seconds": 1,
    "finding": "pneumonia",
    "kind": "image",
}


@pytest.fixture
def site(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    no_throttle(monkeypatch)
    return build_site(tmp_path)


def visitor(site: Site, who: str) -> User | None:
    if who == "anonymous":
        return None
    if who == "learner":
        return site.learner
    fields: dict[str, Any] = {
        "another learner": {},
        "guest": {"is_guest": True},
        "another instructor": {"is_staff": True},
    }[who]
    return builders.user("visitor", **fields)


def test_the_site_has_a_read_in_every_state(site: Site) -> None:
    found = {(read.sitting.flow, read.state) for read in Read.objects.select_related("sitting")}
    assert found == {(flow, state) for flow, states in STATES.items() for state in states}
    assert len(list(routes())) > 80
    never = [canary for one in site.secrets.values() for canary in one.never | one.ai | one.truth]
    assert len(never) > 150 and all(len(canary) > 7 for canary in never)


@pytest.mark.parametrize("who", SOME_SLOW)
def test_no_canary_is_met_before_its_step(site: Site, who: str) -> None:
    walker = Walker(site, visitor(site, who))
    for address in addresses():
        walker.visit("get", address)
    assert walker.trouble == []
    assert walker.statuses[200] > 5 and walker.statuses[404] > 10, walker.statuses
    # The walk is worth nothing where its visitor isn't signed in: learners get no further than 401 or 302 then.
    own = walker.visit("get", "/api/v1/progress").status_code
    assert own == (401 if who == "anonymous" else 200)


OTHER_METHODS = ["head", "options", "put"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("who", "method"),
    # Those with reads of their own by every method, the others by one each.
    [*((who, method) for who in ("learner", "guest") for method in OTHER_METHODS)]
    + list(zip(["anonymous", "another learner", "another instructor"], OTHER_METHODS, strict=True)),
)
def test_other_methods_show_no_more(site: Site, who: str, method: str) -> None:
    walker = Walker(site, visitor(site, who))
    for address in addresses():
        if not address.startswith(("/accounts", "/_allauth")):
            walker.visit(method, address)
    assert walker.trouble == []
    assert 405 in walker.statuses or 404 in walker.statuses


@pytest.mark.parametrize("who", SOME_SLOW)
def test_posts_move_nobody_elses_reads(site: Site, who: str) -> None:
    walker = Walker(site, visitor(site, who))
    for address in addresses():
        if not address.startswith(("/accounts", "/_allauth", "/guest")):
            body = BODY if address.startswith("/api") else None
            walker.visit("post", address, body)
    moves = [line for line in walker.trouble if "moved" in line]
    if who == "learner":
        # Their own steps are theirs to take; what follows was looked at with the state they led to.
        walker.trouble = [line for line in walker.trouble if line not in moves]
    assert walker.trouble == []


def test_the_canaries_do_sing_when_their_time_has_come(site: Site) -> None:
    read = Read.objects.get(sitting__flow="read_first", state="truth_shown")
    walker = Walker(site, site.learner)
    for address in (f"/reads/{read.public_id}/", f"/api/v1/reads/{read.public_id}"):
        text = walker.visit("get", address).content.decode()
        secrets = site.secrets[read.case_id]
        assert {canary for canary in secrets.truth | secrets.ai if canary not in text} == set()
    assert walker.trouble == []


def ids_in(value: Any) -> list[Any]:
    if isinstance(value, dict):
        named = [inner for name, inner in value.items() if name in {"id", "sitting", "read", "image"}]
        assert not {name for name in value if name == "pk" or name.endswith(("_id", "_pk"))}
        return named + [found for inner in value.values() for found in ids_in(inner)]
    return [found for inner in value for found in ids_in(inner)] if isinstance(value, list) else []


def test_payloads_hold_uuids_and_no_primary_keys(site: Site) -> None:
    walker = Walker(site, site.learner)
    for address in addresses():
        if not address.startswith(("/api/v1/sets", "/api/v1/reads", "/api/v1/sit", "/account/export")):
            continue
        response = walker.visit("get", address)
        if response.status_code == 200:
            for found in ids_in(json.loads(response.content)):
                assert uuid.UUID(found)


LINK = re.compile(r"""(?:href|src|action|data-[\w-]+)=["']([^"']*)["']""")


def test_pages_link_by_uuid_and_slug(site: Site) -> None:
    walker = Walker(site, site.learner)
    pages = 0
    for address in addresses():
        if address.startswith(("/api", "/admin", "/accounts", "/_allauth", "/files")):
            continue
        response = walker.visit("get", address)
        if response.get("Content-Type", "").startswith("text/html"):
            pages += 1
            text = response.content.decode()
            assert "<!--" not in text, address
            for link in LINK.findall(text):
                assert not re.search(r"/\d+(/|$)", link), (address, link)
    assert pages > 15
