"""What the demonstration shows of processes beyond the starter's: a key project and a plan, both plainly made up."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import transaction

from motcua.engine.events.api import record
from motcua.engine.provinces.api import Province
from motcua.modules.catalogue.models import KeyProject, Procedure, Simplification, Version
from motcua.modules.catalogue.processes import events
from motcua.modules.catalogue.processes.costs import Activity, Burden, formula_on, income_before

SINCE = dt.date(2026, 1, 5)
_PROJECT = "DA-MAU-01"


def load_demo_processes(province: Province, department: str) -> int:
    """Adds a made-up key project, and a made-up plan on a procedure of a department, where there is none yet.

    Returns how many were added. `department`: its name as agencies of procedures bear it.
    """
    with transaction.atomic():
        Province.objects.select_for_update().get(pk=province.pk)
        return _project(province) + _plan(province, department)


def _project(province: Province) -> int:
    project, made = KeyProject.objects.get_or_create(
        province=province,
        code=_PROJECT,
        defaults={
            "name": "Dự án mẫu: Khu công nghiệp trình diễn",
            "lane": "green-60",
            "basis": "Quyết định mẫu, chỉ để trình diễn",
            "valid_from": SINCE,
        },
    )
    if made:
        payload = {"project": _PROJECT, "lane": project.lane, "valid_from": SINCE, "basis": project.basis}
        record(
            events.KEY_PROJECT_ADDED, province=province, subject=f"key-project:{project.uid}", payload=payload
        )
    return int(made)


def _plan(province: Province, department: str) -> int:
    if Simplification.objects.filter(province=province).exists():
        return 0
    version = (
        Version.objects.filter(province=province, content__agencies__contains=[{"name": department}])
        .order_by("pk")
        .first()
    )
    if version is None:
        return 0
    procedure = Procedure.objects.get(pk=version.procedure_id)
    plan = Simplification.objects.create(
        province=province,
        procedure=procedure,
        what="Phương án mẫu: bỏ hai giấy tờ đã có trong cơ sở dữ liệu, rút thời hạn còn hai phần ba.",
        why="Chỉ để trình diễn.",
        before=_burden(15, 5, "3", 40_000).to_json(),
        after=_burden(10, 3, "1.5", 0).to_json(),
        formula=formula_on(SINCE).code,
    )
    payload = {"code": procedure.code, "plan": str(plan.uid), "formula": plan.formula}
    record(
        events.SIMPLIFICATION_SAVED,
        province=province,
        subject=f"procedure:{procedure.code}",
        payload=payload,
    )
    return 1


def _burden(days: int, papers: int, hours: str, direct: int) -> Burden:
    return Burden(
        days=Decimal(days),
        papers=papers,
        activities=(Activity("prepare", Decimal(hours), direct), Activity("submit", Decimal("0.5"))),
        times=Decimal(1),
        subjects=1_200,
        gdp=income_before(SINCE).amount,
    )
