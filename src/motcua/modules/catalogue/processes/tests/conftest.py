from __future__ import annotations

import datetime as dt

import pytest

from motcua.kernel.clock import frozen


@pytest.fixture(autouse=True)
def _today():
    with frozen("2026-10-01T09:00"):
        yield


@pytest.fixture
def province(db):
    from motcua.engine.provinces.models import Province, ProvinceTitle

    made = Province.objects.create(key="thu", agency_code="T01", place_code="01")
    ProvinceTitle.objects.create(province=made, title="Tỉnh Thử", valid_from=dt.date(2025, 7, 1))
    return made


@pytest.fixture
def person(db):
    """Makes a viewer: person("name", province, [permissions])."""
    from motcua.engine.accounts.models import User
    from motcua.engine.permissions.api import Grant, Role, RolePermission, Viewer

    def make(name, province, permissions, path="/"):
        user = User.objects.create_user(name, "mat-khau-thu", display_name=f"Người Mẫu {name}")
        role = Role.objects.create(code=f"role-{name}", label=name)
        for permission in permissions:
            RolePermission.objects.create(role=role, permission=permission)
        Grant.objects.create(
            user=user,
            role=role,
            province=province,
            unit_code=path.strip("/").rpartition("/")[2],
            unit_path=path,
            valid_from=dt.date(2020, 1, 1),
        )
        return Viewer(user)

    return make


@pytest.fixture
def editor(person, province):
    from motcua.modules.catalogue.permissions import ANNOUNCE, EDIT, PROCESS_APPROVE, PROCESS_EDIT

    return person("soan", province, [EDIT, ANNOUNCE, PROCESS_EDIT, PROCESS_APPROVE])


@pytest.fixture
def drafter(person, province):
    from motcua.modules.catalogue.permissions import PROCESS_EDIT

    return person("viet", province, [PROCESS_EDIT])


@pytest.fixture
def content():
    from motcua.modules.catalogue.data import (
        Agency,
        Basis,
        Channel,
        ChannelLimit,
        Paper,
        PaperCase,
        ProcedureContent,
        Result,
        Sequence,
    )

    return ProcedureContent(
        sequences=(Sequence(steps=("Nộp hồ sơ", "Nhận kết quả")),),
        channels=(Channel("direct", (ChannelLimit("05 ngày làm việc"),)),),
        cases=(PaperCase("", (Paper("Đơn đề nghị"),)),),
        subjects=("Tổ chức",),
        agencies=(Agency("Sở Nội vụ"),),
        results=(Result("Giấy phép"),),
        bases=(Basis("63/2010/NĐ-CP", "Nghị định thử"),),
    )


@pytest.fixture
def procedure(editor, province, content):
    """Announced, handled by the province in five working days, in force from 15/09/2026."""
    from motcua.modules.catalogue.api import Announcement, Levels, Proposal, announce, create_procedure

    proposal = Proposal("Cấp giấy phép thử", "thu", "Lĩnh vực thử", online_level="full", content=content)
    made = create_procedure(editor, province, "1.001001", Levels(province=True), proposal)
    decision = Announcement("100/QĐ-UBND", dt.date(2026, 9, 1), "new", "Ủy ban nhân dân tỉnh")
    announce(editor, made, decision, dt.date(2026, 9, 15))
    made.refresh_from_db()
    return made


@pytest.fixture
def plan(procedure, province):
    from motcua.modules.catalogue.api import procedure_on
    from motcua.modules.catalogue.processes.usual import default_plan

    return default_plan(procedure_on(province, procedure.code, dt.date(2026, 10, 1)))


@pytest.fixture
def approval():
    from motcua.modules.catalogue.processes.writing import Approval

    return Approval("200/QĐ-UBND", dt.date(2026, 9, 20), "Chủ tịch Ủy ban nhân dân tỉnh")
