"""Warnings before a step falls due, and escalation to leaders when it has."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from motcua.engine.events.api import record
from motcua.engine.notices.api import declare_notice, notify_user
from motcua.engine.provinces.api import real_provinces
from motcua.kernel.clock import local, now
from motcua.modules.dossiers.events import CODES
from motcua.modules.dossiers.models import Task
from motcua.modules.dossiers.performers import performers
from motcua.modules.dossiers.units import province_of

_BATCH = 200
_STOPPED = ("supplement", "payment", "system")
_TEXTS = {
    "warned": (
        gettext_noop("Hồ sơ {code} sắp đến hạn"),
        gettext_noop("Bước “{step}” của hồ sơ {code} phải xong trước {due}."),
    ),
    "escalated": (
        gettext_noop("Hồ sơ {code} quá hạn một bước"),
        gettext_noop(
            "Bước “{step}” của hồ sơ {code} đã quá hạn {due}. Hãy phân công, hỗ trợ hoặc xin lỗi và gia hạn."
        ),
    ),
}


def declare_warnings() -> None:
    """Called when the app is ready."""
    for verb, (subject, body) in _TEXTS.items():
        declare_notice(f"dossiers.{verb}", subject, subject, body)


def warn_and_escalate() -> int:
    """Warns of steps about to fall due, escalates those that have, in provinces that are not simulated; returns how many.
    A beat calls it."""
    return _warn() + _escalate()


def _due(rows: QuerySet[Task]) -> list[Task]:
    """The next rows, locked; those another worker holds are left to it."""
    found = rows.filter(closed_at__isnull=True, province__in=real_provinces())
    found = found.exclude(dossier__paused_for__in=_STOPPED).order_by("due_at")
    return list(found.select_related("dossier").select_for_update(of=("self",), skip_locked=True)[:_BATCH])


@transaction.atomic
def _warn() -> int:
    moment = now()
    tasks = _due(Task.objects.filter(warn_at__lte=moment, warned_at__isnull=True, due_at__gt=moment))
    for task in tasks:
        task.warned_at = moment
        task.save(update_fields=["warned_at"])
        _record("warned", task)
        for user_id in _doers(task):
            _notify("warned", task, user_id, moment)
    return len(tasks)


@transaction.atomic
def _escalate() -> int:
    """To whoever may assign in the unit, and to who has the step."""
    moment = now()
    tasks = _due(Task.objects.filter(due_at__lte=moment, escalated_at__isnull=True))
    for task in tasks:
        task.escalated_at = moment
        task.warned_at = task.warned_at or moment
        task.save(update_fields=["escalated_at", "warned_at"])
        _record("escalated", task)
        leaders = performers(task.dossier.province_id, "assign", task.unit_path).values_list("pk", flat=True)[
            :20
        ]
        for user_id in {*leaders, *_doers(task)}:
            _notify("escalated", task, user_id, moment)
    return len(tasks)


def _doers(task: Task) -> list[int]:
    if task.assignee_id is not None:
        return [task.assignee_id]
    return list(
        performers(task.dossier.province_id, task.kind, task.unit_path).values_list("pk", flat=True)[:20]
    )


def _record(verb: str, task: Task) -> None:
    record(
        CODES[verb],
        province=province_of(task.province_id),
        subject=f"dossier:{task.dossier.uid}",
        payload={"words": {"step": task.key}, "set": {}},
        unit_code=task.unit_code,
        unit_path=task.unit_path,
    )


def _notify(verb: str, task: Task, user_id: int, moment: dt.datetime) -> None:
    dossier = task.dossier
    notify_user(
        user_id,
        f"dossiers.{verb}",
        province=task.province_id,
        context={
            "code": dossier.code or "–",
            "step": task.name,
            "due": f"{local(task.due_at or moment):%H:%M %d/%m/%Y}",
        },
        subject=f"dossier:{dossier.uid}",
        key=f"{verb}:{task.pk}",
        link=f"/ho-so/{dossier.uid}/",
    )
