"""Pages: what is shown, to whom, in how many statements; what is typed is judged, kept, refused."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from motcua.reports.forms.api import current_values, record_value
from motcua.reports.submissions.operations import reopen
from motcua.reports.submissions.seeding import _hand_over, run_campaign, seed_declared

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def browser(world: Any, name: str) -> Client:
    client = Client()
    client.force_login(world.viewers[name].user, backend=BACKEND)
    return client


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def url(name: str, one: Any, *more: Any) -> str:
    return reverse(f"submissions:{name}", args=[one.uid, *more])


def test_a_unit_sees_what_is_asked_and_only_its_own(cycle):
    commune = browser(cycle, "commune")
    page = text_of(commune.get(reverse("submissions:index")))
    assert "Năm 2025" in page and "UBND Xã Một" in page and "UBND Xã Hai" not in page
    page = text_of(commune.get(url("submission", cycle.of("H99.1"))))
    assert "Cần trả lời" in page and "Số VBQPPL do cấp xã ban hành" in page and "Điền sẵn lại" in page
    assert 'value="submit"' not in page, "a commune's coordinator fills, its head submits"
    assert 'value="submit"' in text_of(browser(cycle, "head").get(url("submission", cycle.of("H99.1"))))
    for name, more in (("submission", ()), ("cell", ("2", "1.2")), ("versions", ()), ("offline", ())):
        assert commune.get(url(name, cycle.of("H99.2"), *more)).status_code == 404, name
    assert commune.post(url("act", cycle.of("H99.2")), {"viec": "derive"}).status_code == 404
    assert commune.get(url("cell", cycle.of("H99.1"), "1", "1")).status_code == 404


def test_answers_are_judged_as_typed_and_kept_one_by_one(cycle):
    commune, one = browser(cycle, "commune"), cycle.of("H99.1")
    said = text_of(commune.post(url("judge", one, "6", "1.2"), {"v-6!1.2": "abc"}))
    assert "không phải một con số" in said
    assert "khớp" in text_of(commune.post(url("judge", one, "4", "2.3"), {"v-4!2.3": "0"}))
    sent = {
        "v-4!2.2": "40",
        "v-4!2.3": "x",
        "s-4!2.4": "không áp dụng",
        "v-6!1.1": "1.000",
        "v-6!1.2": "2.000",
    }
    answer = commune.post(url("save", one), sent)
    assert answer.status_code == 422 and "không phải một con số" in text_of(answer)
    values = current_values(one.sheet)
    assert (
        values["4!2.2"].value == 40 and values["4!2.4"].status == "not_applicable" and "4!2.3" not in values
    )
    refused = browser(cycle, "head").post(url("act", one), {"viec": "submit"})
    assert refused.status_code == 422 and "phải sửa" in text_of(refused)


def test_the_whole_way_in_the_browser(cycle):
    seed_declared(cycle.campaign)
    head, office, leader = (browser(cycle, name) for name in ("head", "coordinator", "leader"))
    assert head.post(url("act", cycle.of("H99.1")), {"viec": "derive"}).status_code == 302
    assert head.post(url("act", cycle.of("H99.1")), {"viec": "submit"}).status_code == 302
    locked = text_of(head.get(url("submission", cycle.of("H99.1"))))
    assert "đã nộp, chờ duyệt" in locked and "Rút lại" in locked
    many = office.post(
        reverse("submissions:approve", args=[cycle.campaign.uid]),
        {"unit": [cycle.of("H99.1").uid, cycle.of("H99.2").uid]},
    )
    assert many.status_code == 422 and "đã duyệt" in text_of(many)
    assert cycle.of("H99.1").state == "approved"
    run_campaign(cycle.campaign, tell=lambda _text: None)
    cell = text_of(leader.get(url("cell", cycle.own(), "2", "1.2")))
    assert "Đơn vị nào làm nên số này" in cell and "UBND Phường Ba" in cell and "Mọi đơn vị đã nộp" in cell
    total = current_values(cycle.own().sheet)["2!1.2"].value
    assert f"<b>{int(total)}</b>" in cell
    ratio = text_of(leader.get(url("cell", cycle.own(), "6", "1")))
    assert "Dòng 1.1" in ratio and "Dòng 1.2" in ratio
    versions = text_of(leader.get(url("version", cycle.own(), 1)))
    assert "Số văn bản chỉ đạo" in versions
    csv = office.get(reverse("submissions:export", args=[cycle.campaign.uid])).content.decode()
    assert csv.count("\n") == 10 and "đã công bố" in csv
    reopen(cycle.viewers["coordinator"], cycle.of("H99.1"), "Đính chính")
    was = current_values(cycle.of("H99.1").sheet)["4!2.2"].value
    record_value(cycle.viewers["commune"], cycle.of("H99.1").sheet, "4!2.2", str(int(was) + 1), reason="Sót")
    _hand_over(cycle.of("H99.1"))
    assert "khác số tổng hợp bây giờ" in text_of(leader.get(url("submission", cycle.own())))
    assert "Sót" in text_of(office.get(url("versions", cycle.of("H99.1"))))


def test_an_override_by_the_page_carries_its_file(cycle):
    from django.core.files.uploadedfile import SimpleUploadedFile

    seed_declared(cycle.campaign)
    commune, one = browser(cycle, "commune"), cycle.of("H99.1")
    commune.post(url("act", one), {"viec": "derive"})
    value = current_values(one.sheet)["6!2.1"]
    sent = {"value": str(int(value.value) + 1), "reason": "Kiểm kê", "base": value.revision}
    assert commune.post(url("cell", one, "6", "2.1"), sent).status_code == 422
    file = SimpleUploadedFile("bien-ban.txt", b"Bien ban")
    assert commune.post(url("cell", one, "6", "2.1"), sent | {"evidence": file}).status_code == 302
    page = text_of(commune.get(url("cell", one, "6", "2.1")))
    assert "ghi thay số của hệ thống" in page and "ảnh hưởng +1" in page and "bien-ban.txt" in page
    got = commune.get(url("evidence", one, "6", "2.1", value.revision + 1))
    assert b"".join(got.streaming_content) == b"Bien ban"
    assert (
        browser(cycle, "other").get(url("evidence", one, "6", "2.1", value.revision + 1)).status_code == 404
    )


def test_what_was_entered_without_a_line_is_taken_once_and_conflicts_are_told(cycle):
    commune, one = browser(cycle, "commune"), cycle.of("H99.1")

    def send(*cells: dict[str, Any]) -> list[dict[str, Any]]:
        answer = commune.post(url("send", one), json.dumps({"cells": cells}), content_type="application/json")
        return answer.json()["results"]

    cell = {"row": "4!2.2", "text": "41", "note": "", "reason": "", "base": 0, "once": "a"}
    assert send(cell)[0]["status"] == "written" and send(cell)[0]["status"] == "written"
    assert current_values(one.sheet)["4!2.2"].revision == 1, "sent twice, kept once"
    told = send(cell | {"text": "44", "once": "b"}, {"row": "4!2.3", "text": "x", "base": 0, "once": "c"})
    assert told[0]["status"] == "conflict" and told[0]["current"]["text"] == "41" and told[0]["revision"] == 1
    assert told[1]["status"] == "refused"
    assert commune.post(url("send", one), "[]", content_type="application/json").status_code == 422


def test_the_list_of_units_takes_the_same_statements_for_any_number(cycle, django_assert_max_num_queries):
    office = browser(cycle, "coordinator")
    page = reverse("submissions:campaign", args=[cycle.campaign.uid])
    office.get(page)
    with django_assert_max_num_queries(14) as captured:
        assert office.get(page).status_code == 200
    cycle.campaign.submissions.filter(unit_code="H99.3").update(state="submitted")
    few = len(captured)
    with django_assert_max_num_queries(few):
        assert "chờ duyệt (1)" in text_of(office.get(page))
    with django_assert_max_num_queries(30):
        office.get(url("submission", cycle.own()))


def test_a_campaign_is_opened_and_set_up_by_the_page(world):
    office = browser(world, "coordinator")
    assert browser(world, "head").get(reverse("submissions:new")).status_code == 404
    assert "kỳ khác" in text_of(office.get(reverse("submissions:new")))
    assert office.post(reverse("submissions:new"), {"period": ""}).status_code == 422
    made = office.post(
        reverse("submissions:new"), {"first": "2040-01-01", "last": "2040-02-01", "title": "Chuyên đề"}
    )
    assert made.status_code == 302 and "Chuyên đề" in text_of(office.get(made.url))
    settings = made.url + "thiet-lap/"
    wrong = office.post(settings, {"owner-so-noi-vu": "H99.11", "outside-departments": "5"})
    assert wrong.status_code == 422 and "lý do" in text_of(wrong)
    assert office.post(settings, {"owner-so-noi-vu": "H99.14", "reason": "Đổi"}).status_code == 302
    assert office.post(settings, {"row": "3/3.3", "level": "commune", "value": "99,5"}).status_code == 302
    assert "99,5" in text_of(office.get(settings))
