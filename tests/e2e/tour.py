"""A walk through every page and every state of a read, for whoever looks at each: axe-core, Lighthouse or a camera."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from django.template.loader import render_to_string
from playwright.sync_api import Page

from tests.e2e import content, reading, states
from tests.e2e.browser import settled
from tests.e2e.lighthouse import Place
from tests.e2e.reading import Say
from tests.e2e.site import Site

Visit = Callable[[str, Page], None]
Show = Callable[..., None]
# Sets that hang their images in other ways than one beside the next.
HANGINGS = {"views": "demo-mammography", "stack": "demo-head-ct"}


def walk(site: Site, page: Page, *, name: str, visit: Visit, slug: str | None = None) -> None:
    """Visit every page as a newcomer named `name`, whose first cases are of the set `slug`."""
    slug = slug or content.localising_set(site)
    content.load_odd(site, Path(tempfile.mkdtemp(prefix="secondread-odd-")))

    def show(label: str, path: str | None = None) -> None:
        if path is not None:
            page.goto(path)
        settled(page)
        visit(label, page)

    doors(page, slug, show)
    reading.sign_up(page, name, tour=True)
    empty_pages(page, slug, show)
    states.first_cases(page, slug, show)
    for label, pack in HANGINGS.items():
        if site.rows("SELECT id FROM quiz_pack WHERE key = ?", pack):
            states.one_case(page, content.set_slug(site, pack), label, show)
    states.ai_at_a_loss(page, content.set_slug(site, content.ODD_AI), show)
    states.exam(page, content.set_slug(site, content.EXAM), show)
    full_pages(site, page, slug, show)
    states.a_round(page, content.begin_round(site, name), show)
    chosen_appearance(page, show)


def doors(page: Page, slug: str, show: Show) -> None:
    """What a stranger sees, and the pages that say what went wrong."""
    show("home-anonymous", "/")
    show("set-anonymous", f"/sets/{slug}/")
    show("login", "/accounts/login/")
    show("signup", "/accounts/signup/")
    page.locator("main form button").click()
    show("signup-refused")
    show("reset", "/accounts/password/reset/")
    show("privacy", "/privacy/")
    show("not-found", "/nowhere/")
    # The page of a failed server stands by itself: no template tag, no script, no session.
    failed = render_to_string("500.html")
    page.route("**/failed/", lambda route: route.fulfill(content_type="text/html", body=failed))
    show("failed", "/failed/")
    page.unroute("**/failed/")


def empty_pages(page: Page, slug: str, show: Show) -> None:
    """What a learner sees who has read nothing yet."""
    show("home", "/")
    show("progress-empty", "/progress/")
    show("progress-reads-empty", "/progress/reads/")
    show("review-empty", "/review/")
    show("daily", "/daily/")
    show("account", "/account/")
    page.locator("#preferences input[name=board_name]").fill("x" * 40)
    page.evaluate("document.querySelector('#preferences input[name=board_name]').value = 'x'.repeat(41)")
    page.locator("#preferences button:text('Save')").click()
    show("account-refused")
    show("account-email", "/accounts/email/")
    show("account-password", "/accounts/password/change/")
    show("account-two-factor", "/accounts/2fa/")
    show("set", f"/sets/{slug}/")
    for path in modes_offered(page):
        show(f"mode-{path.rstrip('/').rsplit('/', 1)[-1]}", path)


def modes_offered(page: Page) -> list[str]:
    """Return the addresses of the modes that the page of a set links to."""
    links = page.locator("main a[href*='/modes/']").all()
    return sorted({str(link.get_attribute("href")) for link in links})


def full_pages(site: Site, page: Page, slug: str, show: Show) -> None:
    """The same after some reads."""
    show("home-with-progress", "/")
    show("set-with-progress", f"/sets/{slug}/")
    show("progress", "/progress/")
    show("progress-reads", "/progress/reads/")
    show("review", "/review/")
    for row in site.rows("SELECT DISTINCT model_key FROM quiz_caseset WHERE slug = ?", slug):
        show("model-card", f"/models/{row['model_key']}/")


def chosen_appearance(page: Page, show: Show) -> None:
    """The appearance that an account chose, whatever the device has."""
    for theme in ("dark", "light"):
        page.goto("/account/")
        page.locator(f"input[name=theme][value={theme}]").check()
        page.locator("#preferences button:text('Save')").click()
        show(f"home-chosen-{theme}", "/")


def places(site: Site, page: Page, *, name: str) -> list[Place]:
    """Return the pages for Lighthouse: those of a stranger, and those of a learner with a sitting behind them."""
    slug = content.localising_set(site)
    found: list[Place] = []

    def add(label: str, path: str) -> None:
        page.goto(path)
        cookies = {str(one["name"]): str(one["value"]) for one in page.context.cookies()}
        found.append(Place(label, page.url, cookies))

    add("home-anonymous", "/")
    add("login", "/accounts/login/")
    add("signup", "/accounts/signup/")
    add("privacy", "/privacy/")
    reading.sign_up(page, name)
    reading.start_sitting(page, slug)
    reading.answer_all(page, Say(True, 2))
    reading.send(page, "Commit", "mouse")
    reading.answer_all(page, Say(True, 3))
    reading.send(page, "Make it final", "mouse")
    add("read-truth", page.url)
    reading.next_case(page, "mouse")
    reading.answer_all(page, Say(False, 2))
    reading.send(page, "Commit", "mouse")
    add("read-ai", page.url)
    views = HANGINGS["views"]
    if site.rows("SELECT id FROM quiz_pack WHERE key = ?", views):
        reading.start_sitting(page, content.set_slug(site, views))
        add("read-opened", page.url)
    add("home", "/")
    add("set", f"/sets/{slug}/")
    for path in modes_offered(page)[:2]:
        add(f"mode-{path.rstrip('/').rsplit('/', 1)[-1]}", path)
    add("progress", "/progress/")
    add("progress-reads", "/progress/reads/")
    add("review", "/review/")
    add("daily", "/daily/")
    add("account", "/account/")
    for row in site.rows("SELECT DISTINCT model_key FROM quiz_caseset WHERE slug = ?", slug):
        add("model-card", f"/models/{row['model_key']}/")
    return found
