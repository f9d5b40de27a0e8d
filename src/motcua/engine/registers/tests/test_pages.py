"""Registers as they are looked up: within the viewer's units, with the withdrawn numbers and their reasons."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import transaction
from django.urls import reverse

from motcua.engine.provinces.api import Province
from motcua.engine.registers.api import Series, declare_register, numbers_of, take_number, withdraw_number
from motcua.engine.registers.data import _registers
from motcua.engine.registers.permissions import VIEW, WITHDRAW

pytestmark = pytest.mark.django_db


@pytest.fixture
def series(province):
    """Three dossiers at one unit, one at another, one slip of the province, one dossier elsewhere."""
    elsewhere = Province.objects.create(key="q", agency_code="H06", place_code="25")
    here = Series(province.pk, "dossier", "H05.15", "251001", "/H05/H05.15/")
    with transaction.atomic():
        for number in range(3):
            take_number(here, subject=f"dossier:{number}")
        take_number(Series(province.pk, "dossier", "H05.16", "251001", "/H05/H05.16/"), subject="dossier:x")
        take_number(Series(province.pk, "thu:03", "", "2025"), subject="thu:y")
        take_number(Series(elsewhere.pk, "dossier", "H06.15", "251001", "/H06/"), subject="dossier:z")
    return here


def address(name, kind="dossier", unit="H05.15", period="251001", **more):
    return reverse(f"registers:{name}", kwargs={"kind": kind, "unit": unit, "period": period, **more})


def test_lists_only_what_the_viewer_may_see(series, province, person, browse):
    whole = browse(person("tinh", province, VIEW)).get(reverse("registers:list")).content.decode()
    assert "H05.15" in whole and "H05.16" in whole and "thu:03" in whole and "H06.15" not in whole
    unit = browse(person("phong", province, VIEW, path="/H05/H05.15/"))
    page = unit.get(reverse("registers:list")).content.decode()
    assert "H05.15" in page and "H05.16" not in page and "thu:03" not in page
    assert unit.get(address("register")).status_code == 200
    for name in ("register", "export"):
        assert unit.get(address(name, unit="H05.16")).status_code == 404
        assert unit.get(address(name, kind="thu:03", unit="-", period="2025")).status_code == 404


@pytest.mark.parametrize(
    ("query", "units"),
    [
        ("", {"H05.15", "H05.16"}),
        ("?don-vi=H05.16", {"H05.16"}),
        ("?so=dossier&ky=2510", {"H05.15", "H05.16"}),
        ("?ky=26", set()),
        ("?truoc=1", set()),
        ("?truoc=x&so=%20", {"H05.15", "H05.16"}),
    ],
)
def test_searched(series, province, person, browse, query, units):
    page = browse(person("tinh", province, VIEW)).get(reverse("registers:list") + query)
    found = {line["register"].unit_code for line in page.context["lines"]}
    assert found - {""} == units


def test_a_register_shows_its_numbers_and_who_withdrew_which_and_why(series, province, person, browse):
    viewer = person("Mẫu An", province, VIEW, WITHDRAW)
    client = browse(viewer)
    answer = client.post(address("withdraw", number=2), {"reason": "=1+1 <b>cấp nhầm</b>"}, follow=True)
    page = answer.content.decode()
    assert "Đã hủy số 2" in page and "=1+1 &lt;b&gt;cấp nhầm&lt;/b&gt;" in page and "Mẫu An" in page
    assert "liền mạch" in page and "Trong đó 1 số đã hủy" in page
    only = client.get(address("register") + "?chi=huy")
    assert [line["row"].number for line in only.context["numbers"]] == [2]
    assert [line["row"].number for line in client.get(address("register") + "?sau=1").context["numbers"]] == [
        2,
        3,
    ]


def test_a_refusal_is_said_and_changes_nothing(series, province, person, browse):
    client = browse(person("an", province, VIEW, WITHDRAW))
    page = client.post(address("withdraw", number=2), {"reason": "x"}, follow=True).content.decode()
    assert "Lý do hủy số phải có từ 5 đến 500 ký tự" in page
    assert not numbers_of(series).filter(withdrawn_at__isnull=False).exists()


@pytest.mark.parametrize(("permissions", "path"), [((VIEW,), "/"), ((VIEW, WITHDRAW), "/H05/H05.16/")])
def test_no_withdrawing_without_the_right_over_the_unit(series, province, person, browse, permissions, path):
    client = browse(person("an", province, *permissions, path=path))
    assert client.post(address("withdraw", number=2), {"reason": "Cấp nhầm"}).status_code == 404
    assert not numbers_of(series).filter(withdrawn_at__isnull=False).exists()
    assert "Hủy số" not in client.get(address("register")).content.decode()


def test_the_file_holds_every_number_and_no_formula(series, province, person, browse):
    viewer = person("an", province, VIEW, WITHDRAW)
    withdraw_number(viewer, take(series, "+cmd"), "=HYPERLINK(1)")
    answer = browse(viewer).get(address("export"))
    assert (
        answer["Content-Type"] == "text/csv; charset=utf-8" and "attachment" in answer["Content-Disposition"]
    )
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    assert [row[3] for row in rows] == ["Số", "1", "2", "3", "4"]
    assert rows[4][4] == "'+cmd" and rows[4][7] == "'=HYPERLINK(1)" and rows[4][8] == "an"


def take(series, subject):
    with transaction.atomic():
        return take_number(series, subject=subject)


def test_rooms_name_their_registers_and_their_subjects(series, province, person, browse, monkeypatch):
    monkeypatch.setattr("motcua.engine.registers.data._registers", dict(_registers))
    declare_register("dossier", "Hồ sơ thử", link=lambda subject: f"/xem/{subject}")
    page = browse(person("an", province, VIEW)).get(address("register")).content.decode()
    assert "Hồ sơ thử" in page and 'href="/xem/dossier:1"' in page


def test_a_missing_number_is_shown(series, province, person, browse):
    from motcua.engine.registers.models import Counter

    Counter.objects.filter(unit_code="H05.15").update(last=5)
    page = browse(person("an", province, VIEW)).get(address("register")).content.decode()
    assert "thiếu số" in page and "Sổ thiếu 2 số" in page and "liền mạch" not in page
