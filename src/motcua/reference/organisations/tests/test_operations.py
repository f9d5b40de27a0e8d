"""Operations on units: what they write, whom they ask, what follows, and that an undo is exact."""

import datetime as dt
from fractions import Fraction

import pytest

from motcua.engine.accounts.models import User
from motcua.engine.events.api import Event, tell
from motcua.engine.permissions.api import Grant, NotPermitted, Role, Viewer
from motcua.kernel.clock import frozen
from motcua.reference.organisations.api import (
    ChangeRefused,
    Decision,
    UnitDraft,
    abolish_unit,
    carry_due,
    find_unit,
    found_unit,
    merge_units,
    plan_merge,
    preview_change,
    rename_unit,
    split_unit,
    successors,
    transfer_unit,
    undo_change,
    unit_at,
    units_on,
)
from motcua.reference.organisations.models import UnitChange, UnitLink, UnitVersion

START = dt.date(2025, 1, 1)
TODAY = dt.date(2026, 1, 15)


@pytest.fixture(autouse=True)
def _today():
    with frozen(TODAY):
        yield


def decision(day: int, number: str = "12/QĐ-UBND") -> Decision:
    return Decision(number, START + dt.timedelta(days=day), None, "Sắp xếp thử")


@pytest.fixture
def town(province, manager):
    """UBND tỉnh with two communes, each with a centre."""
    found_unit(manager, province, decision(0), UnitDraft("UBND tỉnh Mẫu", "province_committee", "H99"))
    root = unit_at(province, "H99", START).uid
    for number, name in ((1, "An"), (2, "Bình")):
        draft = UnitDraft(f"UBND xã {name}", "commune_committee", f"H99.{number}", root)
        found_unit(manager, province, decision(1), draft)
        above = unit_at(province, f"H99.{number}", TODAY).uid
        centre = UnitDraft(f"Trung tâm xã {name}", "centre", f"H99.{number}.01", above)
        found_unit(manager, province, decision(2), centre)
    return {u.code: u.uid for u in units_on(province, TODAY)}


def merged(town, name="UBND xã An Bình", code="H99.3"):
    return [town["H99.1"], town["H99.2"]], UnitDraft(name, "commune_committee", code, town["H99"])


def rows(province):
    versions = UnitVersion.objects.filter(province=province).order_by("pk")
    links = UnitLink.objects.filter(province=province).order_by("pk")
    return list(versions.values()), list(links.values())


def test_a_merger_and_its_undo(province, manager, town):
    before = rows(province)
    uid = merge_units(manager, province, decision(100), *merged(town))
    assert {u.path for u in units_on(province, TODAY)} >= {"/H99/H99.3/", "/H99/H99.3/H99.1.01/"}
    assert unit_at(province, "H99.1", START + dt.timedelta(days=99)).name == "UBND xã An"
    undo_change(manager, province, uid, "Nhập nhầm")
    assert rows(province) == before
    told = [tell(event) for event in Event.objects.filter(subject=f"unit-change:{uid}").order_by("pk")]
    assert told[0].startswith("Hợp nhất ") and "UBND xã An Bình" in told[0]
    assert told[-1] == "Hoàn tác “Sắp xếp thử” (theo 12/QĐ-UBND); lý do: Nhập nhầm"
    with pytest.raises(ChangeRefused):
        undo_change(manager, province, uid, "Lần nữa")


def test_the_preview_says_what_the_change_does_and_writes_nothing(province, manager, town):
    before = rows(province)
    seen = preview_change(manager, province, plan_merge(decision(100), *merged(town)))
    assert rows(province) == before and UnitChange.objects.filter(kind="merge").count() == 0
    merge_units(manager, province, decision(100), *merged(town))
    after = {(u.code, u.path) for u in units_on(province, TODAY)}
    assert {(u.code, u.path) for u in seen.beginning} <= after
    assert not {(u.code, u.path) for u in seen.ending} & after


def test_accounts_follow_their_unit_and_come_back(province, manager, town):
    grants = [grant_at(province, f"H99.{n}", f"/H99/H99.{n}/", f"can-bo-{n}") for n in (1, 2)]
    seen = preview_change(manager, province, plan_merge(decision(100), *merged(town)))
    assert [(t.label, t.count) for t in seen.touched] == [("Quyền của tài khoản", 2)]
    uid = merge_units(manager, province, decision(100), *merged(town))
    assert {places(grant) for grant in grants} == {("H99.3", "/H99/H99.3/")}
    undo_change(manager, province, uid, "Nhập nhầm")
    assert [places(grant) for grant in grants] == [("H99.1", "/H99/H99.1/"), ("H99.2", "/H99/H99.2/")]


def grant_at(province, code, path, name):
    user = User.objects.create_user(name, display_name=name)
    return Grant.objects.create(
        user=user,
        role=Role.objects.get(),
        province=province,
        unit_code=code,
        unit_path=path,
        valid_from=START,
    )


def places(grant):
    grant.refresh_from_db()
    return grant.unit_code, grant.unit_path


def test_what_is_decided_for_later_moves_on_its_day(province, manager, town):
    grant = grant_at(province, "H99.1", "/H99/H99.1/", "can-bo")
    coming = Decision("12/QĐ-UBND", TODAY + dt.timedelta(days=10))
    merge_units(manager, province, coming, *merged(town))
    assert places(grant) == ("H99.1", "/H99/H99.1/")
    assert carry_due(province, TODAY + dt.timedelta(days=9)) == 0
    assert carry_due(province, TODAY + dt.timedelta(days=10)) == 1
    assert places(grant) == ("H99.3", "/H99/H99.3/")


def test_a_stranger_may_not(province, manager, town):
    stranger = Viewer(User.objects.create_user("khach", display_name="Khách"))
    before = rows(province)
    for act in (
        lambda: merge_units(stranger, province, decision(100), *merged(town)),
        lambda: preview_change(stranger, province, plan_merge(decision(100), *merged(town))),
        lambda: undo_change(stranger, province, UnitChange.objects.first().uid, "x"),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert rows(province) == before


def test_the_same_key_does_nothing_twice(province, manager, town):
    first = merge_units(manager, province, decision(100), *merged(town), idempotency_key="k1")
    before = rows(province)
    assert merge_units(manager, province, decision(100), *merged(town), idempotency_key="k1") == first
    assert rows(province) == before


def test_a_split_has_explicit_shares(province, manager, town):
    drafts = [
        (UnitDraft("UBND xã Đông", "commune_committee", "H99.4", town["H99"]), Fraction(3, 5)),
        (UnitDraft("UBND xã Tây", "commune_committee", "H99.5", town["H99"]), Fraction(2, 5)),
    ]
    split_unit(manager, province, decision(50), town["H99.1"], drafts, "Theo dân số")
    held = {h.unit.code: (h.share, h.basis) for h in successors(province, town["H99.1"])}
    assert held == {"H99.4": (Fraction(3, 5), "Theo dân số"), "H99.5": (Fraction(2, 5), "Theo dân số")}
    assert unit_at(province, town["H99.1.01"], TODAY).path == "/H99/H99.4/H99.1.01/"


def test_rename_transfer_abolish(province, manager, town):
    rename_unit(manager, province, decision(10), town["H99.1"], name="UBND phường An", short_name="Phường An")
    assert find_unit(province, "Phường An", TODAY).uid == town["H99.1"]
    transfer_unit(manager, province, decision(20), town["H99.1.01"], town["H99.2"])
    assert unit_at(province, town["H99.1.01"], TODAY).path == "/H99/H99.2/H99.1.01/"
    abolish_unit(manager, province, decision(30), town["H99.1"], heir=town["H99.2"])
    assert unit_at(province, town["H99.1"], TODAY) is None
    assert [h.unit.uid for h in successors(province, town["H99.1"])] == [town["H99.2"]]


@pytest.mark.parametrize(
    ("code", "bad"),
    [
        ("organisations.decision", Decision(" ", TODAY)),
        ("organisations.decision", Decision("1/QĐ", START, TODAY)),
        ("timeline.later-change", Decision("1/QĐ", START + dt.timedelta(days=1))),
    ],
)
def test_a_bad_decision_is_refused(province, manager, town, code, bad):
    with pytest.raises(ChangeRefused) as refusal:
        merge_units(manager, province, bad, *merged(town))
    assert refusal.value.code == code
