"""A tiny province for tests: two departments, two communes, officers of every role, procedures with processes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from motcua.engine.accounts.api import User
from motcua.engine.permissions.api import Grant, Role, RolePermission, Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now, today
from motcua.modules.catalogue.data import (
    Channel,
    ChannelLimit,
    Paper,
    PaperCase,
    ProcedureContent,
    Result,
    StepLink,
    StepPlan,
    to_json,
)
from motcua.modules.catalogue.models import (
    Field,
    Link,
    Procedure,
    Process,
    ProcessVersion,
    Step,
    Version,
)
from motcua.modules.dossiers.data import Filing, HandedPaper
from motcua.reference.applicants.api import Applicant, ApplicantDraft, register_applicant
from motcua.reference.organisations.api import load_reference, units_on
from motcua.reference.people.api import Installer, UnitRef, load_roles

SINCE = dt.date(2025, 7, 1)


@dataclass
class World:
    province: Province
    ward: Any
    other_ward: Any
    department: Any
    other_department: Any
    viewers: dict[str, Viewer] = field(default_factory=dict)
    applicant: Applicant | None = None

    def filing(self, code: str = "1.000001", **changes: Any) -> Filing:
        assert self.applicant is not None
        values = {
            "procedure_code": code,
            "applicant": self.applicant.uid,
            "receiving": self.ward.code,
            "handling": self.ward.code,
            "papers": (HandedPaper("Tờ khai"), HandedPaper("Giấy chứng sinh", originals=0, copies=1)),
        }
        return Filing(**(values | changes))


def make_world() -> World:
    """Bắc Ninh as loaded, with a few made-up officers."""
    load_reference("bac-ninh")
    load_roles()
    province = Province.objects.get(key="bac-ninh")
    communes = sorted(units_on(province, today(), kind="commune_committee"), key=lambda unit: unit.code)
    departments = sorted(units_on(province, today(), kind="department"), key=lambda unit: unit.code)
    world = World(province, communes[0], communes[1], departments[0], departments[1])
    for name, role, unit in (
        ("desk", "reception-officer", world.ward),
        ("officer", "processing-officer", world.ward),
        ("second", "processing-officer", world.ward),
        ("leader", "unit-leader", world.ward),
        ("clerk", "clerk", world.ward),
        ("other_desk", "reception-officer", world.other_ward),
        ("other_officer", "processing-officer", world.other_ward),
        ("dept_officer", "processing-officer", world.department),
        ("dept_leader", "unit-leader", world.department),
        ("dept_clerk", "clerk", world.department),
        ("dept2_officer", "processing-officer", world.other_department),
    ):
        world.viewers[name] = officer(province, name, role, unit)
    world.applicant = register_applicant(
        Installer(),
        province,
        ApplicantDraft(
            kind="citizen",
            display_name="Nguyễn Thị Mẫu Đào",
            identity_kind="citizen_id",
            identity_number="027000000017",
            phone="0900000017",
            address="Số 1, đường Mẫu, phường Kinh Bắc",
        ),
        unit=UnitRef(world.ward.code, world.ward.path, world.ward.name),
    )
    procedures(province)
    return world


def officer(province: Province, username: str, role: str, unit: Any) -> Viewer:
    """An account with a post, and the grant of that post."""
    from motcua.reference.people.api import Assignment, Span, add_person, give_post, open_account

    installer, where = Installer(), UnitRef(unit.code, unit.path, unit.name)
    person = add_person(installer, province, display_name=f"Cán Bộ Mẫu {username}", unit=where)
    open_account(installer, person, f"t.{username}")
    person.refresh_from_db()
    give_post(installer, person, Assignment(Role.objects.get(code=role), where, Span(SINCE)))
    return Viewer(User.objects.get(username=f"t.{username}"))


def add_permission(role: str, permission: str) -> None:
    RolePermission.objects.get_or_create(role=Role.objects.get(code=role), permission=permission)


def drop_grants(viewer: Viewer) -> None:
    Grant.objects.filter(user_id=viewer.user_id).delete()


USUAL = (
    StepPlan("1", 1, "reception", "Tiếp nhận", "reception-officer", "receiving", quarters=1),
    StepPlan("2", 2, "assign", "Phân công", "unit-leader", quarters=1),
    StepPlan("3", 3, "process", "Thụ lý", "processing-officer", quarters=6),
    StepPlan("4", 4, "approve", "Duyệt", "unit-leader", quarters=2),
    StepPlan("5", 5, "sign", "Ký", "unit-leader", quarters=1),
    StepPlan("6", 6, "issue", "Phát hành", "clerk", quarters=1),
    StepPlan("7", 7, "return", "Trả kết quả", "reception-officer", "returning"),
)
USUAL_LINKS = tuple(StepLink(str(number), str(number + 1)) for number in range(1, 7))


def procedures(province: Province) -> None:
    """1.000001 three working days; 1.000002 no limit; 1.000003 joint and parallel; 1.000004 bound to its place."""
    area, _ = Field.objects.get_or_create(province=province, code="HT", defaults={"name": "Hộ tịch"})
    usual = "3 ngày làm việc"
    make_procedure(province, area, "1.000001", "Đăng ký thử nghiệm", usual, USUAL, USUAL_LINKS)
    make_procedure(province, area, "1.000002", "Thủ tục không thời hạn", "", USUAL, USUAL_LINKS)
    make_procedure(
        province, area, "1.000004", "Thủ tục tại chỗ", usual, USUAL, USUAL_LINKS, independent=False
    )
    departments = sorted(units_on(province, today(), kind="department"), key=lambda unit: unit.code)
    steps = (
        StepPlan("1", 1, "reception", "Tiếp nhận", "reception-officer", "receiving", quarters=1),
        StepPlan("2", 2, "process", "Thụ lý", "processing-officer", quarters=4),
        StepPlan("3a", 3, "joint", "Thẩm định", "processing-officer", "unit", departments[0].code, leg_limit="2 ngày làm việc", leg_procedure="1.000009"),
        StepPlan("3b", 4, "joint", "Xác minh", "processing-officer", "unit", departments[1].code, leg_limit="1 ngày làm việc"),
        StepPlan("4", 5, "sign", "Ký", "unit-leader", quarters=2, waits_for_all=True),
        StepPlan("5", 6, "return", "Trả kết quả", "reception-officer", "returning"),
    )  # fmt: skip
    links = (
        StepLink("1", "2"),
        StepLink("2", "3a"),
        StepLink("2", "3b"),
        StepLink("3a", "4"),
        StepLink("3b", "4"),
        StepLink("4", "5"),
    )
    make_procedure(province, area, "1.000003", "Thủ tục liên thông", "10 ngày làm việc", steps, links)


def make_procedure(
    province: Province,
    area: Field,
    code: str,
    name: str,
    limit: str,
    steps: tuple[StepPlan, ...],
    links: tuple[StepLink, ...],
    *,
    independent: bool = True,
) -> None:
    content = ProcedureContent(
        channels=(
            Channel("direct", (ChannelLimit(limit),)),
            Channel("online", (ChannelLimit("2 ngày làm việc" if limit else ""),)),
        ),
        cases=(PaperCase("", (Paper("Tờ khai"), Paper("Giấy chứng sinh"))),),
        results=(Result("Giấy xác nhận"),),
    )
    procedure = Procedure.objects.create(
        province=province, code=code, at_commune=True, lifecycle="live", created_at=now()
    )
    Version.objects.create(
        province=province,
        procedure=procedure,
        number=1,
        name=name,
        field=area,
        location_independent=independent,
        content=to_json(content),
        content_hash="0" * 64,
        sort_key=name,
        valid_from=SINCE,
    )
    process = Process.objects.create(province=province, procedure=procedure)
    version = ProcessVersion.objects.create(
        province=province, process=process, number=1, name=name, approved_at=now(), valid_from=SINCE
    )
    Step.objects.bulk_create(Step(version=version, **_columns(step)) for step in steps)
    Link.objects.bulk_create(
        Link(version=version, source=link.source, target=link.target, outcome=link.outcome) for link in links
    )


def _columns(step: StepPlan) -> dict[str, Any]:
    names = ("key", "order", "kind", "name", "role", "place", "unit_code", "quarters", "waits_for_all", "leg_procedure", "leg_limit")  # fmt: skip
    return {name: getattr(step, name) for name in names}
