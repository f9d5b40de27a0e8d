from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from motcua.modules.catalogue.api import Levels, Proposal, announce, create_procedure, procedure_on
from motcua.modules.catalogue.data import Agency
from motcua.modules.catalogue.processes.drafting import may_draft
from motcua.modules.catalogue.processes.performers import performers_of
from motcua.modules.catalogue.processes.tests.made import step
from motcua.modules.catalogue.proposals import Announcement

TODAY = dt.date(2026, 10, 1)


@pytest.fixture
def bac_ninh(db):
    """The demonstration province with its 99 communes and its cast."""
    from motcua.engine.provinces.api import Province
    from motcua.reference.organisations.api import load_reference
    from motcua.reference.people.api import load_cast, load_roles

    load_reference("bac-ninh")
    load_roles()
    province = Province.objects.get(key="bac-ninh")
    load_cast(province)
    return province


@pytest.fixture
def announced(bac_ninh, person, content):
    from motcua.modules.catalogue.permissions import ANNOUNCE, EDIT

    editor = person("soan", bac_ninh, [EDIT, ANNOUNCE])

    def make(code, levels, agencies):
        said = Proposal(f"Thủ tục {code}", "thu", "Thử", "full", content=replace(content, agencies=agencies))
        made = create_procedure(editor, bac_ninh, code, levels, said)
        announce(editor, made, Announcement("1/QĐ", dt.date(2026, 8, 1)), dt.date(2026, 9, 1))
        made.refresh_from_db()
        return made, procedure_on(bac_ninh, code, TODAY)

    return make


def test_every_commune_is_asked_for_in_three_queries(announced, django_assert_num_queries):
    procedure, info = announced("1.000001", Levels(commune=True), (Agency("Ủy ban nhân dân cấp xã"),))
    assert procedure.province.key == "bac-ninh"  # read before counting
    with django_assert_num_queries(3):
        lack = performers_of(procedure, info, TODAY)
        found = [
            lack(step(str(n), role=role)) for n, role in enumerate(("processing-officer", "clerk", "none"))
        ]
    assert [(len(one.units), one.of) for one in found] == [(98, 99), (98, 99), (99, 99)]
    assert "Phường Kinh Bắc" not in " ".join(found[0].units)


def test_department_named_by_the_procedure_is_the_one_concerned(announced):
    procedure, info = announced("1.000002", Levels(province=True), (Agency("Sở Nội vụ"),))
    lack = performers_of(procedure, info, TODAY)
    for role in ("processing-officer", "unit-leader", "clerk"):
        assert (lack(step("2", role=role)).units, lack(step("2", role=role)).of) == ((), 1)
    desk = lack(step("1", kind="reception", role="reception-officer", place="receiving"))
    assert (desk.units, desk.of) == ((), 1)  # the office that runs the province's centre


def test_without_a_named_agency_all_departments_are_concerned(announced):
    procedure, info = announced("1.000003", Levels(province=True), (Agency("Cơ quan chuyên môn"),))
    found = performers_of(procedure, info, TODAY)(step("2"))
    assert found.of > 10
    assert len(found.units) == found.of - 1


def test_leg_without_an_agency_is_for_the_dossier_to_choose(announced):
    procedure, info = announced("1.000004", Levels(province=True), (Agency("Sở Nội vụ"),))
    lack = performers_of(procedure, info, TODAY)
    assert lack(step("3", kind="joint", place="unit")).units == ()
    assert lack(step("3", place="unit", unit_code="H05.999")).of == 0


def test_head_of_the_named_department_may_draft_and_others_may_not(announced):
    from motcua.engine.accounts.models import User
    from motcua.engine.permissions.api import Viewer

    own, _info = announced("1.000005", Levels(province=True), (Agency("Sở Nội vụ"),))
    other, _info = announced("1.000006", Levels(province=True), (Agency("Sở Y tế"),))
    head = Viewer(User.objects.get(username="giamdoc"))
    assert (may_draft(head, own), may_draft(head, other)) == (True, False)
    coordinator = Viewer(User.objects.get(username="dieuphoi"))
    assert may_draft(coordinator, other)
    assert not may_draft(Viewer(User.objects.get(username="tiepnhan")), own)
