"""Chromium for the browser tests, and a watch over everything that a page loads or complains about."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    sync_playwright,
)

# Debian's browser without a desktop; SwiftShader stands in for the graphics card.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-swiftshader",
)
PATIENCE_MS = 30_000
LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
Scheme = Literal["light", "dark"]
TEXTS = ("text/", "application/json", "application/javascript", "image/svg")
_CSP_LISTENER = """
document.addEventListener('securitypolicyviolation', (event) => {
  console.error(`CSP refused ${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}`);
});
"""


def chromium_path() -> str:
    """Return Chromium's path; skips the test where there is none, and fails it where CI is set."""
    path = shutil.which("chromium") or "/usr/bin/chromium"
    if not os.path.isfile(path):
        if os.environ.get("CI"):
            pytest.fail("CI needs Chromium (Debian: apt-get install chromium).")
        pytest.skip("Chromium isn't installed (Debian: apt-get install chromium).")
    return path


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Start Chromium and end it with the block."""
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def new_context(browser: Browser, address: str, **options: Any) -> BrowserContext:
    """Open a browser profile of its own, laptop-sized unless `options` say otherwise."""
    options.setdefault("viewport", LAPTOP)
    context = browser.new_context(base_url=address, reduced_motion="reduce", locale="en-GB", **options)
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(_CSP_LISTENER)
    return context


class Watch:
    """Everything that went over the wire of a context, and everything that went wrong in its pages."""

    def __init__(self, context: BrowserContext) -> None:
        """Start watching every page of `context`, those opened later included."""
        self.troubles: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self._unread: list[Response] = []
        context.on("response", self._response)
        context.on("requestfailed", self._failed)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.troubles.append(f"script error: {error.error}"))

    def read_responses(self) -> None:
        """Read the bodies of all text responses since the last call; the page must have settled."""
        unread, self._unread = self._unread, []
        for response in unread:
            head = f"{response.status} {response.url}\n{response.all_headers()}"
            kind = response.headers.get("content-type", "")
            redirect = 300 <= response.status < 400
            body = response.text() if kind.startswith(TEXTS) and not redirect else ""
            self.texts.append((response.url, f"{head}\n{body}"))

    def forget(self) -> None:
        """Leave out of the next checks what has gone over the wire until now."""
        self.texts.clear()
        self._unread.clear()

    def assert_clean(self) -> None:
        """Fail where a page complained: console errors, CSP reports, failed requests, error answers."""
        assert not self.troubles, "\n".join(self.troubles)

    def _response(self, response: Response) -> None:
        self._unread.append(response)
        if response.status >= 400:
            self.troubles.append(f"answer {response.status}: {response.url}")

    def _failed(self, request: Request) -> None:
        # A picture that was still loading when the learner went on is no failure.
        if request.failure != "net::ERR_ABORTED":
            self.troubles.append(f"request failed ({request.failure}): {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.troubles.append(f"console {message.type}: {message.text}")


def in_scheme(page: Page, scheme: Scheme) -> None:
    """Let the device prefer light or dark, and wait until the page is drawn so."""
    page.emulate_media(color_scheme=scheme)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def settled(page: Page) -> Page:
    """Wait until the page and everything it asked for has arrived."""
    page.wait_for_load_state("networkidle")
    return page
