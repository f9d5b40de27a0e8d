"""Processes as the dossier engine runs them: immutable, kept in the process by version."""

from __future__ import annotations

import datetime as dt
import time
from functools import lru_cache

from django.db.models import Q

from motcua.engine.provinces.api import Dated, Province
from motcua.modules.catalogue.data import ProcessPlan, StepLink, StepPlan
from motcua.modules.catalogue.models import KeyProject, ProcessVersion

_FRESH = 1.0  # seconds: an approval is known everywhere that soon
_kept: dict[tuple[int, str, dt.date, str], tuple[float, int | None]] = {}


def forget_processes() -> None:
    """After an approval in this process."""
    _kept.clear()


def process_for(province: Province, code: str, day: dt.date, *, variant: str = "") -> ProcessPlan | None:
    """The approved process of a procedure and variant in force on a day."""
    key, moment = (province.pk, code, day, variant), time.monotonic()
    kept = _kept.get(key)
    if kept is None or moment - kept[0] > _FRESH:
        kept = (moment, _version_on(province, code, day, variant))
        if len(_kept) > 50_000:
            _kept.clear()
        _kept[key] = kept
    return process_plan(kept[1]) if kept[1] is not None else None


def _version_on(province: Province, code: str, day: dt.date, variant: str) -> int | None:
    return (
        ProcessVersion.objects.filter(
            Dated.on(day),
            Q(process__procedure__code=code, process__variant=variant),
            province=province,
            approved_at__isnull=False,
        )
        .order_by("-number")
        .values_list("pk", flat=True)
        .first()
    )


@lru_cache(maxsize=4096)
def process_plan(version_id: int) -> ProcessPlan:
    """One approved version; approved versions never change. Raises ProcessVersion.DoesNotExist."""
    version = ProcessVersion.objects.select_related("process__procedure").get(pk=version_id)
    return plan_of(version)


def plan_of(version: ProcessVersion) -> ProcessPlan:
    """The plan of a version's rows, draft or approved."""
    steps = tuple(
        StepPlan(
            key=row.key,
            order=row.order,
            kind=row.kind,  # type: ignore[arg-type]
            name=row.name,
            role=row.role,
            place=row.place,  # type: ignore[arg-type]
            unit_code=row.unit_code,
            work=row.work,
            output=row.output,
            quarters=row.quarters,
            minutes=row.minutes,
            actions=tuple(row.actions),
            waits_for_all=row.waits_for_all,
            leg_procedure=row.leg_procedure,
            leg_limit=row.leg_limit,
        )
        for row in version.steps.order_by("order", "pk")
    )
    links = tuple(
        StepLink(row.source, row.target, row.outcome, row.label) for row in version.links.order_by("pk")
    )
    process = version.process
    return ProcessPlan(
        version.pk,
        process.uid,
        process.procedure.code,
        process.variant,
        version.name,
        steps,
        links,
        version.decision_number,
    )


def key_project(province: Province, code: str, day: dt.date) -> KeyProject | None:
    """A key project registered for a green lane, in force on a day."""
    return KeyProject.objects.filter(Dated.on(day), province=province, code=code).first()
