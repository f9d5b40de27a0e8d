"""Applicants' pages as officers use them, and as hostile people try them."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from motcua.engine.events.api import Event
from motcua.engine.privacy.api import READINGS_VIEW, Reading
from motcua.engine.provinces.api import Province
from motcua.reference.applicants.api import Applicant
from motcua.reference.applicants.permissions import MANAGE, MERGE, VIEW

pytestmark = pytest.mark.django_db

FORM = {"kind": "citizen", "display_name": "Nguyễn Mẫu An", "identity_kind": "citizen_id"}
FORM |= {"identity_number": "027000000001", "phone": "0900000001", "birth_date": "17/05/1990"}


def url(name, row=None):
    return reverse(f"applicants:{name}", kwargs={"uid": row.uid} if row else None)


@pytest.fixture
def client(officer, browse):
    return browse(officer)


@pytest.fixture
def an(enter):
    return enter(
        "Nguyễn Mẫu An",
        identity_number="027000000001",
        phone="0900000001",
        address="Số 7",
        birth_date="1990-05-17",
    )


def test_the_list_shows_the_last_signs_only(client, an, enter):
    enter("Trần Mẫu Bình")
    page = client.get(url("list"), {"q": "mau"}).content.decode()
    assert "Nguyễn Mẫu An" in page and "•••• 001" in page and "Trần Mẫu Bình" in page
    assert "027000000001" not in page and "0900000001" not in page
    assert not Reading.objects.exists()
    assert "Không tìm thấy ai" in client.get(url("list"), {"q": "khong co"}).content.decode()


def test_going_on_page_by_page(client, enter):
    for number in range(28):
        enter(f"Nguyễn Mẫu {chr(65 + number % 26)}{'a' * (number // 26)}")
    first = client.get(url("list"), {"q": "mau"})
    second = client.get(url("list") + "?" + first.context["next_query"])
    names = [line["applicant"].sort_key for page in (first, second) for line in page.context["lines"]]
    assert len(names) == len(set(names)) == 28 and names == sorted(names)
    assert second.context["next_query"] == ""
    for wrong in ("x", str(uuid.uuid4())):
        assert len(client.get(url("list"), {"q": "mau", "sau": wrong}).context["lines"]) == 25


def test_a_page_of_the_list_asks_little(client, enter, django_assert_max_num_queries):
    for number in range(25):
        enter(f"Nguyễn Mẫu {chr(65 + number)}")
    client.get(url("list"))
    with django_assert_max_num_queries(12):
        client.get(url("list"), {"q": "mau"})


def test_opening_asks_what_for_and_notes_it(client, an, officer):
    masked = client.get(url("applicant", an)).content.decode()
    assert "•••• 001" in masked and "0900000001" not in masked and "Số 7" not in masked
    refused = client.post(url("open", an), {"purpose": "tò mò"})
    assert refused.status_code == 400 and "Hãy chọn mục đích" in refused.content.decode()
    assert not Reading.objects.exists()
    answer = client.post(url("open", an), {"purpose": "applicants.contact"})
    page = answer.content.decode()
    assert "027000000001" in page and "0900000001" in page and "17/05/1990" in page and "Số 7" in page
    assert answer["Cache-Control"] == "no-store"
    reading = Reading.objects.get()
    assert (reading.viewer, reading.purpose, reading.subject) == (
        officer.user,
        "applicants.contact",
        an.subject,
    )
    assert set(reading.fields) == {"identity_number", "phone", "address", "birth_date"}


def test_who_read_it_is_shown_to_who_oversees(client, an, province, person, browse):
    client.post(url("open", an), {"purpose": "applicants.contact"})
    assert "canbo" not in client.get(url("applicant", an)).content.decode().partition("<main")[2]
    overseer = browse(person("giamsat", province, VIEW, READINGS_VIEW))
    page = overseer.get(url("applicant", an)).content.decode()
    assert "Ai đã đọc dữ liệu này" in page and "canbo" in page and "Liên hệ với người nộp" in page
    log = overseer.get(reverse("privacy:readings")).content.decode()
    assert "Nguyễn Mẫu An" in log and url("applicant", an) in log and "Số giấy tờ, Số điện thoại" in log


def test_entering_warns_once_and_refuses_the_certain(client, an):
    twin = FORM | {"identity_kind": "", "identity_number": "", "display_name": "Nguyen Mau An"}
    warned = client.post(url("add"), twin)
    page = warned.content.decode()
    assert warned.status_code == 400 and "có thể trùng" in page and "cùng họ tên và ngày sinh" in page
    assert Applicant.objects.count() == 1
    confirmed = warned.context["form"]["confirmed"].value()
    other = client.post(
        url("add"), twin | {"confirmed": confirmed, "birth_date": "17.05.1990", "phone": "0900000002"}
    )
    assert other.status_code == 400 and Applicant.objects.count() == 1
    done = client.post(url("add"), twin | {"confirmed": confirmed})
    assert done.status_code == 302 and Applicant.objects.count() == 2
    certain = client.post(url("add"), FORM)
    assert "chắc chắn trùng" in certain.content.decode()
    again = client.post(url("add"), FORM | {"confirmed": certain.context["form"]["confirmed"].value()})
    assert "Số giấy tờ này đã có" in again.content.decode() and Applicant.objects.count() == 2


def test_the_unit_of_the_officer_stands_in_the_event(province, person, browse):
    client = browse(person("phuong", province, VIEW, MANAGE, path="/H05/H05.15/"))
    assert client.post(url("add"), FORM).status_code == 302
    event = Event.objects.get(type="applicants:applicant:registered")
    assert event.unit_path == "/H05/H05.15/" and event.unit_code == "H05.15"


def test_changing(client, an):
    form = client.get(url("edit", an))
    assert form["Cache-Control"] == "no-store" and 'value="027000000001"' in form.content.decode()
    assert Reading.objects.get().purpose == "applicants.edit"
    values = {name: field.value() or "" for name, field in ((f.name, f) for f in form.context["form"])}
    assert client.post(url("edit", an), values | {"phone": "sai"}).status_code == 400
    assert client.post(url("edit", an), values | {"phone": "0900000009"}).status_code == 302
    an.refresh_from_db()
    assert (an.phone, an.birth_date, an.revision) == ("0900000009", "1990-05-17", 2)
    late = client.post(url("edit", an), values | {"phone": "0900000008"})
    assert late.status_code == 400 and "Người khác vừa sửa" in late.content.decode()


def test_merging_and_parting(client, an, enter):
    twin = enter("Nguyễn Mẫu An", birth_date="1990-05-17", phone="0900000002")
    page = client.get(url("applicant", an)).content.decode()
    assert "Có thể là cùng một người" in page and f"voi={twin.uid}" in page
    compared = client.get(url("merge", an), {"voi": twin.uid}).content.decode()
    assert "0900000001" in compared and "0900000002" in compared and Reading.objects.count() == 2
    refused = client.post(url("merge", an), {"voi": twin.uid, "reason": "x"})
    assert refused.status_code == 400 and "Lý do phải có" in refused.content.decode()
    done = client.post(
        url("merge", an), {"voi": twin.uid, "reason": "Cùng một người", "swap": "1"}, follow=True
    )
    assert done.redirect_chain[0][0] == url("applicant", twin)
    an.refresh_from_db()
    assert an.merged_into == twin and "đã gộp" in client.get(url("applicant", an)).content.decode()
    client.post(url("unmerge", an), {"reason": "Gộp nhầm người"})
    an.refresh_from_db()
    assert an.merged_into is None
    assert client.get(url("merge", an), {"voi": "x"}).status_code == 404


@pytest.mark.parametrize("name", ["applicant", "open", "edit", "merge", "unmerge"])
def test_strangers_find_nothing(an, province, person, browse, name):
    elsewhere = Province.objects.create(key="q", agency_code="H06", place_code="25")
    everything = (VIEW, MANAGE, MERGE)
    powerless = person("khong", province, READINGS_VIEW)
    for viewer in (person("la", elsewhere, *everything), powerless):
        client = browse(viewer)
        answers = {client.get(url(name, an)).status_code, client.post(url(name, an), FORM).status_code}
        assert answers <= {404, 405}
    assert not Reading.objects.exists()
    assert Event.objects.filter(type__startswith="applicants:").count() == 1


@pytest.mark.parametrize("name", ["open", "edit", "merge", "unmerge"])
def test_looking_is_not_changing(an, province, person, browse, name):
    client = browse(person("xem", province, VIEW))
    answer = client.post(url(name, an), FORM | {"reason": "Cùng một người"})
    assert answer.status_code == (400 if name == "open" else 404)
    assert not Reading.objects.exists()


@pytest.mark.parametrize(
    "name",
    [
        "=cmd|' /C calc'!A0",
        "<img src=x onerror=alert(1)>",
        '"><script>alert(1)</script>',
        "Mẫu \u202etxt.exe",
        "{{ 7*7 }} {% load x %}",
        "M" * 200,
        "mẫu' OR 1=1 --",
        "Mẫu %(x)s %s {name}",
    ],
)
def test_a_hostile_name_of_an_organisation_is_only_a_name(client, name):
    answer = client.post(url("add"), {"kind": "organisation", "display_name": name}, follow=True)
    assert answer.status_code == 200
    row = Applicant.objects.get()
    words = row.search_text.split()[0]
    for page in (
        answer,
        client.get(url("list"), {"q": name}),
        client.get(url("list"), {"q": words}),
        client.get(url("edit", row)),
    ):
        html = page.content.decode()
        assert "<img src=x" not in html and "<script>alert" not in html and "\u202e" not in html
        assert page.status_code == 200
    assert row.display_name == name.replace("\u202e", "")
    assert row in [line["applicant"] for line in client.get(url("list"), {"q": name}).context["lines"]]


@pytest.mark.parametrize("name", ["M" * 201, "Mẫu " * 250, "\u200b\u202e", "=1+1"])
def test_a_name_too_long_or_unseen_is_refused(client, name):
    answer = client.post(url("add"), {"kind": "organisation", "display_name": name})
    assert answer.status_code == 400 and not Applicant.objects.exists()
    assert 'role="alert"' in answer.content.decode()
