"""The administrator's screens, as they are used."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from motcua.engine.accounts.models import User
from motcua.engine.events.api import Event
from motcua.engine.permissions.api import Role, RolePermission, Viewer
from motcua.kernel.clock import today
from motcua.reference.people.api import PROVINCE_WIDE, Person, Post, UnitRef
from motcua.reference.people.permissions import MANAGE, VIEW

WARD = UnitRef("T01.21", "/T01/T01.21/", "Phường Thử")


@pytest.fixture
def administrator(staff) -> Client:
    return signed_in(staff("quantri", "system-administrator"))


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


def body(**fields: str) -> dict[str, str]:
    post = {
        "display_name": "Đỗ Thị Ánh",
        "username": "anhdt",
        "role": "commune-coordinator",
        "unit": "",
        "kind": "post",
        "valid_from": today().isoformat(),
    }
    return post | fields


def test_a_person_account_and_post_in_one_form_and_a_password_shown_once(administrator):
    answer = administrator.post(reverse("people:add"), body())
    password = re.search(r'id="password">([^<]+)<', answer.content.decode())
    assert password and answer["Cache-Control"] == "no-store"
    person = Person.objects.get(user__username="anhdt")
    page = administrator.get(reverse("people:person", kwargs={"uid": person.uid})).content.decode()
    assert "Đỗ Thị Ánh" in page and password[1] not in page and "mật khẩu tạm" in page
    newcomer = Client()
    newcomer.post(reverse("account_login"), {"login": "anhdt", "password": password[1]})
    assert newcomer.get("/").url == reverse("account_change_password")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"username": "quantri"}, "đã có người dùng"),
        ({"username": "có dấu"}, "chữ không dấu"),
        ({"display_name": ""}, "Hãy nhập ô này."),
        ({"valid_to": "2020-01-01"}, "Ngày kết thúc phải sau ngày bắt đầu."),
        ({"valid_from": "32/13/2026"}, "Ngày không hợp lệ"),
        ({"phone": "không số"}, "Số điện thoại"),
    ],
)
def test_a_refused_form_says_why_and_keeps_nothing(administrator, fields, words):
    before = (Person.objects.count(), User.objects.count(), Event.objects.count())
    answer = administrator.post(reverse("people:add"), body(**fields))
    assert answer.status_code == 400 and words in answer.content.decode()
    assert (Person.objects.count(), User.objects.count(), Event.objects.count()) == before


def test_the_whole_province_is_no_default_for_who_manages_a_ward(staff):
    local = Role.objects.create(code="ward-admin", label="Quản trị phường")
    for code in (VIEW, MANAGE):
        RolePermission.objects.create(role=local, permission=code)
    client = signed_in(staff("qtp", "ward-admin", WARD))
    answer = client.post(reverse("people:add"), body(unit=""))
    assert answer.status_code == 400 and "Hãy chọn đơn vị" in answer.content.decode()
    assert not Person.objects.filter(display_name="Đỗ Thị Ánh").exists()


def test_people_are_found_without_marks(administrator, staff):
    staff("khac", "reception-officer")
    administrator.post(reverse("people:add"), body())
    page = administrator.get(reverse("people:list"), {"q": "do thi anh"}).content.decode()
    assert "Đỗ Thị Ánh" in page and "Người khac" not in page
    assert "Không tìm thấy ai" in administrator.get(reverse("people:list"), {"q": "zzz"}).content.decode()


def test_a_post_is_given_ended_and_delegated_from_the_persons_page(administrator, staff):
    officer, other = staff("canbo", "commune-coordinator", WARD), staff("khac", "reception-officer", WARD)
    address = reverse("people:give-post", kwargs={"uid": officer.uid})
    answer = administrator.post(address, body(role="reception-officer", unit=""), follow=True)
    assert "Đã giao vị trí." in answer.content.decode()
    given = officer.posts.get(role__code="reception-officer")
    stand_in = reverse("people:stand-in", kwargs={"uid": given.uid})
    dates = {"valid_from": today().isoformat(), "valid_to": "2099-01-01", "decision_number": "3/UQ"}
    asked = {"to": "khac", "kind": "delegation", **dates}
    answer = signed_in(officer).post(stand_in, asked, follow=True)
    assert "Đã ghi uỷ quyền" in answer.content.decode(), "the holder may delegate"
    assert other.posts.filter(stands_for=given).exists()
    answer = signed_in(officer).post(stand_in, asked | {"to": "khong-co"}, follow=True)
    assert "Không có tài khoản nào" in answer.content.decode()
    end = reverse("people:end-post", kwargs={"uid": given.uid})
    administrator.post(end, {"day": today().isoformat()})
    assert Post.objects.get(pk=given.pk).withdrawn
    assert "Ngày không hợp lệ" in administrator.post(end, {"day": "hôm nào"}, follow=True).content.decode()


def test_an_account_is_shut_and_opened_again(administrator, staff):
    officer = staff("canbo", "commune-coordinator", WARD)
    for route, active in (("deactivate", False), ("reactivate", True)):
        administrator.post(reverse(f"people:{route}", kwargs={"uid": officer.uid}))
        officer.user.refresh_from_db()
        assert officer.user.is_active is active
    answer = administrator.post(reverse("people:reset-password", kwargs={"uid": officer.uid}))
    assert re.search(r'id="password">[a-z2-9-]{19}<', answer.content.decode())


def test_a_role_is_edited_by_boxes_but_never_ones_own(administrator, staff):
    coordinator = reverse("people:role", kwargs={"code": "reform-coordinator"})
    answer = administrator.post(coordinator, {"permission": [VIEW]}, follow=True)
    assert "Đã thêm 0 quyền" in answer.content.decode()
    held = Role.objects.get(code="reform-coordinator").permissions.values_list("permission", flat=True)
    assert set(held) == {VIEW}
    own = administrator.post(reverse("people:role", kwargs={"code": "system-administrator"}), {}, follow=True)
    assert "đang giữ vai trò này" in own.content.decode()
    assert Role.objects.get(code="system-administrator").permissions.filter(permission=MANAGE).exists()


def test_a_strangers_address_is_not_found(staff):
    officer, elsewhere = staff("canbo", "commune-coordinator", WARD), staff("o-tinh", "department-head")
    client = signed_in(officer)
    assert client.get(reverse("people:person", kwargs={"uid": officer.uid})).status_code == 200
    assert client.get(reverse("people:person", kwargs={"uid": elsewhere.uid})).status_code == 404
    assert client.get(reverse("people:add")).status_code == 404
    assert PROVINCE_WIDE.code == "" and Viewer(officer.user).may(VIEW)
