"""Writing the starter catalogue into a province, in bulk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from motcua.engine.events.api import record
from motcua.engine.provinces.api import Province
from motcua.engine.statements.api import learn_sizes
from motcua.kernel.clock import now
from motcua.modules.catalogue.caching import forget
from motcua.modules.catalogue.checks import lead_days
from motcua.modules.catalogue.content import search_vector, sort_key
from motcua.modules.catalogue.models import (
    Field,
    Lifecycle,
    Link,
    Origin,
    Procedure,
    Process,
    ProcessVersion,
    Step,
    Version,
)
from motcua.modules.catalogue.proposals import content_json, hash_content
from motcua.modules.catalogue.starter.data import StarterProcedure, StarterProcess, starter_procedures
from motcua.modules.catalogue.starter.events import STARTER_CARRIED, STARTER_LOADED
from motcua.modules.catalogue.starter.filling import simulated_procedures

SINCE = dt.date(2025, 7, 1)  # the two-level local government began (Law 72/2025/QH15)
_BATCH = 500


def load_starter(province: Province, *, fill: bool = True) -> int:
    """Adds to the province the procedures of the starter that it has not, each in force from 1/7/2025 with its
    internal process; `fill` adds simulated ones up to 2,176 (1,754 + 422). Returns how many were added.

    A procedure already there, whatever became of it, is left alone: what a province changed stays changed.
    """
    wanted = list(starter_procedures())
    with transaction.atomic():
        Province.objects.select_for_update().get(pk=province.pk)
        rows = Procedure.objects.filter(province=province)
        if fill and not rows.filter(origin=Origin.SIMULATED).exists():
            wanted += simulated_procedures()
        there = set(rows.values_list("code", flat=True))
        missing = [one for one in wanted if one.code not in there]
        if missing:
            _write(province, missing)
            learn_sizes(Procedure, Version, Process, ProcessVersion, Step, Link)
            forget()
            payload = {"count": len(missing), "simulated": sum(one.origin == "simulated" for one in missing)}
            record(STARTER_LOADED, province=province, subject=f"province:{province.key}", payload=payload)
    return len(missing)


def carry_starter_back(province: Province, since: dt.date) -> int:
    """Lets first versions of the starter's procedures and processes, in force from 1/7/2025, hold from an earlier day:
    for a simulated year alone. Returns how many procedures; what a province has written itself is left alone."""
    ours = [Origin.STARTER, Origin.SIMULATED]
    first = {"province": province, "number": 1, "valid_from": SINCE}
    with transaction.atomic():
        carried = Version.objects.filter(**first, procedure__origin__in=ours).update(valid_from=since)
        ProcessVersion.objects.filter(**first, process__procedure__origin__in=ours).update(valid_from=since)
        if carried:
            forget()
            payload = {"count": carried, "since": since.isoformat()}
            record(STARTER_CARRIED, province=province, subject=f"province:{province.key}", payload=payload)
    return carried


def _write(province: Province, wanted: Sequence[StarterProcedure]) -> None:
    fields = _fields(province, wanted)
    moment = now()
    procedures = [_procedure(province, one, moment) for one in wanted]
    Procedure.objects.bulk_create(procedures, batch_size=_BATCH)
    versions = [
        _version(province, one, row, fields[one.field_code])
        for one, row in zip(wanted, procedures, strict=True)
    ]
    Version.objects.bulk_create(versions, batch_size=_BATCH)
    planned = [
        (one.process, one.name, row)
        for one, row in zip(wanted, procedures, strict=True)
        if one.process is not None
    ]
    _write_processes(province, [_Planned(*each) for each in planned], moment)


def _fields(province: Province, wanted: Sequence[StarterProcedure]) -> dict[str, Field]:
    names = {one.field_code: one.field_name for one in wanted}
    rows = [Field(province=province, code=code, name=name) for code, name in names.items()]
    Field.objects.bulk_create(rows, ignore_conflicts=True)
    return {row.code: row for row in Field.objects.filter(province=province, code__in=names)}


def _procedure(province: Province, one: StarterProcedure, moment: dt.datetime) -> Procedure:
    return Procedure(
        province=province,
        code=one.code,
        full_code=f"{one.code}.000.00.00.{province.agency_code}",
        at_ministry=one.at_ministry,
        at_province=one.at_province,
        at_commune=one.at_commune,
        lifecycle=Lifecycle.LIVE,
        origin=one.origin,
        essential=one.essential,
        tags=list(one.tags),
        created_at=moment,
    )


def _version(province: Province, one: StarterProcedure, row: Procedure, field: Field) -> Version:
    content = content_json(one.content)
    return Version(
        province=province,
        procedure=row,
        number=1,
        name=one.name,
        field=field,
        online_level=one.online_level,
        partial_reason=one.partial_reason,
        location_independent=one.location_independent,
        location_reason=one.location_reason,
        content=content,
        content_hash=hash_content(content),
        decision_number=one.decision_number,
        decision_date=one.decision_date,
        lead_days=lead_days(one.decision_date, SINCE),
        decision_kind="standardised" if one.decision_number else "",
        decision_agency=one.decision_agency,
        source=one.source,
        search=search_vector(one.code, one.name, one.field_name),
        sort_key=sort_key(one.name),
        valid_from=SINCE,
    )


@dataclass(frozen=True, slots=True)
class _Planned:
    plan: StarterProcess
    name: str
    procedure: Procedure


def _write_processes(province: Province, planned: Sequence[_Planned], moment: dt.datetime) -> None:
    processes = [Process(province=province, procedure=one.procedure, variant="") for one in planned]
    Process.objects.bulk_create(processes, batch_size=_BATCH)
    versions = [
        ProcessVersion(
            province=province,
            process=process,
            number=1,
            name=one.name[:500],
            decision_number=one.plan.decision,
            decision_date=one.plan.decision_date,
            approved_at=moment,
            origin=one.plan.origin,
            source=one.plan.source,
            limit_text=one.plan.limit,
            valid_from=SINCE,
        )
        for one, process in zip(planned, processes, strict=True)
    ]
    ProcessVersion.objects.bulk_create(versions, batch_size=_BATCH)
    pairs = [(one.plan, version) for one, version in zip(planned, versions, strict=True)]
    Step.objects.bulk_create(
        [step for plan, version in pairs for step in _steps(plan, version)], batch_size=2 * _BATCH
    )
    links = [
        Link(version=version, source=way.source, target=way.target, outcome=way.outcome, label=way.label)
        for plan, version in pairs
        for way in plan.links
    ]
    Link.objects.bulk_create(links, batch_size=4 * _BATCH)


def _steps(plan: StarterProcess, version: ProcessVersion) -> list[Step]:
    return [
        Step(
            version=version,
            key=one.key,
            order=one.order,
            kind=one.kind,
            name=one.name,
            role=one.role,
            place=one.place,
            unit_code=one.unit_code,
            performer=performer,
            work=one.work,
            output=one.output,
            quarters=one.quarters,
            minutes=one.minutes,
            actions=list(one.actions),
            waits_for_all=one.waits_for_all,
            leg_procedure=one.leg_procedure,
            leg_limit=one.leg_limit,
        )
        for one, performer in zip(plan.steps, plan.performers, strict=True)
    ]
