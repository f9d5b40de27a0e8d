"""The forms in a real browser: the panel behind a cell, the keyboard, a phone, and accessibility."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


@pytest.fixture
def open_page(live_server, coordinator, published, monkeypatch):
    """Gives open_page(width): a signed-in page of that width, on a live server with the published forms."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    playwright = pytest.importorskip("playwright.sync_api")
    from django.test import Client

    client = Client()
    client.force_login(coordinator.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])

        def make(width):
            context = browser.new_context(viewport={"width": width, "height": 900}, locale="vi-VN")
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
            )
            page = context.new_page()
            page.set_default_timeout(10_000)
            return page

        yield make
        browser.close()
        connection.close()  # inside the event loop Django keeps a connection of its own


@pytest.fixture
def address(live_server, published):
    def make(name, *more):
        args = [] if name in {"index", "open"} else [published.uid, *more]
        return live_server.url + reverse(f"forms:{name}", args=args)

    return make


def keep(page, name):
    """A picture for people to look at, where MOTCUA_SCREENSHOTS names a folder."""
    folder = os.environ.get("MOTCUA_SCREENSHOTS")
    if folder:
        page.screenshot(path=str(Path(folder) / f"forms-{name}.png"), full_page=True)


@pytest.mark.parametrize("width", [1280, 360])
def test_a_cell_opens_beside_the_form_and_gives_focus_back(open_page, address, width):
    page = open_page(width)
    page.goto(address("form", "3"))
    keep(page, f"form-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    link = page.locator("#r-3\\.1 [data-cell]")
    link.focus()
    page.keyboard.press("Enter")
    title = page.locator("#cell-panel .forms-cell-title")
    title.wait_for()
    assert "151.619 : 153.771 × 100" in page.locator("#cell-panel").inner_text()
    assert title.evaluate("element => element === document.activeElement")
    keep(page, f"panel-{width}")
    page.keyboard.press("Escape")
    assert page.locator("#cell-panel .forms-cell-title").count() == 0
    assert link.evaluate("element => element === document.activeElement")


def test_pages_fit_and_are_accessible(open_page, address):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    everywhere = [("index", ()), ("cell", ("3", "3.1")), ("import", ()), ("form", ("1",))]
    for width, pages in [(1280, [("form", ("7",))]), (360, everywhere)]:
        page = open_page(width)
        problems = []
        page.on(
            "console",
            lambda message, seen=problems: seen.append(message.text) if message.type == "error" else 0,
        )
        for name, more in pages:
            page.goto(address(name, *more))
            keep(page, f"{name}-{'-'.join(more)}-{width}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
            violations = axe.Axe().run(page).response["violations"]
            serious = [each for each in violations if each["impact"] in {"serious", "critical"}]
            assert [(each["id"], each["nodes"][0]["html"][:160]) for each in serious] == [], (name, width)
        assert problems == []


def test_a_sent_workbook_is_decided_on_a_phone(open_page, address, coordinator, published, tmp_path):
    from openpyxl import load_workbook

    from motcua.reports.forms import api, queries
    from motcua.reports.forms.exporting import export_workbook

    file = tmp_path / "bieu.xlsx"
    file.write_bytes(export_workbook(published))
    book = load_workbook(file)
    book["Biểu 1"]["D6"], book["Biểu 1"]["D8"] = 61, 65
    book.save(file)
    api.record_value(coordinator, published, "1!2.1", "66", reason="bổ sung")
    page = open_page(360)
    page.goto(address("import"))
    page.set_input_files("input[type=file]", str(file))
    page.get_by_role("button", name="Gửi tệp").click()
    page.locator("input[name='choice-1!2.1'][value=yours]").check()
    keep(page, "decide-360")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Ghi các ô đã chọn").click()
    page.get_by_text("Đã ghi 2 ô từ tệp.").wait_for()
    values = queries.current_values(published)
    assert (values["1!1"].value, values["1!2.1"].value) == (61, 65)


def test_without_scripts_every_cell_is_a_page_of_its_own(open_page, address):
    page = open_page(1280)
    page.route("**/*.js", lambda route: route.abort())
    page.goto(address("form", "3"))
    page.locator("#r-3\\.1 [data-cell]").click()
    page.get_by_role("heading", level=1).wait_for()
    assert page.url == address("cell", "3", "3.1")
    page.get_by_text("Lý do sửa").wait_for()
