"""Entry without a line, in Chromium with the line cut: opened again, checked, kept, sent, conflicts in three ways."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse

from motcua.reports.forms.api import current_values, record_value

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


@pytest.fixture
def committed(transactional_db: Any, settings: Any, tmp_path: Any, monkeypatch: Any) -> Any:
    """The small province as rows that a live server sees."""
    from motcua.engine.facts.testing import fresh_facts

    fresh_facts(settings, tmp_path, monkeypatch)
    from motcua.reports.submissions.tests.made import make_world

    settings.FILES_ROOT = tmp_path / "files"
    return make_world()


@pytest.fixture
def context(live_server: Any, committed: Any, monkeypatch: Any) -> Any:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    playwright = pytest.importorskip("playwright.sync_api")
    from django.test import Client

    client = Client()
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    client.force_login(committed.viewers["commune"].user, backend=backend)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        made = browser.new_context(viewport={"width": 360, "height": 800}, locale="vi-VN")
        made.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        made.set_default_timeout(60_000)
        yield made
        browser.close()
        connection.close()


def keep(page: Any, name: str) -> None:
    folder = os.environ.get("MOTCUA_SCREENSHOTS")
    if folder:
        page.screenshot(path=str(Path(folder) / f"submissions-{name}.png"), full_page=True)


def wait_for_text(page: Any, text: str) -> None:
    """The status line says so: asked without evaluating text, which the policy of the page forbids."""
    page.locator("#offline-status", has_text=text).wait_for()


def test_entry_without_a_line(context: Any, committed: Any, live_server: Any) -> None:
    one = committed.of("H99.1")
    page = context.new_page()
    page.goto(live_server.url + reverse("submissions:offline", args=[one.uid]))
    page.wait_for_selector("#offline[data-ready]")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.set_offline(True)
    page.reload()
    page.fill("[id='v-6!1.1']", "1.000")
    page.fill("[id='v-6!1.2']", "2.000")
    assert "Số đã thực hiện không vượt" in page.inner_text("[id='says-6!1.2']"), "checked without a line"
    page.fill("[id='v-6!1.2']", "900")
    assert page.inner_text("[id='says-6!1.2']") == ""
    page.fill("[id='v-4!2.2']", "41")
    page.click("#offline button.btn-primary")
    wait_for_text(page, "Chưa gửi được")
    keep(page, "offline")
    page.reload()
    assert page.input_value("[id='v-4!2.2']") == "41", "kept over a reload without a line"
    assert current_values(one.sheet) == {}, "nothing has reached the server"
    record_value(committed.viewers["head"], one.sheet, "4!2.2", "50")
    context.set_offline(False)
    page.click("#offline button.btn-primary")
    page.wait_for_selector("[id='conflict-4!2.2'] dl")
    conflict = page.inner_text("[id='conflict-4!2.2']")
    assert "41" in conflict and "50" in conflict and "Hiện tại" in conflict
    values = current_values(one.sheet)
    assert values["6!1.1"].value == 1000 and values["6!1.2"].value == 900 and values["4!2.2"].value == 50
    keep(page, "conflict")
    page.fill("#reason", "Số của xã đúng")
    page.click("[id='conflict-4!2.2'] button >> nth=0")
    page.click("#offline button.btn-primary")
    wait_for_text(page, "Đã gửi 1 ô")
    value = current_values(one.sheet)["4!2.2"]
    assert (value.value, value.reason, value.revision) == (41, "Số của xã đúng", 2)
