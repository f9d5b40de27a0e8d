"""Accounts and posts: within one's own subtree, never for oneself, never above one's own rights."""

from __future__ import annotations

import datetime as dt

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from motcua.engine.accounts.models import User
from motcua.engine.events.api import Event, tell
from motcua.engine.permissions.api import Grant, NotPermitted, Role, RolePermission, Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import frozen, today
from motcua.reference.organisations.api import (
    Decision,
    UnitDraft,
    found_unit,
    merge_units,
    undo_change,
    unit_at,
)
from motcua.reference.people.api import (
    PROVINCE_WIDE,
    Assignment,
    Installer,
    PeopleError,
    Post,
    PostKind,
    Span,
    UnitRef,
    add_person,
    change_role_permissions,
    deactivate_account,
    delegate,
    end_post,
    end_session,
    enrol_citizen,
    give_post,
    load_roles,
    open_account,
    reactivate_account,
    reset_password,
    search_persons,
    substitute,
    who_may,
)
from motcua.reference.people.models import Person
from motcua.reference.people.permissions import MANAGE, ROLES, VIEW
from motcua.reference.people.units import unit_by_code

WARD = UnitRef("T01.21", "/T01/T01.21/", "Phường Thử")
OTHER_WARD = UnitRef("T01.22", "/T01/T01.22/", "Phường Khác")
COORDINATOR = "commune-coordinator"


def role(code: str = COORDINATOR) -> Role:
    return Role.objects.get(code=code)


@pytest.fixture
def ward_administrator(staff):
    """Manages people of one ward only."""
    local = Role.objects.create(code="ward-admin", label="Quản trị phường")
    RolePermission.objects.bulk_create(
        [RolePermission(role=local, permission=code) for code in (VIEW, MANAGE)]
    )
    return staff("quantri.phuong", "ward-admin", WARD)


def refusal(code: str):
    return pytest.raises(PeopleError, check=lambda error: error.code == f"people.{code}")


def test_person_account_and_post_make_a_grant_and_events(province, staff, viewer_of):
    boss = viewer_of(staff("quantri", "system-administrator"))
    person = add_person(boss, province, display_name="  Đỗ   Thị Ánh ", unit=WARD)
    give_post(boss, person, Assignment(role(), WARD, Span(today()), decision_number="12/QĐ"))
    assert not Grant.objects.filter(unit_path=WARD.path).exists(), "no account yet, nothing to grant"
    user, password = open_account(boss, person, "Anh.DT")
    assert (user.username, user.must_change_password) == ("anh.dt", True) and user.check_password(password)
    assert Viewer(user).may(VIEW, province=province, unit_path=WARD.path)
    assert not Viewer(user).may(VIEW, province=province, unit_path=OTHER_WARD.path)
    told = [tell(event) for event in Event.objects.filter(subject=f"person:{person.uid}").order_by("pk")]
    assert told[0] == "Thêm cán bộ vào đơn vị T01.21" and "12/QĐ" in told[1] and told[2] == "Mở tài khoản"
    assert all(
        event.actor_id == boss.user_id for event in Event.objects.filter(subject=f"person:{person.uid}")
    )
    written = str(list(Event.objects.values_list("payload", flat=True)))
    assert "Ánh" not in written and password not in written and "anh.dt" not in written


def test_only_within_the_administrators_own_subtree(province, staff, viewer_of, ward_administrator):
    local = viewer_of(ward_administrator)
    person = add_person(local, province, display_name="Người phường", unit=WARD)
    open_account(local, person, "nguoi.phuong")
    stranger = staff("nguoi.khac", COORDINATOR, OTHER_WARD)
    assignment = Assignment(role(), OTHER_WARD, Span(today()))
    for refused in (
        lambda: add_person(local, province, display_name="Người nơi khác", unit=OTHER_WARD),
        lambda: add_person(local, province, display_name="Người của tỉnh", unit=PROVINCE_WIDE),
        lambda: give_post(local, person, assignment),
        lambda: give_post(local, person, Assignment(role(), WARD, Span(today()), every_province=True)),
        lambda: reset_password(local, stranger),
        lambda: deactivate_account(local, stranger),
        lambda: end_post(local, stranger.posts.get(), today() + dt.timedelta(days=1)),
    ):
        count = Event.objects.count()
        with pytest.raises(NotPermitted):
            refused()
        assert Event.objects.count() == count


def test_nobody_takes_over_a_mightier_account_through_a_post_in_their_ward(
    province, staff, viewer_of, ward_administrator
):
    """A provincial administrator also posted in the ward is still out of the ward administrator's reach."""
    boss = staff("quantri", "system-administrator")
    give_post(Installer(), boss, Assignment(role(), WARD, Span(today())))
    Person.objects.filter(pk=boss.pk).update(unit_code=WARD.code, unit_path=WARD.path)
    boss.refresh_from_db()
    with pytest.raises(NotPermitted):
        reset_password(viewer_of(ward_administrator), boss)


def test_administrative_rights_are_passed_on_only_by_who_holds_them(
    province, staff, viewer_of, ward_administrator
):
    local = viewer_of(ward_administrator)
    person = add_person(local, province, display_name="Người phường", unit=WARD)
    with pytest.raises(NotPermitted):
        give_post(local, person, Assignment(role("system-administrator"), WARD, Span(today())))
    give_post(local, person, Assignment(role("ward-admin"), WARD, Span(today())))


def test_nobody_changes_their_own_rights(province, staff, viewer_of):
    boss = staff("quantri", "system-administrator")
    me = viewer_of(boss)
    peer = staff("dieuphoi", "reform-coordinator")
    mine = boss.posts.get()
    with refusal("oneself"):
        give_post(me, boss, Assignment(role("reform-coordinator"), PROVINCE_WIDE, Span(today())))
    with refusal("oneself"):
        end_post(me, mine, today() + dt.timedelta(days=1))
    with refusal("oneself"):
        deactivate_account(me, boss)
    with refusal("oneself"):
        delegate(me, peer.posts.get(), boss, Span(today(), today() + dt.timedelta(days=3)), "1/UQ")
    with refusal("own-role"):
        change_role_permissions(me, role("system-administrator"), [VIEW])


def test_an_office_is_not_delegated_to_a_citizen(province, staff, viewer_of):
    boss = staff("quantri", "system-administrator")
    citizen, _password = enrol_citizen(Installer(), province, display_name="Người dân", username="dan")
    week = Span(today(), today() + dt.timedelta(days=7))
    for act in (delegate, substitute):
        with refusal("not-officer"):
            act(viewer_of(boss) if act is delegate else Installer(), boss.posts.get(), citizen, week, "1/UQ")
    assert not Viewer(citizen.user).may(MANAGE)


def test_a_right_put_into_a_role_is_held_in_every_province(province, staff, viewer_of):
    """Roles are held everywhere: who manages people in one province gives nobody that right in another."""
    Province.objects.create(key="khac", agency_code="T02", place_code="02")
    editor = Role.objects.create(code="role-editor", label="Sửa vai trò")
    RolePermission.objects.create(role=editor, permission=ROLES)
    boss = staff("quantri", "system-administrator")
    give_post(Installer(), boss, Assignment(editor, PROVINCE_WIDE, Span(today()), every_province=True))
    me = viewer_of(boss)
    with pytest.raises(NotPermitted):
        change_role_permissions(me, role("reception-officer"), [VIEW, MANAGE])
    assert change_role_permissions(me, role("reception-officer"), [VIEW])[0] == set()


def test_a_long_search_stays_a_small_question(province, staff, viewer_of):
    me = viewer_of(staff("quantri", "system-administrator"))
    statement = str(search_persons(me, province, "nguoi " * 5_000).query)
    assert statement.count("search_text") < 20
    assert [found.display_name for found in search_persons(me, province, "nguoi quantri")]


def test_a_temporary_password_ends_sessions_and_must_be_changed(province, staff, viewer_of):
    boss, officer = viewer_of(staff("quantri", "system-administrator")), staff("canbo", COORDINATOR, WARD)
    old = "mật khẩu đang dùng"
    officer.user.set_password(old)
    officer.user.save()
    browser = Client()
    browser.post(reverse("account_login"), {"login": "canbo", "password": old})
    assert browser.get(reverse("usersessions_list")).status_code == 200
    password = reset_password(boss, officer)
    assert browser.get(reverse("usersessions_list")).status_code == 302
    browser.post(reverse("account_login"), {"login": "canbo", "password": password})
    assert browser.get("/").url == reverse("account_change_password")


def test_a_session_is_ended_and_an_account_shut(province, staff, viewer_of):
    boss, officer = viewer_of(staff("quantri", "system-administrator")), staff("canbo", COORDINATOR, WARD)
    password = reset_password(boss, officer)
    browser = Client()
    browser.post(reverse("account_login"), {"login": "canbo", "password": password})
    end_session(boss, officer, UserSession.objects.get(user=officer.user).pk)
    assert browser.get(reverse("account_change_password")).status_code == 302
    with refusal("no-session"):
        end_session(boss, officer, 10**9)
    deactivate_account(boss, officer)
    answer = browser.post(reverse("account_login"), {"login": "canbo", "password": password})
    assert answer.status_code == 200 or answer.url == reverse("account_inactive")
    assert browser.get(reverse("usersessions_list")).status_code == 302
    officer.refresh_from_db()
    reactivate_account(boss, officer)
    browser.post(reverse("account_login"), {"login": "canbo", "password": password})
    assert browser.get(reverse("account_change_password")).status_code == 200


def test_posts_are_dated(province, staff, viewer_of):
    boss, officer = viewer_of(staff("quantri", "system-administrator")), staff("canbo", COORDINATOR, WARD)
    post = officer.posts.get()
    with refusal("overlap"):
        give_post(boss, officer, Assignment(role(), WARD, Span(today())))
    with refusal("past"):
        end_post(boss, post, today() - dt.timedelta(days=1))
    last_day = today() + dt.timedelta(days=10)
    end_post(boss, post, last_day)
    with refusal("ended"):
        end_post(boss, post, last_day + dt.timedelta(days=1))
    give_post(boss, officer, Assignment(role(), OTHER_WARD, Span(last_day)))
    where = {}
    for day in (last_day - dt.timedelta(days=1), last_day):
        with frozen(day):
            where[day] = [held.unit_code for held in Viewer(officer.user).grants]
    assert list(where.values()) == [["T01.21"], ["T01.22"]]


def test_delegation_needs_dates_a_decision_and_a_post_and_never_outlives_it(province, staff, viewer_of):
    head, deputy = staff("giamdoc", "department-head", WARD), staff("pho", "reception-officer", WARD)
    post, me = head.posts.get(), viewer_of(head)
    week = Span(today(), today() + dt.timedelta(days=7))
    with refusal("open-ended"):
        delegate(me, post, deputy, Span(today()), "5/UQ")
    with refusal("decision"):
        delegate(me, post, deputy, week, " ")
    with refusal("same-person"):
        delegate(viewer_of(staff("quantri", "system-administrator")), post, head, week, "5/UQ")
    given = delegate(me, post, deputy, week, "5/UQ")
    assert [held.role for held in Viewer(deputy.user).grants] == ["reception-officer", "department-head"]
    with refusal("not-own-post"):
        delegate(viewer_of(deputy), given, staff("ba", "reception-officer", WARD), week, "6/UQ")
    with pytest.raises(NotPermitted):
        substitute(me, post, deputy, Span(today(), today() + dt.timedelta(days=3)), "7/QĐ")
    end_post(Installer(), post, today() + dt.timedelta(days=2))
    given.refresh_from_db()
    assert given.valid_to == today() + dt.timedelta(days=2)
    with refusal("outside-post"):
        delegate(Installer(), post, deputy, week, "8/UQ")


def test_a_substitute_acts_for_the_days_named(province, staff):
    away, stand_in = staff("di.vang", COORDINATOR, WARD), staff("thay", "reception-officer", WARD)
    start = today() + dt.timedelta(days=1)
    substitute(Installer(), away.posts.get(), stand_in, Span(start, start + dt.timedelta(days=1)), "9/QĐ")
    assert len(Viewer(stand_in.user).grants) == 1
    with frozen(start):
        assert {held.role for held in Viewer(stand_in.user).grants} == {"reception-officer", COORDINATOR}


def test_posts_and_grants_follow_their_unit_and_come_back_on_undo(province, staff, viewer_of):
    viewer = viewer_of(staff("quantri", "system-administrator"))
    then = Decision("1/NQ", dt.date(2025, 7, 1))
    for code in ("T01.21", "T01.22"):
        found_unit(viewer, province, then, UnitDraft(f"Phường {code}", "commune_committee", code))
    one, other = (unit_by_code(province, code) for code in ("T01.21", "T01.22"))
    officer, stays = staff("canbo", COORDINATOR, one), staff("khac", COORDINATOR)

    def places() -> tuple[str, str, list[str]]:
        officer.refresh_from_db()
        grants = [held.unit_path for held in Viewer(officer.user).grants]
        return officer.posts.get().unit_path, officer.unit_path, grants

    assert places() == (one.path, one.path, [one.path])
    uids = [unit_at(province, unit.code, today()).uid for unit in (one, other)]
    merger = Decision("5/NQ", today())
    change = merge_units(
        viewer, province, merger, uids, UnitDraft("Phường Mới", "commune_committee", "T01.9")
    )
    new = unit_by_code(province, "T01.9")
    assert places() == (new.path, new.path, [new.path])
    assert [held.unit_path for held in Viewer(stays.user).grants] == ["/"]
    undo_change(viewer, province, change, "thử")
    assert places() == (one.path, one.path, [one.path])


def test_every_grant_comes_from_a_post(province, staff):
    staff("canbo", COORDINATOR, WARD)
    staff("phantich", "ministry-analyst", every_province=True)
    for grant in Grant.objects.all():
        post = Post.objects.get(pk=grant.source_id)
        assert (grant.role_id, grant.unit_path, grant.valid_from) == (
            post.role_id,
            post.unit_path,
            post.valid_from,
        )
        assert grant.source == post.kind == PostKind.POST
        assert (grant.province_id is None) == post.every_province


def test_roles_load_once_and_then_belong_to_administrators(province, staff, viewer_of):
    assert load_roles() == 0
    boss = viewer_of(staff("quantri", "system-administrator"))
    coordinator = role("reform-coordinator")
    before = set(coordinator.permissions.values_list("permission", flat=True))
    added, removed = change_role_permissions(boss, coordinator, (before - {VIEW}) | {ROLES})
    assert (added, removed) == ({ROLES}, {VIEW})
    assert load_roles() == 0
    assert VIEW not in set(coordinator.permissions.values_list("permission", flat=True))
    with refusal("unknown-permission"):
        change_role_permissions(boss, coordinator, ["khong.co.quyen"])
    with pytest.raises(NotPermitted):
        change_role_permissions(viewer_of(staff("xa", COORDINATOR, WARD)), coordinator, [VIEW])


def test_roles_are_the_installations_so_one_province_alone_does_not_edit_them(province, staff, viewer_of):
    from motcua.engine.provinces.api import Province

    boss = viewer_of(staff("quantri", "system-administrator"))
    Province.objects.create(key="tinh-khac", agency_code="T02", place_code="02")
    with pytest.raises(NotPermitted):
        change_role_permissions(boss, role("reform-coordinator"), [VIEW])


@pytest.mark.parametrize("bad", ["a", "có dấu", "-gach", "hai chữ", "x" * 60, "a;b"])
def test_usernames_are_plain(province, bad):
    person = add_person(Installer(), province, display_name="Người mới", unit=WARD)
    with refusal("username"):
        open_account(Installer(), person, bad)


def test_usernames_are_one_whatever_their_case(province, staff):
    staff("canbo", COORDINATOR, WARD)
    person = add_person(Installer(), province, display_name="Người mới", unit=WARD)
    with refusal("username-taken"):
        open_account(Installer(), person, "CanBo")
    assert User.objects.count() == 1


def test_people_are_found_without_marks_and_within_scope(province, staff, viewer_of, ward_administrator):
    for name, unit in (("Đỗ Thị Ánh", WARD), ("Nguyễn Văn Đạo", WARD), ("Đặng Văn Ánh", OTHER_WARD)):
        add_person(Installer(), province, display_name=name, unit=unit)
    local, boss = viewer_of(ward_administrator), viewer_of(staff("quantri", "system-administrator"))
    assert [person.display_name for person in search_persons(local, province, "anh")] == ["Đỗ Thị Ánh"]
    found = [person.display_name for person in search_persons(boss, province, "ánh")]
    assert found == ["Đặng Văn Ánh", "Đỗ Thị Ánh"], "by given name, then family name"
    assert not search_persons(Viewer(User()), province, "anh")


def test_a_person_seconded_into_a_unit_is_seen_there(province, viewer_of, ward_administrator):
    person = add_person(Installer(), province, display_name="Người biệt phái", unit=OTHER_WARD)
    local = viewer_of(ward_administrator)
    assert not search_persons(local, province, "biệt phái")
    secondment = Assignment(role(), WARD, Span(today()), kind=PostKind.SECONDMENT)
    give_post(Installer(), person, secondment)
    assert [found.pk for found in search_persons(local, province, "biet phai")] == [person.pk]


def test_who_may_do_what_in_a_unit_counts_those_above_it(province, staff, viewer_of):
    boss = staff("quantri", "system-administrator")
    officer = staff("canbo", COORDINATOR, WARD)
    staff("khac", COORDINATOR, OTHER_WARD)
    analyst = staff("phantich", "ministry-analyst", every_province=True)
    holders = who_may(viewer_of(boss), province, WARD.path)
    assert [holder.person.pk for holder in holders] == [officer.pk, analyst.pk, boss.pk]
    assert MANAGE in {permission.code for permission in holders[-1].permissions}
    with pytest.raises(NotPermitted):
        who_may(viewer_of(officer), province, OTHER_WARD.path)
