"""Reception in a real browser, with the keyboard alone."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client

from motcua.engine.accounts.api import User
from motcua.engine.events.api import Event
from motcua.modules.catalogue.api import forget_procedures
from motcua.modules.dossiers.models import Component, Dossier

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module", autouse=True)
def _django_beside_playwright() -> Iterator[None]:
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    yield
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def world(committed_world):
    return committed_world


@pytest.fixture
def tab(world, live_server) -> Iterator[Any]:
    """The empty page before the officer of the desk; any error of script or style fails the test."""
    from playwright.sync_api import sync_playwright

    cache.clear()
    forget_procedures()
    user = User.objects.get(pk=world.viewers["desk"].user_id)
    User.objects.filter(pk=user.pk).update(must_change_password=False)
    client = Client()
    client.force_login(user, backend=BACKEND)
    name = settings.SESSION_COOKIE_NAME
    problems: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="vi-VN")
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(live_server.url + "/ho-so/tiep-nhan/")
        yield page
        browser.close()
        connection.close()
    assert not problems


def sound(tab: Any, width: int = 1280) -> None:
    """Nothing for axe to find, nothing wider than the screen."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(tab, options=RULES).response["violations"]
    assert not found, [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


def until(tab: Any, focus: str) -> None:
    tab.wait_for_selector(f"#{focus}:focus, [name={focus}]:focus", state="attached")


def printed(dossier: Dossier) -> None:
    """The receipt was rendered and its printing noted."""
    noted = Event.objects.filter(type="dossiers:dossier:slip-printed", subject=f"dossier:{dossier.uid}")
    for _ in range(300):
        if noted.exists():
            return
        time.sleep(0.1)
    raise AssertionError("the receipt was not printed")


def test_from_the_empty_page_to_the_printed_code_by_keyboard_alone(tab, world):
    keys = tab.keyboard
    until(tab, "q")
    keys.type("thi dao")
    keys.press("ArrowDown")
    until(tab, "applicant")
    keys.press("Enter")
    until(tab, "p")
    keys.type("dang ky thu nghiem")
    keys.press("ArrowDown")
    until(tab, "procedure")
    keys.press("Enter")
    until(tab, "present_1")
    sound(tab)
    keys.press("ArrowDown")
    until(tab, "present_2")
    keys.press("Space")
    keys.press("Alt+s")
    tab.wait_for_selector("#owing")
    until(tab, "errors")
    keys.press("Alt+3")
    keys.press("ArrowDown")
    until(tab, "present_2")
    keys.press("Space")
    keys.press("Alt+s")
    tab.wait_for_selector("#code")
    dossier = Dossier.objects.get(province=world.province)
    assert tab.inner_text("#code") == dossier.code and dossier.applicant == world.applicant
    assert Component.objects.filter(dossier=dossier).count() == 2
    until(tab, "print")
    sound(tab)
    with tab.context.expect_page():
        keys.press("Alt+p")
    printed(dossier)
    tab.bring_to_front()
    keys.press("Alt+t")
    until(tab, "q")


def test_somebody_new_by_card_and_a_scan_kept_through_an_error(tab, world, tmp_path):
    keys = tab.keyboard
    until(tab, "q")
    keys.type("027090000123||Trần Mẫu Thẻ|17051990|Nữ|Số 9, phố Mẫu|01072021")
    keys.press("Enter")
    until(tab, "new_phone")
    assert tab.input_value("#new_display_name") == "Trần Mẫu Thẻ" and tab.input_value("#q") == ""
    keys.type("0900000345")
    keys.press("Alt+2")
    keys.type("1.000001")
    keys.press("Enter")
    until(tab, "procedure")
    keys.press("Enter")
    until(tab, "present_1")
    scan = tmp_path / "to-khai.pdf"
    scan.write_bytes(b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n")
    tab.set_input_files("input[name=file_1]", str(scan))
    tab.fill("#project", "DA-KHONG-CO")
    keys.press("Alt+s")
    tab.wait_for_selector("#project-error")
    assert tab.evaluate("document.querySelector('[name=file_1]').files.length") == 1
    tab.set_viewport_size({"width": 360, "height": 800})
    sound(tab, 360)
    tab.fill("#project", "")
    keys.press("Alt+s")
    tab.wait_for_selector("#code")
    dossier = Dossier.objects.get(province=world.province)
    assert dossier.applicant.display_name == "Trần Mẫu Thẻ"
    assert dossier.applicant.identity_number == "027090000123"
    assert Component.objects.get(dossier=dossier, number=1).file_id is not None
    sound(tab, 360)
    tab.goto(tab.url.partition("/ho-so/")[0] + "/ho-so/tiep-nhan/")
    keys.type(dossier.code)
    keys.press("Enter")
    tab.wait_for_url(f"**/ho-so/{dossier.uid}/")
