"""A small province that reports: five departments, three communes, and people of every role."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from motcua.engine.accounts.models import User
from motcua.engine.permissions.api import Grant, Role, RolePermission, Viewer
from motcua.engine.provinces.models import Province, ProvinceTitle
from motcua.reference.organisations.api import Decision, UnitDraft, found_unit, units_on
from motcua.reference.organisations.permissions import MANAGE
from motcua.reports.submissions.jobs import derive_all
from motcua.reports.submissions.operations import CampaignDraft, open_campaign

PERIOD = {"period_kind": "year", "period_from": dt.date(2024, 12, 15), "period_to": dt.date(2025, 12, 14)}
DEPARTMENTS = {
    "H99.11": ("Sở Nội vụ", "department"),
    "H99.12": ("Văn phòng UBND tỉnh", "office"),
    "H99.13": ("Sở Tư pháp", "department"),
    "H99.14": ("Sở Tài chính", "department"),
    "H99.15": ("Sở Khoa học và Công nghệ", "department"),
}
COMMUNES = {"H99.1": "Xã Một", "H99.2": "Xã Hai", "H99.3": "Phường Ba"}


@dataclass
class World:
    province: Any
    viewers: dict[str, Any] = field(default_factory=dict)
    campaign: Any = None

    def own(self) -> Any:
        return self.of("H99")

    def of(self, code: str) -> Any:
        rows = self.campaign.submissions.select_related("sheet", "campaign", "province", "moved_by")
        return rows.get(unit_code=code)


def make_world() -> World:
    """The province with its units and people, and the campaign."""
    province = Province.objects.create(key="tinh-mau", agency_code="H99", place_code="99", simulated=True)
    ProvinceTitle.objects.create(province=province, title="Tỉnh Mẫu", valid_from=dt.date(2020, 1, 1))
    world = World(province)
    manager = person(province, "quan-tri", [MANAGE], "/")
    decision = Decision("01/QĐ-M", dt.date(2024, 1, 1), dt.date(2024, 1, 1))
    found_unit(manager, province, decision, UnitDraft("UBND tỉnh Mẫu", "province_committee", "H99"))
    root = units_on(province, dt.date(2024, 2, 1))[0].uid
    for code, (name, kind) in DEPARTMENTS.items():
        found_unit(manager, province, decision, UnitDraft(name, kind, code, root))
    for code, name in COMMUNES.items():
        found_unit(manager, province, decision, UnitDraft(f"UBND {name}", "commune_committee", code, root))
    world.viewers = {name: person(province, name, *each) for name, each in PEOPLE.items()}
    draft = CampaignDraft(**PERIOD, opened_on=dt.date(2025, 12, 15), due={"commune": dt.date(2027, 12, 20)})
    world.campaign = open_campaign(world.viewers["coordinator"], province, draft)
    derive_all(world.campaign)
    return world


VIEW, SUBMIT, REVIEW = (f"reports.submissions.{each}" for each in ("view", "submit", "review"))
RUN, PUBLISH = "reports.submissions.run", "reports.submissions.publish"
FORMS = ["reports.forms.view", "reports.forms.edit", "reports.forms.import"]
PEOPLE: dict[str, tuple[list[str], str]] = {
    "coordinator": ([VIEW, REVIEW, RUN, *FORMS], "/"),
    "leader": ([VIEW, PUBLISH, "reports.forms.view"], "/"),
    "commune": ([VIEW, *FORMS], "/H99/H99.1/"),
    "head": ([VIEW, SUBMIT, *FORMS], "/H99/H99.1/"),
    "other": ([VIEW, SUBMIT, *FORMS], "/H99/H99.2/"),
    "department": ([VIEW, SUBMIT, *FORMS], "/H99/H99.11/"),
    "both": ([VIEW, SUBMIT, REVIEW, *FORMS], "/"),
}


def person(province: Any, name: str, permissions: list[str], path: str) -> Any:
    """A viewer who holds the permissions in a unit."""
    user = User.objects.create_user(name, "mat-khau-thu-nghiem", display_name=f"Người {name}")
    role = Role.objects.create(code=f"role-{name}", label=name)
    RolePermission.objects.bulk_create(RolePermission(role=role, permission=each) for each in permissions)
    Grant.objects.create(
        user=user,
        role=role,
        province=province,
        unit_code=path.strip("/").rpartition("/")[2],
        unit_path=path,
        valid_from=dt.date(2020, 1, 1),
    )
    return Viewer(user)
