"""What a dossier must pay: by the catalogue of its version and channel, by a notice; relief; cancellation."""

from __future__ import annotations

import datetime as dt

import pytest
from payment_world import CHARGE, EVERY, FEE, LAND, account, charged, filed, land, refused, set_fees, snapshot

from motcua.engine.events.testing import replays
from motcua.engine.permissions.api import NotPermitted
from motcua.kernel.clock import frozen
from motcua.kernel.money import Dong
from motcua.modules.catalogue.api import forget_procedures
from motcua.modules.catalogue.data import Fee
from motcua.modules.catalogue.models import Version
from motcua.modules.dossiers.models import Dossier
from motcua.modules.payments import api
from motcua.modules.payments.models import Charge, Duty

pytestmark = pytest.mark.django_db


def amounts(dossier) -> dict[str, int]:
    return dict(Charge.objects.filter(duty__dossier_uid=dossier).values_list("name", "amount"))


def test_the_catalogues_fees_are_raised_for_the_channel_of_the_dossier(world):
    direct, online = filed(world), filed(world, channel=2)
    with replays(snapshot, EVERY) as events:
        charged(world, direct)
        charged(world, online)
    assert amounts(direct) == {FEE: 50_000, CHARGE: 120_000}
    assert amounts(online) == {FEE: 25_000}  # a fee of nothing is nothing to pay
    duty = Duty.objects.get(dossier_uid=direct)
    assert (duty.owed, duty.paid, duty.settled_at) == (170_000, 0, None)
    assert duty.owed_at is not None and duty.dossier_code == Dossier.objects.get(uid=direct).code
    assert [event.type for event in events].count("payments:charge:raised") == 3
    assert all("Nguyễn" not in str(event.payload) and FEE not in str(event.payload) for event in events)


def test_a_dossier_pays_the_fees_of_the_version_it_was_received_under(world):
    dossier = filed(world)
    old = Version.objects.get(province=world.province, procedure__code="1.000001")
    old.valid_to = dt.date(2026, 3, 10)
    old.save()
    new = Version.objects.get(pk=old.pk)
    new.pk, new.number, new.valid_from, new.valid_to = None, 2, dt.date(2026, 3, 10), None
    new.save()
    set_fees(new, (Fee(FEE, 99_000),))
    forget_procedures()
    with frozen("2026-03-11T09:00"):
        charged(world, dossier)
        later = filed(world)
        charged(world, later)
    assert amounts(dossier) == {FEE: 50_000, CHARGE: 120_000}
    assert amounts(later) == {FEE: 99_000}


def test_what_the_catalogue_says_in_words_is_priced_by_hand_and_what_it_prices_is_not(world):
    desk, words = world.viewers["desk"], filed(world, "1.000002")
    with refused("charge.unpriced"):
        api.charge_by_catalogue(desk, world.province, words)
    name = "Phí sao chụp"
    choice = {name: api.FeeChoice(quantity=12, amount=Dong(2_000))}
    api.charge_by_catalogue(desk, world.province, words, choice)
    row = Charge.objects.get(name=name)
    assert (row.amount, row.quantity, row.kind, row.basis_kind) == (24_000, 12, "charge", "catalogue")
    priced = filed(world)
    with refused("charge.priced"):
        api.charge_by_catalogue(desk, world.province, priced, {FEE: api.FeeChoice(amount=Dong(1_000))})
    with refused("charge.none"):  # a fee the procedure does not have
        api.charge_by_catalogue(desk, world.province, priced, {"Phí lạ": api.FeeChoice(quantity=2)})
    with refused("charge.quantity"):
        api.charge_by_catalogue(desk, world.province, priced, {FEE: api.FeeChoice(quantity=0)})
    api.charge_by_catalogue(desk, world.province, priced, only=[FEE])
    assert amounts(priced) == {FEE: 50_000}


def test_a_fee_is_asked_once_and_a_free_procedure_asks_none(world):
    desk, dossier, free = world.viewers["desk"], filed(world), filed(world, "1.000003")
    charged(world, dossier)
    with refused("charge.twice"):
        charged(world, dossier)
    with refused("charge.none"):
        charged(world, free)
    assert not Duty.objects.filter(dossier_uid=free).exists()
    fee = Charge.objects.get(name=FEE)
    api.cancel_charge(desk, fee.uid, "Ghi nhầm")
    api.charge_by_catalogue(desk, world.province, dossier, only=[FEE])
    assert Charge.objects.filter(name=FEE).count() == 2


def test_the_same_key_raises_nothing_twice(world):
    desk, dossier = world.viewers["desk"], filed(world)
    with replays(snapshot, EVERY):
        first = api.charge_by_catalogue(desk, world.province, dossier, idempotency_key="k1")
        again = api.charge_by_catalogue(desk, world.province, dossier, idempotency_key="k1")
        notice = api.raise_charge(desk, world.province, dossier, land(), idempotency_key="k1")
        same = api.raise_charge(desk, world.province, dossier, land(), idempotency_key="k1")
    assert not first.repeated and again.repeated
    assert again.uids == first.uids and len(first.uids) == 2
    assert same.uid == notice.uid and same.repeated
    assert Charge.objects.count() == 3


def test_a_notice_raises_a_land_obligation_and_bad_drafts_are_refused(world):
    officer, dossier = world.viewers["officer"], filed(world)
    api.raise_charge(officer, world.province, dossier, land(due_on=dt.date(2026, 4, 1)))
    row = Charge.objects.get(name=LAND)
    assert (row.kind, row.due_before, row.due_on, row.basis_kind) == (
        "land", "handling", dt.date(2026, 4, 1), "notice",
    )  # fmt: skip
    for code, changes in (
        ("charge.twice", {}),
        ("charge.amount", {"amount": Dong(0)}),
        ("charge.amount", {"amount": Dong(10**15)}),
        ("charge.amount", {"amount": Dong(-5)}),
        ("charge.basis", {"basis": "  "}),
        ("charge.name", {"name": ""}),
        ("charge.kind", {"kind": "gift"}),
        ("charge.kind", {"due_before": "never"}),
        ("text.too-long", {"name": "x" * 301}),
    ):
        with refused(code):
            api.raise_charge(officer, world.province, dossier, land(**changes))


def test_relief_takes_off_what_the_clause_lets_and_says_so(world):
    desk, dossier = world.viewers["desk"], filed(world)
    clause = {"reason": "Người khuyết tật", "clause": "Thông tư 85/2019/TT-BTC, Điều 5"}
    exempt = api.Relief("exempt", **clause)
    api.charge_by_catalogue(desk, world.province, dossier, {FEE: api.FeeChoice(relief=exempt)})
    fee, charge = Charge.objects.get(name=FEE), Charge.objects.get(name=CHARGE)
    assert (fee.state, fee.amount, fee.listed, fee.relief) == ("exempt", 0, 50_000, "exempt")
    assert fee.closed_at is not None
    for off in (Dong(0), Dong(120_000), Dong(-1), None):
        with refused("charge.relief"):
            api.relieve_charge(desk, charge.uid, api.Relief("reduced", off=off, **clause))
    with refused("charge.relief"):
        api.relieve_charge(desk, charge.uid, api.Relief("exempt", "", "Điều 5"))
    with replays(snapshot, EVERY):
        api.relieve_charge(desk, charge.uid, api.Relief("reduced", off=Dong(20_000), **clause))
    charge.refresh_from_db()
    assert (charge.state, charge.amount, charge.listed) == ("due", 100_000, 120_000)
    with refused("charge.relieved"):
        api.relieve_charge(desk, charge.uid, exempt)
    duty = Duty.objects.get(dossier_uid=dossier)
    assert (duty.owed, duty.relieved) == (100_000, 70_000)


def test_a_dossier_all_of_whose_fees_are_exempt_owes_nothing(world):
    desk, dossier = world.viewers["desk"], filed(world)
    exempt = api.FeeChoice(relief=api.Relief("exempt", "Hộ nghèo", "Nghị quyết của HĐND"))
    api.charge_by_catalogue(desk, world.province, dossier, {FEE: exempt, CHARGE: exempt})
    duty = Duty.objects.get(dossier_uid=dossier)
    assert (duty.owed, duty.owed_at, duty.settled_at, duty.relieved) == (0, None, None, 170_000)


@pytest.mark.parametrize(
    ("name", "may"),
    [("desk", True), ("officer", True), ("leader", True), ("clerk", False), ("other_desk", False), ("dept_officer", False)],
)  # fmt: skip
def test_who_may_raise_a_charge(world, name, may):
    dossier, before = filed(world), snapshot()
    if may:
        api.raise_charge(world.viewers[name], world.province, dossier, land())
        assert Charge.objects.count() == 1
    else:
        with pytest.raises(NotPermitted):
            api.raise_charge(world.viewers[name], world.province, dossier, land())
        assert snapshot() == before


def test_relief_needs_its_own_right_even_while_charging(world):
    officer, dossier = world.viewers["officer"], filed(world)  # may charge, may not relieve
    relief = api.Relief("exempt", "Hộ nghèo", "Điều 5")
    before = snapshot()
    with pytest.raises(NotPermitted):
        api.raise_charge(officer, world.province, dossier, land(relief=relief))
    assert snapshot() == before
    api.raise_charge(officer, world.province, dossier, land())
    with pytest.raises(NotPermitted):
        api.relieve_charge(officer, Charge.objects.get().uid, relief)
    api.relieve_charge(world.viewers["leader"], Charge.objects.get().uid, relief)


def test_an_unknown_or_foreign_charge_is_not_there(world):
    dossier = filed(world)
    (uid, *_rest) = charged(world, dossier)
    for viewer in (world.viewers["other_desk"], account(world, "citizen")):
        with pytest.raises(NotPermitted):
            api.cancel_charge(viewer, uid, "Thử")
        assert api.find_charge(viewer, world.province, uid) is None
        assert not api.charges(viewer, world.province).exists()
    assert api.find_charge(world.viewers["clerk"], world.province, uid) is not None
    with pytest.raises(NotPermitted):
        api.cancel_charge(world.viewers["desk"], dossier, "Không có khoản này")


def test_the_department_that_handles_and_the_desk_that_received_both_see_a_charge(world):
    dossier = filed(world, handling=world.department.code)
    (uid, *_rest) = charged(world, dossier)
    row = Charge.objects.get(uid=uid)
    assert row.unit_code == world.department.code
    for name in ("desk", "dept_officer"):
        assert api.find_charge(world.viewers[name], world.province, uid) is not None
    assert api.find_charge(world.viewers["dept2_officer"], world.province, uid) is None


def test_nothing_is_half_saved_when_an_event_cannot_be_written(world, monkeypatch):
    dossier, before = filed(world), snapshot()
    from motcua.modules.payments import ledger

    real, calls = ledger.record, []

    def failing(*args, **kwargs):
        calls.append(args)
        if len(calls) == 2:
            raise RuntimeError("log is full")
        return real(*args, **kwargs)

    monkeypatch.setattr(ledger, "record", failing)
    with pytest.raises(RuntimeError):
        charged(world, dossier)
    assert len(calls) == 2 and snapshot() == before and not Duty.objects.exists()
