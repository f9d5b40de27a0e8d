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
    """Makes a viewer: person("name", province, [permissions], path="/")."""
    from motcua.engine.accounts.models import User
    from motcua.engine.permissions.api import Grant, Role, RolePermission, Viewer

    def make(name, province, permissions, path="/"):
        user = User.objects.create_user(name, "mat-khau-thu", display_name=f"Người {name}")
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
    from motcua.modules.catalogue.permissions import ANNOUNCE, EDIT, OVERRIDE, VIEW

    return person("soan", province, [VIEW, EDIT, ANNOUNCE, OVERRIDE])


@pytest.fixture
def reader(person, province):
    from motcua.modules.catalogue.permissions import VIEW

    return person("xem", province, [VIEW])


@pytest.fixture
def content():
    from motcua.modules.catalogue.data import (
        Agency,
        Basis,
        Channel,
        ChannelLimit,
        Fee,
        Paper,
        PaperCase,
        ProcedureContent,
        Result,
        Sequence,
    )

    fees = (Fee("Lệ phí", 8_000, "fee"),)
    return ProcedureContent(
        sequences=(Sequence(steps=("Nộp hồ sơ", "Nhận kết quả")),),
        channels=(
            Channel("direct", (ChannelLimit("01 ngày làm việc", fees=fees),)),
            Channel("online", (ChannelLimit("04 giờ làm việc", fees=(Fee("Lệ phí", 0),)),)),
        ),
        cases=(
            PaperCase("Có giấy chứng sinh", (Paper("Tờ khai", form="Mẫu 01"), Paper("Giấy chứng sinh"))),
            PaperCase("Không có giấy chứng sinh", (Paper("Tờ khai"), Paper("Văn bản cam đoan"))),
        ),
        subjects=("Công dân Việt Nam",),
        agencies=(Agency("Ủy ban nhân dân cấp xã"),),
        results=(Result("Giấy khai sinh"),),
        bases=(Basis("60/2014/QH13", "Luật Hộ tịch"),),
    )


@pytest.fixture
def proposal(content):
    from motcua.modules.catalogue.proposals import Proposal

    return Proposal("Đăng ký khai sinh", "ho-tich", "Hộ tịch", online_level="full", content=content)


@pytest.fixture
def decision():
    from motcua.modules.catalogue.proposals import Announcement

    return Announcement("100/QĐ-UBND", dt.date(2026, 9, 1), "new", "Ủy ban nhân dân tỉnh")


@pytest.fixture
def procedure(editor, province, proposal, decision):
    """Announced, in force from 15/09/2026."""
    from motcua.modules.catalogue.api import Levels, announce, create_procedure

    made = create_procedure(editor, province, "1.001193", Levels(commune=True), proposal)
    announce(editor, made, decision, dt.date(2026, 9, 15))
    made.refresh_from_db()
    return made
