"""The year, the calculator, changes with preview, versions, parameters and the calendar file, as people use them."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from motcua.kernel.clock import VIETNAM, frozen
from motcua.reference.calendars.api import calendar_for, change_calendar, parameter, set_parameter
from motcua.reference.calendars.models import CalendarVersion, Parameter
from motcua.reference.calendars.tests.test_changes import DECISION, TUESDAY, closing

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _today():
    with frozen(dt.datetime(2026, 11, 25, 9, tzinfo=VIETNAM)):
        yield


def signed_in(viewer) -> Client:
    client = Client()
    client.force_login(viewer.user, backend=BACKEND)
    return client


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, name
    return found[1]


def test_everybody_sees_the_year_with_words_sources_and_confidence(client, province, town):
    html = client.get("/lich-lam-viec/?nam=2026").content.decode()
    assert html.count('class="cal-month"') == 12
    assert 'title="nghỉ lễ, tết"><span class="cal-number" lang="vi" title="Quốc khánh">2</span>' in html
    assert "Bộ luật Lao động 2019, Điều 112" in html
    assert "theo luật" in html and "ngày làm bù" in html and "Theo lịch chung của cả nước" in html
    assert client.get("/lich-lam-viec/?nam=2027").content.decode().count("chưa được xác nhận đủ") == 1
    for wrong in ("nam=1999", "nam=x", "don-vi=T01.9"):
        assert client.get(f"/lich-lam-viec/?{wrong}").status_code == 404


def test_a_units_year_shows_its_own_days_and_who_declared_them(client, province, town, manager):
    change_calendar(manager(), province, closing(TUESDAY, town["T01.1"]), **DECISION)
    own = client.get("/lich-lam-viec/?don-vi=T01.1").content.decode()
    other = client.get("/lich-lam-viec/?don-vi=T01.2").content.decode()
    assert "Nghỉ của tỉnh" in own and "đã công bố · đơn vị" in own and "5/QĐ-UBND" in own
    assert "Nghỉ của tỉnh" not in other


def test_the_calculator_answers_in_words_and_days(client, province, town):
    query = {"ngay": "2026-04-24", "gio": "15:30", "so": "3", "loai": "working-day"}
    html = client.get(reverse("calendars:calculator"), query).content.decode()
    # Monday 27/4 is off for the Hung Kings' day, 30/4 and 01/5 are holidays: 28/4, 29/4 and 04/5 count.
    assert "Hạn: 17:00 thứ Hai 04/5/2026." in html
    assert "Giỗ Tổ Hùng Vương" in html and "Hạn: " in html
    assert "Tiếp nhận sau 15:00 nên hồ sơ được chuyển đến nơi xử lý vào 07:30" in html
    assert html.count("cal-is-due") == 1 and html.count("cal-is-received") == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"so": "ba"}, "Thời hạn không hợp lệ"),
        ({"so": "1/0"}, "Thời hạn không hợp lệ"),
        ({"so": "0"}, "Thời hạn không hợp lệ"),
        ({"so": "900"}, "hãy bổ sung lịch"),
        ({"ngay": "2026-02-30"}, "Ngày không hợp lệ"),
        ({"ngay": "1990-01-01"}, "Chưa có quy tắc tính ngày đầu"),
        ({"gio": "99:99"}, "Giờ không hợp lệ"),
        ({"so": "99999999", "loai": "year"}, "quá dài"),
        ({"loai": "moon"}, "Hãy chọn một mục"),
    ],
)
def test_the_calculator_says_what_is_wrong(client, province, change, told):
    query = {"ngay": "2026-11-25", "gio": "09:00", "so": "3", "loai": "working-day"} | change
    answer = client.get(reverse("calendars:calculator"), query)
    assert answer.status_code == 200 and told in answer.content.decode()


def test_a_storm_is_declared_after_a_preview(province, town, manager):
    client = signed_in(manager())
    form = {
        "viec": "dong-cua",
        "don-vi": "T01.1",
        "first": "2026-12-01",
        "last": "2026-12-02",
        "sessions": "07:30-11:30",
        "summary": "Bão số 14",
        "source": "Công điện 12/CĐ-UBND",
    }
    preview = client.post(reverse("calendars:change"), form | {"buoc": "xem"})
    html = preview.content.decode()
    assert preview.status_code == 200 and "2 ngày khác đi; 2 ngày đổi giờ làm việc" in html
    assert not CalendarVersion.objects.exists()
    kept = {name: hidden(html, name) for name in (*form, "khoa", "da-xem")}
    for _again in range(2):
        done = client.post(reverse("calendars:change"), kept | {"buoc": "ghi"})
        assert done.status_code == 302 and done["Location"] == "/lich-lam-viec/phien-ban/T01.1/1/"
    assert calendar_for(province.pk, town["T01.1"]).day(TUESDAY).minutes == 240
    assert calendar_for(province.pk, town["T01.2"]).day(TUESDAY).minutes == 450
    shown = client.get(done["Location"]).content.decode()
    assert "Bão số 14" in shown and "Công điện 12/CĐ-UBND" in shown and "đang áp dụng" in shown


@pytest.mark.parametrize("kind", ["ngay", "bo-ngay", "gio", "nam", "dong-cua"])
def test_every_form_opens_and_says_what_is_missing(province, town, manager, kind):
    client = signed_in(manager())
    address = reverse("calendars:change")
    assert client.get(address, {"viec": kind}).status_code == 200
    empty = client.post(address, {"viec": kind, "buoc": "xem"})
    assert empty.status_code == 422 and "Hãy nhập ô này." in empty.content.decode()


def test_hours_and_years_through_the_form(province, town, manager):
    client = signed_in(manager())
    said = {"summary": "Giờ mới", "decision_number": "9/QĐ-UBND", "source": "Quyết định 9/QĐ-UBND"}
    hours = {
        "viec": "gio",
        "valid_from": "07/12/2026",
        **{f"day{n}": "08:00-12:00, 13:00-17:00" for n in range(5)},
    }
    assert client.post(reverse("calendars:change"), hours | said | {"buoc": "ghi"}).status_code == 302
    assert calendar_for(province.pk).day(dt.date(2026, 12, 7)).minutes == 480
    wrong = client.post(reverse("calendars:change"), hours | said | {"day0": "8 giờ", "buoc": "xem"})
    assert wrong.status_code == 422 and "Không đọc được buổi làm việc" in wrong.content.decode()
    year = {"viec": "nam", "year": "2028", "confirmed": "no"} | said
    assert client.post(reverse("calendars:change"), year | {"buoc": "ghi"}).status_code == 302
    assert calendar_for(province.pk).last_day == dt.date(2028, 12, 31)


def test_an_earlier_version_is_restored_from_its_page(province, town, manager):
    boss = manager()
    client = signed_in(boss)
    change_calendar(boss, province, closing(TUESDAY), **DECISION)
    page = client.get("/lich-lam-viec/phien-ban/T01/0/").content.decode()
    assert "Nếu khôi phục phiên bản này" in page and "1 ngày khác đi" in page
    back = client.post("/lich-lam-viec/phien-ban/T01/0/khoi-phuc/", {"da-xem": hidden(page, "da-xem")})
    assert back.status_code == 302 and calendar_for(province.pk).is_working_day(TUESDAY)
    assert "Khôi phục phiên bản 0" in client.get("/lich-lam-viec/phien-ban/").content.decode()
    assert client.get("/lich-lam-viec/phien-ban/T01/9/").status_code == 404


def test_a_keeper_of_one_unit_touches_that_unit_only(province, town, manager):
    boss = manager(name="chung")
    change_calendar(boss, province, closing(TUESDAY, town["T01.2"]), **DECISION)
    client = signed_in(manager(town["T01.1"]))
    assert "xã Bình" not in client.get("/lich-lam-viec/phien-ban/").content.decode()
    assert client.get("/lich-lam-viec/phien-ban/T01.2/1/").status_code == 404
    assert client.post("/lich-lam-viec/phien-ban/T01.2/0/khoi-phuc/").status_code == 404
    assert client.get(reverse("calendars:change"), {"don-vi": "T01.2"}).status_code == 404
    assert client.get("/lich-lam-viec/tham-so/").status_code == 200
    assert client.get("/lich-lam-viec/tham-so/clock.handover_after/").status_code == 404
    set_ = {"value": "14:00", "valid_from": "2026-12-01", "basis": "Quyết định 3"}
    assert client.post("/lich-lam-viec/tham-so/clock.handover_after/", set_).status_code == 404
    assert not Parameter.objects.exists() and CalendarVersion.objects.count() == 1


def test_a_parameter_is_set_shown_and_taken_back(province, manager):
    client = signed_in(manager())
    address = "/lich-lam-viec/tham-so/clock.handover_after/"
    wrong = client.post(address, {"value": "ba giờ", "valid_from": "2026-12-01", "basis": "Quyết định 3"})
    assert wrong.status_code == 422 and "không hợp lệ cho tham số" in wrong.content.decode()
    right = {"value": "14:00", "valid_from": "2026-12-01", "basis": "Quyết định 3/QĐ-UBND"}
    assert client.post(address, right).status_code == 302
    assert parameter(province.pk, "clock.handover_after", dt.date(2026, 12, 1)) == dt.time(14)
    assert "sắp áp dụng" in client.get("/lich-lam-viec/tham-so/").content.decode()
    assert client.post(address, {"viec": "bo", "ngay": "2026-12-01"}).status_code == 302
    assert not Parameter.objects.exists()
    assert client.get("/lich-lam-viec/tham-so/khong.co/").status_code == 404


def test_the_calendar_file_is_what_calendar_programs_read(client, province, town, manager):
    change_calendar(manager(), province, closing(TUESDAY, town["T01.1"]), **DECISION)
    answer = client.get("/lich-lam-viec/lich.ics?don-vi=T01.1")
    assert answer["Content-Type"].startswith("text/calendar")
    raw = answer.content
    assert all(len(line) <= 75 for line in raw.split(b"\r\n")) and b"\n" not in raw.replace(b"\r\n", b"")
    text = raw.decode().replace("\r\n ", "")
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") and text.endswith("END:VCALENDAR\r\n")
    assert text.count("BEGIN:VEVENT") == len(calendar_for(province.pk, town["T01.1"]).special_days)
    assert (
        "DTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20261202\r\nSUMMARY:nghỉ lễ\\, tết: Nghỉ của tỉnh"
        in text
    )
    assert client.get("/lich-lam-viec/lich.ics?don-vi=T01.1").content == raw, (
        "the same state gives the same file"
    )
    set_parameter(manager(name="b"), province, "clock.handover_after", "14:00", TUESDAY, "Quyết định 3")
