"""Every page in a real browser, as everyone who may open it: accessible, no wider than a phone, no script errors.

The quick part looks at what a newcomer sees; the whole walk belongs to `make test-full`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client

from addresses import ALLAUTH, Route, address, routes
from motcua.engine.accounts.api import User
from motcua.engine.permissions.api import PUBLIC, SIGNED_IN, Viewer
from motcua.reference.people.api import demo_cast

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
WIDTHS = (1280, 360)
FIRST_SEEN = {"web:home", "account_login", "organisations:province", "forms:index", "audit:index"}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


@pytest.fixture
def browser(monkeypatch) -> Iterator[Any]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as engine:
        chromium = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()
        connection.close()  # inside the event loop Django keeps a connection of its own


def pages(viewer: Viewer) -> list[Route]:
    return [
        route
        for route in routes()
        if route.access is not None
        and "GET" in route.access.methods
        and (route.name not in ALLAUTH or route.name in FIRST_SEEN)
        and (route.access.rule in (PUBLIC, SIGNED_IN) or viewer.may(route.access.rule))
        and (route.access.rule == PUBLIC or viewer.signed_in)
    ]


def walk(browser, live_server, username: str, only: set[str] | None = None) -> list[str]:
    viewer = Viewer(User.objects.get(username=username) if username else AnonymousUser())
    paths = {
        address(route, viewer): route.name for route in pages(viewer) if only is None or route.name in only
    }
    complaints = []
    for width in WIDTHS:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="vi-VN")
        if username:
            context.add_cookies([session_cookie(viewer.user, live_server.url)])
        for path, name in paths.items():
            complaints += [
                f"{name} at {width}: {text}" for text in look(context, live_server.url + path, width)
            ]
        context.close()
    return complaints


def session_cookie(user: Any, url: str) -> dict[str, str]:
    client = Client()
    client.force_login(user, backend=BACKEND)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}


def look(context: Any, url: str, width: int) -> list[str]:
    """What is wrong with one page; nothing for a download or an address that is closed (test_routes walks those)."""
    from axe_playwright_python.sync_playwright import Axe

    page = context.new_page()
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(f"script error: {error}"))
    page.on("console", lambda told: found.append(told.text) if told.type == "error" else None)
    asked = context.request.head(url)
    if asked.status == 404 or "text/html" not in asked.headers.get("content-type", ""):
        page.close()
        return found
    answer = page.goto(url)
    if answer.status >= 500:
        found.append(f"status {answer.status}")
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append("wider than the screen")
    result = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    found += [f"axe {v['id']}: {v['nodes'][0]['html'][:120]}" for v in result.response["violations"]]
    page.close()
    return found


@pytest.mark.parametrize("username", ["", "phantich"], ids=lambda name: name or "anonymous")
def test_what_a_newcomer_sees_first(browser, live_server, committed_demo, username):
    assert not (wrong := walk(browser, live_server, username, FIRST_SEEN)), "\n".join(wrong)


@pytest.mark.full
@pytest.mark.parametrize("username", ["", *(member.username for member in demo_cast().members)])
def test_every_page_as_everyone(browser, live_server, committed_demo, username):
    assert not (wrong := walk(browser, live_server, username)), "\n".join(wrong)
