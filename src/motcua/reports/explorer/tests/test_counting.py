"""Figures of dossiers counted from the rows operations leave, through a merger, and opened to them."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from motcua.engine.accounts.api import User
from motcua.engine.facts.api import open_records, units_scope, whole_province
from motcua.engine.figures.api import REGISTRY
from motcua.kernel.clock import frozen
from motcua.kernel.periods import Window
from motcua.modules.dossiers import api
from motcua.modules.dossiers.data import ResultDraft
from motcua.modules.dossiers.models import Dossier
from motcua.reference.organisations.api import Decision, UnitDraft, make_change, plan_merge, units_on
from motcua.reference.people.api import Installer
from motcua.reports.explorer.counting import by_cut, by_unit, one_value
from motcua.reports.explorer.places import places

pytestmark = pytest.mark.django_db
WINDOW = Window(dt.date(2025, 12, 15), dt.date(2026, 12, 14))
DAY = dt.date(2026, 12, 14)


def figure(code: str) -> Any:
    return REGISTRY.figure(f"dossiers.{code}", DAY)


def file(world: Any, **changes: Any) -> Any:
    with frozen("2026-03-02T08:15"):
        return api.file_dossier(
            world.viewers["desk"], world.province, world.filing(**changes), hand_over=True
        ).uid


def resolve(world: Any, uid: Any, moment: str) -> None:
    v = world.viewers
    with frozen(moment):
        api.forward_dossier(v["leader"], uid)
        api.submit_dossier(v["officer"], uid, ResultDraft("Giấy xác nhận"))
        api.approve_dossier(v["leader"], uid)
        api.sign_dossier(v["leader"], uid)
        api.record_result(v["clerk"], uid)


@pytest.fixture
def story(world) -> dict[str, Any]:
    """Of the ward: one in time, one late, one withdrawn, one open and overdue, one online; of the department: one open."""
    found = {
        "in time": file(world), "late": file(world), "withdrawn": file(world), "overdue": file(world),
        "online": file(world, channel=2), "department": file(world, handling=world.department.code),
    }  # fmt: skip
    resolve(world, found["in time"], "2026-03-03T09:00")
    resolve(world, found["late"], "2026-03-20T09:00")
    with frozen("2026-03-02T09:00"):
        api.withdraw_dossier(world.viewers["desk"], found["withdrawn"], "Xin rút")
    return found


EXPECTED = {
    "received": 6, "resolved": 3, "resolved-on-time": 2, "resolved-late": 1, "open": 3, "open-overdue": 3,
    "refused": 0, "supplemented": 0, "extended": 0, "elsewhere": 1,
}  # fmt: skip


def test_every_count_is_that_of_the_rows(world, story, build):
    build()
    scope = whole_province(world.province)
    for code, number in EXPECTED.items():
        assert one_value(world.province, figure(code), WINDOW, scope=scope).numerator == number, code
    on_time = one_value(world.province, figure("on-time"), WINDOW, scope=scope)
    assert (on_time.numerator, on_time.denominator) == (2, 3)
    online = one_value(world.province, figure("online"), WINDOW, scope=scope)
    assert (online.numerator, online.denominator) == (1, 6)


def test_departments_and_communes_apart_make_the_whole(world, story, build):
    build()
    scope = whole_province(world.province)
    parts = [
        one_value(world.province, figure(f"on-time-{level}"), WINDOW, scope=scope)
        for level in ("province", "commune")
    ]
    whole = one_value(world.province, figure("on-time"), WINDOW, scope=scope)
    assert sum((one.denominator for one in parts), Fraction()) == whole.denominator
    assert parts[0].denominator == 0 and parts[1].denominator == 3


def test_a_period_counts_only_its_days(world, story, build):
    build()
    scope = whole_province(world.province)
    early = Window(dt.date(2026, 3, 1), dt.date(2026, 3, 4))
    assert one_value(world.province, figure("resolved"), early, scope=scope).numerator == 2
    # as on that day: what was resolved later was still open, and not yet past its appointment
    assert one_value(world.province, figure("open"), early, scope=scope).numerator == 4
    assert one_value(world.province, figure("open-overdue"), early, scope=scope).numerator < 4


def test_a_figure_opens_to_just_its_records(world, story, build):
    build()
    scope = whole_province(world.province)
    opening = open_records(world.province, figure("resolved-late"), "count", WINDOW, scope=scope)
    assert [key for key, _number in opening.records] == [str(story["late"])] and opening.tally.rows == 1


def test_nobody_counts_another_units_dossiers(world, story, build):
    build()
    stranger = units_scope(world.province, {world.other_ward.code})
    assert one_value(world.province, figure("received"), WINDOW, scope=stranger).numerator == 0
    own = units_scope(world.province, {world.department.code})
    assert one_value(world.province, figure("received"), WINDOW, scope=own).numerator == 1


def test_cuts_add_up(world, story, build):
    build()
    scope = whole_province(world.province)
    for column in ("channel", "level", "procedure", "field", "outcome", "late_reason", "received_hour"):
        groups = by_cut(world.province, figure("received"), WINDOW, column, scope=scope)
        assert sum((one.numerator for one in groups.values()), Fraction()) == 6, column
    by_channel = by_cut(world.province, figure("received"), WINDOW, "channel", scope=scope)
    assert {key: one.numerator for key, one in by_channel.items()} == {"counter": 5, "online": 1}


def test_after_a_merger_units_as_they_were_and_as_they_are_have_one_total(world, story, build):
    [top] = units_on(world.province, dt.date(2026, 12, 1), kind="province_committee")
    draft = UnitDraft("UBND phường Mẫu", "commune_committee", "H05.99999", parent=top.uid)
    plan = plan_merge(
        Decision("01/NQ", dt.date(2026, 12, 1), title="Hợp nhất thử"),
        [world.ward.uid, world.other_ward.uid],
        draft,
    )
    with frozen("2026-12-01T08:00"):
        make_change(Installer(), world.province, plan)
    build()
    scope = whole_province(world.province)
    then, now = (
        by_unit(world.province, figure("resolved"), WINDOW, places(world.province, mode, DAY), scope=scope)
        for mode in ("then", "now")
    )
    assert then.total == now.total and then.total.numerator == 3
    assert then.lines[world.ward.code].numerator == 3
    assert now.lines["H05.99999"].numerator == 3 and world.ward.code not in now.lines


# -- pages -----------------------------------------------------------------------------------------


def client_of(viewer: Any) -> Client:
    User.objects.filter(pk=viewer.user_id).update(must_change_password=False)
    client = Client()
    client.force_login(
        User.objects.get(pk=viewer.user_id), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


@pytest.fixture
def at_year_end():
    with frozen("2026-12-10T09:00"):
        yield


def test_a_leader_sees_the_units_own_number_and_opens_it(world, story, build, at_year_end):
    build()
    client = client_of(world.viewers["leader"])
    index = client.get(reverse("explorer:index")).content.decode()
    assert "Tỷ lệ hồ sơ giải quyết đúng hạn" in index and "66,67" in index
    address = reverse("explorer:figure", args=["dossiers.on-time"])
    page = client.get(address, {"theo": "channel"}).content.decode()
    assert "66,67" in page and "chưa đạt" in page and "trực tiếp" in page and "Diễn biến" in page
    listed = client.get(reverse("explorer:records", args=["dossiers.on-time"]), {"phan": "failing"})
    late = Dossier.objects.get(uid=story["late"])
    assert late.code in listed.content.decode() and listed.context["count"] == 1
    assert world.applicant.display_name not in listed.content.decode()
    text = b"".join(
        client.get(reverse("explorer:records-csv", args=["dossiers.received"])).streaming_content
    ).decode()
    assert text.count("\n") == 6, "the head, and five of the ward: the department's is not the ward's"
    table = client.get(reverse("explorer:table", args=["dossiers.on-time"])).content.decode()
    assert f"{world.ward.code};" in table and "66,67" in table


def test_a_stranger_sees_nothing_and_another_unit_is_not_found(world, story, build, at_year_end):
    build()
    assert client_of(world.viewers["officer"]).get(reverse("explorer:index")).status_code == 404
    client = client_of(world.viewers["leader"])
    address = reverse("explorer:figure", args=["dossiers.on-time"])
    assert client.get(address, {"don-vi": world.department.code}).status_code == 404
    assert client.get(reverse("explorer:figure", args=["form.3!3.1"])).status_code == 404
    assert client.get(reverse("explorer:figure", args=["khong-co"])).status_code == 404
    assert (
        client.get(reverse("explorer:records", args=["dossiers.on-time"]), {"phan": "count"}).status_code
        == 404
    )
    assert (
        client.get(reverse("explorer:records", args=["dossiers.on-time"]), {"cot": "code"}).status_code == 404
    )


def test_facts_not_built_yet_say_so(world, story, at_year_end):
    client = client_of(world.viewers["leader"])
    for name in ("figure", "table", "records", "records-csv"):
        page = client.get(reverse(f"explorer:{name}", args=["dossiers.received"]))
        assert page.status_code == 200 and "chưa được dựng" in page.content.decode(), name
    assert "chưa được dựng" in client.get(reverse("explorer:index")).content.decode()
