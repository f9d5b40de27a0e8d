"""Screens: a key opens one unit's numbers, is shown once, and opens nothing when taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from motcua.engine.accounts.api import User
from motcua.engine.events.api import Event
from motcua.engine.events.testing import replays
from motcua.engine.facts.api import rebuild, source_of
from motcua.engine.permissions.api import NotPermitted, Viewer
from motcua.kernel.clock import frozen
from motcua.reports.displays.errors import DisplayRefused
from motcua.reports.displays.models import Display
from motcua.reports.displays.operations import display_with, issue_display, revoke_display

pytestmark = pytest.mark.django_db
WALL = reverse("displays:wall")


@pytest.fixture
def administrator(world: Any) -> Viewer:
    from dossier_world import officer

    from motcua.reference.people.api import PROVINCE_WIDE

    return officer(world.province, "admin", "system-administrator", PROVINCE_WIDE)


def state() -> dict[str, Any]:
    return {
        str(row.uid): [row.name, row.unit_code, row.revoked_at is not None] for row in Display.objects.all()
    }


def _issued(state: Any, event: Any) -> Any:
    state[event.subject.partition(":")[2]] = [event.payload["name"], event.payload["unit"], False]
    return state


def _revoked(state: Any, event: Any) -> Any:
    state[event.subject.partition(":")[2]][2] = True
    return state


APPLY = {"displays:display:issued": _issued, "displays:display:revoked": _revoked}


def test_a_key_opens_until_it_is_taken_back(world, administrator):
    with replays(state, APPLY):
        display, key = issue_display(administrator, world.province, "Sảnh một cửa", world.ward.code)
    assert display_with(key) == display and bytes(display.digest) != key.encode()
    assert key not in str(Event.objects.order_by("-pk").first().payload)
    with replays(state, APPLY):
        revoke_display(administrator, world.province, display.uid)
        revoke_display(administrator, world.province, display.uid)
    assert display_with(key) is None and display_with("") is None


def test_only_an_administrator_issues(world, administrator):
    with pytest.raises(NotPermitted):
        issue_display(world.viewers["leader"], world.province, "Phòng họp", world.ward.code)
    with pytest.raises(DisplayRefused):
        issue_display(administrator, world.province, "Phòng họp", "H05.99999")
    with pytest.raises(DisplayRefused):
        issue_display(administrator, world.province, " ", "")
    assert not Display.objects.exists()


def test_the_screen_shows_its_unit_and_nothing_of_persons(world, administrator):
    cache.clear()
    _display, key = issue_display(administrator, world.province, "Sảnh một cửa", world.ward.code)
    _other, other_key = issue_display(administrator, world.province, "Nơi khác", world.other_ward.code)
    with frozen("2026-03-05T10:00") as clock:
        for fact in ("dossiers", "feedback_ratings"):
            rebuild(world.province, source_of(fact))
        screen = Client()
        entered = screen.get(reverse("displays:enter", args=[key]))
        assert (
            entered.status_code == 302
            and entered["Location"] == WALL
            and entered.cookies["mc_display"]["httponly"]
        )
        page = screen.get(WALL).content.decode()
        assert world.ward.name in page and "<dt>Đang giải quyết</dt><dd>3</dd>" in page
        assert "<dt>Hẹn trả hôm nay</dt><dd>3</dd>" in page and "Số liệu cũ" not in page
        assert world.applicant.display_name not in page and key not in page
        elsewhere = Client()
        elsewhere.get(reverse("displays:enter", args=[other_key]))
        assert "<dt>Đang giải quyết</dt><dd>0</dd>" in elsewhere.get(WALL).content.decode()
        cache.clear()
        clock.move_to(clock().replace(hour=11))
        assert "Số liệu cũ" in screen.get(WALL + "?mau=dark").content.decode()
        revoke_display(administrator, world.province, _display.uid)
        assert screen.get(WALL).status_code == 410


def test_without_a_key_only_who_may_see_figures_sees_the_screen(world):
    assert Client().get(WALL).status_code == 410
    assert Client().get(reverse("displays:enter", args=["mh_sai"])).status_code == 410
    assert signed_in("t.officer").get(WALL).status_code == 410
    assert signed_in("t.leader").get(WALL).status_code == 200


def test_the_administrator_s_page_shows_an_address_once(world, administrator):
    client = signed_in("t.admin")
    sent = {"name": "Phòng họp", "unit": ""}
    page = client.post(reverse("displays:manage"), sent).content.decode()
    [display] = Display.objects.all()
    assert display.prefix in page and "/man-hinh/mo/mh_" in page
    again = client.get(reverse("displays:manage")).content.decode()
    assert "/man-hinh/mo/mh_" not in again and display.prefix in again
    assert client.post(reverse("displays:manage"), {"name": "x"}).status_code == 400
    client.post(reverse("displays:revoke"), {"uid": str(display.uid)})
    display.refresh_from_db()
    assert display.revoked_at is not None


def signed_in(username: str) -> Client:
    client = Client()
    user = User.objects.get(username=username)
    User.objects.filter(pk=user.pk).update(must_change_password=False)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
