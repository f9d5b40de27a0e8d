from __future__ import annotations

import pytest

from motcua.kernel.clock import frozen
from motcua.kernel.ids import uuid7
from motcua.modules.dossiers.api import (
    dossier_of_receipt,
    dossier_ref,
    ended_refs,
    file_dossier,
    withdraw_dossier,
)
from motcua.modules.dossiers.models import Dossier

pytestmark = pytest.mark.django_db


def test_a_dossier_is_referred_to_by_identity_by_code_and_by_its_receipt(world):
    with frozen("2026-03-02T08:15"):
        filing = world.filing(handling=world.department.code, returning=world.other_ward.code)
        done = file_dossier(world.viewers["desk"], world.province, filing)
    row = Dossier.objects.get(uid=done.uid)
    found = dossier_ref(world.province, uid=done.uid)
    assert found is not None
    assert (found.code, found.procedure_code, found.field_code) == (done.code, "1.000001", "HT")
    assert found.receiving == (world.ward.code, world.ward.path)
    assert found.handling == (world.department.code, world.department.path)
    assert found.returning == (world.other_ward.code, world.other_ward.path)
    assert found.received_at == row.received_at and found.ended_at is None
    assert dossier_ref(world.province, code=f" {done.code.lower()} ") == found
    assert dossier_of_receipt(done.code, row.check_value) == found


def test_what_is_no_dossier_is_none(world):
    with frozen("2026-03-02T08:15"):
        done = file_dossier(world.viewers["desk"], world.province, world.filing())
    assert dossier_ref(world.province) is None
    assert dossier_ref(world.province, code="H05.99-260302-0001") is None
    assert dossier_ref(world.province, uid=uuid7()) is None
    assert dossier_of_receipt(done.code, "") is None
    assert dossier_of_receipt(done.code, "WRONG000") is None


def test_ended_ones_come_latest_first(world):
    made = []
    for hour in (8, 9, 10):
        with frozen(f"2026-03-02T{hour:02}:15"):
            made.append(file_dossier(world.viewers["desk"], world.province, world.filing()).uid)
    for hour, uid in ((11, made[1]), (13, made[0])):
        with frozen(f"2026-03-02T{hour}:15"):
            withdraw_dossier(world.viewers["desk"], uid, "Rút")
    assert [one.uid for one in ended_refs(world.province)] == [made[0], made[1]]
    assert [one.uid for one in ended_refs(world.province, 1)] == [made[0]]
