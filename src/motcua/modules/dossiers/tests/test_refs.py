from __future__ import annotations

import pytest

from motcua.kernel.clock import frozen
from motcua.kernel.ids import uuid7
from motcua.modules.dossiers.api import dossier_of_receipt, dossier_ref, file_dossier
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
