"""The pages: what a visitor reads, and the administrator's four steps."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from django.test import Client
from openpyxl import load_workbook

from motcua.engine.permissions.api import Viewer
from motcua.kernel.clock import frozen
from motcua.reference.organisations.api import find_unit, undo_change, units_on
from motcua.reference.organisations.models import UnitChange, UnitVersion
from motcua.reference.organisations.pages.pictures import family
from motcua.reference.organisations.tests.support import manager_of
from motcua.reference.places.api import place_at

BEFORE = dt.date(2025, 6, 30)


@pytest.fixture(autouse=True)
def _today():
    with frozen("2026-11-20T09:00"):
        yield


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address, headers={"Accept-Language": "vi"})
    assert answer.status_code == status
    return answer.content.decode()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize(
    ("day", "title", "count", "legend"),
    [
        ("2025-06-30", "Tỉnh Bắc Ninh", 313, 3),
        ("2025-07-01", "Tỉnh Bắc Ninh", 99, 2),
        ("2026-09-20", "Thành phố Bắc Ninh", 99, 2),
    ],
)
def test_the_province_as_of_a_day(loaded, client, day, title, count, legend):
    html = page(client, f"/don-vi/?ngay={day}")
    assert f"{title} ngày {day[8:]}/{day[5:7]}/{day[:4]}" in words(html)
    dots = re.findall(r'class="org-dot org-\w+" (?:x|cx|points)="[^"]+"', html)
    assert len(dots) == count + legend
    assert f"<dd>{count}</dd>" in html


def test_the_slider_leads_to_an_address_that_can_be_kept(loaded, client):
    answer = client.get("/don-vi/?moc=180")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/don-vi/?ngay=2025-06-30")


@pytest.mark.parametrize(
    "query", ["ngay=x", "ngay=0001-01-01", "moc=99999999999", "ngay=9999-12-31", "moc=-1"]
)
def test_any_day_is_answered(loaded, client, query):
    page(client, f"/don-vi/?{query}", 302 if query.startswith("moc") else 200)


def test_search_says_where_a_former_commune_is_now(loaded, client):
    text = words(page(client, "/don-vi/tim/?q=tho+xuong"))
    assert "UBND phường Thọ Xương" in text and "Nay là UBND phường Bắc Giang" in text


def test_a_unit_shows_its_family_as_a_picture_and_as_a_table(loaded, client):
    unit = find_unit(loaded.province, "Phường Bắc Giang")
    html = page(client, f"/don-vi/{unit.uid}/")
    assert html.count("org-box") == 8 and html.count("Trước là") == 7
    assert "1658/NQ-UBTVQH15" in html and "Phường Hoàng Văn Thụ" in html


def test_a_former_unit_says_what_it_became(loaded, client):
    unit = find_unit(loaded.province, "Phường Thọ Xương", BEFORE)
    assert "Nay là UBND phường Bắc Giang" in words(page(client, f"/don-vi/{unit.uid}/"))


def test_a_unit_alone_has_no_picture(loaded):
    unit = find_unit(loaded.province, "Xã Tuấn Đạo")
    assert family(unit, [], []) is None


def test_two_days_compared(loaded, client):
    text = words(page(client, "/don-vi/so-sanh/?tu=2025-06-30&den=2025-07-01"))
    assert "Đơn vị hành chính cấp xã 313 99 -214" in text
    assert text.count("Hợp nhất ") >= 98 and "Giữ tên, đổi mã và đơn vị quản lý" in text
    heads = words(page(client, "/don-vi/so-sanh/?tu=2025-06-30&den=2025-07-01&loai=department"))
    assert "Đơn vị thay đổi (11)" in heads and "Sở và tương đương 28 14 -14" in heads


def test_lists_leave_as_xlsx_and_csv(loaded, client):
    answer = client.get("/don-vi/xuat/xlsx/?ngay=2025-06-30")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet.max_row - 1 == len(units_on(loaded.province, BEFORE))
    lines = client.get("/don-vi/xuat/csv/?ngay=2025-07-01").content.decode("utf-8-sig").splitlines()
    assert len(lines) - 1 == len(units_on(loaded.province, dt.date(2025, 7, 1)))
    assert client.get("/don-vi/xuat/pdf/").status_code == 404


def test_a_stranger_finds_no_changes(loaded, client):
    assert client.get("/don-vi/thay-doi/").status_code == 302
    assert client.get("/don-vi/ma/H99.00/").status_code == 404


@pytest.fixture
def office(loaded, client):
    """A signed-in manager of Bắc Ninh, and two communes to merge."""
    user = manager_of(loaded.province)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    chosen = [find_unit(loaded.province, name) for name in ("Xã Tam Tiến", "Xã Đồng Kỳ")]
    return client, user, [str(unit.uid) for unit in chosen]


def filled(chosen, **more):
    return {
        "loai": "merge",
        "don-vi": chosen,
        "number": "77/NQ-HĐND",
        "effective_on": "2026-11-10",
        "name": "UBND xã Tam Đồng",
        "place_code": "07264",
        "code": "H05.90001",
        "kind": "commune_committee",
        "parent": str(find_unit_parent(chosen[0])),
        **more,
    }


def find_unit_parent(uid):
    return UnitVersion.objects.get(subject__uid=uid, valid_to__isnull=True).parent.uid


def test_four_steps_and_an_undo(loaded, office):
    client, _user, chosen = office
    first = words(page(client, "/don-vi/thay-doi/moi/"))
    assert "Chọn việc và đơn vị" in first and "UBND xã Tam Tiến" in first
    query = f"loai=merge&buoc=2&don-vi={chosen[0]}&don-vi={chosen[1]}"
    assert "Số quyết định, nghị quyết" in words(page(client, f"/don-vi/thay-doi/moi/?{query}"))
    count = UnitChange.objects.count()
    seen = client.post("/don-vi/thay-doi/moi/", filled(chosen, buoc="3"))
    text = words(seen.content.decode())
    assert "Chưa có gì được ghi" in text and "/H05/H05.90001/" in text and UnitChange.objects.count() == count
    sent = filled(chosen, buoc="4", khoa="k1")
    done = client.post("/don-vi/thay-doi/moi/", sent)
    assert done.status_code == 302
    again = client.post("/don-vi/thay-doi/moi/", sent)
    assert again.headers["Location"] == done.headers["Location"]
    assert UnitChange.objects.count() == count + 1
    assert find_unit(loaded.province, "UBND xã Tam Đồng")
    place = place_at(loaded.province, "07264", dt.date(2026, 11, 20))
    assert (place.name, str(place.area_km2), place.path) == ("Xã Tam Đồng", "121.78", "/24/07264/")
    assert "Tam Đồng" in words(page(client, "/don-vi/"))
    answer = client.post(f"{done.headers['Location']}hoan-tac/", {"ly-do": "Nhập nhầm"})
    assert answer.status_code == 302
    assert find_unit(loaded.province, "UBND xã Tam Đồng") is None
    assert find_unit(loaded.province, "Xã Tam Tiến")
    assert place_at(loaded.province, "07264", dt.date(2026, 11, 20)).name == "Xã Tam Tiến"


def test_a_renamed_commune_renames_its_territory(loaded, office):
    client, user, chosen = office
    unit = find_unit(loaded.province, "Xã Tam Tiến")
    sent = {
        "loai": "rename",
        "don-vi": chosen[0],
        "number": "78/NQ",
        "effective_on": "2026-11-10",
        "buoc": "4",
    }
    sent |= {
        "name": "UBND phường Tam Tiến",
        "short_name": "Phường Tam Tiến",
        "kind": unit.kind,
        "code": unit.code,
    }
    assert client.post("/don-vi/thay-doi/moi/", sent).status_code == 302
    place = place_at(loaded.province, "07264", dt.date(2026, 11, 20))
    assert (place.name, place.kind, str(place.area_km2)) == ("Phường Tam Tiến", "ward", "60.34")
    nameless = sent | {"number": "79/NQ", "effective_on": "2026-11-15", "short_name": "Tam Tiến"}
    answer = client.post("/don-vi/thay-doi/moi/", nameless)
    assert answer.status_code == 422 and "phải bắt đầu bằng Xã" in answer.content.decode()
    undo_change(Viewer(user), loaded.province, UnitChange.objects.latest("pk").uid, "Thử")
    assert place_at(loaded.province, "07264", dt.date(2026, 11, 20)).kind == "commune"


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"code": "H05.02"}, "đang là của"),
        ({"code": "không phải mã"}, "Mã định danh gồm"),
        ({"effective_on": "2025-07-01"}, "ngày hiệu lực mới phải sau ngày đó"),
        ({"signed_on": "2026-11-11"}, "Ngày ký phải không muộn hơn"),
    ],
)
def test_a_refusal_is_said_on_the_form(loaded, office, more, message):
    client, _user, chosen = office
    answer = client.post("/don-vi/thay-doi/moi/", filled(chosen, buoc="3") | more)
    assert answer.status_code == 422 and message in answer.content.decode()


def test_an_undo_that_later_changes_stand_on_is_refused_with_the_reason(loaded, office):
    client, user, chosen = office
    client.post("/don-vi/thay-doi/moi/", filled(chosen, buoc="4"))
    made = UnitChange.objects.latest("pk")
    new = find_unit(loaded.province, "UBND xã Tam Đồng")
    later = {"loai": "rename", "don-vi": str(new.uid), "number": "78/NQ", "effective_on": "2026-11-15"}
    later |= {"name": "UBND phường Tam Đồng", "short_name": "Phường Tam Đồng", "buoc": "4"}
    client.post("/don-vi/thay-doi/moi/", later | {"kind": new.kind, "code": new.code})
    answer = client.post(f"/don-vi/thay-doi/{made.uid}/hoan-tac/", {"ly-do": "Thử"})
    assert answer.status_code == 422 and "đã có thay đổi sau đó" in answer.content.decode()
    undo_change(Viewer(user), loaded.province, UnitChange.objects.latest("pk").uid, "Thử")
    assert client.post(f"/don-vi/thay-doi/{made.uid}/hoan-tac/", {"ly-do": "Thử"}).status_code == 302


@pytest.mark.parametrize(
    ("text", "share"), [("3/5", "3/5"), ("60%", "3/5"), ("33,3 %", "333/1000"), ("12.5%", "1/8")]
)
def test_shares_are_read_exactly(text, share):
    from motcua.reference.organisations.pages.forms import read_share

    assert str(read_share(text)) == share


def test_a_split_of_a_commune_splits_its_territory(loaded, office):
    client, _user, chosen = office
    sent = {
        "loai": "split",
        "don-vi": chosen[0],
        "number": "80/NQ",
        "effective_on": "2026-11-10",
        "buoc": "3",
    }
    sent |= {"name_1": "Xã Tam Đông", "code_1": "H05.90001", "share_1": "60%", "basis": "Theo diện tích"}
    sent |= {"name_2": "Xã Tam Tây", "code_2": "H05.90002", "share_2": "2/5"}
    seen = client.post("/don-vi/thay-doi/moi/", sent)
    assert "Địa bàn giữ nguyên" in words(seen.content.decode())
    done = client.post("/don-vi/thay-doi/moi/", sent | {"buoc": "4", "place_1": "07264", "place_2": "90002"})
    assert done.status_code == 302
    day = dt.date(2026, 11, 20)
    assert place_at(loaded.province, "07264", day).name == "Xã Tam Đông"
    assert place_at(loaded.province, "90002", day).name == "Xã Tam Tây"
