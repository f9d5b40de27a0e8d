from __future__ import annotations

import datetime as dt

import pytest

from motcua.engine.permissions.api import NotPermitted
from motcua.modules.catalogue.api import CatalogueError, procedure_on
from motcua.modules.catalogue.models import Override
from motcua.modules.catalogue.overrides import end_override, overrides_of, set_override
from motcua.modules.catalogue.permissions import OVERRIDE

OCTOBER = dt.date(2026, 10, 1)
WARD = ("T01.21", "/T01/T01.21/")
SHORTER = {"content": {"channels": [{"kind": "direct", "limits": [{"limit": "0,5 ngày làm việc"}]}]}}


@pytest.fixture
def ward_editor(person, province):
    return person("xa", province, [OVERRIDE], WARD[1])


def test_a_unit_differs_only_in_what_it_says(ward_editor, province, procedure):
    changes = {**SHORTER, "online_level": "full"}
    override = set_override(ward_editor, procedure, *WARD, changes, OCTOBER, "QĐ 5/QĐ-UBND")
    assert override.changes == SHORTER  # the online level is the inherited one: not copied
    here = procedure_on(province, procedure.code, OCTOBER, unit_code="T01.21.01")
    assert (here.unit_code, here.content.limit().limit) == ("T01.21", "0,5 ngày làm việc")
    assert here.content.cases == procedure_on(province, procedure.code, OCTOBER).content.cases
    elsewhere = procedure_on(province, procedure.code, OCTOBER, unit_code="T01.22")
    assert elsewhere.content.limit().limit == "01 ngày làm việc"
    [shown] = overrides_of(province, procedure, OCTOBER)
    assert [one.part for one in shown.differences] == ["channels", "fees"]


def test_it_ends_and_is_replaced(ward_editor, province, procedure):
    first = set_override(ward_editor, procedure, *WARD, SHORTER, OCTOBER, "QĐ 5")
    november = dt.date(2026, 11, 1)
    second = set_override(ward_editor, procedure, *WARD, {}, november, "QĐ 6", stopped=True)
    first.refresh_from_db()
    assert first.valid_to == november
    assert procedure_on(province, procedure.code, november, unit_code="T01.21") is None
    end_override(ward_editor, second, dt.date(2026, 12, 1))
    back = procedure_on(province, procedure.code, dt.date(2026, 12, 1), unit_code="T01.21")
    assert back.unit_code == ""


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "same"),
        ({"content": {"place": ""}}, "same"),
        ({"name": "Tên khác"}, "parts"),
        ({"content": {"papers": []}}, "parts"),
        (
            {"content": {"channels": [{"kind": "direct", "limits": [{"limit": "02 ngày làm việc"}]}]}},
            "longer",
        ),
    ],
)
def test_refusals(ward_editor, procedure, changes, code):
    with pytest.raises(CatalogueError) as caught:
        set_override(ward_editor, procedure, *WARD, changes, OCTOBER, "QĐ 5")
    assert caught.value.code == f"catalogue.override.{code}"
    assert not Override.objects.exists()


def test_a_ward_speaks_for_itself_only(ward_editor, procedure):
    with pytest.raises(NotPermitted):
        set_override(ward_editor, procedure, "T01.22", "/T01/T01.22/", SHORTER, OCTOBER, "QĐ 5")
    assert not Override.objects.exists()
