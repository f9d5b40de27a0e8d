"""Requests that no browser sends by itself: every address answers them calmly, without a server error."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from addresses import ALLAUTH, Route, address, routes
from motcua.engine.accounts.api import User
from motcua.engine.permissions.api import PUBLIC, SIGNED_IN, Viewer

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
DIGITS = "9" * 4400  # more than Python reads as one number
# Every name a page of ours reads from an address or a form.
NAMES = [
    "q",
    "don-vi",
    "trang",
    "truoc",
    "xem",
    "loai",
    "doi-tuong",
    "nguoi",
    "tu",
    "den",
    "ngay",
    "moc",
    "khoa",
    "buoc",
    "ly-do",
    "muc",
    "ket-qua",
    "quy-tac",
    "dau",
    "province",
    "language",
    "next",
    "username",
    "login",
    "password",
    "kind",
    "reason",
    "subject",
    "value",
    "state",
    "note",
    "base",
    "once",
    "choice-3!3.1",
    "seen-3!3.1",
    "unit",
    "period",
    "year",
    "role",
    "title",
    "decision_number",
    "valid_from",
    "valid_to",
    "display_name",
    "phone",
    "email",
    "to",
    "day",
    "permission",
    "files",
    "file",
    "previous",
    "number",
    "signed_on",
    "effective_on",
]
HOSTILE = {"nul": "a\x00b", "digits": DIGITS, "superscript": "²", "last-day": "9999-12-31"}


# Between them they may open every page.
PEOPLE = ("dieuphoi", "quantri", "tiepnhan", "lanhdaoxa", "vanthuxa")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_value_makes_a_server_error(demo, hostile):
    """Every page, asked by the first of the people who may open it."""
    seen: set[str] = set()
    for username in PEOPLE:
        pages = [route for route in _admitting(_viewer(username)) if route.name not in seen]
        seen |= {route.name for route in pages}
        assert not (failed := _walk(username, pages, hostile)), "\n".join(failed)
    assert seen == {route.name for route in routes()} - set(ALLAUTH)


@pytest.mark.full
@pytest.mark.parametrize("username", PEOPLE)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_value_makes_a_server_error_for_anyone(demo, username, hostile):
    failed = _walk(username, _admitting(_viewer(username)), hostile)
    assert not failed, "\n".join(failed)


def _viewer(username: str) -> Viewer:
    return Viewer(User.objects.get(username=username))


def _walk(username: str, pages: list[Route], hostile: str) -> list[str]:
    """What went wrong on these pages."""
    cache.clear()
    client = Client(raise_request_exception=False)
    viewer = _viewer(username)
    client.force_login(viewer.user, backend=BACKEND)
    failed = []
    for route in pages:
        path = address(route, viewer)
        for method in route.access.methods if route.access else ():
            if status := _server_error(client, method, path, HOSTILE[hostile]):
                failed.append(f"{method} {route.name} as {username}: {status}")
    return failed


def _admitting(viewer: Viewer) -> list[Route]:
    found = [route for route in routes() if route.access is not None and route.name not in ALLAUTH]
    return [r for r in found if r.access.rule in (PUBLIC, SIGNED_IN) or viewer.may(r.access.rule)]


def _server_error(client: Client, method: str, path: str, hostile: str) -> int:
    sent = dict.fromkeys(NAMES, hostile)
    cookies = dict(client.cookies)
    with transaction.atomic():
        answer = client.get(path, sent) if method == "GET" else client.post(path, sent)
        transaction.set_rollback(True)
    client.cookies.update(cookies)
    return answer.status_code if answer.status_code >= 500 else 0


def test_a_stranger_is_not_let_fill_the_disk(client, db, settings):
    """Refused by what it says of its length, before a byte of it is read."""
    file = SimpleUploadedFile("a.bin", b"x" * (settings.REQUEST_LIMIT_OF_STRANGERS + 1))
    answer = client.post(reverse("account_login"), {"login": "x", "password": "y", "file": file})
    assert answer.status_code == 413
    assert "1 MB" in answer.content.decode()


def test_a_signed_in_person_sends_more_but_not_without_end(client, db, settings):
    settings.REQUEST_LIMIT = 3 * 1024 * 1024
    client.force_login(User.objects.create_user("nguoi", display_name="Người"), backend=BACKEND)
    sizes = {2 * 1024 * 1024: 302, 3 * 1024 * 1024: 413}
    for size, status in sizes.items():
        file = SimpleUploadedFile("a.bin", b"x" * size)
        assert client.post(reverse("web:choose-language"), {"file": file}).status_code == status
    strange = client.generic("POST", reverse("web:choose-language"), b"x", CONTENT_LENGTH="9" * 30)
    assert strange.status_code == 413


def test_every_page_that_changes_something_wants_a_token_of_the_house(demo):
    """No page is exempt from the check against forged requests, whoever is signed in."""
    cache.clear()
    for username in ("dieuphoi", "quantri"):
        client = Client(enforce_csrf_checks=True)
        viewer = Viewer(User.objects.get(username=username))
        client.force_login(viewer.user, backend=BACKEND)
        posting = [r for r in routes() if r.access is not None and "POST" in r.access.methods]
        answers = {r.name: client.post(address(r, viewer)).status_code for r in posting}
        assert set(answers.values()) == {403}, answers
