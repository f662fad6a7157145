"""A learner's app: signs up, reads cases over the API with a token, and remembers what was answered."""

from __future__ import annotations

import http.client
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from tests.e2e.crash.processes import CrashSite
from tests.e2e.site import HOST

PASSWORD = "a long and dull password"
SLUG = "lungs"
OPINION = {
    "first": {"findings": [{"finding": "pneumonia", "present": True, "certainty": 0.75}], "seconds": 1.0},
    "final": {"findings": [{"finding": "pneumonia", "present": False, "certainty": 0.9}], "seconds": 1.0},
}
# Each step of a read with the state it leads to and the opinion that it sends.
STEPS = {
    "open": ("opened", None),
    "commit": ("committed", "first"),
    "ai": ("ai_shown", None),
    "final": ("finalised", "final"),
    "truth": ("truth_shown", None),
}


class NotAnswered(Exception):
    """The connection broke or was refused: whether the request was done is not known."""


@dataclass
class Learner:
    """One account with its token and the last answer to every step."""

    site: CrashSite
    name: str
    token: str = ""
    answers: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def sign_up(self) -> Learner:
        """Make the account."""
        return self._enter("signup")

    def sign_in(self) -> Learner:
        """Get a new token for the account."""
        return self._enter("login")

    def _enter(self, door: str) -> Learner:
        body = {"username": self.name, "password": PASSWORD}
        status, answer = self.call("POST", f"/_allauth/app/v1/auth/{door}", body)
        assert status == 200, answer
        self.token = answer["meta"]["session_token"]
        return self

    def call(self, method: str, path: str, body: object = None, *, key: str = "") -> tuple[int, Any]:
        """Send one request over a connection of its own; return status and JSON. Raises NotAnswered."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        headers |= {"X-Session-Token": self.token} if self.token else {}
        headers |= {"Idempotency-Key": key} if key else {}
        connection = http.client.HTTPConnection(HOST, self.site.port, timeout=30)
        try:
            connection.request(method, path, json.dumps(body or {}) if method == "POST" else None, headers)
            response = connection.getresponse()
            status, content = response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            raise NotAnswered(str(error)) from error
        finally:
            connection.close()
        assert status < 500, f"{method} {path}: {status}\n{self.site.log('web')}"
        return status, json.loads(content or b"null")

    def next_read(self) -> str:
        """Start or go on with a sitting; return the id of its next read."""
        status, answer = self.call("POST", f"/api/v1/sets/{SLUG}/next")
        assert status == 200, answer
        return str(answer["read"])

    def get(self, read: str) -> dict[str, Any]:
        """Return a read as it stands."""
        status, answer = self.call("GET", f"/api/v1/reads/{read}")
        assert status == 200, answer
        return dict(answer)

    def step(self, read: str, name: str) -> dict[str, Any]:
        """Take one step and return the read; the same step always has the same idempotency key and body."""
        state, kind = STEPS[name]
        key = str(uuid.uuid5(uuid.UUID(read), name))
        began = time.monotonic()
        status, answer = self.call(
            "POST", f"/api/v1/reads/{read}/{name}", OPINION[kind] if kind else None, key=key
        )
        assert status == 200, answer
        self.seconds.setdefault(name, []).append(time.monotonic() - began)
        assert answer["state"] == state, answer["state"]
        self.answers[read, name] = answer
        return dict(answer)

    def whole_read(self) -> str:
        """Read one case from its opening to the truth."""
        read = self.next_read()
        for name in STEPS:
            self.step(read, name)
        return read

    def assert_nothing_lost(self) -> int:
        """Check that everything that was answered with success is there; return how many answers that was."""
        order = list(STEPS)
        for (read, name), answer in self.answers.items():
            now = self.get(read)
            reached = [STEPS[step][0] for step in order].index(now["state"])
            assert reached >= order.index(name), f"answered {answer['state']}, now {now['state']}"
            for part in ("history", "first", "ai", "final", "truth"):
                if part in answer:
                    assert now[part] == answer[part], part
        return len(self.answers)
