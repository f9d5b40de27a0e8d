"""Pages: what is shown, to whom."""

from __future__ import annotations

import datetime as dt
import html
import re
from decimal import Decimal

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from motcua.kernel.clock import frozen
from motcua.kernel.periods import Window
from motcua.reports.indices import desk as desk_module
from motcua.reports.indices import queries
from motcua.reports.indices.definition import Level
from motcua.reports.indices.memory import MemoryMeasures
from motcua.reports.indices.operations import (
    Reading,
    choose_parameter,
    explain_difference,
    import_portal_values,
)
from motcua.reports.indices.permissions import EXPLAIN, IMPORT, MANAGE, RANKING, VIEW
from motcua.reports.indices.portal import Line
from motcua.reports.indices.tests.made import component, document, dossier, figures

pytestmark = pytest.mark.django_db
MARCH = Window(dt.date(2026, 3, 1), dt.date(2026, 3, 31))
KY = {"ky": "2026-M03"}


def text_of(response):
    assert response.status_code == 200
    bare = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r" ([:.,])", r"\1", html.unescape(re.sub(r"\s+", " ", bare)))


def browser(viewer):
    client = Client()
    client.force_login(viewer.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def communes(province):
    return [each for each in queries.subjects_on(province, MARCH.last) if each.level is Level.COMMUNE]


@pytest.fixture(autouse=True)
def facts(communes, monkeypatch):
    """Two communes: of ten dossiers four are late in the first, none in the second."""
    first, second = communes[0].code, communes[1].code
    late = dt.date(2026, 3, 20)
    rows = [
        dossier(
            n, first, ended_on=late if n <= 4 else dt.date(2026, 3, 10), why="chờ bổ sung" if n == 1 else ""
        )
        for n in range(1, 11)
    ]
    rows += [dossier(n, second) for n in range(11, 21)]
    source = MemoryMeasures(figures(), {"dossiers": rows}, causes={"dossiers": "why"})
    monkeypatch.setattr(desk_module, "_factories", [lambda province: source])


@pytest.fixture
def head(person, province):
    return person("dieu-phoi", province, [VIEW, RANKING, IMPORT, EXPLAIN, MANAGE])


@pytest.fixture
def office(head):
    return browser(head)


def url(name, unit, set_code="qd766"):
    return reverse(f"indices:{name}", args=[set_code, unit.code])


def test_the_overview_ranks_every_level(office, communes):
    shown = text_of(office.get(reverse("indices:overview"), KY))
    assert "Chỉ số phục vụ theo thời gian thực" in shown and "Tháng 3 năm 2026" in shown
    assert "Quyết định 766/QĐ-TTg" in shown and "tạm tính" in shown
    assert shown.index(communes[1].name) < shown.index(communes[0].name)
    rating = text_of(office.get(reverse("indices:overview"), KY | {"bo": "rating-agency"}))
    assert "Đánh giá cơ quan giải quyết thủ tục" in rating


def test_a_commune_sees_only_itself(person, province, communes):
    own = browser(person("xa", province, [VIEW], communes[0].path))
    shown = text_of(own.get(reverse("indices:overview"), KY))
    assert communes[0].name in shown and communes[1].name not in shown
    for name in ("unit", "losses", "what-if", "history", "history-csv", "portal"):
        assert own.get(url(name, communes[0]), KY).status_code == 200
        assert own.get(url(name, communes[1]), KY).status_code == 404


def test_who_may_not_look_finds_nothing(person, province, communes):
    for viewer in (person("la", province, []), person("hang", province, [RANKING])):
        stranger = browser(viewer)
        assert stranger.get(reverse("indices:overview")).status_code == 404
        assert stranger.get(url("unit", communes[0])).status_code == 404
    assert Client().get(reverse("indices:overview")).status_code == 302


def test_the_page_of_a_unit_shows_points_steps_and_the_portal(office, head, province, communes):
    lines = [
        Line(communes[0].code, "PROCESSED_ON_TIME", Decimal(7), Decimal(10), Decimal(14)),
        Line(communes[0].code, "PUBLISH_ON_TIME", Decimal(9), Decimal(10), Decimal("5.4")),
    ]
    as_of = dt.datetime(2026, 4, 2, tzinfo=dt.UTC)
    import_portal_values(head, province, "qd766", MARCH, lines, Reading("Cổng", as_of))
    value = queries.portal_values(head, province, "qd766", MARCH).get(component="PROCESSED_ON_TIME")
    explain_difference(head, value, "Một hồ sơ được Cổng ghi đúng hạn")
    shown = text_of(office.get(url("unit", communes[0]), KY))
    assert "6/10" in shown and "12,00" in shown and "8,00" in shown
    assert "1 nữa: +2" in shown and "14,00" in shown
    assert "cùng mẫu số, khác tử số" in shown and "Một hồ sơ được Cổng ghi đúng hạn" in shown
    assert "5,40" in shown and "chưa có" in shown and "không áp dụng" in shown
    assert "Cách hiểu đang dùng khi nguồn chưa thống nhất" in shown


def test_why_points_were_lost_names_the_records(office, communes):
    shown = text_of(office.get(url("losses", communes[0]), KY))
    assert "Hồ sơ được giải quyết đúng hạn: mất 8,00/20,00 điểm" in shown
    assert "Chờ bổ sung: 2,00" in shown and "Chưa ghi nguyên nhân: 6,00" in shown
    for number in range(1, 5):
        assert f"HS-{number:04d}: 2" in shown
    assert "HS-0005" not in shown
    clean = text_of(office.get(url("losses", communes[1]), KY))
    assert "Không phát sinh để chấm: 2,00" in clean and "Từng hồ sơ" not in clean


def test_what_if_moves_the_score_and_finds_the_fewest(office, head, province, communes):
    choose_parameter(
        head,
        province,
        "qd766",
        "online-count",
        "plain",
        valid_from=dt.date(2026, 1, 1),
        reason="Chưa có số của Cổng",
    )
    first = text_of(office.get(url("what-if", communes[0]), KY))
    assert "chờ bổ sung (1)" in first and "chưa ghi nguyên nhân (3)" in first
    answer = office.get(url("what-if", communes[0]), KY | {"sua": ["dossiers.on-time|"]})
    mended = text_of(answer)
    # Three of four late dossiers: 6 points of progress, and of satisfaction what was short of 90%.
    assert "(thêm 8,00 điểm)" in mended and "Hạng từ" in mended
    before, after = answer.context["unit"], answer.context["after"]
    assert after["gained"] - before["gained"] == 8 and after["place"] <= before["place"]
    target = text_of(office.get(url("what-if", communes[0]), KY | {"muc-tieu": "1"}))
    assert "Ít nhất 0 việc" in target
    beyond = text_of(office.get(url("what-if", communes[0]), KY | {"muc-tieu": "100"}))
    assert "vẫn chưa đạt điểm này" in beyond
    wrong = text_of(office.get(url("what-if", communes[0]), KY | {"muc-tieu": "cao nhất"}))
    assert "Hãy ghi điểm mục tiêu bằng số" in wrong


def test_the_fewest_records_are_listed(office, communes):
    page = office.get(url("what-if", communes[0]), KY)
    before = page.context["unit"]["shown"]
    wanted = before + Decimal("0.5")
    shown = text_of(office.get(url("what-if", communes[0]), KY | {"muc-tieu": str(wanted).replace(".", ",")}))
    assert "Ít nhất 1 việc" in shown and "HS-0001" in shown


def test_addresses_that_lead_nowhere(office, communes):
    for params in ({"ky": "2026-M13"}, {"ky": "hôm qua"}, {"ky": "9999-M01"}):
        assert office.get(reverse("indices:overview"), params).status_code == 404
    assert office.get(reverse("indices:overview"), {"bo": "par"}).status_code == 404
    assert office.get(reverse("indices:unit", args=["qd766", "H05.khong"]), KY).status_code == 404
    assert office.get(reverse("indices:unit", args=["par", communes[0].code]), KY).status_code == 404
    assert office.get(url("unit", communes[0]), {"ky": "2021"}).status_code == 404


def test_in_english_the_names_of_the_sets_are_english(office, communes):
    office.post(reverse("web:choose-language"), {"language": "en", "next": "/"})
    shown = text_of(office.get(url("unit", communes[0]), KY))
    assert "Dossiers handled on time" in shown and "Publicity and transparency" in shown


def test_history_tells_places_weeks_in_a_row_and_what_changed(office, communes):
    with frozen("2026-03-25T09:00"):
        page = office.get(url("history", communes[0]), KY)
        shown = text_of(page)
        assert "đến 25/03/2026" in shown and "Theo tháng" in shown and "Giữ hạng này" in shown
        # The four that ended late on the 20th failed within the last week.
        change = next(
            each for each in page.context["changes"] if each["name"] == "Hồ sơ được giải quyết đúng hạn"
        )
        assert change["failing"]["count"] == change["mended"]["count"] == 4, (
            "late now, open and overdue before"
        )
        assert "4 hồ sơ, thủ tục mới chưa đạt" in shown and "HS-0001" in shown
        rows = (
            office.get(url("history-csv", communes[0]), KY | {"theo": "thang"}).content.decode().splitlines()
        )
        assert rows[0] == "\ufeffThời điểm;Điểm;Hạng;Tổng số;Mất" and len(rows) == 7
        assert rows[-1].startswith("Tháng 3 năm 2026;")


def test_the_portal_beside_ours_and_its_explanation(office, head, person, province, communes):
    lines = [Line(communes[0].code, "PROCESSED_ON_TIME", Decimal(7), Decimal(10), Decimal(14))]
    as_of = dt.datetime(2026, 4, 2, tzinfo=dt.UTC)
    import_portal_values(head, province, "qd766", MARCH, lines, Reading("Cổng, mô phỏng", as_of))
    address = url("portal", communes[0]) + "?ky=2026-M03"
    shown = text_of(office.get(address))
    assert "7/10" in shown and "cùng mẫu số, khác tử số" in shown and "Cổng, mô phỏng" in shown
    short = office.post(address, {"component": "PROCESSED_ON_TIME", "explanation": "x"})
    assert short.status_code == 422 and "indices.difference.reason" in short.content.decode()
    assert office.post(address, {"component": "DOSSIER_SYNC", "explanation": "không có"}).status_code == 422
    office.post(address, {"component": "PROCESSED_ON_TIME", "explanation": "Cổng ghi một hồ sơ đúng hạn"})
    assert "Cổng ghi một hồ sơ đúng hạn" in text_of(office.get(address))
    own = browser(person("xa", province, [VIEW], communes[0].path))
    assert "Ghi lời giải thích" not in text_of(own.get(address))
    assert own.post(address, {"component": "PROCESSED_ON_TIME", "explanation": "của xã"}).status_code == 404


def test_a_file_of_the_portal_is_taken_in_and_a_wrong_one_refused(office, person, province, communes):
    address = reverse("indices:imports")
    given = {
        "set": "qd766",
        "first": "2026-03-01",
        "last": "2026-03-31",
        "as_of": "2026-04-02T08:00",
        "source": "Tải từ Cổng",
    }
    text = f"unit;component;numerator;denominator;points\n{communes[0].code};DOSSIER_SYNC;95;100;5,7\n"
    done = office.post(address, given | {"file": SimpleUploadedFile("cong.csv", text.encode())})
    assert done.status_code == 302
    shown = text_of(office.get(address))
    assert "Tải từ Cổng" in shown and "01/03/2026 – 31/03/2026" in shown and "cong.csv" in shown
    for file, changed, code in (
        (text.replace("95", "nhiều"), {}, "indices.portal.number"),
        (text, {"last": "2026-02-01"}, "indices.portal.days"),
        (text, {"first": "hôm qua"}, "indices.day"),
    ):
        refused = office.post(
            address, given | changed | {"file": SimpleUploadedFile("cong.csv", file.encode())}
        )
        assert refused.status_code == 422 and code in refused.content.decode()
    assert browser(person("xa", province, [VIEW])).get(address).status_code == 404


def test_a_set_of_the_province_is_entered_ended_and_read_otherwise(office, head, person, province):
    address, reason = reverse("indices:sets"), "Quyết định 12/QĐ-UBND của tỉnh"
    own = document([component("ON_TIME", {"ratio": "dossiers.on-time"})], code="tinh-minh")
    entered = office.post(address, {"document": yaml.safe_dump(own, allow_unicode=True), "reason": reason})
    assert entered.status_code == 302, entered.content.decode()
    stored = queries.stored_sets(head).get(code="tinh-minh")
    overlap = text_of(office.get(reverse("indices:shared")))
    assert "dossiers.on-time" in overlap and own["names"]["vi"] in overlap
    for text, code in (
        ("a: [", "indices.set.text"),
        ("- 1", "indices.set.text"),
        ("code: x", "indices.definition.refused"),
    ):
        refused = office.post(address, {"document": text, "reason": reason})
        assert refused.status_code == 422 and code in refused.content.decode()
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(8)
    )
    assert office.post(address, {"document": bomb, "reason": reason}).status_code == 422
    office.post(address, {"end": str(stored.uid), "valid_to": "2030-01-01", "reason": reason})
    stored.refresh_from_db()
    assert stored.valid_to == dt.date(2030, 1, 1)
    reading = reverse("indices:parameters", args=["qd766"])
    assert "đang dùng" in text_of(office.get(reading))
    office.post(
        reading, {"parameter": "online-count", "value": "plain", "valid_from": "2026-01-01", "reason": reason}
    )
    assert queries.chosen_values(province, "qd766", MARCH.last)["online-count"] == "plain"
    wrong = office.post(
        reading, {"parameter": "online-count", "value": "?", "valid_from": "2026-01-01", "reason": reason}
    )
    assert wrong.status_code == 422 and "IDX-CHOICE" in wrong.content.decode()
    assert office.get(reverse("indices:parameters", args=["khong-co"])).status_code == 404
    plain = browser(person("xem", province, [VIEW]))
    assert plain.get(address).status_code == plain.get(reading).status_code == 404
    assert plain.get(reverse("indices:shared")).status_code == 200
