"""Who holds something in several provinces chooses which to look at; who does not is not asked."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from motcua.engine.accounts.models import User
from motcua.engine.permissions.api import Grant, Role
from motcua.engine.provinces.api import Province, ProvinceTitle

pytestmark = pytest.mark.django_db
DAY = dt.date(2025, 1, 1)


def signed_in(**grant: object) -> Client:
    user = User.objects.create_user("xem", display_name="Người xem")
    role = Role.objects.create(code="reader", label="Người đọc")
    Grant.objects.create(user=user, role=role, unit_path="/", valid_from=DAY, **grant)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def provinces() -> list[Province]:
    found = []
    for key, code, title in (("here", "H05", "Tỉnh Này"), ("there", "H55", "Tỉnh Kia")):
        found.append(Province.objects.create(key=key, agency_code=code, place_code="24"))
        ProvinceTitle.objects.create(province=found[-1], title=title, valid_from=DAY)
    return found


def test_of_several_provinces_one_is_chosen(provinces):
    client = signed_in(province=None)
    page = client.get("/").content.decode()
    assert 'value="here"' in page and 'value="there"' in page and "<title>Trang đầu – Tỉnh Này" in page
    assert client.post(reverse("web:choose-province"), {"province": "there"}).status_code == 302
    page = client.get("/").content.decode()
    assert "<title>Trang đầu – Tỉnh Kia" in page and 'aria-pressed="true">Tỉnh Kia' in page


def test_of_one_province_nothing_is_asked(provinces):
    client = signed_in(province=provinces[0])
    assert reverse("web:choose-province") not in client.get("/").content.decode()
    client.post(reverse("web:choose-province"), {"province": "there"})
    assert "<title>Trang đầu – Tỉnh Này" in client.get("/").content.decode()
