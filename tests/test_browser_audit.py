"""The auditor in a real browser: sign in with one click, use the example, walk the findings by keyboard."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from motcua.reports.audit.examples import examples

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.skipif(not examples(), reason="no example report beside the package"),
]


@pytest.fixture(scope="module", autouse=True)
def _django_beside_playwright() -> Iterator[None]:
    """Playwright's loop runs in this thread; Django's guard against that is for asynchronous views."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    yield
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def tab(live_server, committed_demo) -> Iterator[Any]:
    """A page of Chromium at the sign-in of the demonstration; fails the test on any script or style error."""
    from playwright.sync_api import sync_playwright

    problems: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="vi-VN").new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(live_server.url + "/tai-khoan/dang-nhap/")
        yield page
        browser.close()
    assert not problems


def test_the_analyst_reads_the_defects_of_the_example(tab):
    tab.click("button[aria-label$=' phantich']")
    tab.click("nav summary >> text=Số liệu, báo cáo")
    tab.click("nav >> text=Kiểm tra báo cáo")
    tab.click("button:has-text('bao-cao.md')")
    tab.wait_for_selector("#findings .au-card")
    cards = tab.locator("#findings > .au-list > .au-card")
    assert cards.count() >= 5
    tab.keyboard.press("j")
    tab.keyboard.press("j")
    assert tab.evaluate("document.activeElement.id") == cards.nth(1).get_attribute("id")
    assert tab.locator(".m.au-at").count() == 1, "the figure it speaks of is shown"
    tab.keyboard.press("k")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**#place-**")
    set_aside(tab)
    narrow(tab)


def set_aside(tab: Any) -> None:
    first = tab.locator("#findings .au-card").first
    first.locator("summary:has-text('Đánh dấu')").click()
    first.locator("textarea").fill("Đã hỏi đơn vị")
    first.locator("button:has-text('Đã giải thích')").click()
    tab.wait_for_selector(".au-aside >> text=Đã hỏi đơn vị")
    tab.select_option("#f-dau", "explained")
    tab.wait_for_url("**dau=explained**")
    assert tab.locator("#findings > .au-list > .au-card").count() == 1


def narrow(tab: Any) -> None:
    tab.set_viewport_size({"width": 360, "height": 800})
    too_wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not tab.evaluate(too_wide)
